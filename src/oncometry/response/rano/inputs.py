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
        rules: what the criterion makes of them.
        baseline: the visit that the others are compared with; the number of visits where there is none.
        steroid_mg: NaN where nobody said.
        weeks: since the end of radiotherapy; NaN where nobody said.
        off_steroids: none, or replacement only.
        proven: tissue shows tumor.
    """

    rules: InputRules
    baseline: int
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
    def of(cls, timeline: Timeline, rules: InputRules, baseline: int) -> Inputs:
        """Read them off the visits."""
        states = [visit.clinical for visit in timeline.visits]

        def where(told: Callable[[ClinicalState], bool]) -> BoolArray:
            return np.array([told(state) for state in states], dtype=bool)

        return cls(
            rules,
            baseline,
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

    @property
    def later(self) -> BoolArray:
        """(visits,): after the baseline."""
        return np.arange(len(self.weeks)) > self.baseline

    @property
    def in_window(self) -> BoolArray:
        """(visits,): known to be in the weeks after radiotherapy; nowhere, if the criterion asks for none."""
        return self.weeks < (-np.inf if self.rules.window_weeks is None else self.rules.window_weeks)

    @property
    def known(self) -> BoolArray:
        """(visits,): whether all that response and stable disease ask for was said."""
        compared = ~np.isnan(self.steroid_mg) & ~np.isnan(self._baseline_dose)
        known: BoolArray = self.status_known & (self.off_steroids | compared)
        if self.rules.t2_flair:
            known = known & self.t2_flair_known
        return known & self.enhancement_known if self.rules.enhancement else known

    @property
    def raised(self) -> BoolArray:
        """(visits,): more steroids than at the baseline, replacement aside."""
        return np.asarray(~self.off_steroids & (self.steroid_mg > self._baseline_dose))

    @property
    def _baseline_dose(self) -> float:
        return float(self.steroid_mg[self.baseline]) if self.baseline < len(self.steroid_mg) else np.nan


def _numbers(values: list[float | None]) -> NDArray[np.float64]:
    return np.array([np.nan if value is None else value for value in values], dtype=float)
