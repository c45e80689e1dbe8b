"""For every clause that iRECIST adds a course on each side of it; visits are 42 days apart where no days stand."""

from __future__ import annotations

from oncometry.core import LesionStatus, NonTargetState
from oncometry.response import Category

from .courses import Made, Sided, Size

ICR, IPR, ISD, IUPD, ICPD = (Category(word) for word in ("iCR", "iPR", "iSD", "iUPD", "iCPD"))
NE, NONE, NON_CR = Category.NE, Category.NONE, Category.NON_CR_NON_PD
ABSENT, PRESENT = NonTargetState.ABSENT, NonTargetState.PRESENT


def made(
    *sizes: Size, days: list[int | None] | None = None, symptoms: int | None = None, **others: list[Size]
) -> Made:
    return Made({"a": list(sizes), **{k.replace("_", " "): v for k, v in others.items()}}, days, (), symptoms)


def other(*sizes: Size) -> Made:
    """A non-target lesion beside a stable target."""
    return Made({"a": [50] * len(sizes), "non-target": list(sizes)})


PROGRESSED = NonTargetState.PROGRESSION
EARLY: list[int | None] = [0, 42, 69]
LATE: list[int | None] = [0, 42, 70]

SIDES = [
    Sided("i-baseline", NONE, made(50), made(None), (NE, "i-ne")),
    Sided("i-suspected", IUPD, made(50, 60), made(50, 59), (ISD, "i-sd")),
    Sided("i-suspected", IUPD, made(50, 50, new=[None, 12]), made(50, 50, new=[None, 0]), (ISD, "i-sd")),
    Sided("i-suspected", IUPD, other(PRESENT, PROGRESSED), other(PRESENT, PRESENT), (ISD, "i-sd")),
    # suspected, taken back by shrinkage: the bar is reset, and what grows again is suspected anew
    Sided("i-suspected", IUPD, made(50, 60, 50, 66), made(50, 60, 60, 66), (ICPD, "i-confirmed-target")),
    # new lesions that stayed while the others shrank count again when their sum grows by RECIST's own rule
    Sided(
        "i-suspected", IUPD, made(50, 50, 30, 30, new=[None, 12, 12, 17]), made(50, 50, 30, 30, new=[None, 12, 12, 16]),
        (IPR, "i-pr"),
    ),
    Sided("i-suspected-still", IUPD, made(50, 60, 64.9), made(50, 60, 65), (ICPD, "i-confirmed-target")),
    Sided("i-suspected-still", IUPD, made(50, 60, 66, days=EARLY), made(50, 60, 66, days=LATE),
          (ICPD, "i-confirmed-target")),
    Sided("i-suspected-still", IUPD, made(50, 60, 60), made(50, 60, 59), (ISD, "i-sd")),
    Sided("i-suspected-still", IUPD, made(50, 60, 66, days=[0, None, None]), made(50, 60, 66),
          (ICPD, "i-confirmed-target")),
    # EORTC, scenarios F and B: a new lesion that stays, with and without further shrinkage of the others
    Sided("i-suspected-still", IUPD, made(50, 34, 34, new=[None, 12, 12]), made(50, 40, 34, new=[None, 12, 12]),
          (IPR, "i-pr")),
    # 4 and 2 add up
    Sided("i-confirmed-target", ICPD, made(50, 60, 64, 66), made(50, 60, 64, 64), (IUPD, "i-suspected-still")),
    Sided("i-confirmed-target", ICPD, made(50, 60, None, 66), made(50, 60, None, 60), (IUPD, "i-suspected-still")),
    Sided(
        "i-confirmed-non-target", ICPD, other(PRESENT, (PROGRESSED, 20), (PROGRESSED, 20.1)),
        other(PRESENT, (PROGRESSED, 20), (PROGRESSED, 20)),
        (IUPD, "i-suspected-still"),
    ),
    Sided("i-confirmed-new", ICPD, made(50, 50, 50, new=[None, 12, 17]), made(50, 50, 50, new=[None, 12, 16.9]),
          (IUPD, "i-suspected-still")),
    Sided("i-confirmed-new", ICPD, made(50, 50, 50, new=[None, 7, 7.1]), made(50, 50, 50, new=[None, 7, 7]),
          (IUPD, "i-suspected-still")),
    Sided("i-confirmed-new", ICPD, made(50, 50, 50, new=[None, 7, 7], new_2=[None, None, 3]),
          made(50, 50, 50, new=[None, 7, 7], new_2=[None, 3, 3]), (IUPD, "i-suspected-still")),
    Sided("i-confirmed-new", ICPD, made(50, 60, 60, new=[None, None, 7]), made(50, 60, 60),
          (IUPD, "i-suspected-still")),
    Sided("i-confirmed-other", ICPD, made(50, 50, 60, new=[None, 7, 7]), made(50, 50, 59, new=[None, 7, 7]),
          (IUPD, "i-suspected-still")),
    Sided(
        "i-confirmed-symptoms", ICPD, made(50, 60, 60, days=EARLY, symptoms=2, new=[None, None, 7]),
        made(50, 60, 60, days=EARLY, new=[None, None, 7]), (IUPD, "i-suspected-still"),
    ),
    Sided(
        "i-confirmed-symptoms", ICPD, made(50, 60, 60, days=EARLY, symptoms=2, new=[None, None, 7]),
        made(50, 60, 70, days=EARLY, symptoms=2), (IUPD, "i-suspected-still"),
    ),
    Sided("i-confirmed-before", ICPD, made(50, 60, 66, 20), made(50, 60, 64, 20), (IPR, "i-pr")),
    Sided("i-ne", NE, made(50, None), made(50, 50), (ISD, "i-sd")),
    Sided("i-none", NONE, Made({}, new=(None, None)), Made({}, new=(None, True)), (IUPD, "i-suspected")),
    Sided("i-cr", ICR, made(50, 0), made(50, 1), (IPR, "i-pr")),
    Sided("i-cr", ICR, made(50, 40, 0, new=[None, 7, 0]), made(50, 40, 0, new=[None, 7, 7]), (IPR, "i-pr")),
    Sided("i-pr", IPR, made(50, 35), made(50, 36), (ISD, "i-sd")),
    Sided("i-sd", ISD, made(50, 50), made(50, 35), (IPR, "i-pr")),
    Sided("i-non-cr", NON_CR, Made({"non-target": [PRESENT, PRESENT]}), Made({"non-target": [PRESENT, ABSENT]}),
          (ICR, "i-cr")),
    Sided("i-ne", NE, Made({"non-target": [PRESENT, LesionStatus.NOT_EVALUABLE]}),
          Made({"non-target": [PRESENT, PRESENT]}), (NON_CR, "i-non-cr")),
]  # fmt: skip
