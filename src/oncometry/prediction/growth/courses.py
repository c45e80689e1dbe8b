"""Many series as arrays of one width, and the scale on which readings are compared.

A reading's error has a part that is constant and a part that grows with the size. Sizes are compared as
log(size + least), `least` being what is too small to be measured: an error of s on that scale is about s (size + least) of
the size, and a lesion that is gone has a place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from oncometry.core.errors import Code, SettingsError
from oncometry.prediction.growth.law import FloatArray, GrowthLaw
from oncometry.prediction.growth.series import SizeSeries, SizeUnit

__all__ = ["Courses", "courses_of", "from_scale", "to_scale"]


def to_scale(sizes: FloatArray, unit: SizeUnit) -> FloatArray:
    """log(size + least)."""
    return np.log(sizes + unit.least)


def from_scale(values: FloatArray, unit: SizeUnit) -> FloatArray:
    """The size; below that of a lesion that is gone it is 0."""
    return np.maximum(np.exp(values) - unit.least, 0.0)


@dataclass(frozen=True, eq=False)
class Courses:
    """m series, padded to n visits.

    Attributes:
        days, values: (m, n), 0 where there is no visit; values are on the scale.
        known: (m, n) whether there is a visit.
        first: (m,) logarithm of each first size, of `least` at least: where a search begins.
        unit: of all.
    """

    days: FloatArray
    values: FloatArray
    known: NDArray[np.bool_]
    first: FloatArray
    unit: SizeUnit

    def expected(self, law: GrowthLaw, coordinates: FloatArray) -> FloatArray:
        """(m, n) of the law on the scale, 0 where there is no visit."""
        sizes = np.exp(law.log_size(coordinates, self.days, self.unit.dimension))
        return np.where(self.known, to_scale(sizes, self.unit), 0.0)

    def taken(self, which: NDArray[np.intp]) -> Courses:
        """Some of the series, by their places; one may come twice."""
        return Courses(self.days[which], self.values[which], self.known[which], self.first[which], self.unit)


def courses_of(series: Sequence[SizeSeries]) -> Courses:
    """The series together.

    Raises:
        SettingsError: `SETTINGS`, there are none, or their units differ.
    """
    units = sorted({one.unit for one in series})
    if len(units) != 1:
        raise SettingsError(
            Code.SETTINGS, f"series of one unit are taken together, not of {units or 'none'}."
        )
    shape = (len(series), max(len(one.days) for one in series))
    days, values, known = np.zeros(shape), np.zeros(shape), np.zeros(shape, dtype=np.bool_)
    for at, one in enumerate(series):
        count = len(one.days)
        days[at, :count], known[at, :count] = one.days, True
        values[at, :count] = to_scale(one.sizes, one.unit)
    first = np.log([max(float(one.sizes[0]), units[0].least / 2) for one in series])
    return Courses(days, values, known, first, units[0])
