"""Growth of lesions: laws of size over time, fitted to one lesion or learned from many, and what they say of sizes to come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oncometry.core.lazy_door import open_lazily

if TYPE_CHECKING:
    from oncometry.prediction.growth.course_class import (
        CourseClass,
        GrowthCourse,
        TurningDays,
        course_seen,
        turning_days,
    )
    from oncometry.prediction.growth.fit import GrowthFit, ParameterEstimate, fit_each, forecast_fit
    from oncometry.prediction.growth.forecast import Forecast, Posterior, forecast, posterior
    from oncometry.prediction.growth.law import GrowthLaw, Parameter
    from oncometry.prediction.growth.laws import LAWS, law_named
    from oncometry.prediction.growth.linearized import Prior
    from oncometry.prediction.growth.population import (
        GrowthPopulation,
        fit_population,
        population_from_state,
    )
    from oncometry.prediction.growth.reference import reference_population
    from oncometry.prediction.growth.scatter import Scatter
    from oncometry.prediction.growth.series import SizeSeries, SizeUnit, size_series

__all__ = [
    "LAWS",
    "CourseClass",
    "Forecast",
    "GrowthCourse",
    "GrowthFit",
    "GrowthLaw",
    "GrowthPopulation",
    "Parameter",
    "ParameterEstimate",
    "Posterior",
    "Prior",
    "Scatter",
    "SizeSeries",
    "SizeUnit",
    "TurningDays",
    "course_seen",
    "fit_each",
    "fit_population",
    "forecast",
    "forecast_fit",
    "law_named",
    "population_from_state",
    "posterior",
    "reference_population",
    "size_series",
    "turning_days",
]

_ROOM = "oncometry.prediction.growth"
open_lazily(
    __name__,
    {
        "CourseClass": f"{_ROOM}.course_class",
        "Forecast": f"{_ROOM}.forecast",
        "GrowthCourse": f"{_ROOM}.course_class",
        "GrowthFit": f"{_ROOM}.fit",
        "GrowthLaw": f"{_ROOM}.law",
        "GrowthPopulation": f"{_ROOM}.population",
        "LAWS": f"{_ROOM}.laws",
        "Parameter": f"{_ROOM}.law",
        "ParameterEstimate": f"{_ROOM}.fit",
        "Posterior": f"{_ROOM}.forecast",
        "Prior": f"{_ROOM}.linearized",
        "Scatter": f"{_ROOM}.scatter",
        "SizeSeries": f"{_ROOM}.series",
        "SizeUnit": f"{_ROOM}.series",
        "TurningDays": f"{_ROOM}.course_class",
        "course_seen": f"{_ROOM}.course_class",
        "fit_each": f"{_ROOM}.fit",
        "fit_population": f"{_ROOM}.population",
        "forecast": f"{_ROOM}.forecast",
        "forecast_fit": f"{_ROOM}.fit",
        "law_named": f"{_ROOM}.laws",
        "population_from_state": f"{_ROOM}.population",
        "posterior": f"{_ROOM}.forecast",
        "reference_population": f"{_ROOM}.reference",
        "size_series": f"{_ROOM}.series",
        "turning_days": f"{_ROOM}.course_class",
    },
)
