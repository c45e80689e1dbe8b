"""Timelines with a known truth, read with the errors of a bank; how often a call given a chance is right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from oncometry.core import LesionReading, LesionRole, LesionStatus, Quantity
from oncometry.core.geometry import FloatArray
from oncometry.response.category import Category, Scope
from oncometry.response.course import Course
from oncometry.response.criterion import Criterion
from oncometry.response.timeline import Timeline, TimelineLesion, TimelineVisit
from oncometry.response.uncertainty import UncertaintySettings, drawn_course

from .bank import QUANTITIES, Bank

__all__ = ["Calls", "calls", "false_alarms", "unchanged", "varied"]

VISITS, WEEKS = 6, 8
GONE_MM = 2.0
"""A lesion truly smaller is not there."""


@dataclass(frozen=True, eq=False)
class Calls:
    """(n,) each: the chance given to the category that was called, and whether the truth's category is that one."""

    chance: FloatArray
    right: FloatArray


def varied(count: int, bank: Bank, seed: int) -> Iterator[tuple[Timeline, Timeline]]:
    """Timelines as read and as they are; one to five lesions that shrink, stay, grow, or come back.

    The volume is the sum of a part that is killed and one that grows (Stein, doi:10.1634/theoncologist.2008-0075),
    with rates that a patient's lesions share but for a third of their spread.
    """
    rng = np.random.default_rng(seed)
    years = np.arange(VISITS) * WEEKS / 52
    for number in range(count):
        lesions = int(rng.integers(1, 6))
        killed = rng.uniform() * np.ones(lesions) * rng.uniform(0.8, 1, lesions)
        kill = np.exp(rng.normal(1.5, 0.8) + rng.normal(0, 0.3, lesions))
        grow = np.exp(rng.normal(-0.8, 1.2) + rng.normal(0, 0.3, lesions))
        start = np.exp(rng.uniform(np.log(11), np.log(50), lesions))
        decay, rise = np.exp(-np.outer(years, kill)), np.exp(np.outer(years, grow))
        yield _read(number, start * np.cbrt(killed * decay + (1 - killed) * rise), bank, rng)


def unchanged(count: int, lesions: int, bank: Bank, seed: int) -> Iterator[tuple[Timeline, Timeline]]:
    """Two readings of the same lesions on the same day: the negative control."""
    rng = np.random.default_rng(seed)
    for number in range(count):
        start = np.exp(rng.uniform(np.log(11), np.log(50), lesions))
        yield _read(number, np.stack([start, start]), bank, rng)


def calls(
    criteria: Sequence[Criterion], pairs: Iterator[tuple[Timeline, Timeline]], draws: int = 1000
) -> list[Calls]:
    """What each criterion calls at every visit after the first; by images alone where it also asks for the patient."""
    chances: list[list[FloatArray]] = [[] for _ in criteria]
    right: list[list[FloatArray]] = [[] for _ in criteria]
    for read, true in pairs:
        course, truth = Course.of(read), Course.of(true)
        drawn = drawn_course(read, UncertaintySettings(draws=draws))
        for at, criterion in enumerate(criteria):
            called = _categories(criterion, course)[0]
            chances[at].append((_categories(criterion, drawn) == called).mean(axis=0)[1:])
            right[at].append((called == _categories(criterion, truth)[0])[1:])
    return [
        Calls(np.concatenate(c), np.concatenate(r).astype(float)) for c, r in zip(chances, right, strict=True)
    ]


def false_alarms(criterion: Criterion, pairs: Iterator[tuple[Timeline, Timeline]]) -> tuple[float, float]:
    """Part of second readings that are not SD, and the chance that was given to it in the mean."""
    called, said = [], []
    for read, _ in pairs:
        called.append(_categories(criterion, Course.of(read))[0, 1] != Category.SD.code)
        said.append(float((_categories(criterion, drawn_course(read))[:, 1] != Category.SD.code).mean()))
    return float(np.mean(called)), float(np.mean(said))


def _categories(criterion: Criterion, course: Course) -> FloatArray:
    verdicts = criterion.judge(course).verdicts
    return np.asarray(verdicts.get(Scope.IMAGING, verdicts[Scope.OVERALL]).categories)


def _read(
    number: int, diameters: FloatArray, bank: Bank, rng: np.random.Generator
) -> tuple[Timeline, Timeline]:
    """Diameters (visits, lesions), mm, as a reader of the bank reads them, and as they are."""
    visits, lesions = diameters.shape
    masks, slices, _, readers, repetitions, _ = bank.ratio.shape
    thick = int(rng.integers(slices))
    read: list[list[LesionReading]] = []
    true: list[list[LesionReading]] = []
    for lesion in range(lesions):
        mask, reader = int(rng.integers(masks)), int(rng.integers(readers))
        read.append([])
        true.append([])
        for visit in range(visits):
            size = diameters[visit, lesion]
            values = bank.shape[mask] * size ** np.array([1, 1, 2, 3])
            nearest = int(np.argmin(np.abs(np.log(bank.diameters / size))))
            at = (mask, thick, nearest, reader, int(rng.integers(repetitions)))
            seen = values * bank.ratio[at]
            who = (str(number), visit, f"L{lesion}")
            true[-1].append(_reading(*who, values if size >= GONE_MM else None))
            read[-1].append(_reading(*who, seen if size >= GONE_MM else None, bank.error[at] * seen))
    return _timeline(str(number), read), _timeline(str(number), true)


def _reading(
    patient: str, visit: int, lesion: str, values: FloatArray | None, errors: FloatArray | None = None
) -> LesionReading:
    there = values is not None and bool(np.isfinite(values).all())
    numbers = dict(zip(QUANTITIES, values.tolist(), strict=True)) if there and values is not None else {}
    deviations: dict[Quantity, float] = {}
    if there and errors is not None:
        deviations = dict(zip(QUANTITIES, errors.tolist(), strict=True))
    status = LesionStatus.MEASURED if there else LesionStatus.ABSENT
    day = visit * 7 * WEEKS
    return LesionReading(
        patient, str(visit), day, "", lesion, LesionRole.TARGET, status, numbers, deviations, is_node=False
    )


def _timeline(patient: str, lesions: list[list[LesionReading]]) -> Timeline:
    return Timeline(
        patient,
        "",
        tuple(TimelineVisit(str(v), v * 7 * WEEKS) for v in range(len(lesions[0]))),
        tuple(TimelineLesion(x[0].lesion, LesionRole.TARGET, tuple(x)) for x in lesions),
    )
