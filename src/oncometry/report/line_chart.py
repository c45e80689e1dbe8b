"""Curves over time: a lesion's size at each date, or every patient's change (spider plot)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup

from oncometry.report.axes import Panel, Scale, spanning
from oncometry.report.category_marks import category_css, letters
from oncometry.report.svg import drawing, element, line, points_path, text

__all__ = ["Curve", "Limit", "LineChart", "Reference", "draw_lines", "sparkline"]

MARKERS = 4
LABEL_GAP = 14.0
MOST_LABELS = 10


@dataclass(frozen=True)
class Curve:
    """Values over time.

    Attributes:
        name: written at its end.
        points: (x, y, what a pointer shows), in order of x.
        css: its color: 'c0' ... 'c7', 'grown' or 'shrunk'.
        categories: of response at each point, written over it in its color; empty where none was judged.
    """

    name: str
    points: tuple[tuple[float, float, str], ...]
    css: str
    categories: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reference:
    """A dashed horizontal line with its meaning."""

    value: float
    name: str


@dataclass(frozen=True)
class Limit:
    """A dashed line that changes with time: (x, y) from which on it is y; its meaning is written at its start or end."""

    steps: tuple[tuple[float, float], ...]
    name: str
    named_at_start: bool = False


@dataclass(frozen=True)
class LineChart:
    """What a chart shows. `zero` keeps zero in sight; `labels` writes names at the ends."""

    title: str
    x_label: str
    y_label: str
    curves: Sequence[Curve]
    references: Sequence[Reference] = ()
    zero: bool = True
    labels: bool = True
    width: float = 500.0
    height: float = 290.0
    limits: Sequence[Limit] = ()


def draw_lines(chart: LineChart) -> Markup:
    """The chart as an SVG element."""
    labels = chart.labels and len(chart.curves) <= MOST_LABELS
    panel = _panel(chart, 86.0 if labels else 18.0)
    days = sorted({x for curve in chart.curves for x, _, _ in curve.points})
    drawn = [*panel.draw_y(), *panel.draw_x(days if len(days) <= 6 and _apart(panel, days) else None)]
    for reference in chart.references:
        level = panel.y(reference.value)
        drawn.append(line((panel.x.start, level), (panel.x.end, level), "reference"))
        drawn.append(text((panel.x.end + 5, level + 4), reference.name, "tick"))
    for limit in chart.limits:
        drawn += _limit(limit, panel)
    for number, curve in enumerate(chart.curves):
        drawn.append(_curve(curve, panel, number % MARKERS, len(chart.curves)))
    if labels:
        drawn += _end_labels(chart.curves, panel)
    return drawing(chart.width, chart.height, chart.title, drawn)


def _apart(panel: Panel, values: Sequence[float]) -> bool:
    places = [panel.x(value) for value in values]
    return all(b - a >= 34 for a, b in pairwise(places))


def _panel(chart: LineChart, right: float) -> Panel:
    xs = [x for curve in chart.curves for x, _, _ in curve.points]
    ys = [y for curve in chart.curves for _, y, _ in curve.points] + [r.value for r in chart.references]
    ys += [y for limit in chart.limits for _, y in limit.steps]
    low, high = spanning(ys, zero=chart.zero)
    first, last = min(xs), max(xs)
    if first == last:
        first, last = first - 1, last + 1
    x = Scale(first, last, 58.0, chart.width - right)
    return Panel(x, Scale(low, high, chart.height - 46, 30.0), chart.x_label, chart.y_label)


def _curve(curve: Curve, panel: Panel, marker: int, among: int) -> Markup:
    places = [(panel.x(x), panel.y(y)) for x, y, _ in curve.points]
    faint = " faint" if among > 40 else ""
    parts = [element("path", {"d": points_path(places), "class": "line"})]
    for place, (_, _, shown) in zip(places, curve.points, strict=True):
        size = 2.0 if among > 40 else 4.0
        parts.append(_marker(place, marker if among <= MOST_LABELS else 0, size, shown))
    for (x, y), category in zip(places, curve.categories, strict=False):
        mark = element("circle", {"cx": x, "cy": y, "r": 5.5, "class": "mark"})
        word = text((x, y - 10), letters(category), "letters middle")
        parts.append(element("g", {"class": category_css(category)}, mark, word))
    return element("g", {"class": curve.css + faint}, *parts)


def _limit(limit: Limit, panel: Panel) -> list[Markup]:
    """Level until the next step; the last level to the end, where its name stands."""
    places: list[tuple[float, float]] = []
    for x, y in limit.steps:
        if places:
            places.append((panel.x(x), places[-1][1]))
        places.append((panel.x(x), panel.y(y)))
    level = places[-1][1]
    path = points_path([*places, (panel.x.end, level)])
    name = text((panel.x.end - 4, level - 5), limit.name, "tick end")
    if limit.named_at_start:
        name = text((places[0][0] + 8, places[0][1] - 5), limit.name, "tick")
    return [element("path", {"d": path, "class": "reference limit"}), name]


def _marker(place: tuple[float, float], kind: int, size: float, shown: str) -> Markup:
    x, y = place
    title = element("title", {}, shown)
    if kind == 0:
        return element("circle", {"cx": x, "cy": y, "r": size, "class": "mark"}, title)
    corners = {
        1: [(x - size, y - size), (x + size, y - size), (x + size, y + size), (x - size, y + size)],
        2: [(x, y - size * 1.3), (x + size * 1.2, y + size), (x - size * 1.2, y + size)],
        3: [(x, y - size * 1.4), (x + size * 1.4, y), (x, y + size * 1.4), (x - size * 1.4, y)],
    }[kind]
    return element("path", {"d": points_path(corners, closed=True), "class": "mark"}, title)


def _end_labels(curves: Sequence[Curve], panel: Panel) -> list[Markup]:
    """Names right of the plot at the height of each curve's end, pushed apart where they would meet."""
    ends = [(panel.y(curve.points[-1][1]), curve) for curve in curves if curve.points]
    ends.sort(key=lambda end: end[0])
    levels: list[float] = []
    for level, _ in ends:
        levels.append(max(level, levels[-1] + LABEL_GAP) if levels else level)
    lowest = panel.y.start
    for place in reversed(range(len(levels))):
        levels[place] = min(levels[place], lowest)
        lowest = levels[place] - LABEL_GAP
    return [
        text((panel.x.end + 10, level + 4), curve.name, f"name {curve.css}")
        for level, (_, curve) in zip(levels, ends, strict=True)
    ]


def sparkline(values: Sequence[tuple[float, float]], label: str) -> Markup:
    """A small curve without axes for a table's cell; zero is at the bottom."""
    width, height = 96.0, 26.0
    if not values:
        return Markup("")
    first, last = values[0][0], values[-1][0]
    x = Scale(first, last if last > first else first + 1, 4.0, width - 6)
    y = Scale(0.0, max(v for _, v in values) or 1.0, height - 3, 4.0)
    places = [(x(day), y(value)) for day, value in values]
    end = element("circle", {"cx": places[-1][0], "cy": places[-1][1], "r": 2.5, "class": "mark"})
    parts = [element("path", {"d": points_path(places), "class": "line"}), end]
    return drawing(width, height, label, [element("g", {"class": "c0"}, *parts)], "spark")
