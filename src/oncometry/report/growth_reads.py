"""The courses of lesions as a reader measured them: of manual reads, as `growth_series` is of what images were measured for."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from oncometry.core import Code, Compartment, LesionStatus, Notice, Quantity, SettingsError
from oncometry.prediction.growth import SizeOrigin, SizeSeries, SizeUnit, size_series
from oncometry.report.lesion_names import in_order
from oncometry.report.tables import Row

__all__ = ["read_courses", "reads_by_lesion"]

OF_LESIONS = (Quantity.LONGEST_DIAMETER_MM, Quantity.VOLUME_ML)
OF_NODES = (Quantity.SHORT_AXIS_MM, *OF_LESIONS)
"""A lymph node is followed by its short axis (RECIST 1.1, 4.3.1, doi:10.1016/j.ejca.2008.10.026)."""
TOO_SMALL_MM = SizeUnit.MM.least
"""What a lesion counts that is there and has no diameter, as in `response` (RECIST 1.1, 4.3.2, same source)."""

Lesions = Mapping[tuple[str, str], Sequence[Row]]
"""(patient, lesion as the reader names it) -> rows of the table `readings`."""


@dataclass(frozen=True, eq=False)
class _Course:
    """The dated readings of a lesion in one quantity, in the order of their days.

    Attributes:
        sized: readings with their sizes.
        dropped: readings that give none.
    """

    quantity: Quantity
    sized: Sequence[tuple[Row, float]]
    dropped: Sequence[Row]


def reads_by_lesion(reads: Iterable[Row], reader: str, excluded: Mapping[str, Iterable[str]]) -> Lesions:
    """What a reader said of whole lesions.

    Args:
        reads: rows of the table `readings`.
        excluded: patient -> lesions of the ledger that a person decided to be none.
    """
    found: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in reads:
        who = row["patient_id"]
        is_none = row["ledger_lesion"] is not None and row["ledger_lesion"] in excluded.get(who, ())
        if row["reader"] == reader and row["compartment"] == Compartment.WHOLE and not is_none:
            found[who, row["lesion"]].append(row)
    return found


def read_courses(lesions: Lesions) -> tuple[list[SizeSeries], list[Notice]]:
    """Courses, and why a lesion is none.

    A course is of one quantity: the one with the most dated readings, of equally many the longest diameter before the volume,
    of a node the short axis before both; readings left out in another one are told. A lesion that is absent after it was
    measured has size 0; one that is too small to measure has the diameter of 5 mm, and no volume. What gives no size is told;
    a lesion whose last reading gives none is left out, for its forecast would be of a day that was read.
    """
    found: list[SizeSeries] = []
    left_out: list[Notice] = []
    undated: Counter[str] = Counter()
    ordered = sorted(lesions.items(), key=lambda item: (item[0][0], in_order(item[0][1])))
    for (patient, lesion), rows in ordered:
        undated[patient] += _undated(rows)
        course = _course(rows)
        if course is None:
            continue
        try:
            found.append(_series(patient, lesion, course))
        except SettingsError as error:
            without = "" if error.code is Code.VALUE_MISSING else _without(course).capitalize()
            left_out.append(Notice(error.code, f"{error.told} {without}".strip()))
    told = [
        Notice(Code.DATE_MISSING, f"{patient}: {count} reading{' has' if count == 1 else 's have'} no day.")
        for patient, count in undated.items()
        if count
    ]
    return found, [*told, *left_out]


def _series(patient: str, lesion: str, course: _Course) -> SizeSeries:
    """
    Raises:
        SettingsError: `VALUE_MISSING`, its last reading gives no size; and those of `size_series`.
    """
    days = [_day(row) for row, _ in course.sized]
    unit = SizeUnit.ML if course.quantity is Quantity.VOLUME_ML else SizeUnit.MM
    series = size_series(patient, lesion, days, [size for _, size in course.sized], unit)
    name = f"{patient} {lesion}"
    after = [row for row in course.dropped if _day(row) > days[-1]]
    if after:
        raise SettingsError(
            Code.VALUE_MISSING,
            f"{name}: the last {course.quantity} is of day {days[-1]}, and it was read later, on {_told(after)}: "
            "a forecast would know nothing of what was seen last.",
            advice="Give the size that was seen then.",
        )
    return replace(series, notices=(*series.notices, *_notices(name, course)), origin=_origin(course))


def _origin(course: _Course) -> SizeOrigin:
    rows = [row for row, _ in course.sized]
    known = {row["ledger_lesion"] for row in (*rows, *course.dropped)} - {None}
    lesion = known.pop() if len(known) == 1 else None
    return SizeOrigin(
        rows[0]["reader"], lesion, course.quantity.value, tuple(row["value_id"] for row in rows)
    )


def _notices(name: str, course: _Course) -> list[Notice]:
    """What was made of readings without a number, and which gave no size."""
    told = []
    small = [row for row, _ in course.sized if _is_small(row, course.quantity)]
    if small:
        what = f"{name}: too small to measure on {_days(small)}: {TOO_SMALL_MM:g} mm, as RECIST 1.1 has it."
        told.append(Notice(Code.TOO_SMALL, what))
    told += _others(name, course)
    without = _without(course)
    if without:
        told.append(Notice(Code.VALUE_MISSING, f"{name}: {without}"))
    return told


def _others(name: str, course: _Course) -> list[Notice]:
    """Of quantities that come before the course's, where there are as many readings."""
    rows = [row for row, _ in course.sized]
    wanted = _wanted([*rows, *course.dropped])
    left = {
        other: [row for row in rows if row[other.value] is not None]
        for other in wanted[: wanted.index(course.quantity)]
    }
    return [
        Notice(
            Code.SOURCE_DIFFERS,
            f"{name}: a course of {course.quantity}, which most readings have; left out is {other} on {_days(there)}.",
        )
        for other, there in left.items()
        if there
    ]


