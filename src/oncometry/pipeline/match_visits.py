"""Which visit of the cohort a reader means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from oncometry.core import Timepoint

__all__ = ["VisitSaid", "visit_of"]


@dataclass(frozen=True)
class VisitSaid:
    """What a file says of a visit.

    Attributes:
        name: as the file calls it: a label or number of the cohort's, or a name of its own.
        acquired: date of the scan.
        day: since the patient's first visit.
    """

    name: str
    acquired: date | None = None
    day: int | None = None


def visit_of(said: VisitSaid, visits: Sequence[Timepoint]) -> tuple[Timepoint | None, str]:
    """The one visit that what is said agrees with, and contradicts in nothing; else None and why.

    A date outranks a name: readers number visits in their own way.

    Args:
        visits: of the patient.
    """
    votes = {visit: _agreeing(said, visit) for visit in visits}
    most = max(votes.values(), default=0)
    best = [visit for visit, count in votes.items() if count == most]
    if most > 0 and len(best) == 1:
        return best[0], ""
    told = _told(said)
    if most > 0:
        return None, f"{told} may be any of visits {', '.join(visit.label for visit in best)}"
    known = ", ".join(_known(visit) for visit in visits) or "none"
    return None, f"{told} is no visit of the patient in the cohort (there are: {known})"


def _agreeing(said: VisitSaid, visit: Timepoint) -> int:
    """How many of date, day, label and number agree; 0 where the date or the day is another."""
    if said.acquired is not None and visit.acquired is not None and said.acquired != visit.acquired:
        return 0
    if said.day is not None and visit.day is not None and said.day != visit.day:
        return 0
    return (
        (said.acquired is not None and said.acquired == visit.acquired)
        + (said.day is not None and said.day == visit.day)
        + (said.name == visit.label)
        + (visit.is_ordered and said.name == str(visit.number))
    )


def _told(said: VisitSaid) -> str:
    day = None if said.day is None else f"day {said.day}"
    when = day if said.acquired is None else said.acquired.isoformat()
    if when is None or said.name in (when, str(said.day)):
        return when or repr(said.name)
    return f"{said.name!r} ({when})"


def _known(visit: Timepoint) -> str:
    return visit.label if visit.acquired is None else f"{visit.label} {visit.acquired.isoformat()}"
