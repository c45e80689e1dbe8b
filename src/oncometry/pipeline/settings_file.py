"""A configuration file as plain values: one reader for all of them."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from oncometry.core import Code, SettingsError

__all__ = ["read_settings_file"]


class _EachOnce(yaml.SafeLoader):
    """YAML whose names stand once: of two the last would win without a word."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """The section.

        Raises:
            MarkedYAMLError: a name stands twice.
        """
        seen: set[str] = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode) and key.tag != "tag:yaml.org,2002:merge":
                if key.value in seen:
                    raise yaml.MarkedYAMLError(
                        problem=f"{key.value!r} stands twice", problem_mark=key.start_mark
                    )
                seen.add(key.value)
        return super().construct_mapping(node, deep)


def _yaml(text: str) -> Any:
    return yaml.load(text, _EachOnce)  # noqa: S506 -- a safe loader


def _json(text: str) -> Any:
    return json.loads(text, object_pairs_hook=_each_once)


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise ValueError(f"{name!r} stands twice")
        found[name] = value
    return found


PARSERS: Mapping[str, Callable[[str], Any]] = MappingProxyType(
    {".yaml": _yaml, ".yml": _yaml, ".toml": tomllib.loads, ".json": _json}
)


def read_settings_file(path: Path) -> dict[str, Any]:
    """What a YAML, TOML or JSON file holds, by its ending; nothing, where it is empty.

    Raises:
        SettingsError: `SETTINGS`, of another ending, not to be parsed, or without names.
    """
    kind = path.suffix.lower()
    if kind not in PARSERS:
        known = ", ".join(PARSERS)
        raise SettingsError(Code.SETTINGS, f"a configuration ends in {known}, not {kind!r}.", path=path)
    try:
        data = PARSERS[kind](path.read_text(encoding="utf-8")) or {}
    except (yaml.YAMLError, ValueError) as error:
        why = _place(error) if isinstance(error, yaml.MarkedYAMLError) else " ".join(str(error).split())
        raise SettingsError(
            Code.SETTINGS, f"the configuration cannot be parsed: {why}.", path=path
        ) from error
    if not isinstance(data, dict):
        raise SettingsError(
            Code.SETTINGS, f"a configuration holds named sections, got {type(data).__name__}.", path=path
        )
    return data


def _place(error: yaml.MarkedYAMLError) -> str:
    """What YAML expected, and the line where it did."""
    mark = error.problem_mark or error.context_mark
    return f"{error.problem or error}" + (f", in line {mark.line + 1}" if mark else "")
