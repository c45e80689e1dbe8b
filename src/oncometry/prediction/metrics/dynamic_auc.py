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

from oncometry.core.geometry import FloatArray
from oncometry.prediction.metrics.concordance import TIED
from oncometry.prediction.metrics.follow_up import EVENT, SurvivalRows
from oncometry.prediction.metrics.ranking import won
from oncometry.prediction.metrics.weights import Weights, over

__all__ = ["dynamic_auc", "integrated_auc"]


def dynamic_auc(rows: SurvivalRows, risk: FloatArray, day: float, weights: Weights) -> FloatArray:
    """(b,) areas for (n,) risks of event 1 by that day; NaN without a case, a control, or anyone followed beyond it."""
    case = (rows.rows.event == EVENT) & (rows.rows.time_days <= day)
    known, defined = rows.known_by(day, weights)
    cases, controls = known * case, known * ~case
    pairs = cases.sum(axis=1) * controls.sum(axis=1)
    return np.where(defined, over(won(risk, cases, controls, TIED), pairs), np.nan)


def integrated_auc(
    rows: SurvivalRows, risk: FloatArray, days: Sequence[float], weights: Weights
) -> FloatArray:
    """(b,) means over rising days.

    Args:
        rows: n rows.
        risk: (n,) for all days alike, or (n, days).
        days: rising.
        weights: (b, n).
    """
    by_day = risk[:, None].repeat(len(days), axis=1) if risk.ndim == 1 else risk
    areas = np.stack([dynamic_auc(rows, by_day[:, j], day, weights) for j, day in enumerate(days)])
    curve = rows.rows.incidence(weights)
    reached = np.stack([rows.rows.at(curve, day, 0.0) for day in days])
    return over((areas * np.diff(reached, axis=0, prepend=0.0)).sum(axis=0), reached[-1])
