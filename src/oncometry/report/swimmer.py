"""Swimmer plot: each patient a bar over time, colored by response, with treatments below and events on it.

After the last visit nobody looked: from there to the last event runs a thin line without a category.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from oncometry.report.axes import Panel, Scale
from oncometry.report.category_marks import by_rank, category_css, draw_legend, letters
from oncometry.report.formatting import count_text
from oncometry.report.svg import drawing, element, line, points_path, text

__all__ = ["Course", "Event", "Lane", "Seen", "draw_swimmer", "most_lanes_text"]

MOST_LANES = 60
WIDTH, LEFT, RIGHT, TOP, FOOT = 760.0, 130.0, 48.0, 44.0, 46.0
ROOM, THICK, COURSE, TRACKS = 26.0, 11.0, 4.0, 2
IN_WEEKS = 140
COURSE_COLORS = ("c6", "c3", "c2", "c7")
"""Those of the page that are furthest from the colors of categories."""


@dataclass(frozen=True)
class Seen:
    """A visit's category, which holds until the next visit; the last one is a tick. `shown`: what a pointer shows."""

    day: int
    category: str
    shown: str


@dataclass(frozen=True)
class Course:
    """A course of treatment; `end_day` None where it is not known."""

    name: str
    start_day: int
    end_day: int | None


@dataclass(frozen=True)
class Event:
    """'progression' or 'death' on a day."""

    kind: str
    day: int


@dataclass(frozen=True)
class Lane:
    """One patient.

    Attributes:
        visits: in order of day, one at least.
        courses: in order of their start.
        ongoing: whether neither progression nor death ended it.
        link: the patient's page, if there is one.
    """

    name: str
    visits: tuple[Seen, ...]
    courses: tuple[Course, ...] = ()
    events: tuple[Event, ...] = ()
    ongoing: bool = False
    link: str | None = None

    @property
    def last_day(self) -> int:
        """Of what is known."""
        return max([v.day for v in self.visits] + [e.day for e in self.events])

    @property
    def best(self) -> str:
        """The category of its visits that ranks first."""
        return by_rank(v.category for v in self.visits)[0]


def draw_swimmer(lanes: Sequence[Lane], title: str) -> Markup:
    """The longest on top; of many, the longest only (`most_lanes_text` says so). Marks have their names in the legend."""
    shown = sorted(lanes, key=lambda lane: (-lane.last_day, lane.name))[:MOST_LANES]
    days = [day for lane in shown for day in _days(lane)]
    first, last = min(days), max([*days, min(days) + 1])
    per, unit = (7.0, "weeks") if last - first > IN_WEEKS else (1.0, "days")
    height = TOP + ROOM * len(shown) + FOOT
    x = Scale(first / per, last / per, LEFT, WIDTH - RIGHT)
    panel = Panel(x, Scale(0.0, 1.0, height - FOOT, TOP), f"{unit} since first date", "")
    names = sorted({course.name for lane in shown for course in lane.courses})
    colors = {name: COURSE_COLORS[at % len(COURSE_COLORS)] for at, name in enumerate(names)}
    drawn = [*_legend(shown, colors), *panel.draw_x(None, 8)]
    for place, lane in enumerate(shown):
        drawn.append(_lane(lane, x, per, TOP + ROOM * place + ROOM / 2, colors))
    return drawing(WIDTH, height, title, drawn, "plot wide")


def most_lanes_text(lanes: Sequence[Lane]) -> str:
    """What is not drawn; '' where all are."""
    if len(lanes) <= MOST_LANES:
        return ""
    return f" The {MOST_LANES} with the longest course of {count_text(len(lanes), 'patient')}; the table has all."


def _days(lane: Lane) -> list[int]:
    ends = [day for c in lane.courses for day in (c.start_day, c.end_day) if day is not None]
    return [lane.last_day, *(v.day for v in lane.visits), *ends]


def _legend(lanes: Sequence[Lane], colors: dict[str, str]) -> list[Markup]:
    categories = by_rank(v.category for lane in lanes for v in lane.visits)
    entries = [
        (category_css(c), "baseline, not evaluable" if category_css(c) == "ne" else letters(c))
        for c in categories
    ]
    treated = [(css, _short(name)) for name, css in list(colors.items())[: len(COURSE_COLORS)]]
    return [*draw_legend(list(dict.fromkeys(entries)), (LEFT, 4.0)), *draw_legend(treated, (LEFT, 22.0))]


