"""A cohort as a bug report needs it: counts, codes and versions, and no identifier of anybody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from oncometry.core.software import software
from oncometry.store import Store

__all__ = ["Examined", "examine"]

COUNTED = ("patients", "timepoints", "series", "segmentations", "lesions", "measurements", "clinical_rows")


@dataclass(frozen=True)
class Examined:
    """What was found.

    Attributes:
        facts: name -> what to show; codes and numbers only.
        faults: code of `Store.check` -> how often.
    """

    facts: Mapping[str, object]
    faults: Mapping[str, int]

    @property
    def is_sound(self) -> bool:
        return not self.faults


def examine(store: Store) -> Examined:
    """Count what is in a cohort and what of it does not hold. Reads and hashes all its files."""
    files = store.table("files")
    facts: dict[str, object] = {"database": store.engine_name, "schema": store.schema_version}
    facts |= {name: len(store.table(name)) for name in COUNTED}
    facts |= {f"files {status}": n for status, n in _counts(files["status"])}
    facts |= {f"files {code}": n for code, n in _counts(files["code"])}
    facts |= {f"failures {code}": n for code, n in _counts(store.table("failures")["code"])}
    facts |= _made_with(store)
    return Examined(facts, dict(Counter(str(fault.code) for fault in store.check())))


def _counts(column: Iterable[Any]) -> list[tuple[str, int]]:
    """How often each value stands in a column of codes; empty cells are not counted."""
    return sorted(Counter(str(value) for value in column if isinstance(value, str)).items())


def _made_with(store: Store) -> dict[str, object]:
    """What the latest run was made with, where it differs from what is installed now."""
    made = store.table("software")
    if made.empty:
        return {}
    latest = made[made["run"] == made["run"].max()]
    now = software()
    differing = {
        f"made with {name}": there
        for name, there in zip(latest["name"], latest["version"], strict=True)
        if name in now and now[name] != there
    }
    return {"runs": int(made["run"].nunique()), **differing}
