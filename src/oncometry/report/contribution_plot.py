"""Waterfall of one prediction: from a typical patient to this one, value by value."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from oncometry.prediction.final.contributions import Contribution
from oncometry.report.formatting import number_text
from oncometry.report.svg import drawing, element, line, text
from oncometry.report.text_width import shortened, text_width

__all__ = ["draw_contributions", "is_moved", "most_and_rest"]

MOST = 8
WIDTH, LEFT, RIGHT, ROW, TOP = 390.0, 8.0, 64.0, 40.0, 26.0
FONT, CELL = 12.0, 0.45
"""Size of letters, and the part of a name's room that its cell may take where they have not enough for both."""
NOTHING = 5e-4
REST = "all others"


def most_and_rest(parts: Sequence[Contribution], most: int = MOST) -> list[Contribution]:
    """The largest, and the sum of the others as one; all still add up. What moved next to nothing is among the others."""
    ordered = sorted(parts, key=lambda c: -abs(c.amount))
    kept = [c for c in ordered[:most] if abs(c.amount) >= NOTHING]
    rest = ordered[len(kept) :]
    if not rest:
        return kept
    return [*kept, Contribution(REST, f"{len(rest)} others", sum(c.amount for c in rest))]


def is_moved(parts: Sequence[Contribution]) -> bool:
    """Whether any value moved the prediction enough to be drawn."""
    return any(abs(part.amount) >= NOTHING for part in parts)


def draw_contributions(
    parts: Sequence[Contribution], typical: float, value: float, percent: bool, label: str
) -> Markup:
    """Bars that begin where the one above ends, each below its name: names of features are long.

    Args:
        typical, value: where the bars begin and end.
        percent: whether numbers are chances.
    """
    shown = most_and_rest(parts)
    steps = [typical]
    for part in shown:
        steps.append(steps[-1] + part.amount)
    low, high = min(steps), max(steps)
    wide = (high - low) or 1.0

    def x(at: float) -> float:
        return LEFT + (at - low) / wide * (WIDTH - LEFT - RIGHT)

    height = TOP + ROW * len(shown) + 30
    drawn = [
        text((x(typical), 14), f"typical patient {_number(typical, percent)}", _anchor(x(typical))),
        line((x(typical), 18), (x(typical), height - 26), "grid"),
        line((x(value), TOP), (x(value), height - 16), "grid"),
        text((x(value), height - 4), f"this patient {_number(value, percent)}", f"name {_anchor(x(value))}"),
    ]
    for n, (part, begin, end) in enumerate(zip(shown, steps[:-1], steps[1:], strict=True)):
        drawn += _bar(part, (x(begin), x(end)), TOP + ROW * n, percent)
    return drawing(WIDTH, height, label, drawn)


def _bar(part: Contribution, ends: tuple[float, float], top: float, percent: bool) -> list[Markup]:
    """Its name and cell, and the bar below them."""
    begin, end = min(ends), max(ends)
    css = "grown" if part.amount > 0 else "shrunk"
    name = _name(part)
    box = {"x": begin, "y": top + 19, "width": max(end - begin, 1.0), "height": 15.0, "class": f"bar {css}"}
    amount = ("+" if part.amount > 0 else "") + _number(part.amount, percent)
    return [
        text((LEFT, top + 14), name if part.source == REST else _short(part), "start"),
        element("rect", box, element("title", {}, f"{name}: {amount}")),
        text((end + 5, top + 31), amount, "tick"),
    ]


def _name(part: Contribution) -> str:
    return part.shown if part.source == REST else f"{part.source} = {part.shown}"


def _short(part: Contribution) -> str:
    """Column and cell with as much room as there is; of a name the end stays, where columns of one kind differ."""
    room, cell = WIDTH - LEFT, f" = {part.shown}"
    if text_width(part.source + cell, FONT) > room:
        cell = f" = {shortened(part.shown, CELL * room - text_width(' = ', FONT), FONT, 0.0)}"
    return shortened(part.source, room - text_width(cell, FONT), FONT, 0.8) + cell


def _anchor(x: float) -> str:
    return "start" if x < LEFT + 60 else "end" if x > WIDTH - RIGHT - 60 else "middle"


def _number(value: float, percent: bool) -> str:
    return f"{number_text(100 * value, 1)}\u00a0%" if percent else number_text(value, 2)
