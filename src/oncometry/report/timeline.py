"""The patient's course on one line: dates imaged, treatments, responses stated, outcome."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from oncometry.report.axes import Panel, Scale
from oncometry.report.clinical_section import outcome_text
from oncometry.report.formatting import date_text, day_text
from oncometry.report.svg import drawing, element, line, points_path, text
from oncometry.report.tables import Row

__all__ = ["draw_timeline"]

WIDTH = 760.0
ROW = 24.0


def draw_timeline(
    timepoints: Sequence[Row],
    treatments: Sequence[Row],
    responses: Sequence[Row],
    events: Sequence[Row],
    visited: str = "imaged",
) -> Markup | None:
    """Days across; a row of images, one a course of treatment, one of responses, one of outcomes.

    None without two days. `responses` are clinical values with text and day; `visited` says what time points are.
    """
    visits = [t for t in timepoints if t["day"] is not None]
    if not visits:
        return None
    courses = [t for t in treatments if t["start_day"] is not None]
    ends = [e for e in events if e["day"] is not None]
    days = [float(row["day"]) for row in (*visits, *responses, *ends)]
    days += [float(d) for c in courses for d in (c["start_day"], c["end_day"]) if d is not None]
    if min(days) == max(days):
        return None
    height = 60.0 + ROW * (1 + len(courses) + bool(responses) + bool(ends))
    low, high = min(days), max(days)
    x = Scale(low, high, 150.0, WIDTH - 100)
    panel = Panel(x, Scale(0, 1, height - 44, 10.0), "days since first date", "")
    drawn = [*panel.draw_x(None, 8), *_visits(visits, x, visited)]
    for number, course in enumerate(courses, start=1):
        drawn += _course(course, x, 20.0 + ROW * number)
    level = 20.0 + ROW * (1 + len(courses))
    if responses:
        drawn += _responses(responses, x, level)
        level += ROW
    if ends:
        drawn += _events(ends, x, level)
    return drawing(WIDTH, height, "Timeline of the patient", drawn, "plot wide")


def _visits(visits: Sequence[Row], x: Scale, visited: str) -> list[Markup]:
    level = 20.0
    parts = [text((140.0, level + 4), visited, "tick end"), line((x.start, level), (x.end, level), "grid")]
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


def _responses(responses: Sequence[Row], x: Scale, level: float) -> list[Markup]:
    """As the clinical sheet states them, in its own words."""
    parts = [text((140.0, level + 4), "response stated", "tick end")]
    for response in responses:
        shown = f"{response['text']}, {day_text(response['day'])}\n{response['value_id']}"
        label = element("title", {}, shown)
        word = text((x(float(response["day"])), level + 4), _short(str(response["text"])), "name middle c4")
        parts.append(element("g", {}, word, label))
    return parts


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
        label = text((place + 11, level + 4), _short(outcome_text(event)), "name c3")
        parts.append(element("g", {"class": "c3"}, mark, label))
    return parts


def _short(name: str) -> str:
    return name if len(name) <= 20 else name[:19] + "…"
