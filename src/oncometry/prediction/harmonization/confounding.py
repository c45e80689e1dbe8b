"""What makes harmonization lie: an outcome that follows the site, or that is handed in as something to preserve.

Where sites differ in outcome, taking out the site takes out part of what is to be predicted; preserving the outcome instead
writes it into the features (Nygaard, Rodland and Hovig, doi:10.1093/biostatistics/kxv027).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from oncometry.core import Code, Notice, SettingsError
from oncometry.core.geometry import FloatArray
from oncometry.prediction.association import Association, association
from oncometry.prediction.finite_table import finite_table
from oncometry.prediction.harmonization.door import site_names
from oncometry.prediction.outcome import SURVIVAL, Task

__all__ = ["Confounding", "check_not_outcome", "site_outcome_confounding"]

ALPHA = 0.05


@dataclass(frozen=True)
class Confounding:
    """How far the outcome follows the site, and what is to be said about it."""

    association: Association
    notices: tuple[Notice, ...]


def site_outcome_confounding(
    sites: ArrayLike, outcome: NDArray[Any], task: Task, *, alpha: float = ALPHA, seed: int = 0
) -> Confounding:
    """Test whether sites differ in outcome.

    Args:
        sites: (n,) names.
        outcome: (n,) of training rows, as `association` takes it.
        task: what kind of outcome it is.
        alpha: p-value from which down there is a notice.
        seed: of the permutations, where they are needed.
    """
    found = association(site_names(sites), outcome, task, seed=seed)
    if found.p_value is None or found.p_value > alpha:
        return Confounding(found, ())
    size = "" if found.effect is None else f", effect {found.effect:.2f} of 1"
    what = (
        f"the outcome differs between the {found.groups} sites ({found.test}, p = {found.p_value:.2g}{size}):"
        " harmonization takes out part of what is to be predicted, and a model may know the site instead of the patient."
    )
    return Confounding(found, (Notice(Code.SITE_CONFOUNDED, what),))


def check_not_outcome(
    covariates: FloatArray, outcome: NDArray[Any], names: Sequence[str], *, outcome_name: str = "outcome"
) -> None:
    """Refuse a covariate that is the outcome under another name or coding.

    That is one which orders the patients as the outcome does, upwards or downwards, ties included: the same values, classes coded
    otherwise, a logarithm. Of survival it is asked of the event, of whether it is event 1, and of the time.

    Args:
        covariates: (n, q).
        outcome: (n,) numbers or `SURVIVAL`.
        names: q names of the covariates.
        outcome_name: what the outcome is called: no covariate may have its name.

    Raises:
        SettingsError: `OUTCOME_IN_COVARIATES`.
    """
    table = finite_table(covariates, "covariates")
    if outcome.dtype == SURVIVAL:
        told = {"event": outcome["event"], "event 1": outcome["event"] == 1, "time": outcome["time_days"]}
    else:
        told = {"values": outcome}
    for name, column in zip(names, table.T, strict=True):
        if name == outcome_name:
            raise _refused(name, outcome_name, "name")
        for part, values in told.items():
            if _orders_alike(column, np.asarray(values, dtype=np.float64)):
                raise _refused(name, outcome_name, part)


def _refused(name: str, outcome_name: str, part: str) -> SettingsError:
    return SettingsError(
        Code.OUTCOME_IN_COVARIATES,
        f"the covariate {name!r} is the outcome {outcome_name!r} (the same {part}): preserving it writes the outcome into the"
        " features.",
        advice="Leave it out: of a new patient it is not known.",
    )


def _orders_alike(column: FloatArray, values: FloatArray) -> bool:
    ranks, others = (np.unique(x, return_inverse=True)[1].ravel() for x in (column, values))
    if len(ranks) == 0 or ranks.max() == 0 or ranks.max() != others.max():
        return False
    return bool((ranks == others).all() or (ranks == ranks.max() - others).all())
