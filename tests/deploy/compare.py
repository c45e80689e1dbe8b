"""Two jobs compared: the bytes that went in, and every number that came out."""

from __future__ import annotations

import hashlib
from collections import Counter
from pathlib import Path

import oncometry

__all__ = ["differing_rows", "digest"]

NUMBERS = ("measurements", "intensities", "observations", "relations", "registrations", "clinical_values")
IDENTITIES = ["value_id", "baseline_value_id"]
"""Ids of values hold the hash of the code, and so of Python's version."""


def digest(folder: Path) -> dict[str, str]:
    """SHA-256 of each file by its path in the folder."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def differing_rows(one: Path, other: Path) -> tuple[int, int]:
    """Rows of all numbers of two cohorts: how many there are in the first, and how many only one has.

    Numbers are equal if all their digits are.
    """
    with oncometry.Cohort.open(one) as first, oncometry.Cohort.open(other) as second:
        ours, theirs = _rows(first), _rows(second)
    return ours.total(), (ours - theirs).total() + (theirs - ours).total()


def _rows(cohort: oncometry.Cohort) -> Counter[tuple[str, ...]]:
    found: Counter[tuple[str, ...]] = Counter()
    for name in NUMBERS:
        table = cohort.table(name).drop(columns=IDENTITIES, errors="ignore")
        found.update((name, *map(repr, row)) for row in table.itertuples(index=False, name=None))
    return found
