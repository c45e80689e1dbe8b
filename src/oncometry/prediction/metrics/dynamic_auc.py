"""Cumulative/dynamic area under the ROC curve on a day, weighed against censoring.

Cases had event 1 by that day, each weighing 1 / G(own time); controls go on after it. H. Uno et al., JASA 2007,
doi:10.1198/016214507000000149; H. Hung and C.-T. Chiang 2010, doi:10.1002/cjs.10046. **A row with a competing event
by that day is a control**, weighing 1 / G(own time): whoever is free of event 1 that day, the second definition of P.
Blanche et al. 2013, doi:10.1002/sim.5958. The mean over days weighs each by how much incidence is new since the one
before (J. Lambert and S. Chevret 2016, doi:10.1177/0962280213515571), as scikit-survival has it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from oncometry.core.geometry import FloatArray
from oncometry.prediction.metrics.censoring import SurvivalRows, WeighedRows
from oncometry.prediction.metrics.concordance import TIED
from oncometry.prediction.metrics.follow_up import EVENT
from oncometry.prediction.metrics.weights import Weights, over, rising

__all__ = ["dynamic_auc", "integrated_auc"]


def dynamic_auc(rows: SurvivalRows, risk: FloatArray, day: float, weights: Weights) -> FloatArray:
    """(b,) areas for (n,) risks of event 1 by that day; NaN without a case, a control, or anyone followed beyond it."""
    return _area(rows.weighed(weights), risk, day)


def integrated_auc(
    rows: SurvivalRows, risk: FloatArray, days: Sequence[float], weights: Weights
) -> FloatArray:
    """(b,) means over rising days; days before the first event weigh nothing.

    Args:
        rows: n rows.
        risk: (n, days).
        days: rising.
        weights: (b, n).
    """
    weighed = rows.weighed(weights)
    areas = np.stack([_area(weighed, risk[:, j], day) for j, day in enumerate(days)])
    curve = rows.rows.incidence(weights)
    reached = np.stack([rows.rows.at(curve, day, 0.0) for day in days])
    new = np.diff(reached, axis=0, prepend=0.0)
    return over(np.where(new > 0, areas * new, 0.0).sum(axis=0), reached[-1])


def _area(weighed: WeighedRows, risk: FloatArray, day: float) -> FloatArray:
    """(b,) by where each case would stand among the controls in rising risk."""
    rows = weighed.rows
    is_case = (rows.event == EVENT) & (rows.time_days <= day)
    ranked = _steps(risk)
    cases, known = weighed.done[:, is_case], weighed.by(day)
    controls = np.flatnonzero(~is_case)[np.argsort(ranked[~is_case], kind="stable")]
    passed = np.concatenate([np.zeros((len(known), 1)), np.cumsum(known[:, controls], axis=1)], axis=1)
    first = np.searchsorted(ranked[controls], ranked[is_case], side="left")
    last = np.searchsorted(ranked[controls], ranked[is_case], side="right")
    won = 0.5 * (cases * (passed[:, first] + passed[:, last])).sum(axis=1)
    return np.where(weighed.defined(day), over(won, cases.sum(axis=1) * passed[:, -1]), np.nan)


def _steps(risk: FloatArray) -> NDArray[np.intp]:
    """(n,) rank of each risk, the same for neighbors that are tied."""
    order, starts = rising(risk, TIED)
    found = np.empty(len(risk), dtype=np.intp)
    found[order] = np.repeat(np.arange(len(starts)), np.diff(np.r_[starts, len(risk)]))
    return found
