"""Forecasts of a cohort's lesions into its database, so that each can be asked why.

Apart from `api`: it knows the room of growth, which opening a cohort does not need.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from oncometry.api import Cohort
from oncometry.core import PROGRAM
from oncometry.pipeline.step import describe_step
from oncometry.pipeline.turn import one_writer
from oncometry.prediction.growth import GrowthAnalysis, LesionGrowth, SizeOrigin, lesion_row
from oncometry.store.growth_result import StoredForecast
from oncometry.store.provenance import StepInput

__all__ = ["keep_growth"]


def keep_growth(
    analysis: GrowthAnalysis,
    reader: str,
    place: Path,
    database: str | None,
    warn: Callable[[str], None],
) -> int:
    """Make these the cohort's forecasts by what a reader read; gives the number of rows added.

    Args:
        reader: whose sizes they rest on; 'oncometry' is what was measured from images.

    Raises:
        StoreError: `WRITE_FAILED` and those of `Cohort.open`.
    """
    forecasts = [_kept(one, one.series.origin) for one in analysis.lesions if one.series.origin is not None]
    parameters: dict[str, object] = {
        "settings": asdict(analysis.settings),
        "populations": sorted({forecast.model for forecast in forecasts}),
    }
    if reader != PROGRAM:
        parameters["reader"] = reader
    inputs = tuple(
        StepInput("file", _digest(one), f"{one.series.patient} {one.series.lesion}")
        for one in analysis.lesions
    )
    step = describe_step("growth", "cohort", parameters, inputs)
    with one_writer(place, warn), Cohort.open(place, database) as cohort:
        return cohort.keep_growth(forecasts, step)


def _kept(one: LesionGrowth, origin: SizeOrigin) -> StoredForecast:
    row = dict(lesion_row(one))
    said, series = one.next, one.series
    lesion, reader_lesion = series.names
    low, high = (
        None if row[name] is None else float(str(row[name])) for name in ("forecast_low", "forecast_high")
    )
    return StoredForecast(
        patient=series.patient,
        lesion=lesion,
        reader=origin.reader,
        reader_lesion=reader_lesion,
        quantity=origin.quantity,
        model=str(row["population"]),
        course=str(one.course.kind),
        visits=len(series.days),
        last_day=series.first_day + float(series.days[-1]),
        day=series.first_day + float(said.days[0]),
        value=float(said.sizes[0]),
        low=low,
        high=high,
        unit=str(series.unit),
        level=said.level,
        sources=origin.value_ids,
    )


def _digest(one: LesionGrowth) -> str:
    """Of the readings that it rests on."""
    readings = [one.series.first_day, one.series.days.tolist(), one.series.sizes.tolist()]
    return hashlib.sha256(json.dumps(readings).encode()).hexdigest()
