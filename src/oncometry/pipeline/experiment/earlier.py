"""What a folder held before: an experiment that was declared otherwise is not gone on with, and that is said."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from typing import Any

from oncometry.core import Code, Notice
from oncometry.io import write_text

__all__ = ["DECLARED", "Declared", "changed_since"]

DECLARED = "declared.json"
SHOWN = 6
LONGEST = 40


class Change(Enum):
    """What became of a name that was said."""

    GONE = auto()
    NEW = auto()
    OTHER = auto()


@dataclass(frozen=True)
class Declared:
    """What the identity of an experiment is made of.

    Attributes:
        declaration: canonical JSON.
        origin: (name, hash) of each file or cohort that was read.
        code: the version of what learns.
    """

    declaration: str
    origin: tuple[tuple[str, str], ...]
    code: str


def changed_since(now: Declared, parts: Path) -> Notice | None:
    """What is other than when the folder was last worked in, if anything; from now on it is known by what is declared now.

    Args:
        parts: the folder of parts that are done.

    Raises:
        StoreError: `WRITE_FAILED`.
    """
    before = _read(parts / DECLARED)
    if before == now:
        return None
    told = {"declaration": now.declaration, "origin": now.origin, "code": now.code}
    write_text(parts / DECLARED, json.dumps(told, ensure_ascii=False) + "\n")
    if before is None:
        return None
    changes = list(_changes(before, now))
    more = f" and {len(changes) - SHOWN} more" if len(changes) > SHOWN else ""
    what = f"this folder held an experiment declared otherwise: {'; '.join(changes[:SHOWN])}{more}."
    return Notice(Code.DECLARED_OTHERWISE, f"{what} All is computed anew, in its place.", str(parts.parent))


def _read(path: Path) -> Declared | None:
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        origin = tuple((str(name), str(digest)) for name, digest in told["origin"])
        json.loads(told["declaration"])
        return Declared(str(told["declaration"]), origin, str(told["code"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _changes(before: Declared, now: Declared) -> Iterator[str]:
    declared, declares = (dict(_leaves(json.loads(d.declaration))) for d in (before, now))
    for path, change in _differences(declared, declares):
        if _is_opened(path, declared, declares) or _is_opened(path, declares, declared):
            continue
        was, is_now = (_cut(said.get(path)) for said in (declared, declares))
        yield {
            Change.GONE: f"{path} was {was}, now it is not there",
            Change.NEW: f"{path} is new ({is_now})",
            Change.OTHER: f"{path} was {was}, now {is_now}",
        }[change]
    for name, change in _differences(dict(before.origin), dict(now.origin)):
        yield {
            Change.GONE: f"{name} is read no more",
            Change.NEW: f"{name} is read too",
            Change.OTHER: f"what was read from {name} has changed",
        }[change]
    if before.code != now.code:
        yield f"computed by version {before.code}, now {now.code}"


def _differences(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[tuple[str, Change]]:
    """Names whose values are not as they were, and how, in the order in which they were said."""
    for name in dict.fromkeys([*before, *now]):
        if name not in now:
            yield name, Change.GONE
        elif name not in before:
            yield name, Change.NEW
        elif before[name] != now[name]:
            yield name, Change.OTHER


def _is_opened(path: str, one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether what is empty in one is not in the other: its contents are told instead."""
    return path in one and not one[path] and any(p.startswith(f"{path}.") for p in other)


def _leaves(told: Any, path: Sequence[str] = ()) -> Iterator[tuple[str, Any]]:
    """(path, value) of all that is set; a list of plain values is one value."""
    if isinstance(told, dict) and told:
        for name, value in told.items():
            yield from _leaves(value, (*path, name))
    elif isinstance(told, list) and any(isinstance(value, dict) for value in told):
        for n, value in enumerate(told):
            yield from _leaves(value, (*path, str(n)))
    else:
        yield ".".join(path), told


def _cut(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
