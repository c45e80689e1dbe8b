"""Waterfall plot: each patient's best change as a bar, in order, colored by best response where it was judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from oncometry.report.axes import Panel, Scale
from oncometry.report.category_marks import by_rank, category_css, draw_legend, letters
from oncometry.report.formatting import change_text
from oncometry.report.line_chart import Reference
from oncometry.report.svg import drawing, element, line, points_path, text

__all__ = ["Bar", "draw_waterfall"]

CLIP_PERCENT = 150.0
MOST_NAMES = 40
LEVEL_NAME = 90.0
LETTER_WIDTH, LETTERS_AIR = 8.5, 4.0


@dataclass(frozen=True)
class Bar:
    """One patient.

    Attributes:
        link: the patient's page, if there is one.
        category: best overall response; '' where none was judged, and growth and shrinkage are colored.
    """

    name: str
    percent: float
    link: str | None = None
    category: str = ""

    @property
    def css(self) -> str:
        """Its color."""
        if self.category:
            return category_css(self.category)
        return "shrunk" if self.percent < 0 else "grown"


def draw_waterfall(
    bars: Sequence[Bar], title: str, y_label: str, references: Sequence[Reference] = ()
) -> Markup:
    """Bars from the largest growth to the largest shrinkage; above 150 % a bar is cut and says so."""
    ordered = sorted(bars, key=lambda bar: (-bar.percent, bar.name))
    legend = [(category_css(c), letters(c)) for c in by_rank(bar.category for bar in bars if bar.category)]
    width, height = 760.0, 340.0 if len(ordered) <= MOST_NAMES else 300.0
    high = max([0.0, *(min(b.percent, CLIP_PERCENT) for b in ordered), *(r.value for r in references)])
    low = min([0.0, *(b.percent for b in ordered), *(r.value for r in references)])
    bottom = height - _foot(len(ordered))
    air = (high - low) * 0.08 or 1.0
    y = Scale(low - air, high + air, bottom, 30.0)
    panel = Panel(Scale(0.0, float(len(ordered)), 58.0, width - 60), y, "", y_label)
    drawn = [*panel.draw_y(), *draw_legend(legend, (width / 2, 6.0))]
    for reference in references:
        level = y(reference.value)
        drawn.append(line((panel.x.start, level), (panel.x.end, level), "reference"))
        drawn.append(text((panel.x.end + 5, level + 4), reference.name, "tick"))
    for place, bar in enumerate(ordered):
        drawn += _bar(bar, panel, place, len(ordered))
    drawn.append(line((panel.x.start, y(0)), (panel.x.end, y(0)), "base"))
    if len(ordered) > MOST_NAMES:
        middle = (panel.x.start + panel.x.end) / 2
        drawn.append(
            text((middle, height - 8), f"{len(ordered)} patients, in order of change", "axis middle")
        )
    return drawing(width, height, title, drawn, "plot wide")


def _foot(bars: int) -> float:
    """Room below for names: level, slanting, or one line for all."""
    return 30.0 if bars * LEVEL_NAME <= 690 else 74.0 if bars <= MOST_NAMES else 34.0


def _bar(bar: Bar, panel: Panel, place: int, among: int) -> list[Markup]:
    room = panel.x(place + 1) - panel.x(place)
    thick = min(room * (0.72 if among <= 120 else 0.95), 64.0)
    left = panel.x(place) + (room - thick) / 2
    value = min(bar.percent, CLIP_PERCENT)
    top, base = panel.y(max(value, 0.0)), panel.y(min(value, 0.0))
    shown = f"{bar.name}: {change_text(bar.percent)}{f', {bar.category}' if bar.category else ''}"
    box = {"x": left, "y": top, "width": thick, "height": max(base - top, 0.8)}
    parts = [element("rect", {**box, "class": f"bar {bar.css}"}, element("title", {}, shown))]
    if bar.percent > CLIP_PERCENT:
        parts.append(_cut(left, thick, top))
    if among <= MOST_NAMES:
        parts += _names(bar, (left + thick / 2, top, base), panel, room)
    if bar.link is None:
        return parts
    return [element("a", {"href": bar.link, "aria-label": shown}, *parts)]


def _cut(left: float, thick: float, top: float) -> Markup:
    """A notch: the bar goes on."""
    corners = [
        (left - 1, top + 12),
        (left + thick + 1, top + 6),
        (left + thick + 1, top + 9),
        (left - 1, top + 15),
    ]
    return element("path", {"d": points_path(corners, closed=True), "class": "gap"})


def _letters(bar: Bar, at: tuple[float, float], room: float) -> Markup:
    """Level where they fit beside the next bar's, else upright."""
    x, y = at
    word = letters(bar.category)
    if room >= LETTER_WIDTH * len(word) + LETTERS_AIR:
        return text((x, y), word, "letters middle")
    anchor = "end" if bar.percent >= 0 else "start"
    return text((x + 4, y), word, f"letters {anchor}", {"transform": f"rotate(-90 {x + 4:.1f} {y:.1f})"})


def _names(bar: Bar, place: tuple[float, float, float], panel: Panel, room: float) -> list[Markup]:
    x, top, base = place
    parts = []
    beyond, before = (top - 5, base + 13) if bar.percent >= 0 else (base + 13, top - 5)
    if room >= 30:
        parts.append(text((x, beyond), change_text(bar.percent).replace("\u00a0%", ""), "tick middle"))
    if bar.category:
        parts.append(_letters(bar, (x, before), room))
    name = bar.name if len(bar.name) <= 14 else bar.name[:13] + "…"
    foot = panel.y.start + 14
    if room >= LEVEL_NAME:
        parts.append(text((x, foot), name, "tick middle"))
    else:
        parts.append(
            text((x + 4, foot), name, "tick end", {"transform": f"rotate(-38 {x + 4:.1f} {foot:.1f})"})
        )
    return parts
