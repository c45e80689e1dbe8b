"""The courses of a cohort's lesions: the longest diameter of the whole lesion where it was measured at three visits or more."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from oncometry.core import PROGRAM, Code, Compartment, Notice, SettingsError
from oncometry.prediction.growth import SizeOrigin, SizeSeries, SizeUnit, size_series
from oncometry.report.counted import chosen
from oncometry.report.lesion_names import in_order
from oncometry.report.size_plots import with_zeros
from oncometry.report.tables import Row
from oncometry.store.hand import Hand

__all__ = ["cohort_series", "lesion_series"]

COLUMN = "longest_diameter_mm"


def lesion_series(
    patient: str, measurements: Iterable[Row], observations: Sequence[Row], hands: Mapping[str, Hand]
) -> tuple[list[SizeSeries], list[Notice]]:
    """Of one patient: courses, and why a lesion is none.

    All readings of a lesion are in one kind of image by one hand (`report.counted`); one that is gone has size 0.
    """
    counted = chosen(measurements, hands, Compartment.WHOLE)
    visits: dict[str, list[tuple[int, float]]] = defaultdict(list)
    undated = 0
    for row in with_zeros(list(counted.rows.values()), observations):
        if row["day"] is None:
            undated += 1
        elif row[COLUMN] is not None:
            visits[row["lesion"]].append((int(row["day"]), float(row[COLUMN])))
    sources = _sources(counted.rows.values())
    found, left_out = [], []
    if undated:
        left_out.append(Notice(Code.DATE_MISSING, f"{patient}: {undated} measurements have no day."))
    for lesion, readings in sorted(visits.items(), key=lambda item: in_order(item[0])):
        days, sizes = zip(*readings, strict=True)
        origin = SizeOrigin(PROGRAM, lesion, COLUMN, tuple(sources[lesion]))
        try:
            found.append(replace(size_series(patient, lesion, days, sizes, SizeUnit.MM), origin=origin))
        except SettingsError as error:
            left_out.append(Notice(error.code, error.told))
    return found, left_out


def _sources(rows: Iterable[Row]) -> Mapping[str, list[str]]:
    """Lesion -> value_ids of the dated measurements that its course is made of."""
    found: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        if row["day"] is not None and row[COLUMN] is not None:
            found[row["lesion"]].append(row["value_id"])
    return found


def cohort_series(
    measurements: Mapping[str, Sequence[Row]],
    observations: Mapping[str, Sequence[Row]],
    hands: Mapping[str, Hand],
) -> tuple[list[SizeSeries], list[Notice]]:
    """Of all patients, whose rows come by patient id."""
    found: list[SizeSeries] = []
    left_out: list[Notice] = []
    for patient, rows in measurements.items():
        series, notices = lesion_series(patient, rows, observations.get(patient, ()), hands)
        found += series
        left_out += notices
    return found, left_out
