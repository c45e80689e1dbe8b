"""Why a visit is called what it is: the rule with its source, the numbers that met it, the scans, the flip."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from oncometry.core import LesionReading, LesionRole, LesionStatus
from oncometry.response.category import CATEGORIES, Category, Scope
from oncometry.response.clause import Clause
from oncometry.response.criterion import Criterion, Judgement
from oncometry.response.flip import Flip
from oncometry.response.role_limits import late_lesions, not_at_baseline
from oncometry.response.timeline import Timeline
from oncometry.response.units import unit_of

__all__ = ["Explanation"]

DIGITS = 2


@dataclass(frozen=True, eq=False, slots=True)
class Explanation:
    """The proof of one verdict. It holds what it speaks of; the text is made when someone reads it.

    Attributes:
        timeline, judgement: what was judged, and how.
        criterion: whose rule it is.
        scope: what the category is of.
        visit: index in the timeline.
        flip: the smallest change of one measurement that changes the overall category, if there is one.
    """

    timeline: Timeline
    judgement: Judgement
    criterion: Criterion
    scope: Scope
    visit: int
    flip: Flip | None = None

    @property
    def clause(self) -> Clause:
        """The rule that gave the category."""
        return self.criterion.ruleset.clauses[int(self.judgement.verdicts[self.scope].clauses[0, self.visit])]

    @property
    def sources(self) -> tuple[str, ...]:
        """Where the numbers come from: readings of this visit, of the baseline and of the nadir, each once."""
        nadir = self.judgement.burden.nadir_visit(self.visit)
        first = self.judgement.burden.baseline_visit
        visits = dict.fromkeys([self.visit, first, *([] if nadir is None else [nadir])])
        read = [reading for visit in visits for _, reading in self._readings(visit)]
        return tuple(dict.fromkeys(source for reading in read for source in reading.sources))

    @property
    def text(self) -> str:
        """Sentences: the grounds and the sources."""
        sources = self.sources
        return f"{self.grounds} From {', '.join(sources)}." if sources else self.grounds

    @property
    def grounds(self) -> str:
        """Sentences: the rule, the numbers, the flip."""
        parts = [self.clause.cited(), *self._parts_said()]
        if self.scope in (Scope.TARGET, Scope.OVERALL):
            parts += self._sum_said()
        if self.scope in (Scope.NON_TARGET, Scope.OVERALL):
            parts += self._seen_said(LesionRole.NON_TARGET, "Non-target")
        if self.scope in (Scope.NEW, Scope.OVERALL):
            parts += self._seen_said(LesionRole.NEW, "New")
        if self.scope is Scope.OVERALL and self.judgement.beside:
            parts.append(self.judgement.beside[self.visit])
        if self.scope is Scope.OVERALL and self.flip is not None:
            parts.append(_flip_said(self.flip))
        return " ".join(parts)

    def _readings(self, visit: int) -> list[tuple[str, LesionReading]]:
        """Lesions of the scope with what was read of them at a visit."""
        roles = {
            Scope.TARGET: (LesionRole.TARGET,),
            Scope.NON_TARGET: (LesionRole.NON_TARGET,),
            Scope.NEW: (LesionRole.NEW,),
        }.get(self.scope, tuple(LesionRole))
        of_scope = [lesion for lesion in self.timeline.lesions if lesion.role in roles]
        pairs = [(lesion.name, lesion.readings[visit]) for lesion in of_scope]
        return [(name, reading) for name, reading in pairs if reading is not None]

    def _parts_said(self) -> list[str]:
        """Of an overall category the rules that gave its parts, those of scopes that hold nothing left out."""
        if self.scope is not Scope.OVERALL:
            return []
        verdicts = {scope: v for scope, v in self.judgement.verdicts.items() if scope is not Scope.OVERALL}
        return [
            f"{scope.capitalize()} lesions {category}: {self.criterion.ruleset.clauses[int(v.clauses[0, self.visit])].cited()}"
            for scope, v in verdicts.items()
            if (category := v.at(self.visit)) is not Category.NONE
        ]

    def _sum_said(self) -> list[str]:
        burden, visits = self.judgement.burden, self.timeline.visits
        total = float(burden.total[0, self.visit])
        if not len(self.judgement.targets):
            return ["There is no target lesion."]
        unit = unit_of(self.criterion.quantity)
        lesions = [self.timeline.lesions[at] for at in self.judgement.targets]
        sizes = burden.sizes[0, self.visit]
        parts = ", ".join(
            f"{lesion.name} {_size(size, lesion.readings[self.visit])}"
            for lesion, size in zip(lesions, sizes, strict=True)
        )
        at_least = "" if burden.complete[0, self.visit] or math.isnan(total) else "at least "
        said = [f"Sum {at_least}{_number(total)} {unit} at {visits[self.visit].label} ({parts})."]
        if self.visit:
            first = visits[burden.baseline_visit].label
            at = burden.nadir_visit(self.visit)
            label = visits[at].label if at is not None else "no visit"
            compared = (("baseline", burden.baseline, first), ("nadir", burden.nadir, label))
            said += [
                _against(word, float(reference[0, self.visit]), total, unit, where, at_least)
                for word, reference, where in compared
            ]
        return [sentence for sentence in [*said, *self._baseline_said()] if sentence]

    def _baseline_said(self) -> list[str]:
        """Which lesions leave the baseline unknown, and what to do."""
        judgement, first = self.judgement, self.judgement.burden.baseline_visit
        if self.visit < first:
            return []
        label = self.timeline.visits[first].label
        said = [not_at_baseline(name, label) for name in late_lesions(self.timeline, judgement, first)]
        unsized = np.flatnonzero(np.isnan(judgement.burden.sizes[0, first]))
        lesions = [self.timeline.lesions[judgement.targets[at]] for at in unsized]
        read = [f"{x.name} {_state(x.readings[first])}" for x in lesions if x.readings[first] is not None]
        return [*said, *([f"Without a size at {label}: {', '.join(read)}."] if read else [])]

    def _seen_said(self, role: LesionRole, word: str) -> list[str]:
        lesions = [lesion for lesion in self.timeline.lesions if lesion.role is role]
        pairs = [(lesion.name, lesion.readings[self.visit]) for lesion in lesions]
        seen = [f"{name} {_state(r)}" for name, r in pairs if r is not None or role is not LesionRole.NEW]
        return [f"{word}: {', '.join(seen)}."] if seen else []

    def __str__(self) -> str:
        verdict = self.judgement.verdicts[self.scope].categories[0, self.visit]
        return f"{CATEGORIES[int(verdict)]}: {self.text}"


def _against(word: str, reference: float, total: float, unit: str, label: str, at_least: str) -> str:
    """The change; of a sum that lacks a target only growth, which can but be more."""
    if math.isnan(reference):
        return f"The {word} is not known."
    if math.isnan(total) or (at_least and total <= reference):
        return f"The {word} is {_number(reference)} {unit} ({label}); a target is missing, so no change can be told."
    change = f", {_signed(100 * (total - reference) / reference, 1)} %" if reference > 0 else ""
    grown = f"{at_least}{_signed(total - reference)} {unit}{change}"
    return f"{grown[0].upper()}{grown[1:]} against the {word} {_number(reference)} {unit} ({label})."


def _size(size: float, reading: LesionReading | None) -> str:
    """With what the reading has to say of it."""
    shown = "missing" if math.isnan(size) else _number(size)
    if reading is None:
        return shown
    unnumbered = reading.status is LesionStatus.TOO_SMALL and not reading.values
    remark = str(reading.status) if unnumbered else reading.reason
    return f"{shown} ({remark})" if remark else shown


def _state(reading: LesionReading | None) -> str:
    if reading is None:
        return "not read"
    if reading.status is LesionStatus.MEASURED:
        return str(reading.state) if reading.state is not None else "measured"
    return f"{reading.status}{f' ({reading.reason})' if reading.reason else ''}"


def _flip_said(flip: Flip) -> str:
    unit, change = unit_of(flip.quantity), flip.size - flip.measured
    if abs(change) < 0.5 * 10**-DIGITS:
        side = "more" if change > 0 else "less"
        return (
            f"It is at the threshold: it would be {flip.category} if {flip.lesion} had any {side} than "
            f"{_number(flip.measured)} {unit}."
        )
    return (
        f"It would be {flip.category} if {flip.lesion} had {_number(flip.size)} {unit}"
        f" instead of {_number(flip.measured)} ({_signed(flip.amount)} {unit})."
    )


def _number(value: float) -> str:
    return f"{value:z.{DIGITS}f}".rstrip("0").rstrip(".")


def _signed(value: float, digits: int = DIGITS) -> str:
    """With its sign; what rounds to 0 has none of its own."""
    return f"{value:+z.{digits}f}"
