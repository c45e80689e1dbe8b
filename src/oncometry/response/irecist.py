"""iRECIST: RECIST 1.1 where progression must be confirmed (Seymour 2017, doi:10.1016/S1470-2045(17)30074-8)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from oncometry.core import LesionRole, Quantity
from oncometry.response.best_response import OutcomeSettings
from oncometry.response.cases import Case, Verdict, first_of
from oncometry.response.category import Category, Scope
from oncometry.response.clause import Clause, Ruleset
from oncometry.response.course import Course, FloatArray
from oncometry.response.criterion import Judgement
from oncometry.response.irecist_new import NewLesions, new_lesions
from oncometry.response.irecist_state import Evidence, Suspicion, follow
from oncometry.response.linear_targets import DIAMETERS, RECIST, diameters
from oncometry.response.recist import LIMITS, OUTCOME, Recist
from oncometry.response.recist_rules import recist_clauses
from oncometry.response.selection import Limits

__all__ = ["Irecist"]

DOI = "10.1016/S1470-2045(17)30074-8"
QUESTIONS = "Table 2; EORTC iRECIST questions"
_RULES = (
    ("i-baseline", "The first visit is what the others are compared with.", "Table 2"),
    ("i-confirmed-before", "Progression was confirmed at a visit before.", "Table 3, example 6"),
    (
        "i-confirmed-target",
        "Suspected of the target lesions at least 4 weeks ago, and their sum has grown by 5 mm or more since.",
        QUESTIONS,
    ),
    (
        "i-confirmed-non-target",
        "Suspected of non-target lesions at least 4 weeks ago, and one has grown since, by whatever its measured size tells.",
        QUESTIONS,
    ),
    (
        "i-confirmed-new",
        "Suspected at least 4 weeks ago, and since then another new lesion came, the sum of the new measurable ones grew "
        "by 5 mm or more, or another new one grew at all.",
        QUESTIONS,
    ),
    (
        "i-confirmed-other",
        "Suspected at least 4 weeks ago of other lesions, and now lesions of another kind progress by RECIST 1.1.",
        QUESTIONS,
    ),
    (
        "i-confirmed-symptoms",
        "Suspected less than 4 weeks ago, and a scan taken for new symptoms shows another new lesion.",
        "EORTC iRECIST questions",
    ),
    ("i-suspected", "By RECIST 1.1 this is progression; it is not confirmed yet.", "Table 2"),
    (
        "i-suspected-still",
        "What was suspected is still there and has not grown enough, or not for 4 weeks, or without dates, to be confirmed.",
        QUESTIONS,
    ),
    ("i-ne", "Lesions were not evaluated, and those that were are no progression.", "Table 2"),
    ("i-none", "There was no lesion at the baseline and there is none now.", "Table 2"),
    ("i-cr", "All lesions are gone.", "Table 2"),
    ("i-pr", "Target lesions respond, or are gone while others are there; nothing is suspected.", "Table 2"),
    ("i-sd", "Target lesions are stable and nothing is suspected.", "Table 2"),
    ("i-non-cr", "Without target lesions: something is still there and nothing is suspected.", "Table 2"),
)  # fmt: skip

RULESET = Ruleset(
    "irecist",
    "1",
    "iRECIST (2017)",
    (
        # the parts are judged by RECIST 1.1 and cite its clauses by number, so these come first, as there
        *(clause for clause in recist_clauses() if not clause.key.startswith("overall-")),
        *(Clause(key, text, section, DOI) for key, text, section in _RULES),
    ),
)
_PARTS = {
    Category.CR: Category.ICR,
    Category.PR: Category.IPR,
    Category.SD: Category.ISD,
    Category.PD: Category.IUPD,
}
_RECIST = Recist()


@dataclass(frozen=True)
class Irecist:
    """Judges by RECIST 1.1, and asks that progression be confirmed."""

    ruleset: Ruleset = RULESET
    limits: Limits = LIMITS
    outcome: OutcomeSettings = OUTCOME
    quantity: Quantity = Quantity.LONGEST_DIAMETER_MM
    quantities: tuple[Quantity, ...] = DIAMETERS

    def judge(self, course: Course) -> Judgement:
        """Judge every visit against those before it."""
        recist = _RECIST.judge(course)
        new = new_lesions(course, self.limits, RECIST)
        others = course.role(LesionRole.NON_TARGET)
        symptoms = [bool(visit.clinical.new_symptoms) for visit in course.timeline.visits]
        suspicion = follow(
            Evidence(
                recist.verdicts[Scope.TARGET],
                recist.verdicts[Scope.NON_TARGET],
                recist.burden.total,
                diameters(course)[:, :, others],
                new,
                course.days,
                np.array(symptoms),
            )
        )
        parts = {
            scope: _in_words(recist.verdicts[scope]) for scope in (Scope.TARGET, Scope.NON_TARGET, Scope.NEW)
        }
        overall = _overall(recist.verdicts, new, suspicion)
        critical = _critical(course, recist, new, suspicion)
        return Judgement(
            {**parts, Scope.OVERALL: overall}, recist.burden, recist.targets, critical, suspicion.onset
        )


def _in_words(verdict: Verdict) -> Verdict:
    """The same in the words of iRECIST."""
    categories = verdict.categories.copy()
    for category, word in _PARTS.items():
        categories[verdict.is_(category)] = word.code
    return Verdict(categories, verdict.clauses)


def _overall(verdicts: Mapping[Scope, Verdict], new: NewLesions, found: Suspicion) -> Verdict:
    targets, others = verdicts[Scope.TARGET], verdicts[Scope.NON_TARGET]
    none = Category.NONE
    shape = (targets.categories.shape[0], targets.categories.shape[1])
    first = np.arange(shape[1]) == 0
    by = found.confirmed_by
    return first_of(
        RULESET,
        shape,
        Case(first & ~targets.is_(Category.NE), none, "i-baseline"),
        *(Case(by[kind], Category.ICPD, f"i-confirmed-{kind}") for kind in by),
        Case(found.confirmed, Category.ICPD, "i-confirmed-before"),
        Case(found.began, Category.IUPD, "i-suspected"),
        Case(found.suspected, Category.IUPD, "i-suspected-still"),
        Case(targets.is_(none) & others.is_(none), none, "i-none"),
        Case(targets.is_(Category.NE) | (targets.is_(none) & others.is_(Category.NE)), Category.NE, "i-ne"),
        Case(
            targets.is_(Category.CR, none) & others.is_(Category.CR, none) & ~new.there, Category.ICR, "i-cr"
        ),
        Case(targets.is_(Category.CR, Category.PR), Category.IPR, "i-pr"),
        Case(targets.is_(none), Category.NON_CR_NON_PD, "i-non-cr"),
        Case(True, Category.ISD, "i-sd"),
    )


def _critical(
    course: Course, recist: Judgement, new: NewLesions, found: Suspicion
) -> Mapping[Quantity, FloatArray]:
    """Those of RECIST 1.1, and the sizes at which a sum confirms or another lesion has grown."""
    sizes = diameters(course)[0]
    more = np.full((*sizes.shape, 3), np.nan)
    targets, burden = recist.targets, recist.burden
    more[:, targets, :1] = burden.met_alone(found.target_limit[0][:, None])
    of_new = np.nan_to_num(sizes[:, new.targets])
    more[:, new.targets, 0] = found.new_limit[0][:, None] - (new.total[0][:, None] - of_new)
    more[:, new.targets, 1] = _regrown(new)[:, None] - (new.total[0][:, None] - of_new)
    followed = np.concatenate([new.others, course.role(LesionRole.NON_TARGET)])
    onset = found.onset[0].astype(np.intp)
    more[:, followed, 2] = sizes[np.where(found.pending[0], onset, 0)][:, followed]
    nodes = course.nodes[:, None]
    by_node = {Quantity.LONGEST_DIAMETER_MM: ~nodes, Quantity.SHORT_AXIS_MM: nodes}
    return {
        quantity: np.concatenate([known, np.where(by_node[quantity], more, np.nan)], axis=2)
        for quantity, known in recist.critical.items()
    }


def _regrown(new: NewLesions) -> FloatArray:
    """(visits,): the sum of new lesions from which it is progression anew, against the smallest before."""
    total = np.where(new.total[0] > 0, new.total[0], np.inf)
    smallest = np.concatenate([[np.inf], np.minimum.accumulate(total)[:-1]])
    limit = np.maximum(1.2 * smallest, smallest + 5.0)
    return np.where(np.isfinite(limit), limit, np.nan)
