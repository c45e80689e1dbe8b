"""A timeline as it might have been: every size drawn about what was read, so that a criterion gives chances.

The model, with its reasons: docs/uncertainty.md.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Collection, Sequence

import numpy as np
from pydantic import BaseModel, ConfigDict, Field
from scipy.special import ndtr

from oncometry.core import LesionReading, LesionStatus, Quantity
from oncometry.measurement import reader_spread
from oncometry.response.course import Course, FloatArray
from oncometry.response.timeline import Timeline, TimelineLesion

__all__ = ["UncertaintySettings", "drawn_course"]

Q = Quantity
POWERS = {
    Q.LONGEST_DIAMETER_MM: (1, 1.0),
    Q.SHORT_AXIS_MM: (1, 1.0),
    Q.PRODUCT_MM2: (2, 1.0),
    Q.VOLUME_ML: (3, math.pi / 6000),
}
"""Size of a ball of diameter d: quantity -> (power of d, factor). Only these can be drawn of a lesion that was missed."""


class UncertaintySettings(BaseModel):
    """How chances are drawn."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    draws: int = Field(1000, ge=1, description="Courses drawn for each timeline.")
    missed: float = Field(
        0.05, ge=0, le=1, description="Chance that a lesion called absent is there; nobody has published it."
    )
    missed_mm: float = Field(
        5.0, gt=0, description="A lesion that was missed is of any diameter up to this (RECIST 1.1: 5 mm)."
    )


def drawn_course(
    timeline: Timeline,
    settings: UncertaintySettings | None = None,
    quantities: Collection[Quantity] = tuple(Quantity),
) -> Course:
    """The course, drawn many times.

    Sizes are log-normal about what was read: an error is a part of the size, and no size is negative. One draw moves
    all quantities of a lesion at a visit alike, and all visits by what its reader does alike. What has no number gets
    none; a lesion called absent may have been missed, a node not (of those that are not seen, size says nothing). The
    draws are those of the patient's, reader's and lesion's name: the order of lesions and later visits change none.

    Args:
        timeline: with standard errors, or else with those published for the size; without either it stays as read.
        settings: number of draws, and what may be missed.
        quantities: which are drawn, those that a criterion judges say; the others stay as read. A quantity is drawn
            alike whichever others are.

    Returns:
        Values (draws, visits, lesions).
    """
    chosen = settings or UncertaintySettings()
    lesions, visits = timeline.lesions, len(timeline.visits)
    read = Course.of(timeline)
    if not lesions or not visits:
        return read
    noise = np.stack([_noise(timeline, lesion.name, chosen.draws) for lesion in lesions])
    absent = np.array([_may_be_missed(lesion) for lesion in lesions])
    shape = (chosen.draws, visits, len(lesions))
    values = {quantity: np.broadcast_to(array, shape) for quantity, array in read.values.items()}
    for quantity in _known(lesions, quantities):
        own, bias = _deviations(lesions, quantity)
        sizes = noise[:, 1:] * own[:, :, None]
        sizes += noise[:, :1] * bias[:, :, None]
        np.exp(sizes, out=sizes)
        sizes *= read.values[quantity][0].T[:, :, None]
        if absent.any() and quantity in POWERS:
            sizes[absent] = _missed(noise[:, 1:][absent], quantity, chosen)
        values[quantity] = sizes.transpose(2, 1, 0)
    return read.drawn(values)


def _noise(timeline: Timeline, lesion: str, draws: int) -> FloatArray:
    """(1 + visits, draws) standard normal: what all visits share, then each."""
    name = "\0".join((timeline.patient_id, timeline.reader, lesion))
    rng = np.random.default_rng(int.from_bytes(hashlib.sha256(name.encode()).digest()[:16]))
    return rng.standard_normal((1 + len(timeline.visits), draws))


def _may_be_missed(lesion: TimelineLesion) -> list[bool]:
    return [r is not None and r.status is LesionStatus.ABSENT and not lesion.is_node for r in lesion.readings]


def _known(lesions: Sequence[TimelineLesion], wanted: Collection[Quantity]) -> list[Quantity]:
    """What is wanted and any reading has."""
    there = {quantity for x in lesions for r in x.readings if r is not None for quantity in r.values}
    return [quantity for quantity in Quantity if quantity in there and quantity in wanted]


def _deviations(lesions: Sequence[TimelineLesion], quantity: Quantity) -> tuple[FloatArray, FloatArray]:
    """(lesions, visits) each: of the logarithm, of one reading and of what all visits share."""
    pairs = np.array([[_deviation(r, quantity) for r in lesion.readings] for lesion in lesions])
    return np.sqrt(np.log1p(pairs[:, :, 0] ** 2)), np.sqrt(np.log1p(pairs[:, :, 1] ** 2))


def _deviation(reading: LesionReading | None, quantity: Quantity) -> tuple[float, float]:
    """Of one reader's readings and of readers' means, parts of the value."""
    value = reading.values.get(quantity) if reading is not None else None
    if reading is None or not value:
        return 0.0, 0.0
    spread = reader_spread(quantity, value)
    own, bias = (spread.own, spread.bias) if spread is not None else (0.0, 0.0)
    if quantity in reading.standard_errors:
        own = reading.standard_errors[quantity] / value
    return own, bias


def _missed(noise: FloatArray, quantity: Quantity, settings: UncertaintySettings) -> FloatArray:
    """(n, draws): 0, or what is there although it was called absent: any diameter up to the limit."""
    power, factor = POWERS[quantity]
    chance = ndtr(noise)
    part = np.clip((chance - (1 - settings.missed)) / max(settings.missed, 1e-300), 0.0, 1.0)
    return np.asarray(factor * (part * settings.missed_mm) ** power)
