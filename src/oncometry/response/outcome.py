"""What a whole course comes to: best response, when it began, when the disease progressed, how long it was held."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from oncometry.response.best_response import (
    BEST_RESPONSE,
    LEVEL_OF,
    MISSED,
    MR_LEVEL,
    PR_LEVEL,
    PROGRESSED,
    SD_LEVEL,
    SUSPECTED,
    OutcomeSettings,
    best_response,
    confirmed,
    counted_levels,
)
from oncometry.response.category import Category, Scope
from oncometry.response.clause import Clause
from oncometry.response.course import BoolArray, Course
from oncometry.response.criterion import Judgement
from oncometry.response.timeline import Timeline

__all__ = ["Outcome", "outcome"]


@dataclass(frozen=True, eq=False, slots=True)
class Outcome:
    """Best response and dates. Visits are indices of the timeline; days are None where a date is not known.

    Attributes:
        timeline: what it is of.
        best: the best overall response.
        clause: the rule that gave it.
        best_visit: where the response that counts as best begins; None where none does.
        response_visit: where a complete or partial response that counts begins, whichever is first (RECIST 1.1, 4.6.2).
        progression_visit: from which visit progression dates: where it was first suspected, if that was confirmed.
        progression_confirmed: False where progression is suspected at the end and nothing later tells; None of none.
        last_visit: the last visit that is evaluable and not after progression.
    """

    timeline: Timeline
    best: Category
    clause: Clause
    best_visit: int | None
    response_visit: int | None
    progression_visit: int | None
    progression_confirmed: bool | None
    last_visit: int

    def day(self, visit: int | None) -> int | None:
        """Of a visit, counted from the patient's first."""
        return None if visit is None else self.timeline.visits[visit].day

    @property
    def response_days(self) -> int | None:
        """From the response to progression, else to the last visit (censored); None without either date."""
        return self._between(self.response_visit)

    @property
    def stable_days(self) -> int | None:
        """From the baseline to progression, else to the last visit (censored): RECIST 1.1, 4.6.3."""
        return self._between(0)

    @property
    def censored(self) -> bool:
        """Whether progression was never seen, so that durations are at least what they say."""
        return self.progression_visit is None

    @property
    def sources(self) -> tuple[str, ...]:
        """Readings of the visits that decided."""
        visits = sorted({v for v in (self.best_visit, self.progression_visit) if v is not None})
        read = [lesion.readings[visit] for visit in visits for lesion in self.timeline.lesions]
        return tuple(dict.fromkeys(source for r in read if r is not None for source in r.sources))

    @property
    def text(self) -> str:
        """The grounds: which readings decided, `sources` says."""
        return self.grounds

    @property
    def grounds(self) -> str:
        """Sentences: the rule, and the dates."""
        said = [self.clause.cited()]
        if self.best_visit is not None:
            said.append(f"First at {self._visit(self.best_visit)}.")
        if self.progression_visit is not None:
            doubt = "" if self.progression_confirmed else ", suspected and not confirmed"
            said.append(f"Progression dates from {self._visit(self.progression_visit)}{doubt}.")
        held = "at least " if self.censored else ""
        if self.response_days is not None:
            said.append(f"The response was held for {held}{self.response_days} days.")
        return " ".join(said)

    def _visit(self, visit: int) -> str:
        day = self.day(visit)
        return f"{self.timeline.visits[visit].label}{'' if day is None else f' (day {day})'}"

    def _between(self, start: int | None) -> int | None:
        begun = self.day(start)
        ended = self.day(self.last_visit if self.progression_visit is None else self.progression_visit)
        return None if begun is None or ended is None else ended - begun


def outcome(course: Course, judgement: Judgement, settings: OutcomeSettings) -> Outcome:
    """Of a course as it was read: its first draw."""
    overall = judgement.verdicts[Scope.OVERALL]
    best = best_response(overall, course.days, settings, with_targets=bool(len(judgement.targets)))
    levels = counted_levels(overall)[:1]
    evaluable = np.flatnonzero(levels[0] > MISSED)
    progression, sure = _progression(levels[0], judgement)
    return Outcome(
        course.timeline,
        best.at(0),
        BEST_RESPONSE.clauses[int(best.clauses[0, 0])],
        _best_visit(best.at(0), levels, course, settings),
        _first(confirmed(levels, course.days, PR_LEVEL, settings)[0]),
        progression,
        sure,
        int(evaluable[-1]) if evaluable.size else 0,
    )


def _best_visit(
    best: Category, levels: NDArray[np.int8], course: Course, settings: OutcomeSettings
) -> int | None:
    level = int(LEVEL_OF[best.code])
    if level >= MR_LEVEL:
        return _first(confirmed(levels, course.days, level, settings)[0])
    return _first(levels[0] >= SD_LEVEL) if level == SD_LEVEL else None


def _progression(levels: NDArray[np.int8], judgement: Judgement) -> tuple[int | None, bool | None]:
    """From which visit progression dates, and whether that is sure.

    A suspicion after which nothing evaluable was seen dates progression, as if confirmed (iRECIST, EORTC).
    """
    at = _first(levels == PROGRESSED)
    if at is not None:
        return (at if judgement.onset is None else int(judgement.onset[0, at])), True
    evaluable = np.flatnonzero(levels > MISSED)
    if evaluable.size and levels[evaluable[-1]] == SUSPECTED:
        last = int(evaluable[-1])
        return (last if judgement.onset is None else int(judgement.onset[0, last])), False
    return None, None


def _first(where: BoolArray) -> int | None:
    found = np.flatnonzero(where)
    return int(found[0]) if found.size else None
