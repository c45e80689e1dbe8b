"""Which law a population is to be forecast by: the one that would have forecast its lesions' last readings best."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from oncometry.core.errors import Code, SettingsError
from oncometry.prediction.growth.forecast import forecast, posterior
from oncometry.prediction.growth.laws import law_named
from oncometry.prediction.growth.population import GrowthPopulation, fit_population
from oncometry.prediction.growth.series import LEAST_VISITS, SizeSeries

__all__ = ["CHOSEN_FROM", "best_population", "forecast_error"]

CHOSEN_FROM = ("exponential", "logistic", "classical-bertalanffy", "gompertz", "regression-growth")
"""Of the others, the general Bertalanffy is told from the classical one by few courses, and the linear law runs into nothing."""


def forecast_error(population: GrowthPopulation, series: Sequence[SizeSeries]) -> float:
    """Mean absolute error of the forecast of each last reading from those before it, in the unit of the sizes.

    Args:
        series: those of too few visits are left out.

    Raises:
        SettingsError: `TOO_FEW_VISITS`, no series has one visit more than a course takes.
    """
    whole = [one for one in series if len(one.days) > LEAST_VISITS]
    if not whole:
        raise SettingsError(
            Code.TOO_FEW_VISITS, f"no series has {LEAST_VISITS + 1} visits, so no forecast can be checked."
        )
    known = posterior(population, [one.until(len(one.days) - 1) for one in whole])
    said = forecast(known, [one.days[-1:] for one in whole])
    return float(np.mean([abs(f.sizes[0] - one.sizes[-1]) for f, one in zip(said, whole, strict=True)]))


def best_population(series: Sequence[SizeSeries], names: Iterable[str] = CHOSEN_FROM) -> GrowthPopulation:
    """The population under the law of the least `forecast_error` on the same series, which are not to be used to judge it.

    Raises:
        SettingsError: as `fit_population` and `forecast_error`; `SETTINGS`, an unknown law.
    """
    return min(
        (fit_population(series, law_named(name)) for name in names),
        key=lambda found: forecast_error(found, series),
    )
