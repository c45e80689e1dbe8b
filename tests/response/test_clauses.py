"""Every clause of every criterion has a course on each side of it, and speaks where it should."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from oncometry.response import Criterion, Scope, criteria, criterion_named

from . import cases_irecist, cases_recist
from .cases_others import MRECIST_SIDES, PERCIST_SIDES, VOLUMETRIC_SIDES
from .courses import Sided, cited, judged

MRECIST_SAME = [side for side in cases_recist.SIDES if side.key not in {"target-doubtful-cr"}]
"""Cases of RECIST 1.1 that mRECIST shares; those that turn on 5 mm are its own."""

SHARED = [s for s in MRECIST_SAME if s.then[1] != "target-doubtful-cr" and s.made != cases_recist.targets(20, 25)]
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
