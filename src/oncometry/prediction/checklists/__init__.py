"""Checklists of reporting: every item by number, its title in our words, and what kind of evidence an experiment has for it.

METRICS, B. Kocak et al. 2024, doi:10.1186/s13244-023-01572-w; CLEAR, B. Kocak et al. 2023, doi:10.1186/s13244-023-01415-8;
TRIPOD+AI, G. S. Collins et al. 2024, doi:10.1136/bmj-2023-078378.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

__all__ = ["CHECKLISTS", "Checklist", "ChecklistItem", "checklists"]


@dataclass(frozen=True)
class ChecklistItem:
    """One item: its number, its title, and the name of the evidence that speaks to it; '' where an experiment has none."""

    item: str
    title: str
    evidence: str


@dataclass(frozen=True)
class Checklist:
    """A published checklist, all items in order."""

    name: str
    doi: str
    items: tuple[ChecklistItem, ...]


CHECKLISTS = (
    ("METRICS", "10.1186/s13244-023-01572-w", "metrics.csv"),
    ("CLEAR", "10.1186/s13244-023-01415-8", "clear.csv"),
    ("TRIPOD+AI", "10.1136/bmj-2023-078378", "tripod_ai.csv"),
)
"""Name, DOI and file."""


@cache
def checklists() -> tuple[Checklist, ...]:
    """All of them."""
    return tuple(Checklist(name, doi, _items(file)) for name, doi, file in CHECKLISTS)


def _items(file: str) -> tuple[ChecklistItem, ...]:
    text = files("oncometry.prediction.checklists").joinpath(file).read_text(encoding="utf-8")
    return tuple(
        ChecklistItem(row["item"], row["title"], row["evidence"]) for row in csv.DictReader(text.splitlines())
    )
