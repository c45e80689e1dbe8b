"""The patient's course on one line: dates imaged, treatments, events."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from oncometry.report.axes import Panel, Scale
from oncometry.report.formatting import date_text, day_text
from oncometry.report.svg import drawing, element, line, points_path, text
from oncometry.report.tables import Row

__all__ = ["draw_timeline"]

WIDTH = 760.0
ROW = 24.0


def draw_timeline(
    timepoints: Sequence[Row], treatments: Sequence[Row], events: Sequence[Row]
) -> Markup | None:
    """Days across, one row of images, one a course of treatment, one of events; None without two days."""
    visits = [t for t in timepoints if t["day"] is not None]
    if not visits:
        return None
    courses = [t for t in treatments if t["start_day"] is not None]
    ends = [e for e in events if e["day"] is not None]
    days = [float(t["day"]) for t in visits] + [float(e["day"]) for e in ends]
    days += [float(d) for c in courses for d in (c["start_day"], c["end_day"]) if d is not None]
    if min(days) == max(days):
        return None
    height = 60.0 + ROW * (1 + len(courses) + bool(ends))
    low, high = min(days), max(days)
    x = Scale(low, high, 150.0, WIDTH - 40)
    panel = Panel(x, Scale(0, 1, height - 44, 10.0), "days since first date", "")
    drawn = [*panel.draw_x(None, 8), *_visits(visits, x)]
    for number, course in enumerate(courses, start=1):
        drawn += _course(course, x, 20.0 + ROW * number)
    if ends:
        drawn += _events(ends, x, 20.0 + ROW * (1 + len(courses)))
    return drawing(WIDTH, height, "Timeline of the patient", drawn, "plot wide")


def _visits(visits: Sequence[Row], x: Scale) -> list[Markup]:
    level = 20.0
    parts = [text((140.0, level + 4), "imaged", "tick end"), line((x.start, level), (x.end, level), "grid")]
    for visit in visits:
        shown = f"time point {visit['timepoint']}, {day_text(visit['day'])}, {date_text(visit['date'])}"
        mark = {"cx": x(float(visit["day"])), "cy": level, "r": 6.0, "class": "mark"}
        parts.append(element("g", {"class": "c0"}, element("circle", mark, element("title", {}, shown))))
    return parts


def _course(course: Row, x: Scale, level: float) -> list[Markup]:
    start = x(float(course["start_day"]))
    open_end = course["end_day"] is None
    end = x.end if open_end else x(float(course["end_day"]))
    name = str(course["agent"] or course["kind"])
    days = day_text(course["start_day"]) + (
        " on, end not known" if open_end else f" to {day_text(course['end_day'])}"
    )
    dose = f", {course['dose_gy']:g} Gy" if course["dose_gy"] is not None else ""
    dose += f" in {int(course['fractions'])} fractions" if course["fractions"] is not None else ""
    box = {"x": start, "y": level - 6, "width": max(end - start, 3.0), "height": 12.0, "rx": 2}
    bar = element(
        "rect", {**box, "class": "area"}, element("title", {}, f"{course['kind']}: {name}, {days}{dose}")
    )
    return [text((140.0, level + 4), _short(name), "tick end"), element("g", {"class": "c2"}, bar)]


def _events(events: Sequence[Row], x: Scale, level: float) -> list[Markup]:
    parts = [text((140.0, level + 4), "outcome", "tick end")]
    for event in events:
        place = x(float(event["day"]))
        css = "mark" if event["observed"] else "mark open"
        known = "observed" if event["observed"] else "not observed by then (censored)"
        shown = f"{event['endpoint']}, {day_text(event['day'])}: {known}"
        corners = [(place, level - 7), (place + 7, level), (place, level + 7), (place - 7, level)]
        mark = element(
            "path", {"d": points_path(corners, closed=True), "class": css}, element("title", {}, shown)
        )
        parts.append(element("g", {"class": "c3"}, mark))
    return parts


def _short(name: str) -> str:
    return name if len(name) <= 20 else name[:19] + "…"
