"""The weeks after radiotherapy in which growth may be its effect (pseudoprogression)."""

from __future__ import annotations

import numpy as np

from oncometry.response.cases import Verdict
from oncometry.response.category import Category
from oncometry.response.course import BoolArray, FloatArray
from oncometry.response.rano.inputs import Inputs

__all__ = ["REPEAT_DAYS", "unsettled"]

REPEAT_DAYS = 28
"""A scan at least so long after the suspicious one repeats it."""


def unsettled(imaging: Verdict, inputs: Inputs, days: FloatArray) -> tuple[BoolArray, BoolArray]:
    """Where progression on the images does not count yet, and where nobody said whether it does.

    Args:
        imaging: what the scans say, (draws, visits).
        inputs: of the visits.
        days: of the visits; NaN where there is no date, and then no scan repeats another.

    Returns:
        (draws, visits) each: within the window and not settled; and the same where the end of radiotherapy is not known.
    """
    progressed = imaging.is_(Category.PD)
    if inputs.rules.window_weeks is None:
        return np.zeros_like(progressed), np.zeros_like(progressed)
    settled = np.broadcast_to(inputs.proven, progressed.shape)
    if inputs.rules.field:
        settled = settled | inputs.outside_field
    if inputs.rules.repeated:
        settled = settled | _repeated(imaging, days)
    doubtful = progressed & ~settled
    return doubtful & inputs.in_window, doubtful & np.isnan(inputs.weeks)


def _repeated(imaging: Verdict, days: FloatArray) -> BoolArray:
    """Whether a scan four weeks or more before showed progression too, with none between that did not."""
    progressed = imaging.is_(Category.PD)
    cleared = imaging.is_(Category.CR, Category.PR, Category.MR, Category.SD)
    since = np.full(progressed.shape[0], np.nan)
    found = np.zeros_like(progressed)
    for visit, day in enumerate(days):
        found[:, visit] = progressed[:, visit] & (day - since >= REPEAT_DAYS)
        since = np.where(progressed[:, visit] & np.isnan(since), day, since)
        since = np.where(cleared[:, visit], np.nan, since)
    return found
