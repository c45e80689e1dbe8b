"""For every clause of RECIST 1.1 a course on each side of it; sizes in mm."""

from __future__ import annotations

from dataclasses import replace

from oncometry.core import LesionStatus, NonTargetState
from oncometry.response import Category, Scope

from .courses import Made, Sided

CR, PR, SD, PD, NE, NONE = (Category(word) for word in ("CR", "PR", "SD", "PD", "NE", "NONE"))
NON_CR = Category.NON_CR_NON_PD
ABSENT, PRESENT, PROGRESSED = NonTargetState.ABSENT, NonTargetState.PRESENT, NonTargetState.PROGRESSION
T, NT, NEW = Scope.TARGET, Scope.NON_TARGET, Scope.NEW
STABLE = Made({"a": [50, 50]})
GONE = Made({"a": [50, 0]})
GROWN = Made({"a": [50, 60]})


def targets(*sizes: float | LesionStatus | None, **others: list[float | None]) -> Made:
    return Made({"a": list(sizes), **others})


def seen(*states: NonTargetState | LesionStatus | None, a: tuple[float | None, ...] = ()) -> Made:
    made = Made({"non-target": list(states)})
    return replace(made, lesions={**made.lesions, "a": list(a)}) if a else made


def with_new(made: Made) -> Made:
    return replace(made, new=(None, True))


