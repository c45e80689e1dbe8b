"""Where readers of one patient come to different overall categories at one visit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from oncometry.response.assessment import ResponseRow
from oncometry.response.category import Category, Scope

__all__ = ["Disagreement", "disagreements"]


@dataclass(frozen=True)
class Disagreement:
    """One visit.

    Attributes:
        categories: reader -> category, in order of reader; '' is this program.
        accepted: the readers whose word counts there; () where nobody said.
    """

    patient_id: str
    timepoint: str
    ruleset: str
    categories: Mapping[str, Category]
    accepted: tuple[str, ...]


def disagreements(rows: Iterable[ResponseRow]) -> tuple[Disagreement, ...]:
    """Visits whose overall category is not the same for all who read them, in order of the rows; baselines too."""
    visits: dict[tuple[str, str, str], dict[str, ResponseRow]] = {}
    for row in rows:
        if row.scope is Scope.OVERALL:
            visits.setdefault((row.patient_id, row.timepoint, row.ruleset), {})[row.reader] = row
    return tuple(
        Disagreement(
            *key,
            categories={reader: row.category for reader, row in sorted(read.items())},
            accepted=tuple(sorted(reader for reader, row in read.items() if row.accepted)),
        )
        for key, read in visits.items()
        if len({row.category for row in read.values()}) > 1
    )
