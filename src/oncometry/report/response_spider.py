"""Spider plot of a patient: each target and their sum since baseline, with the limits of the criterion."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise

from markupsafe import Markup

from oncometry.core import LesionRole, LesionStatus
from oncometry.report.category_marks import letters
from oncometry.report.criteria_names import NAMED, NamedCriterion, limit_text
from oncometry.report.formatting import change_text
from oncometry.report.line_chart import Curve, Limit, LineChart, draw_lines
from oncometry.report.response_course import BASELINE, Judged, ResponseCourse
from oncometry.report.size_plots import color_of
from oncometry.report.tables import Row

__all__ = ["draw_response_spider", "limits_of"]

MOST_LESIONS = 9


def draw_response_spider(course: ResponseCourse) -> Markup | None:
    """Percent since baseline; None without two visits that have a sum."""
    days = all(visit.overall["day"] is not None for visit in course.visits)
    places = [float(v.overall["day"]) if days else float(n) for n, v in enumerate(course.visits, start=1)]
    start = _baseline(course.visits)
    total = _sum_curve(course, places, start)
    if total is None:
        return None
    lesions = [_lesion_curve(*target, places, start) for target in _targets(course)]
    curves = [curve for curve in lesions if curve is not None][:MOST_LESIONS]
    chart = LineChart(
        f"Spider plot: {course.title}, {course.reader}",
        "days since first date" if days else "visit",
        "change since baseline (%)",
        [*curves, total],
        limits=limits_of(course, places),
        width=560.0,
        height=330.0,
    )
    return draw_lines(chart)


def _baseline(visits: Sequence[Judged]) -> int:
    """Index of the visit that the others are compared with: the last of those before a category."""
    first = next((n for n, visit in enumerate(visits) if visit.category != BASELINE), len(visits))
    return max(first - 1, 0)


def _sum_curve(course: ResponseCourse, places: Sequence[float], start: int) -> Curve | None:
    points, categories = [], []
    for at in range(start, len(course.visits)):
        row, category = course.visits[at].overall, course.visits[at].category
        change = 0.0 if at == start else row["change_from_baseline_percent"]
        if change is None:
            continue
        shown = f"sum, {row['label']}: {change_text(change)}, {letters(category)}\n{row['value_id']}"
        points.append((places[at], float(change), shown))
        categories.append(category)
    return Curve("sum", tuple(points), "sum", tuple(categories)) if len(points) > 1 else None


def _targets(course: ResponseCourse) -> list[tuple[str, str, list[Row]]]:
    """Lesion, its name with the part where parts are summed apart, and what was said of it, of the targets."""
    found: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in course.inputs:
        key = (row["lesion"], row["compartment"])
        if course.roles.get(key) == LesionRole.TARGET:
            found[key].append(row)
    several = len({part for _, part in found}) > 1
    ordered = sorted(found.items(), key=lambda item: (len(item[0][0]), item[0]))
    return [(lesion, f"{lesion} {part}" if several else lesion, rows) for (lesion, part), rows in ordered]


def _lesion_curve(
    lesion: str, name: str, rows: Sequence[Row], places: Sequence[float], start: int
) -> Curve | None:
    """Since its own size at baseline; None of a lesion without one, or without another."""
    sizes = {row["visit"] - 1: _size(row) for row in rows if row["visit"] <= len(places)}
    base = sizes.get(start)
    if not base:
        return None
    points = []
    for at, size in sorted(sizes.items()):
        if size is not None and at >= start:
            change = 100 * (size / base - 1)
            points.append((places[at], change, f"{name}: {change_text(change)}"))
    return Curve(name, tuple(points), color_of(lesion)) if len(points) > 1 else None


def _size(row: Row) -> float | None:
    if row["status"] == LesionStatus.ABSENT:
        return 0.0
    return None if row["value"] is None else float(row["value"])


def limits_of(course: ResponseCourse, places: Sequence[float]) -> tuple[Limit, ...]:
    """Where response and progression begin, in percent since baseline; the latter follows the nadir."""
    known = NAMED.get(course.criteria)
    start = _baseline(course.visits)
    base = course.visits[start].overall["total"]
    if known is None or not base:
        return ()
    name = f"PR {limit_text(known.response_percent)}"
    response = Limit(((places[start], known.response_percent),), name, named_at_start=True)
    steps = [
        (before, 100 * (_progression(float(visit.overall["nadir"]), known) / base - 1))
        for (before, _), visit in zip(pairwise(places), course.visits[1:], strict=True)
        if visit.overall["nadir"] is not None and visit.category != BASELINE
    ]
    if not steps:
        return (response,)
    return response, Limit(tuple(steps), f"PD {limit_text(known.progression_percent)} over nadir")


def _progression(nadir: float, known: NamedCriterion) -> float:
    """The smallest sum that is progression."""
    more = nadir * (1 + known.progression_percent / 100)
    return more if known.progression_mm is None else max(more, nadir + known.progression_mm)