def _without(course: _Course) -> str:
    """On which days the course has no size, and what was said instead."""
    return f"no {course.quantity} on {_told(course.dropped)}." if course.dropped else ""


def _wanted(rows: Sequence[Row]) -> Sequence[Quantity]:
    return OF_NODES if any(row["is_node"] for row in rows) else OF_LESIONS


def _quantity(rows: Sequence[Row]) -> Quantity | None:
    """That most readings have, of equally many the first that is wanted."""
    wanted = _wanted(rows)
    best = max(wanted, key=lambda quantity: (_count(rows, quantity), -wanted.index(quantity)))
    return best if _count(rows, best) else None


def _count(rows: Sequence[Row], quantity: Quantity) -> int:
    return sum(row[quantity.value] is not None for row in rows)


def _undated(rows: Sequence[Row]) -> int:
    """Readings without a day, of a lesion with a size."""
    return 0 if _quantity(rows) is None else sum(row["day"] is None for row in rows)


def _course(rows: Sequence[Row]) -> _Course | None:
    """None of a lesion without a dated size. Where it was absent before its first size, it had not come."""
    dated = sorted((row for row in rows if row["day"] is not None), key=_day)
    quantity = _quantity(dated)
    if quantity is None:
        return None
    sized: list[tuple[Row, float]] = []
    dropped: list[Row] = []
    for row in dated:
        if row["status"] == LesionStatus.ABSENT:
            if sized:
                sized.append((row, 0.0))
        elif row[quantity.value] is not None:
            sized.append((row, float(row[quantity.value])))
        elif _is_small(row, quantity):
            sized.append((row, TOO_SMALL_MM))
        else:
            dropped.append(row)
    return _Course(quantity, sized, dropped)


def _is_small(row: Row, quantity: Quantity) -> bool:
    """Whether it counts the diameter of what is too small to measure."""
    is_diameter = quantity is not Quantity.VOLUME_ML
    return is_diameter and row["status"] == LesionStatus.TOO_SMALL and row[quantity.value] is None


def _day(row: Row) -> int:
    return int(row["day"])


def _told(rows: Sequence[Row]) -> str:
    """Readings without a size, in words: on which days, and what was said instead."""
    by_reason: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_reason[_instead(row)].append(row)
    return "; ".join(f"{_days(group)} ({reason})" for reason, group in by_reason.items())


def _instead(row: Row) -> str:
    there = [q.value for q in Quantity if row[q.value] is not None]
    if there:
        return f"only {' and '.join(there)}"
    return "no size" if row["status"] == LesionStatus.MEASURED else str(row["status"])


def _days(rows: Sequence[Row]) -> str:
    days = list(dict.fromkeys(str(_day(row)) for row in rows))
    return f"day{'s' if len(days) > 1 else ''} {', '.join(days)}"
