"""Steroids, clinical state, radiotherapy and T2/FLAIR as arrays over visits, each with what nobody said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from oncometry.core import ClinicalState, ClinicalStatus, SurroundingChange
from oncometry.response.course import BoolArray, FloatArray
from oncometry.response.timeline import Timeline

__all__ = ["InputRules", "Inputs"]


@dataclass(frozen=True)
class InputRules:
    """Which inputs a criterion asks for beside sizes, and what it makes of them.

    Attributes:
        t2_flair: significant increase around enhancing tumor is progression, and response needs it to be stable.
        enhancement: new or increased enhancement is progression of a tumor followed on T2/FLAIR.
        observe: with more steroids than at baseline there is neither response nor stable disease; else only no response.
        taper: growth on less steroids than at the smallest sum is no progression yet.
        window_weeks: after radiotherapy, in which progression needs more than one scan; None for none. Histology
            settles it always.
        field: so does growth outside the high-dose region.
        repeated: so does a second scan four weeks later.
    """

    t2_flair: bool = False
    enhancement: bool = False
    observe: bool = True
    taper: bool = False
    window_weeks: float | None = None
    field: bool = False
    repeated: bool = False


@dataclass(frozen=True, eq=False)
class Inputs:
    """The inputs of a timeline; every array is (visits,), and what is not known is False in those that say what is.

    Attributes:
        steroid_mg: NaN where nobody said.
        weeks: since the end of radiotherapy; NaN where nobody said.
        off_steroids: none, or replacement only.
        proven: tissue shows tumor.
    """

    deteriorated: BoolArray
    status_known: BoolArray
    steroid_mg: FloatArray
    off_steroids: BoolArray
    weeks: FloatArray
    outside_field: BoolArray
    proven: BoolArray
    t2_flair_increased: BoolArray
    t2_flair_known: BoolArray
    enhancement_increased: BoolArray
    enhancement_known: BoolArray

    @classmethod
    def of(cls, timeline: Timeline) -> Inputs:
        """Read them off the visits."""
        states = [visit.clinical for visit in timeline.visits]

        def where(told: Callable[[ClinicalState], bool]) -> BoolArray:
            return np.array([told(state) for state in states], dtype=bool)

        return cls(
            where(lambda s: s.status is ClinicalStatus.DETERIORATED),
            where(lambda s: s.status is not None),
            _numbers([s.steroid_mg for s in states]),
            where(lambda s: s.steroid_mg == 0 or s.steroid_replacement is True),
            _numbers([s.weeks_since_radiotherapy for s in states]),
            where(lambda s: s.outside_radiation_field is True),
            where(lambda s: s.histology_tumor is True),
            where(lambda s: s.t2_flair is SurroundingChange.INCREASED),
            where(lambda s: s.t2_flair is not None),
            where(lambda s: s.enhancement_increased is True),
            where(lambda s: s.enhancement_increased is not None),
        )

    def known(self, rules: InputRules, first: int) -> BoolArray:
        """(visits,): whether all that response and stable disease ask for was said."""
        compared = ~np.isnan(self.steroid_mg) & ~np.isnan(self._dose_at(first))
        known: BoolArray = self.status_known & (self.off_steroids | compared)
        if rules.t2_flair:
            known = known & self.t2_flair_known
        return known & self.enhancement_known if rules.enhancement else known

    def raised(self, first: int) -> BoolArray:
        """(visits,): more steroids than at the baseline, replacement aside."""
        return np.asarray(~self.off_steroids & (self.steroid_mg > self._dose_at(first)))

    def _dose_at(self, visit: int) -> float:
        return float(self.steroid_mg[visit]) if visit < len(self.steroid_mg) else np.nan


def _numbers(values: list[float | None]) -> NDArray[np.float64]:
    return np.array([np.nan if value is None else value for value in values], dtype=float)
