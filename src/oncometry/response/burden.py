"""The sum over target lesions, its baseline and its nadir."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from oncometry.response.course import BoolArray, FloatArray
from oncometry.response.thresholds import RELATIVE

__all__ = ["Burden", "burden"]


@dataclass(frozen=True, eq=False)
class Burden:
    """Sums over targets, each (draws, visits).

    Attributes:
        total: of the targets that have a number; NaN where none has.
        complete: whether all have one. What is missing could only add, so progression may be certain without it.
        baseline: the total at the first visit; NaN where it is not complete.
        nadir: the smallest complete total before the visit, the baseline among them; NaN at the baseline.
        sizes: what was summed, (draws, visits, targets).
        baseline_visit: the visit that the baseline is of, where a criterion starts later than with the first.
    """

    total: FloatArray
    complete: BoolArray
    baseline: FloatArray
    nadir: FloatArray
    sizes: FloatArray
    baseline_visit: int = 0

    def nadir_visit(self, visit: int) -> int | None:
        """The visit before, in the first draw, that the nadir is of: the earliest, if several have that total."""
        found = np.flatnonzero(self.complete[0, :visit] & (self.total[0, :visit] == self.nadir[0, visit]))
        return int(found[0]) if found.size else None

    def met_alone(self, limits: FloatArray) -> FloatArray:
        """(visits, targets, k): each target's size at which the sum of the first draw meets a limit, all else as it is.

        Args:
            limits: (visits, k) of the sum.
        """
        others = self.total[0][:, None] - np.nan_to_num(self.sizes[0])
        return np.asarray(limits[:, None, :] - others[:, :, None])

    @cached_property
    def whole(self) -> FloatArray:
        """The total where it is complete, else NaN: a sum of some targets is no sum to compare."""
        return np.where(self.complete, self.total, np.nan)

    @cached_property
    def change_from_baseline(self) -> FloatArray:
        """Fraction; NaN where the baseline is 0 or not known, or a target is missing."""
        return _relative(self.whole, self.baseline)

    @cached_property
    def change_from_nadir(self) -> FloatArray:
        """Fraction; NaN where the nadir is 0 or not known, or a target is missing."""
        return _relative(self.whole, self.nadir)


def burden(sizes: FloatArray) -> Burden:
    """Sum the targets' sizes.

    Args:
        sizes: (draws, visits, targets); 0 of what is absent, NaN of what was not evaluated.
    """
    draws, visits, targets = sizes.shape
    known = ~np.isnan(sizes)
    complete = known.all(axis=2) & (targets > 0)
    total = np.where(known.any(axis=2), np.nansum(sizes, axis=2), np.nan)
    whole = np.where(complete, total, np.nan)
    baseline = np.broadcast_to(whole[:, :1], (draws, visits))
    nadir = np.full((draws, visits), np.nan)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # all NaN: no nadir yet
        nadir[:, 1:] = np.fmin.accumulate(whole, axis=1)[:, :-1]
    return Burden(total, complete, baseline, nadir, sizes)


def _relative(value: FloatArray, reference: FloatArray) -> FloatArray:
    there = reference > 0
    change = (value - reference) / np.where(there, reference, 1.0)
    return np.where(there, np.where(np.abs(change) <= RELATIVE, 0.0, change), np.nan)
