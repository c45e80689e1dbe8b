"""A lesion's sizes, the law fitted to them, and the forecast with its interval."""

from __future__ import annotations

import numpy as np
from markupsafe import Markup

from oncometry.prediction.growth import LAWS, LesionGrowth, SizeUnit
from oncometry.report.axes import Panel, Scale, spanning
from oncometry.report.formatting import quantity_text
from oncometry.report.svg import drawing, element, line, points_path, text

__all__ = ["draw_growth", "forecast_text", "size_text"]

WIDTH, HEIGHT = 360.0, 230.0
LEFT, RIGHT, TOP, BOTTOM = 58.0, 14.0, 30.0, 46.0
CURVE_POINTS = 60
NAMES = {SizeUnit.MM: "diameter (mm)", SizeUnit.ML: "volume (ml)"}
PERCENT = 100


def size_text(size: float, unit: SizeUnit) -> str:
    """With its unit."""
    return f"{quantity_text(size, f'_{unit}')} {unit}"


def forecast_text(one: LesionGrowth) -> str:
    """Median and interval of the next reading, in words."""
    said, unit = one.next, one.series.unit
    low, high = (quantity_text(float(x[0]), f"_{unit}") for x in (said.low, said.high))
    return f"{size_text(float(said.sizes[0]), unit)} ({PERCENT * said.level:.0f} %: {low} to {high})"


def draw_growth(one: LesionGrowth, title: str) -> Markup:
    """As SVG; readings are points, the own law a thin line, the forecast dashed in its band."""
    series, curve = one.series, one.curve
    days = np.linspace(0, series.days[-1], CURVE_POINTS)
    own = one.own.sizes(days)
    heights = [*series.sizes, *curve.high[np.isfinite(curve.high)], *own]
    low, high = spanning([float(x) for x in heights])
    x = Scale(0.0, float(curve.days[-1]), LEFT, WIDTH - RIGHT)
    y = Scale(low, high, HEIGHT - BOTTOM, TOP)
    panel = Panel(x, y, "days since the first visit", NAMES[series.unit])
    upper = list(zip(curve.days, curve.high, strict=True))
    lower = list(zip(curve.days, curve.low, strict=True))
    band = points_path([(x(float(d)), y(float(s))) for d, s in [*upper, *reversed(lower)]], closed=True)
    said = points_path([(x(float(d)), y(float(s))) for d, s in zip(curve.days, curve.sizes, strict=True)])
    law = points_path([(x(float(d)), y(float(s))) for d, s in zip(days, own, strict=True)])
    last = x(float(series.days[-1]))
    drawn = [
        *panel.draw_y(),
        *panel.draw_x(),
        line((last, y.start), (last, y.end), "grid"),
        element("g", {"class": "c1"}, element("path", {"d": band, "class": "area"})),
        element("g", {"class": "c1 family"}, element("path", {"d": said, "class": "line"})),
        element("g", {"class": "c2"}, element("path", {"d": law, "class": "line thin"})),
        element("g", {"class": "c0"}, *_readings(one, x, y)),
        text((WIDTH - RIGHT, TOP - 12), "forecast", "tick end"),
    ]
    name = f"{title}: readings, {LAWS[one.own.law].title} law, forecast {forecast_text(one)}"
    return drawing(WIDTH, HEIGHT, name, drawn)


def _readings(one: LesionGrowth, x: Scale, y: Scale) -> list[Markup]:
    marks = []
    for day, size in zip(one.series.days, one.series.sizes, strict=True):
        shown = element(
            "title", {}, f"day {one.series.first_day + day:g}: {size_text(float(size), one.series.unit)}"
        )
        at = {"cx": x(float(day)), "cy": y(float(size)), "r": 4.0, "class": "mark"}
        marks.append(element("circle", at, shown))
    return marks
