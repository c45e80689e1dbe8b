"""A number with its interval on one line, from the least to the most that it can be."""

from __future__ import annotations

from markupsafe import Markup

from oncometry.report.svg import drawing, element, line, text

__all__ = ["draw_interval"]

WIDTH, HEIGHT, SIDE, LEVEL = 320.0, 40.0, 26.0, 14.0


def draw_interval(
    value: float, interval: tuple[float, float] | None, ends: tuple[float, float], label: str, percent: bool
) -> Markup:
    """A dot on a line; a bar as wide as the interval."""
    low, high = ends
    wide = (high - low) or 1.0

    def x(at: float) -> float:
        return SIDE + min(max((at - low) / wide, 0.0), 1.0) * (WIDTH - 2 * SIDE)

    drawn = [line((SIDE, LEVEL), (WIDTH - SIDE, LEVEL), "base")]
    for at in (low, low + wide / 2, high):
        shown = f"{100 * at:.0f}\u00a0%" if percent else f"{at:.3g}"
        drawn += [
            line((x(at), LEVEL - 4), (x(at), LEVEL + 4), "base"),
            text((x(at), LEVEL + 20), shown, "tick middle"),
        ]
    if interval is not None:
        box = {
            "x": x(interval[0]),
            "y": LEVEL - 5,
            "width": max(x(interval[1]) - x(interval[0]), 1.0),
            "height": 10.0,
        }
        drawn.append(element("rect", {**box, "class": "area c0"}))
    drawn.append(element("circle", {"cx": x(value), "cy": LEVEL, "r": 5.5, "class": "mark c0"}))
    return drawing(WIDTH, HEIGHT, label, drawn)
