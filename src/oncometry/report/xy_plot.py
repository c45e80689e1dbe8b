"""Curves over a number: thick for what is said, thin for each repeat, with bands, dots and letters at their ends."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup

from oncometry.report.axes import Panel, Scale
from oncometry.report.svg import drawing, element, points_path, text

__all__ = ["Dot", "Stroke", "XYPlot", "draw_xy", "stepped"]

LEFT, RIGHT, BASE = 58.0, 26.0, 46.0
ROW = 17.0
LETTER_GAP = 13.0

Point = tuple[float, float]


@dataclass(frozen=True)
class Dot:
    """A point with its limits up and down, and what a pointer shows; `kind` 'circle', 'square' or 'triangle'."""

    at: Point
    css: str
    shown: str = ""
    limits: tuple[float, float] | None = None
    kind: str = "circle"


@dataclass(frozen=True)
class Stroke:
    """A curve.

    Attributes:
        points: (x, y).
        css: its color: 'c0' ... 'c7', or 'soft'.
        name: in the legend; '' for none.
        letter: at its end and in the legend, for who sees no color.
        dash: SVG's, '' for a whole line.
        thin: one of many.
        band: (x, low, high) around it.
    """

    points: Sequence[Point]
    css: str
    name: str = ""
    letter: str = ""
    dash: str = ""
    thin: bool = False
    band: Sequence[tuple[float, float, float]] = ()


@dataclass(frozen=True)
class XYPlot:
    """What a plot shows; `x` and `y` are (low, high) of the axes."""

    title: str
    x_label: str
    y_label: str
    x: Point
    y: Point
    strokes: Sequence[Stroke] = ()
    dots: Sequence[Dot] = ()
    width: float = 420.0
    height: float = 330.0
    below: Sequence[tuple[str, Sequence[tuple[float, str]]]] = ()
    """Rows of numbers under the axis: name, and (x, text)."""


def draw_xy(plot: XYPlot) -> Markup:
    """The plot as an SVG element."""
    named = [s for s in plot.strokes if s.name]
    top = 46.0 + ROW * len(named)
    extra = ROW * (len(plot.below) + 1) if plot.below else 0.0
    bottom = plot.height - BASE
    left = LEFT + (26.0 if plot.below else 0.0)
    panel = Panel(
        Scale(*plot.x, left, plot.width - RIGHT), Scale(*plot.y, bottom, top), plot.x_label, plot.y_label
    )
    drawn = [text((14.0, 14.0), plot.title, "heading"), *_legend(named)]
    drawn += [*panel.draw_y(), *panel.draw_x(None, 5)]
    drawn += [part for s in plot.strokes for part in _stroke(s, panel)]
    drawn += [part for d in plot.dots for part in _dot(d, panel)]
    drawn += _letters(plot.strokes, panel)
    drawn += _below(plot, panel, bottom + BASE)
    return drawing(plot.width, plot.height + extra, plot.title, drawn)


def stepped(points: Iterable[Point], last: float | None = None) -> list[Point]:
    """The corners of a curve that holds each value until the next."""
    found: list[Point] = []
    for x, y in points:
        if found:
            found.append((x, found[-1][1]))
        found.append((x, y))
    if found and last is not None and last > found[-1][0]:
        found.append((last, found[-1][1]))
    return found


def _legend(named: Sequence[Stroke]) -> list[Markup]:
    drawn = []
    for row, one in enumerate(named):
        y = 30.0 + ROW * row
        sample = {"x1": 16.0, "y1": y - 4, "x2": 42.0, "y2": y - 4, "class": "line"}
        drawn.append(
            element(
                "g", {"class": one.css}, element("line", {**sample, "stroke-dasharray": one.dash or None})
            )
        )
        drawn.append(
            text((50.0, y), f"{one.letter}: {one.name}" if one.letter else one.name, f"name {one.css}")
        )
    return drawn


def _stroke(one: Stroke, panel: Panel) -> list[Markup]:
    drawn = []
    if one.band:
        edge = [(panel.x(x), panel.y(high)) for x, _, high in one.band]
        edge += [(panel.x(x), panel.y(low)) for x, low, _ in reversed(one.band)]
        drawn.append(element("path", {"d": points_path(edge, closed=True), "class": "area"}))
    pieces = list(_pieces(one.points, panel.y.low, panel.y.high))
    if pieces:
        places = (points_path((panel.x(x), panel.y(y)) for x, y in piece) for piece in pieces)
        css = "line thin" if one.thin else "line"
        shape = {"d": "".join(places), "class": css, "stroke-dasharray": one.dash or None}
        drawn.append(element("path", {**shape, "stroke-opacity": 0.35 if one.thin else None}))
    return [element("g", {"class": one.css}, *drawn)] if drawn else []


def _pieces(points: Sequence[Point], low: float, high: float) -> Iterator[list[Point]]:
    """What of a curve is between two levels: it leaves the picture where it crosses one, and comes back where it does."""
    piece: list[Point] = []
    for a, b in pairwise(points):
        ends = _between(a, b, low, high)
        if piece and (ends is None or ends[0] != piece[-1]):
            yield piece
            piece = []
        if ends is not None:
            piece += ends[1:] if piece else ends
    if piece:
        yield piece


def _between(a: Point, b: Point, low: float, high: float) -> list[Point] | None:
    """The ends of what of a straight line is between two levels; None where none of it is."""
    (x, y), (rise_x, rise_y) = a, (b[0] - a[0], b[1] - a[1])
    if max(y, b[1]) < low or min(y, b[1]) > high:
        return None

    def end(place: Point) -> Point:
        level = min(max(place[1], low), high)
        return place if level == place[1] else (x + rise_x * (level - y) / rise_y, level)

    return [end(a), end(b)]


def _within(value: float, panel: Panel) -> float:
    return min(max(value, panel.y.low), panel.y.high)


def _dot(one: Dot, panel: Panel) -> list[Markup]:
    x, y = panel.x(one.at[0]), panel.y(_within(one.at[1], panel))
    parts = []
    if one.limits is not None:
        low, high = (panel.y(_within(v, panel)) for v in one.limits)
        parts.append(element("line", {"x1": x, "y1": low, "x2": x, "y2": high, "class": "line thin"}))
    title = element("title", {}, one.shown) if one.shown else Markup("")
    if one.kind == "circle":
        parts.append(element("circle", {"cx": x, "cy": y, "r": 3.4, "class": "mark"}, title))
    else:
        size = 3.6
        corners = [(x - size, y - size), (x + size, y - size), (x + size, y + size), (x - size, y + size)]
        if one.kind == "triangle":
            corners = [(x, y - 4.6), (x + 4.2, y + 3.4), (x - 4.2, y + 3.4)]
        parts.append(element("path", {"d": points_path(corners, closed=True), "class": "mark"}, title))
    return [element("g", {"class": one.css}, *parts)]


def _letters(strokes: Sequence[Stroke], panel: Panel) -> list[Markup]:
    """Right of each curve's end, pushed apart where they would meet."""
    ends = sorted(
        (
            (panel.y(_within(s.points[-1][1], panel)), panel.x(s.points[-1][0]), s)
            for s in strokes
            if s.letter and s.points
        ),
        key=lambda end: end[0],
    )
    drawn, last = [], float("-inf")
    for level, x, one in ends:
        last = max(min(level, panel.y.start - 9), last + LETTER_GAP)
        drawn.append(text((x + 6, last + 4), one.letter, f"name {one.css}"))
    return drawn


def _below(plot: XYPlot, panel: Panel, top: float) -> list[Markup]:
    drawn = []
    if plot.below:
        drawn.append(text((14.0, top + 8), "At risk", "axis"))
    for row, (name, cells) in enumerate(plot.below):
        y = top + 8 + ROW * (row + 1)
        drawn.append(text((14.0, y), name, "name"))
        drawn += [text((panel.x(x), y), shown, "tick middle") for x, shown in cells]
    return drawn
