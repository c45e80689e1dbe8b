"""Every clause of every criterion has a course on each side of it, and speaks where it should."""

from __future__ import annotations

import pytest

from oncometry.response import Criterion, Scope, criteria, criterion_named

from . import cases_irecist, cases_recist
from .cases_others import MRECIST_SIDES, PERCIST_SIDES, VOLUMETRIC_SIDES
from .courses import Sided, cited, judged

MRECIST_SAME = [side for side in cases_recist.SIDES if side.key not in {"target-doubtful-cr"}]
"""Cases of RECIST 1.1 that mRECIST shares; those that turn on 5 mm are its own."""

SHARED = [
    s for s in MRECIST_SAME if s.then[1] != "target-doubtful-cr" and s.made != cases_recist.targets(20, 25)
]
PARTS = (Scope.TARGET, Scope.NON_TARGET, Scope.NEW)
CASES: dict[str, list[Sided]] = {
    "recist-1.1": cases_recist.SIDES,
    "irecist": cases_irecist.SIDES,
    "mrecist": [*SHARED, *MRECIST_SIDES],
    "percist-1.0": PERCIST_SIDES,
    "volumetric": VOLUMETRIC_SIDES,
}


@pytest.mark.parametrize(
    ("name", "side"),
    [
        pytest.param(name, side, id=f"{name}-{side.key}-{number}")
        for name, sides in CASES.items()
        for number, side in enumerate(sides)
    ],
)
def test_both_sides_of_a_clause(name: str, side: Sided) -> None:
    criterion: Criterion = criterion_named(name)
    assert (judged(criterion, side.made, side.scope)[-1], cited(criterion, side.made, side.scope)) == (
        side.category,
        side.key,
    )
    beside = (judged(criterion, side.beside, side.scope)[-1], cited(criterion, side.beside, side.scope))
    assert beside == side.then


def test_every_clause_has_its_two_sides() -> None:
    """A clause without a course on each side of it cannot be added."""
    shared = set(criterion_named("recist-1.1").ruleset.numbers)
    lacking = {
        name: set(criterion_named(name).ruleset.numbers) - {side.key for side in sides}
        for name, sides in CASES.items()
    }
    assert lacking["irecist"] <= shared  # parts are judged by RECIST 1.1, whose cases they are
    assert not any(lacking[name] for name in lacking if name != "irecist")


def test_irecist_judges_parts_as_recist() -> None:
    words = {"CR": "iCR", "PR": "iPR", "SD": "iSD", "PD": "iUPD"}
    recist, irecist = criterion_named("recist-1.1"), criterion_named("irecist")
    for side in cases_recist.SIDES:
        for scope in PARTS:
            theirs = [words.get(category, category) for category in judged(recist, side.made, scope)]
            assert judged(irecist, side.made, scope) == theirs
            assert cited(irecist, side.made, scope) == cited(recist, side.made, scope)


def test_what_is_verified() -> None:
    """Those whose every rule was read in a published text; a change here is a change of evidence."""
    assert all(criterion_named(name).ruleset.verified for name in CASES)
    assert all(clause.doi.startswith("10.") for c in criteria().values() for clause in c.ruleset.clauses)
