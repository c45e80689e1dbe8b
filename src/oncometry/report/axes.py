"""Axes of the plots: scales, round ticks, labels with units."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from oncometry.report.formatting import number_text
from oncometry.report.svg import line, text

__all__ = ["Panel", "Scale", "round_ticks", "spanning"]

TICK_ROOM = 32.0
"""Height that a tick of the vertical axis takes."""
MOST_DECIMALS = 8


@dataclass(frozen=True)
class Scale:
    """Data from `low` to `high` onto the drawing from `start` to `end`."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        share = (value - self.low) / ((self.high - self.low) or 1.0)
        return self.start + share * (self.end - self.start)


@dataclass(frozen=True)
class Panel:
    """The area of a plot, with its two scales and what they show."""

    x: Scale
    y: Scale
    x_label: str
    y_label: str

    def draw_y(self) -> list[Markup]:
        """Horizontal grid lines, tick labels and the axis label above them."""
        drawn = []
        count = max(int(abs(self.y.end - self.y.start) / TICK_ROOM), 2)
        values = round_ticks(self.y.low, self.y.high, count)
        for value, shown in zip(values, _tick_texts(values), strict=True):
            level = self.y(value)
            drawn.append(line((self.x.start, level), (self.x.end, level), "grid"))
            drawn.append(text((self.x.start - 6, level + 4), shown, "tick end"))
        top = self.y.end - 12
        drawn.append(text((self.x.start - 40, top), self.y_label, "axis"))
        return drawn

    def draw_x(self, values: Sequence[float] | None = None, count: int = 6) -> list[Markup]:
        """The base line with ticks at `values`, or at round numbers, and the axis label below."""
        base = self.y.start
        drawn = [line((self.x.start, base), (self.x.end, base), "base")]
        shown = round_ticks(self.x.low, self.x.high, count) if values is None else values
        for value, label in zip(shown, _tick_texts(shown), strict=True):
            place = self.x(value)
            drawn.append(line((place, base), (place, base + 4), "base"))
            drawn.append(text((place, base + 17), label, "tick middle"))
        middle = (self.x.start + self.x.end) / 2
        drawn.append(text((middle, base + 34), self.x_label, "axis middle"))
        return drawn


def _tick_texts(values: Sequence[float]) -> list[str]:
    """Short ones; with more decimals where two would look the same."""
    found = [_tick_text(v) for v in values]
    decimals = 2
    while len(set(found)) < len(set(values)) and decimals < MOST_DECIMALS:
        found = [number_text(v, decimals) for v in values]
        decimals += 1
    return found


def _tick_text(value: float) -> str:
    if float(value).is_integer():
        return number_text(value, 0)
    return number_text(value, max(1, 1 - math.floor(math.log10(abs(value)))) if abs(value) < 1 else 1)


def round_ticks(low: float, high: float, count: int) -> list[float]:
    """About `count` multiples of 1, 2 or 5 times a power of ten within the limits."""
    if high <= low:
        return [low]
    rough = (high - low) / max(count, 1)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(m * power for m in (1, 2, 5, 10) if m * power >= rough * 0.999)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [round(n * step, 12) for n in range(first, last + 1)]


def spanning(values: Sequence[float], *, zero: bool = True) -> tuple[float, float]:
    """Limits that hold all values with a little air; from zero where `zero` is asked."""
    low, high = min(values), max(values)
    if zero:
        low, high = min(low, 0.0), max(high, 0.0)
    air = (high - low) * 0.06 or max(abs(high), 1.0) * 0.1
    return (low if zero and low == 0 else low - air, high if zero and high == 0 else high + air)
