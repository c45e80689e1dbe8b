"""Series from a long table: a row a lesion and visit."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from oncometry.core.errors import Code, Notice, SettingsError
from oncometry.prediction.finite_table import some
from oncometry.prediction.growth.series import SizeSeries, SizeUnit, size_series

__all__ = ["GrowthColumns", "SeriesRead", "read_series"]

PATIENT, LESION, DAY, UNIT = "patient", "lesion", "day", "unit"
COMMA = re.compile(r"[-+]?\d+,\d+")
SIZES = ("size", "size_mm", "size_ml", "diameter_mm", "longest_diameter_mm", "volume_ml")
Row = Mapping[str, str]


@dataclass(frozen=True)
class GrowthColumns:
    """What a table's columns are.

    Attributes:
        patient, day: must be there. A day is a number, or a date as 2024-05-31: then days count from the patient's first.
        lesion: where there is one; then no row is without.
        size: None takes the one column of `SIZES` that is there.
        unit: of all sizes; None takes it from the size's name (_mm, _ml), else from a column `unit`.
    """

    patient: str = PATIENT
    day: str = DAY
    lesion: str = LESION
    size: str | None = None
    unit: SizeUnit | None = None


@dataclass(frozen=True, eq=False)
class SeriesRead:
    """What a table gave.

    Attributes:
        series: of lesions with a course.
        left_out: rows that cannot be read, and lesions that are no course; a `Notice` each.
    """

    series: tuple[SizeSeries, ...]
    left_out: tuple[Notice, ...]


def read_series(rows: Sequence[Row], columns: GrowthColumns) -> SeriesRead:
    """The courses of a table. What is wrong in one row or lesion leaves the others.

    Raises:
        SettingsError: `COLUMN_MISSING`, a column is not there, or no unit is; `SETTINGS`, no rows; `DATE_MISSING`, some days
            are dates and others are numbers.
    """
    size = _checked(rows, columns)
    numbers, rows, left_out = _named(rows, columns)
    moments = [_moment(row[columns.day]) for row in rows]
    origins = _origins(rows, columns, moments)
    read: dict[tuple[str, str, SizeUnit], list[tuple[float, float]]] = defaultdict(list)
    for number, row, moment in zip(numbers, rows, moments, strict=True):
        try:
            who = (row[columns.patient].strip(), row.get(columns.lesion, "").strip())
            day = _day(moment, row[columns.day]) - origins.get(who[0], 0)
            unit, visit = _unit(row, columns, size), (day, _size(row[size]))
        except SettingsError as error:
            left_out.append(Notice(error.code, f"row {number}: {error.told}"))
        else:
            read[*who, unit].append(visit)
    series = []
    for (patient, lesion, unit), visits in read.items():
        days, sizes = zip(*visits, strict=True)
        try:
            series.append(size_series(patient, lesion, days, sizes, unit))
        except SettingsError as error:
            left_out.append(Notice(error.code, error.told))
    return SeriesRead(tuple(series), tuple(left_out))


def _checked(rows: Sequence[Row], columns: GrowthColumns) -> str:
    """The column of sizes."""
    if not rows:
        raise SettingsError(Code.SETTINGS, "the table has no rows.")
    there = ", ".join(rows[0])
    lesion = None if columns.lesion == LESION else columns.lesion
    asked = {"--patient": columns.patient, "--lesion": lesion, "--day": columns.day, "--size": columns.size}
    for option, name in asked.items():
        if name is not None and name not in rows[0]:
            raise SettingsError(
                Code.COLUMN_MISSING,
                f"the table has no column {name!r}; there are {there}.",
                advice=f"Name it with {option}.",
            )
    found = [name for name in SIZES if name in rows[0]]
    if columns.size is None and len(found) != 1:
        raise SettingsError(
            Code.COLUMN_MISSING,
            f"{' and '.join(found) or 'no column of sizes'}: which are the sizes? There are {there}.",
            advice="Name the column with --size.",
        )
    size = columns.size or found[0]
    if columns.unit is None and not size.endswith(("_mm", "_ml")) and UNIT not in rows[0]:
        raise SettingsError(
            Code.COLUMN_MISSING,
            f"nothing says what unit {size!r} is in.",
            advice="Give --unit mm or --unit ml.",
        )
    return size


def _named(rows: Sequence[Row], columns: GrowthColumns) -> tuple[list[int], list[Row], list[Notice]]:
    """Rows that say whose and which lesion they are, with their numbers in the file; the others are told by column."""
    named, told = list(enumerate(rows, start=2)), []
    for column, what in ((columns.patient, "patient"), (columns.lesion, "lesion")):
        empty = [number for number, row in named if not row.get(column, what).strip()]
        if empty:
            count = f"{len(empty)} rows have" if len(empty) > 1 else "1 row has"
            where = some([str(number) for number in empty])
            told.append(Notice(Code.VALUE_MISSING, f"{count} no {what} in column {column!r} (row {where})."))
        named = [(number, row) for number, row in named if row.get(column, what).strip()]
    return [number for number, _ in named], [row for _, row in named], told


def _unit(row: Row, columns: GrowthColumns, size: str) -> SizeUnit:
    if columns.unit is not None:
        return columns.unit
    text = size[-2:] if size.endswith(("_mm", "_ml")) else row[UNIT].strip().lower()
    try:
        return SizeUnit(text)
    except ValueError as error:
        raise SettingsError(Code.UNIT_UNKNOWN, f"unit {text!r} is neither mm nor ml.") from error


def _moment(text: str) -> date | float | None:
    """What a day is: a date, a number of days, or neither."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        pass
    try:
        return float(text)
    except ValueError:
        return None


def _origins(
    rows: Sequence[Row], columns: GrowthColumns, moments: Sequence[date | float | None]
) -> dict[str, int]:
    """Patient -> the ordinal of the first date; none where days are numbers."""
    dated: dict[str, int] = {}
    counted = ""
    for row, moment in zip(rows, moments, strict=True):
        who = row[columns.patient].strip()
        if isinstance(moment, date):
            dated[who] = min(dated.get(who, moment.toordinal()), moment.toordinal())
        elif moment is not None and np.isfinite(moment):
            counted = counted or row[columns.day].strip()
    if dated and counted:
        raise SettingsError(
            Code.DATE_MISSING, f"column {columns.day!r} holds dates, and {counted!r} as well: write one kind."
        )
    return dated


def _day(moment: date | float | None, text: str) -> float:
    """A number, or the ordinal of a date; `text` as it is written."""
    if isinstance(moment, date):
        return float(moment.toordinal())
    if moment is None:
        raise SettingsError(Code.DATE_MISSING, f"day {text!r} is neither a number nor a date as 2024-05-31.")
    if not np.isfinite(moment):
        raise SettingsError(Code.DATE_MISSING, f"day {text!r} is no day.")
    return moment


def _size(text: str) -> float:
    if not text.strip():
        raise SettingsError(Code.VALUE_MISSING, "there is no size.")
    try:
        found = float(text)
    except ValueError as error:
        is_comma = COMMA.fullmatch(text.strip()) is not None
        advice = (
            f"If its comma is a decimal comma, write {text.strip().replace(',', '.')}." if is_comma else None
        )
        raise SettingsError(Code.SIZE_IMPLAUSIBLE, f"size {text!r} is no number.", advice=advice) from error
    if not np.isfinite(found) or found < 0:
        raise SettingsError(Code.SIZE_IMPLAUSIBLE, f"size {text!r} is no size; a lesion that is gone has 0.")
    return found
