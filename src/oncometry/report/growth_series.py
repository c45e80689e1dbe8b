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

    All readings of a lesion are in one kind of image by one hand (`report.counted`); one that is gone has size 0. Visits on
    which it was outlined and has no diameter are told; where the last is one, it is left out, for its forecast would be of a
    day that was seen.
    """
    counted = chosen(measurements, hands, Compartment.WHOLE)
    visits: dict[str, list[tuple[int, float]]] = defaultdict(list)
    without: dict[str, list[int]] = defaultdict(list)
    undated = 0
    for row in with_zeros(list(counted.rows.values()), observations):
        if row["day"] is None:
            undated += 1
        elif row[COLUMN] is None:
            without[row["lesion"]].append(int(row["day"]))
        else:
            visits[row["lesion"]].append((int(row["day"]), float(row[COLUMN])))
    sources = _sources(counted.rows.values())
    found, left_out = [], []
    if undated:
        left_out.append(Notice(Code.DATE_MISSING, f"{patient}: {undated} measurements have no day."))
    for lesion, readings in sorted(visits.items(), key=lambda item: in_order(item[0])):
        origin = SizeOrigin(PROGRAM, lesion, COLUMN, tuple(sources[lesion]))
        try:
            series = _series(patient, lesion, readings, without[lesion])
        except SettingsError as error:
            left_out.append(Notice(error.code, error.told))
        else:
            found.append(replace(series, origin=origin))
    return found, left_out


def _series(
    patient: str, lesion: str, readings: Sequence[tuple[int, float]], without: Sequence[int]
) -> SizeSeries:
    """
    Args:
        without: days of visits on which it has no diameter.

    Raises:
        SettingsError: `VALUE_MISSING`, the last visit is one; and those of `size_series`.
    """
    days, sizes = zip(*readings, strict=True)
    series = size_series(patient, lesion, days, sizes, SizeUnit.MM)
    if not without:
        return series
    told = f"day {', '.join(map(str, sorted(without)))}"
    if max(without) > max(days):
        raise SettingsError(
            Code.VALUE_MISSING,
            f"{patient} {lesion}: the last {COLUMN} is of day {max(days)}, and there is none on {told}: a forecast would know "
            "nothing of what was seen last.",
            advice="See why in the table measurements.",
        )
    notice = Notice(Code.VALUE_MISSING, f"{patient} {lesion}: no {COLUMN} on {told}.")
    return replace(series, notices=(*series.notices, notice))


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
