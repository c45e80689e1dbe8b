"""For every clause of every criterion of the family a course on each side of it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest

from oncometry.core import (
    ClinicalState,
    LesionStatus,
    NonTargetState,
    SurroundingChange,
)
from oncometry.response.category import Category, Scope
from oncometry.response.course import Course
from oncometry.response.rano import RANO_CRITERIA, RanoCriterion

from .courses import ON_4_MG, UNSAID, WELL, WORSE, Size, cited, course, judged

CR, PR, MR, SD, PD, NE, NONE = (Category(c) for c in ("CR", "PR", "MR", "SD", "PD", "NE", "NONE"))
ABSENT, PRESENT, PROGRESSED = NonTargetState.ABSENT, NonTargetState.PRESENT, NonTargetState.PROGRESSION
SIX_WEEKS = replace(WELL, weeks_since_radiotherapy=6.0)
OUTSIDE = replace(SIX_WEEKS, outside_radiation_field=True)
THIRTEEN_WEEKS = replace(WELL, weeks_since_radiotherapy=13.0)
NO_WEEKS = replace(WELL, weeks_since_radiotherapy=None)
FLAIR = replace(WELL, t2_flair=SurroundingChange.INCREASED)
ENHANCED = replace(WELL, enhancement_increased=True)
TAPERED = (ON_4_MG, WELL)


@dataclass(frozen=True)
class Sided:
    """A clause, a course where it speaks at the last visit, and one beside it where another does.

    Attributes:
        key: of the clause.
        category: that it gives.
        lesions, states, new: the course.
        beside: what differs in the other course: the same three.
        then: category and clause there.
        scope: whose verdict is read.
    """

    key: str
    category: Category
    lesions: dict[str, list[Size]]
    beside: dict[str, object]
    then: tuple[Category, str]
    states: ClinicalState | tuple[ClinicalState, ...] = WELL
    new: tuple[bool | None, ...] = ()
    scope: Scope = Scope.OVERALL


STABLE: dict[str, list[Size]] = {"a": [100.0, 100.0]}
GROWN: dict[str, list[Size]] = {"a": [100.0, 150.0]}
GONE: dict[str, list[Size]] = {"a": [100.0, 0.0]}
SIDES = [
    Sided("baseline", NONE, {"a": [100.0]}, {"lesions": {"a": [LesionStatus.NOT_EVALUABLE]}}, (NE, "ne")),
    Sided("new", PD, STABLE, {"new": (None, False)}, (SD, "sd"), new=(None, True)),
    Sided(
        "non-target-pd", PD, STABLE | {"non-target 1": [PRESENT, PROGRESSED]},
        {"lesions": STABLE | {"non-target 1": [PRESENT, PRESENT]}}, (SD, "sd"),
    ),
    Sided("t2-flair-pd", PD, STABLE, {"states": WELL}, (SD, "sd"), FLAIR),
    Sided("enhancement-pd", PD, STABLE, {"states": WELL}, (SD, "sd"), ENHANCED),
    Sided("reappeared", PD, {"a": [100.0, 0.0, 9.0]}, {"lesions": {"a": [100.0, 0.0, 0.0]}}, (CR, "cr")),
    Sided("pd", PD, GROWN, {"lesions": STABLE}, (SD, "sd")),
    Sided("taper", NE, GROWN, {"states": (ON_4_MG, ON_4_MG)}, (PD, "pd"), TAPERED),
    Sided("window", NE, GROWN, {"states": THIRTEEN_WEEKS}, (PD, "pd"), SIX_WEEKS),
    Sided(
        "window", NE, GROWN, {"states": replace(SIX_WEEKS, histology_tumor=True)}, (PD, "pd"), SIX_WEEKS
    ),
    Sided(
        "window", NE, GROWN, {"states": OUTSIDE}, (PD, "pd"), SIX_WEEKS
    ),
    Sided(
        "clinical-window", NE, STABLE,
        {"states": replace(WORSE, weeks_since_radiotherapy=12.0)}, (PD, "clinical-pd"),
        replace(WORSE, weeks_since_radiotherapy=11.9),
    ),
    Sided("unchecked", PD, GROWN, {"states": WELL}, (PD, "pd"), NO_WEEKS),
    Sided("clinical-pd", PD, STABLE, {"states": WELL}, (SD, "sd"), WORSE),
    Sided("clinical-pd", PD, GONE, {"states": WELL}, (CR, "cr"), (WELL, WORSE)),
    Sided("observe", NE, STABLE, {"states": (ON_4_MG, ON_4_MG)}, (SD, "sd"), (WELL, ON_4_MG)),
    Sided("observe", NE, {"a": [100.0, 20.0]}, {"states": TAPERED}, (PR, "pr"), (WELL, ON_4_MG)),
    Sided(
        "steroids-raised", SD, {"a": [100.0, 20.0]}, {"states": (ON_4_MG, ON_4_MG)}, (PR, "pr"), (WELL, ON_4_MG)
    ),
    Sided("cr", CR, GONE, {"lesions": {"a": [100.0, 0.01]}}, (PR, "pr")),
    Sided(
        "cr-on-steroids", PR, GONE,
        {"states": replace(ON_4_MG, steroid_replacement=True)}, (CR, "cr"), (ON_4_MG, ON_4_MG),
    ),
    Sided("pr", PR, {"a": [100.0, 20.0]}, {"lesions": STABLE}, (SD, "sd")),
    Sided("mr", MR, {"a (non-enhancing)": [100.0, 60.0]}, {"lesions": STABLE}, (SD, "sd")),
    Sided("sd", SD, STABLE, {"lesions": GROWN}, (PD, "pd")),
    Sided(
        "joined", PR, {"a (enhancing)": [100.0, 20.0], "b (non-enhancing)": [100.0, 100.0]},
        {"lesions": {"a (enhancing)": [100.0, 100.0], "b (non-enhancing)": [100.0, 100.0]}}, (SD, "sd"),
    ),
    Sided("ne", NE, {"a": [100.0, None]}, {"lesions": STABLE}, (SD, "sd")),
    Sided("inputs", NE, STABLE, {"states": WELL}, (SD, "sd"), UNSAID),
    Sided("inputs", NE, STABLE, {"states": WELL}, (SD, "sd"), replace(WELL, steroid_mg=None)),
    Sided("inputs", NE, STABLE, {"states": WELL}, (SD, "sd"), replace(WELL, status=None)),
    Sided(
        "unmeasurable", SD, {"non-target 1": [PRESENT, ABSENT]},
        {"lesions": {"non-target 1": [PRESENT, PROGRESSED]}}, (PD, "non-target-pd"),
    ),
    Sided(
        "non-target-none", NONE, STABLE, {"lesions": STABLE | {"non-target 1": [PRESENT, ABSENT]}},
        (CR, "non-target-cr"), scope=Scope.NON_TARGET,
    ),
    Sided(
        "non-target-cr", CR, {"non-target 1": [PRESENT, ABSENT]}, {"lesions": {"non-target 1": [PRESENT, PRESENT]}},
        (Category.NON_CR_NON_PD, "non-target-persists"), scope=Scope.NON_TARGET,
    ),
    Sided(
        "non-target-persists", Category.NON_CR_NON_PD, {"non-target 1": [PRESENT, PRESENT]},
        {"lesions": {"non-target 1": [PRESENT, None]}}, (NE, "non-target-ne"), scope=Scope.NON_TARGET,
    ),
    Sided(
        "non-target-ne", NE, GONE | {"non-target 1": [PRESENT, LesionStatus.NOT_EVALUABLE]},
        {"lesions": GONE | {"non-target 1": [PRESENT, ABSENT]}}, (CR, "cr"),
    ),
    Sided(
        "non-target-left", PR, GONE | {"non-target 1": [PRESENT, PRESENT]},
        {"lesions": GONE | {"non-target 1": [PRESENT, ABSENT]}}, (CR, "cr"),
    ),
]  # fmt: skip


def _made(criterion: RanoCriterion, side: Sided) -> Course:
    return course(criterion.quantity, side.lesions, side.states, new=side.new)


@pytest.mark.parametrize(
    ("criterion", "side"),
    [
        pytest.param(c, s, id=f"{c.ruleset.name}-{s.key}-{n}")
        for c in RANO_CRITERIA
        for n, s in enumerate(SIDES)
        if s.key in c.ruleset.numbers
    ],
)
def test_both_sides_of_a_clause(criterion: RanoCriterion, side: Sided) -> None:
    if side.states == SIX_WEEKS and side.beside["states"] == OUTSIDE and not criterion.inputs.field:
        side = replace(side, then=(NE, "window"))
    if side.key == "mr" and "joined" not in criterion.ruleset.numbers:
        side = replace(side, lesions={"a": [100.0, 60.0]})
    there = _made(criterion, side)
    assert (judged(criterion, there, side.scope)[-1], cited(criterion, there, -1, side.scope)) == (
        side.category,
        side.key,
    )
    beside = _made(criterion, replace(side, **side.beside))
    assert (judged(criterion, beside, side.scope)[-1], cited(criterion, beside, -1, side.scope)) == side.then


@pytest.mark.parametrize("criterion", RANO_CRITERIA, ids=lambda c: c.ruleset.name)
def test_every_clause_has_its_two_sides(criterion: RanoCriterion) -> None:
    assert set(criterion.ruleset.numbers) <= {side.key for side in SIDES}


def test_which_rulesets_are_verified() -> None:
    """Those whose every rule was read in a published text; a change here is a change of evidence."""
    verified = {c.ruleset.name for c in RANO_CRITERIA if c.ruleset.verified}
    assert verified == {"macdonald", "rano-hgg", "rano-bm"}
    assert all(np.char.startswith([c.doi for r in RANO_CRITERIA for c in r.ruleset.clauses], "10."))


def test_names_are_unique() -> None:
    names = [criterion.ruleset.name for criterion in RANO_CRITERIA]
    assert len(set(names)) == len(names)
    assert all(len(c.ruleset.numbers) == len(c.ruleset.clauses) for c in RANO_CRITERIA)