SIDES = [
    Sided("target-none", NONE, seen(PRESENT, PRESENT), STABLE, (SD, "target-sd"), T),
    Sided("target-baseline", NONE, targets(50), targets(LesionStatus.NOT_EVALUABLE), (NE, "target-ne"), T),
    Sided("target-cr", CR, GONE, targets(50, 0.1), (PR, "target-pr"), T),
    Sided("target-cr", CR, Made({"node": [20, 9.9]}), Made({"node": [20, 10]}), (PR, "target-pr"), T),
    Sided("target-cr", CR, Made({"node": [20, 4, 9.9]}), Made({"node": [20, 4, 10]}), (PD, "target-pd"), T),
    Sided("target-reappeared", PD, targets(50, 0, 0, 0.1), targets(50, 0, 0, 0), (CR, "target-cr"), T),
    Sided("target-reappeared", PD, targets(50, 0, 0, 4.9), targets(50, 0, 4.9), (PR, "target-doubtful-cr"), T),
    Sided(
        "target-reappeared", PD, Made({"node": [20, 9, 9, 10]}), Made({"node": [20, 9, 9, 9.9]}), (CR, "target-cr"), T
    ),
    Sided("target-pd", PD, GROWN, targets(50, 59.9), (SD, "target-sd"), T),
    Sided("target-pd", PD, targets(20, 25), targets(20, 24.9), (SD, "target-sd"), T),
    Sided("target-pd", PD, targets(100, 30, 36), targets(100, 30, 35.9), (PR, "target-pr"), T),
    Sided("target-pd", PD, targets(50, 0, 5), targets(50, 0, 4.9), (PR, "target-doubtful-cr"), T),
    Sided("target-pd", PD, targets(50, 72, b=[10, None]), targets(50, 71.9, b=[10, None]), (NE, "target-ne"), T),
    Sided("target-ne", NE, targets(50, None), STABLE, (SD, "target-sd"), T),
    Sided("target-ne", NE, targets(None, 10), targets(50, 10), (PR, "target-pr"), T),
    Sided("target-doubtful-cr", PR, targets(50, 0, 4.9), targets(50, 0, 5), (PD, "target-pd"), T),
    Sided("target-pr", PR, targets(50, 35), targets(50, 35.1), (SD, "target-sd"), T),
    Sided(
        "target-pr", PR, targets(18, LesionStatus.TOO_SMALL), targets(7, LesionStatus.TOO_SMALL), (SD, "target-sd"), T
    ),
    Sided("target-sd", SD, STABLE, GROWN, (PD, "target-pd"), T),
    Sided("non-target-none", NONE, STABLE, seen(PRESENT, ABSENT, a=(50, 50)), (CR, "non-target-cr"), NT),
    Sided("non-target-baseline", NONE, seen(PRESENT), seen(PRESENT, PRESENT), (NON_CR, "non-target-persists"), NT),
    Sided(
        "non-target-pd", PD, seen(PRESENT, PROGRESSED), seen(PRESENT, PRESENT), (NON_CR, "non-target-persists"), NT
    ),
    Sided(
        "non-target-reappeared", PD, seen(PRESENT, ABSENT, ABSENT, PRESENT), seen(PRESENT, ABSENT, PRESENT),
        (NON_CR, "non-target-persists"), NT,
    ),
    Sided(
        "non-target-reappeared", PD, seen(PRESENT, ABSENT, ABSENT, PRESENT, a=(50, 0, 0, 0)),
        seen(PRESENT, ABSENT, ABSENT, PRESENT, a=(50, 20, 20, 20)), (NON_CR, "non-target-persists"), NT,
    ),
    Sided(
        "non-target-ne", NE, seen(PRESENT, LesionStatus.NOT_EVALUABLE), seen(PRESENT, ABSENT), (CR, "non-target-cr"),
        NT,
    ),
    Sided("non-target-ne", NE, seen(PRESENT, None), seen(PRESENT, PRESENT), (NON_CR, "non-target-persists"), NT),
    Sided(
        "non-target-cr", CR, seen(PRESENT, ABSENT), seen(PRESENT, PRESENT), (NON_CR, "non-target-persists"), NT
    ),
    Sided(
        "non-target-cr", CR, Made({"non-target node": [12, 9.9]}), Made({"non-target node": [12, 10]}),
        (NON_CR, "non-target-persists"), NT,
    ),
    Sided(
        "non-target-persists", NON_CR, seen(PRESENT, PRESENT), seen(PRESENT, PROGRESSED), (PD, "non-target-pd"), NT
    ),
    Sided("new", PD, with_new(STABLE), STABLE, (NONE, "new-none"), NEW),
    Sided("new", PD, Made({"a": [50, 50], "new": [None, 7]}), Made({"a": [50, 50], "new": [None, 0]}),
          (NONE, "new-none"), NEW),
    Sided("new-none", NONE, replace(STABLE, new=(True, None)), with_new(STABLE), (PD, "new"), NEW),
    Sided("overall-baseline", NONE, targets(50), targets(LesionStatus.NOT_EVALUABLE), (NE, "overall-ne")),
    Sided("overall-target-pd", PD, seen(PRESENT, ABSENT, a=(50, 60)), seen(PRESENT, ABSENT, a=(50, 59)),
          (SD, "overall-sd")),
    Sided("overall-non-target-pd", PD, seen(PRESENT, PROGRESSED, a=(50, 0)), seen(PRESENT, PRESENT, a=(50, 0)),
          (PR, "overall-cr-but-non-target")),
    Sided("overall-non-target-pd", PD, seen(PRESENT, PROGRESSED, a=(50, None)), seen(PRESENT, PRESENT, a=(50, None)),
          (NE, "overall-ne")),
    Sided("overall-new", PD, with_new(GONE), GONE, (CR, "overall-cr")),
    Sided("overall-new", PD, with_new(targets(50, None)), targets(50, None), (NE, "overall-ne")),
    Sided("overall-new", PD, with_new(seen(PRESENT, ABSENT)), seen(PRESENT, ABSENT), (CR, "overall-non-target-cr")),
    Sided("overall-none", NONE, Made({}, new=(None, None)), Made({}, new=(None, True)), (PD, "overall-new")),
    Sided("overall-ne", NE, seen(PRESENT, ABSENT, a=(50, None)), seen(PRESENT, ABSENT, a=(50, 50)),
          (SD, "overall-sd")),
    Sided("overall-cr", CR, seen(PRESENT, ABSENT, a=(50, 0)), seen(PRESENT, PRESENT, a=(50, 0)),
          (PR, "overall-cr-but-non-target")),
    Sided("overall-cr-but-non-target", PR, seen(PRESENT, None, a=(50, 0)), seen(PRESENT, ABSENT, a=(50, 0)),
          (CR, "overall-cr")),
    Sided("overall-pr", PR, seen(PRESENT, None, a=(50, 35)), seen(PRESENT, None, a=(50, 36)), (SD, "overall-sd")),
    Sided("overall-sd", SD, seen(PRESENT, None, a=(50, 50)), seen(PRESENT, None, a=(50, 60)),
          (PD, "overall-target-pd")),
    Sided("overall-non-target-cr", CR, seen(PRESENT, ABSENT), seen(PRESENT, PRESENT),
          (NON_CR, "overall-non-target-persists")),
    Sided("overall-non-target-ne", NE, seen(PRESENT, None), seen(PRESENT, ABSENT), (CR, "overall-non-target-cr")),
    Sided("overall-non-target-persists", NON_CR, seen(PRESENT, PRESENT), seen(PRESENT, PROGRESSED),
          (PD, "overall-non-target-pd")),
]  # fmt: skip
