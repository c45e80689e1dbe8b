"""A lesion's sizes at its visits, checked at the door."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike

from oncometry.core import PROGRAM, Code, Notice, SettingsError
from oncometry.prediction.growth.law import FloatArray

__all__ = ["LEAST_VISITS", "SizeOrigin", "SizeSeries", "SizeUnit", "size_series"]

LEAST_VISITS = 3
"""Fewer are no course: two points have no error."""


class SizeUnit(StrEnum):
    """What a size is."""

    MM = "mm"  # a diameter
    ML = "ml"  # a volume

    @property
    def dimension(self) -> int:
        """Of the size: 1 of a diameter, 3 of a volume."""
        return 1 if self is SizeUnit.MM else 3

    @property
    def least(self) -> float:
        """What is too small to be measured: 5 mm (RECIST 1.1, doi:10.1016/j.ejca.2008.10.026), or its sphere in ml."""
        return 5.0 if self is SizeUnit.MM else np.pi / 6 * 0.5**3


@dataclass(frozen=True)
class SizeOrigin:
    """What of a cohort the sizes of a lesion are.

    Attributes:
        reader: whose they are; 'oncometry' is what was measured from images.
        lesion: the cohort's; None where a reader's lesion was matched to none.
        quantity: that was read, 'longest_diameter_mm' say.
        value_ids: of the measurements or readings.
    """

    reader: str
    lesion: str | None
    quantity: str
    value_ids: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class SizeSeries:
    """One lesion over time; made by `size_series`.

    Attributes:
        patient, lesion: whose it is; lesions of a patient are kept together when a population is split.
        days: (n,) since its first visit, growing.
        sizes: (n,) in the unit, >= 0; 0 is a lesion that is gone.
        unit: of the sizes.
        first_day: the day of the first visit as it came.
        notices: what was done to what came.
        origin: of a cohort's lesion.
    """

    patient: str
    lesion: str
    days: FloatArray
    sizes: FloatArray
    unit: SizeUnit
    first_day: float = 0.0
    notices: tuple[Notice, ...] = ()
    origin: SizeOrigin | None = None

    @property
    def names(self) -> tuple[str | None, str | None]:
        """Of the lesion: the table's or the cohort's, and the reader's."""
        if self.origin is None:
            return self.lesion, None
        return self.origin.lesion, None if self.origin.reader == PROGRAM else self.lesion

    def until(self, visits: int) -> SizeSeries:
        """Its first visits."""
        return replace(self, days=self.days[:visits], sizes=self.sizes[:visits])


def size_series(
    patient: str, lesion: str, days: ArrayLike, sizes: ArrayLike, unit: SizeUnit | str
) -> SizeSeries:
    """Visits in the order of their days, one a day.

    A lesion that is gone has size 0. Days that come unsorted are sorted, and of equal readings of a day one is kept; both with a
    notice.

    Args:
        days: (n,) of any origin.
        sizes: (n,).

    Raises:
        SettingsError: `SETTINGS`, shapes differ or a day or a unit is none; `SIZE_IMPLAUSIBLE`, a size is no finite number
            >= 0, or all are 0; `ROW_CONFLICTING`, one day has two sizes; `TOO_FEW_VISITS`.
    """
    told = f"{patient} {lesion}".strip()
    known = _unit(unit)
    when, size = _numbers(days, "days", told), _numbers(sizes, "sizes", told)
    if when.ndim != 1 or when.shape != size.shape:
        raise SettingsError(
            Code.SETTINGS, f"{told}: days of shape {when.shape}, sizes of shape {size.shape}."
        )
    if not np.isfinite(when).all():
        raise SettingsError(Code.SETTINGS, f"{told}: {_shown(when[~np.isfinite(when)])} is no day.")
    wrong = ~(np.isfinite(size) & (size >= 0))
    if wrong.any():
        raise SettingsError(
            Code.SIZE_IMPLAUSIBLE,
            f"{told}: {_shown(size[wrong])} is no size in {known}.",
            advice="A lesion that is gone has size 0; leave out a visit that was not measured.",
        )
    notices = []
    if (np.diff(when) < 0).any():
        notices.append(
            Notice(
                Code.DAYS_UNSORTED, f"{told}: days are not in order ({_shown(when, 6)}); they were sorted."
            )
        )
    order = np.argsort(when, kind="stable")
    when, size = when[order], size[order]
    kept = _one_a_day(when, size, told, notices)
    if kept.sum() < LEAST_VISITS:
        raise SettingsError(
            Code.TOO_FEW_VISITS,
            f"{told}: {int(kept.sum())} visits with a size; a course takes {LEAST_VISITS}.",
            advice="Wait for the next visit.",
        )
    if not (size > 0).any():
        raise SettingsError(
            Code.SIZE_IMPLAUSIBLE, f"{told}: every size is 0.", advice="Nothing grows from nothing."
        )
    first = float(when[kept][0])
    return SizeSeries(patient, lesion, when[kept] - first, size[kept], known, first, tuple(notices))


def _unit(unit: SizeUnit | str) -> SizeUnit:
    try:
        return SizeUnit(unit)
    except ValueError as error:
        raise SettingsError(
            Code.SETTINGS, f"a size is in mm (diameter) or ml (volume), not in {str(unit)!r}."
        ) from error


def _numbers(values: ArrayLike, what: str, told: str) -> FloatArray:
    try:
        return np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise SettingsError(Code.SETTINGS, f"{told}: {what} are not numbers: {str(values)[:80]}.") from error


def _one_a_day(days: FloatArray, sizes: FloatArray, told: str, notices: list[Notice]) -> np.ndarray:
    """Which of the sorted visits are kept: the first of each day."""
    again = np.concatenate([[False], np.diff(days) == 0])
    for at in np.flatnonzero(again):
        if sizes[at] != sizes[at - 1]:
            raise SettingsError(
                Code.ROW_CONFLICTING,
                f"{told}: day {days[at]:g} has sizes {sizes[at - 1]:g} and {sizes[at]:g}.",
                advice="Keep one: a lesion has one size a day.",
            )
    if again.any():
        notices.append(
            Notice(
                Code.DAY_TWICE,
                f"{told}: day {_shown(days[again])} is there twice with one size; one was kept.",
            )
        )
    return ~again


def _shown(values: Sequence[float] | FloatArray, most: int = 3) -> str:
    return ", ".join(f"{x:g}" for x in list(values)[:most])