def _lane(lane: Lane, x: Scale, per: float, level: float, colors: dict[str, str]) -> Markup:
    parts = [text((LEFT - 10, level + 4), _short(lane.name), "tick end")]
    known, end = x(lane.visits[-1].day / per), x(lane.last_day / per)
    parts.append(line((known, level), (end, level), "unseen"))
    for visit, after in zip(lane.visits, [*lane.visits[1:], lane.visits[-1]], strict=True):
        parts.append(_segment(visit, x(visit.day / per), x(after.day / per), level))
    below = level + THICK / 2 + 1
    for course, track in zip(lane.courses, _tracks(lane.courses), strict=True):
        parts.append(
            _course(course, lane.last_day, x, per, below + (COURSE + 0.5) * track, colors[course.name])
        )
    parts += [_event(event, x(event.day / per), level) for event in lane.events]
    if lane.ongoing:
        tip = [(end + 3, level - 5), (end + 12, level), (end + 3, level + 5)]
        arrow = {"d": points_path(tip, closed=True), "class": "ongoing"}
        parts.append(
            element("path", arrow, element("title", {}, f"{lane.name}: no progression or death seen"))
        )
    parts.append(text((end + 15, level + 4), letters(lane.visits[-1].category), "letters"))
    return element("g", {}, *parts) if lane.link is None else _linked(lane, parts)


def _tracks(courses: Sequence[Course]) -> list[int]:
    """The first track that is free when a course begins; more than fit lie over each other on the last."""
    free = [float("-inf")] * TRACKS
    found = []
    for course in courses:
        track = next((n for n, day in enumerate(free) if day <= course.start_day), TRACKS - 1)
        free[track] = float("inf") if course.end_day is None else course.end_day
        found.append(track)
    return found


def _linked(lane: Lane, parts: Sequence[Markup]) -> Markup:
    return element("a", {"href": lane.link, "aria-label": f"{lane.name}, best {lane.best}"}, *parts)


def _segment(visit: Seen, start: float, end: float, level: float) -> Markup:
    """A visit of no length, the last one, is a tick of its color."""
    width = max(end - start, 6.0)
    box = {"x": start, "y": level - THICK / 2, "width": width, "height": THICK, "class": "bar"}
    parts = [element("rect", box, element("title", {}, visit.shown))]
    word = letters(visit.category)
    if width >= 7.5 * len(word) + 4:
        parts.append(text((start + 4, level + 4), word, "on"))
    return element("g", {"class": f"seen {category_css(visit.category)}"}, *parts)


def _course(course: Course, last_day: int, x: Scale, per: float, top: float, css: str) -> Markup:
    """A thin bar; one whose end is not known runs to the patient's last day, pale."""
    start = x(course.start_day / per)
    end = x((last_day if course.end_day is None else course.end_day) / per)
    until = "end not known" if course.end_day is None else f"day {course.end_day}"
    box = {"x": start, "y": top, "width": max(end - start, 2.0), "height": COURSE, "class": "bar"}
    if course.end_day is None:
        box["fill-opacity"] = 0.4
    told = element("title", {}, f"{course.name}: day {course.start_day} to {until}")
    return element("g", {"class": f"course {css}"}, element("rect", box, told))


def _event(event: Event, place: float, level: float) -> Markup:
    """Progression is a triangle, death a cross."""
    told = element("title", {}, f"{event.kind}, day {event.day}")
    if event.kind == "death":
        strokes = [
            [(place - 5, level - 5), (place + 5, level + 5)],
            [(place - 5, level + 5), (place + 5, level - 5)],
        ]
        path = "".join(points_path(stroke) for stroke in strokes)
        return element("path", {"d": path, "class": "death"}, told)
    corners = [(place - 6, level - 11), (place + 6, level - 11), (place, level - 2)]
    return element("path", {"d": points_path(corners, closed=True), "class": "progression"}, told)


def _short(name: str) -> str:
    return name if len(name) <= 17 else name[:16] + "…"
