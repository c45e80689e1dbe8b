"""Lesions by name: their order, and those that a person decided are none."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from oncometry.report.tables import Row

__all__ = ["excluded_lesions", "in_order", "without"]

NUMBERED = re.compile(r"L(\d+)(?:\.(\d+))?")


def in_order(lesion: str) -> tuple[int, int, str]:
    """Key that puts L2 before L10, and L1.2, which a person split from L1, behind L1."""
    found = NUMBERED.fullmatch(lesion)
    return (int(found[1]), int(found[2] or 1), lesion) if found else (0, 1, lesion)


def excluded_lesions(lesions: Iterable[Row]) -> Mapping[str, str]:
    """Lesion -> who said that it is none, and why."""
    return {row["lesion"]: str(row["excluded"]) for row in lesions if row["excluded"] is not None}


def without(rows: Iterable[Row], excluded: Mapping[str, str]) -> list[Row]:
    """Rows of the patient's other lesions, and of none."""
    return [row for row in rows if row["lesion"] not in excluded]
