"""An analysis of growth as rows of tables."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from oncometry.prediction.growth.analysis import GrowthAnalysis, LesionGrowth

__all__ = ["FIT_COLUMNS", "LESION_COLUMNS", "fit_rows", "lesion_row"]

DIGITS = 9
GrowthRow = Mapping[str, str | int | float | None]

LESION_COLUMNS = (
    "patient",
    "lesion",
    "reader",
    "reader_lesion",
    "quantity",
    "unit",
    "visits",
    "first_day",
    "last_day",
    "last_size",
    "class",
    "rate_percent_per_30_days",
    "rate_low",
    "rate_high",
    "forecast_day",
    "forecast_size",
    "forecast_low",
    "forecast_high",
    "level",
    "forecast_class",
    "nadir_day",
    "regrowth_day",
    "own_law",
    "population",
    "in_words",
    "notices",
)
FIT_COLUMNS = (
    "patient",
    "lesion",
    "reader_lesion",
    "unit",
    "law",
    "aicc",
    "parameter",
    "value",
    "low",
    "high",
    "reason",
)


def lesion_row(one: LesionGrowth) -> GrowthRow:
    """One row; days are those of the source.

    The lesion is the table's or the cohort's; one that a reader's is matched to none is nameless but for the reader's name.
    """
    series, course, said, start = one.series, one.course, one.next, one.series.first_day
    population, origin = one.population, series.origin
    lesion, reader_lesion = series.names
    values = (
        series.patient,
        lesion,
        None if origin is None else origin.reader,
        reader_lesion,
        None if origin is None else origin.quantity,
        str(series.unit),
        len(series.days),
        start,
        start + float(series.days[-1]),
        float(series.sizes[-1]),
        str(course.kind),
        _finite(course.percent_per_30_days),
        _finite(course.low),
        _finite(course.high),
        start + float(said.days[0]),
        float(said.sizes[0]),
        _finite(said.low[0]),
        _finite(said.high[0]),
        said.level,
        str(one.expected),
        _later(one.turns.nadir, start),
        _later(one.turns.regrowth, start),
        one.own.law,
        f"{population.law}, {population.lesions} lesions in {population.unit}",
        one.in_words,
        "; ".join(str(notice) for notice in series.notices),
    )
    return dict(zip(LESION_COLUMNS, values, strict=True))


def fit_rows(analysis: GrowthAnalysis) -> list[GrowthRow]:
    """A row a lesion, law and parameter."""
    return [
        dict(
            zip(
                FIT_COLUMNS,
                (
                    one.series.patient,
                    *one.series.names,
                    str(one.series.unit),
                    fit.law,
                    _finite(fit.aicc),
                    parameter.name,
                    parameter.value,
                    parameter.low,
                    parameter.high,
                    "" if parameter.reason is None else str(parameter.reason),
                ),
                strict=True,
            )
        )
        for one in analysis.lesions
        for fit in one.fits
        for parameter in fit.parameters
    ]


def _finite(value: float | np.floating) -> float | None:
    return round(float(value), DIGITS) + 0.0 if np.isfinite(value) else None


def _later(day: float | None, start: float) -> float | None:
    return None if day is None else start + day
