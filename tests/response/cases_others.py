"""Both sides of every clause of mRECIST's own thresholds, PERCIST 1.0 and plain volumes."""

from __future__ import annotations

from oncometry.core import LesionStatus, NonTargetState, Quantity
from oncometry.response import Category, Scope

from .courses import Made, Sided

CR, PR, SD, PD, NE, NONE = (Category(word) for word in ("CR", "PR", "SD", "PD", "NE", "NONE"))
CMR, PMR, SMD, PMD = (Category(word) for word in ("CMR", "PMR", "SMD", "PMD"))
T = Scope.TARGET

MRECIST_SIDES = [
    Sided("target-pd", PD, Made({"a": [10, 12]}), Made({"a": [10, 11.9]}), (SD, "target-sd"), T),
    Sided("target-pd", PD, Made({"a": [50, 0, 0.1]}), Made({"a": [50, 0, 0]}), (CR, "target-cr"), T),
    Sided(
        "target-doubtful-cr", PR, Made({"node": [40, 9, 10.7]}), Made({"node": [40, 9, 10.8]}), (PD, "target-pd"), T
    ),
]  # fmt: skip


def two(*first: float | None, second: tuple[float | None, ...]) -> Made:
    return Made({"a": list(first), "b": list(second)})


def hot(*peaks: float | None, glycolysis: tuple[float, ...]) -> Made:
    both = zip(peaks, glycolysis, strict=True)
    return Made(
        {"a": [{Quantity.SUL_PEAK: p or 0.0, Quantity.TOTAL_LESION_GLYCOLYSIS_ML: g} for p, g in both]}
    )


STEADY = Made({"a": [5, 5]})
PERCIST_SIDES = [
    Sided("baseline", NONE, Made({"a": [5]}), Made({"a": [None]}), (NE, "ne")),
    Sided("new", PMD, Made({"a": [5, 1], "new": [None, 3]}), Made({"a": [5, 1]}), (PMR, "pmr")),
    Sided(
        "extent", PMD, Made({"a": [5, 5], "non-target": [3, NonTargetState.PROGRESSION]}),
        Made({"a": [5, 5], "non-target": [3, 3]}), (SMD, "smd"),
    ),
    Sided("pmd", PMD, Made({"a": [5, 6.5]}), Made({"a": [5, 6.4]}), (SMD, "smd")),
    Sided("pmd", PMD, Made({"a": [2, 2.8]}), Made({"a": [2, 2.7]}), (SMD, "smd")),
    # the hottest of each scan, not the same lesion; and certain though another is missing
    Sided("pmd", PMD, two(5, 1, second=(2, 6.5)), two(5, 1, second=(2, 6.4)), (SMD, "smd")),
    Sided("pmd", PMD, two(5, None, second=(2, 6.5)), two(5, None, second=(2, 6.4)), (NE, "ne")),
    Sided("tlg", PMD, hot(5, 5, glycolysis=(40, 70)), hot(5, 5, glycolysis=(40, 69)), (SMD, "smd")),
    Sided("ne", NE, Made({"a": [5, LesionStatus.NOT_EVALUABLE]}), STEADY, (SMD, "smd")),
    Sided("cmr", CMR, Made({"a": [5, 0]}), Made({"a": [5, 0.5]}), (PMR, "pmr")),
    Sided("pmr", PMR, Made({"a": [5, 3.5]}), Made({"a": [5, 3.6]}), (SMD, "smd")),
    Sided("pmr", PMR, Made({"a": [2, 1.2]}), Made({"a": [2, 1.3]}), (SMD, "smd")),
    Sided("smd", SMD, STEADY, Made({"a": [5, 8]}), (PMD, "pmd")),
]  # fmt: skip

VOLUMETRIC_SIDES = [
    Sided("baseline", NONE, Made({"a": [10]}), Made({"a": [None]}), (NE, "ne")),
    Sided("new", PD, Made({"a": [10, 1], "new": [None, 1]}), Made({"a": [10, 1]}), (PR, "pr")),
    Sided("pd", PD, Made({"a": [10, 14]}), Made({"a": [10, 13.9]}), (SD, "sd")),
    Sided("pd", PD, Made({"a": [10, 2, 2.8]}), Made({"a": [10, 2, 2.7]}), (PR, "pr")),
    Sided("pd", PD, two(10, 16.8, second=(2, None)), two(10, 16.7, second=(2, None)), (NE, "ne")),
    Sided("reappeared", PD, Made({"a": [10, 0, 0.1]}), Made({"a": [10, 0, 0]}), (CR, "cr")),
    Sided("ne", NE, Made({"a": [10, None]}), Made({"a": [10, 10]}), (SD, "sd")),
    Sided("cr", CR, Made({"a": [10, 0]}), Made({"a": [10, 0.1]}), (PR, "pr")),
    Sided("pr", PR, Made({"a": [10, 3.5]}), Made({"a": [10, 3.6]}), (SD, "sd")),
    Sided("sd", SD, Made({"a": [10, 10]}), Made({"a": [10, 3]}), (PR, "pr")),
]
