"""Growth of lesions: laws of size over time, fitted to one lesion or learned from many, and what they say of sizes to come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oncometry.core.lazy_door import open_lazily

if TYPE_CHECKING:
    from oncometry.prediction.growth.analysis import (
        GrowthAnalysis,
        GrowthSettings,
        LesionGrowth,
        analyze_growth,
    )
    from oncometry.prediction.growth.choice import best_population, forecast_error
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
    from oncometry.prediction.growth.outlook import course_expected, seen_and_expected
    from oncometry.prediction.growth.population import (
        GrowthPopulation,
        fit_population,
        population_from_state,
    )
    from oncometry.prediction.growth.reference import reference_population
    from oncometry.prediction.growth.rows import FIT_COLUMNS, LESION_COLUMNS, fit_rows, lesion_row
    from oncometry.prediction.growth.scatter import Scatter
    from oncometry.prediction.growth.series import SizeOrigin, SizeSeries, SizeUnit, size_series
    from oncometry.prediction.growth.table import GrowthColumns, SeriesRead, read_series

__all__ = [
    "FIT_COLUMNS",
    "LAWS",
    "LESION_COLUMNS",
    "CourseClass",
    "Forecast",
    "GrowthAnalysis",
    "GrowthColumns",
    "GrowthCourse",
    "GrowthFit",
    "GrowthLaw",
    "GrowthPopulation",
    "GrowthSettings",
    "LesionGrowth",
    "Parameter",
    "ParameterEstimate",
    "Posterior",
    "Prior",
    "Scatter",
    "SeriesRead",
    "SizeOrigin",
    "SizeSeries",
    "SizeUnit",
    "TurningDays",
    "analyze_growth",
    "best_population",
    "course_expected",
    "course_seen",
    "fit_each",
    "fit_population",
    "fit_rows",
    "forecast",
    "forecast_error",
    "forecast_fit",
    "law_named",
    "lesion_row",
    "population_from_state",
    "posterior",
    "read_series",
    "reference_population",
    "seen_and_expected",
    "size_series",
    "turning_days",
]

_ROOM = "oncometry.prediction.growth"
open_lazily(
    __name__,
    {
        "CourseClass": f"{_ROOM}.course_class",
        "FIT_COLUMNS": f"{_ROOM}.rows",
        "Forecast": f"{_ROOM}.forecast",
        "GrowthAnalysis": f"{_ROOM}.analysis",
        "GrowthColumns": f"{_ROOM}.table",
        "GrowthCourse": f"{_ROOM}.course_class",
        "GrowthFit": f"{_ROOM}.fit",
        "GrowthLaw": f"{_ROOM}.law",
        "GrowthPopulation": f"{_ROOM}.population",
        "GrowthSettings": f"{_ROOM}.analysis",
        "LAWS": f"{_ROOM}.laws",
        "LESION_COLUMNS": f"{_ROOM}.rows",
        "LesionGrowth": f"{_ROOM}.analysis",
        "Parameter": f"{_ROOM}.law",
        "ParameterEstimate": f"{_ROOM}.fit",
        "Posterior": f"{_ROOM}.forecast",
        "Prior": f"{_ROOM}.linearized",
        "Scatter": f"{_ROOM}.scatter",
        "SeriesRead": f"{_ROOM}.table",
        "SizeOrigin": f"{_ROOM}.series",
        "SizeSeries": f"{_ROOM}.series",
        "SizeUnit": f"{_ROOM}.series",
        "TurningDays": f"{_ROOM}.course_class",
        "analyze_growth": f"{_ROOM}.analysis",
        "best_population": f"{_ROOM}.choice",
        "course_expected": f"{_ROOM}.outlook",
        "course_seen": f"{_ROOM}.course_class",
        "fit_each": f"{_ROOM}.fit",
        "fit_population": f"{_ROOM}.population",
        "fit_rows": f"{_ROOM}.rows",
        "forecast": f"{_ROOM}.forecast",
        "forecast_error": f"{_ROOM}.choice",
        "forecast_fit": f"{_ROOM}.fit",
        "law_named": f"{_ROOM}.laws",
        "lesion_row": f"{_ROOM}.rows",
        "population_from_state": f"{_ROOM}.population",
        "posterior": f"{_ROOM}.forecast",
        "read_series": f"{_ROOM}.table",
        "reference_population": f"{_ROOM}.reference",
        "seen_and_expected": f"{_ROOM}.outlook",
        "size_series": f"{_ROOM}.series",
        "turning_days": f"{_ROOM}.course_class",
    },
)
