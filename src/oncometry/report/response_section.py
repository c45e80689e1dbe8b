"""Response on a patient's page: the calls at a glance, how the sums went, and why each category is what it is."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from oncometry.report.category_marks import category_css, letters
from oncometry.report.lesion_pictures import picture_name
from oncometry.report.response_course import BASELINE, Disagreement, Judged, ResponseCourse, disagreements
from oncometry.report.response_spider import draw_response_spider
from oncometry.report.response_table import ResponseTable, make_response_table
from oncometry.report.tables import Row

__all__ = ["Explained", "ExplainedCourse", "ResponseSection", "linked", "response_section", "roles_by_lesion"]

LINKS = re.compile(r"(?P<value>\bmeasurement:\d+)|doi:10\.\d{4,9}/(?:[^\s()<>\";,]|\([^\s()]*\))+")


@dataclass(frozen=True)
class Explained:
    """A category with its rule, its numbers and where they come from; `parts` are those of the other scopes."""

    visit: str
    letters: str
    css: str
    value_id: str
    text: Markup
    parts: tuple[str, ...]


@dataclass(frozen=True)
class ExplainedCourse:
    """One criterion and reader."""

    title: str
    version: str
    verified: bool
    reader: str
    visits: tuple[Explained, ...]


@dataclass(frozen=True)
class ResponseSection:
    """What the template shows."""

    table: ResponseTable
    differing: tuple[Disagreement, ...]
    spiders: tuple[tuple[str, Markup], ...]
    courses: tuple[ExplainedCourse, ...]
    unverified: tuple[str, ...]


def response_section(courses: Sequence[ResponseCourse], pictured: Collection[str]) -> ResponseSection | None:
    """Of one patient; None where no criteria were asked for.

    Args:
        pictured: names of the pictures on the page; measurements that have one are linked to it.
    """
    differing = disagreements(courses)
    table = make_response_table(courses, differing)
    if table is None:
        return None
    spiders = [(f"{c.title}, {c.reader}", draw_response_spider(c)) for c in courses]
    return ResponseSection(
        table,
        tuple(differing),
        tuple((name, drawn) for name, drawn in spiders if drawn is not None),
        tuple(_explained_course(course, pictured) for course in courses),
        tuple(dict.fromkeys(c.title for c in courses if not c.verified)),
    )


def roles_by_lesion(courses: Sequence[ResponseCourse], lesions: Sequence[Row]) -> dict[str, list[str]]:
    """Lesion of the ledger -> 'target' where all agree; else 'target (RECIST 1.1, R1)' and who says otherwise."""
    ledger = {row["tracking_uid"]: str(row["lesion"]) for row in lesions}
    several = len({course.reader for course in courses}) > 1
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for course in courses:
        whose = f"{course.title}, {course.reader}" if several else course.title
        for (lesion, _), role in course.roles.items():
            if (name := ledger.get(course.uids.get(lesion))) is not None:
                found[name][role].append(whose)
    return {
        lesion: list(roles)
        if len(roles) == 1
        else [f"{role} ({'; '.join(dict.fromkeys(by))})" for role, by in roles.items()]
        for lesion, roles in found.items()
    }


def _explained_course(course: ResponseCourse, pictured: Collection[str]) -> ExplainedCourse:
    visits = [_explained(visit, pictured) for visit in course.judged]
    if course.best is not None:
        visits.append(_explained_row(course.best, "best overall response", (), pictured))
    return ExplainedCourse(course.title, course.version, course.verified, course.reader, tuple(visits))


def _explained(visit: Judged, pictured: Collection[str]) -> Explained:
    row = visit.overall
    when = str(row["label"]) + ("" if row["day"] is None else f", day {int(row['day'])}")
    parts = [
        f"{scope} {letters(str(part['category']))}"
        for scope, part in visit.parts.items()
        if part["category"] != BASELINE
    ]
    return _explained_row(row, when, tuple(parts), pictured)


def _explained_row(row: Row, when: str, parts: tuple[str, ...], pictured: Collection[str]) -> Explained:
    category = str(row["category"])
    text = linked(str(row["explanation"]), pictured)
    return Explained(when, letters(category), category_css(category), str(row["value_id"]), text, parts)


def linked(text: str, pictured: Collection[str] = ()) -> Markup:
    """The text with its papers, and the measurements that have a picture, as links; all else in it is escaped."""
    parts, end = [], 0
    for found in LINKS.finditer(text):
        shown = found[0].rstrip(".")
        place = picture_name(shown) if found["value"] else f"https://doi.org/{shown.removeprefix('doi:')}"
        if found["value"] and place not in pictured:
            continue
        href = f"#{place}" if found["value"] else place
        parts += [escape(text[end : found.start()]), Markup('<a href="{0}">{1}</a>').format(href, shown)]
        end = found.start() + len(shown)
    return Markup("").join([*parts, escape(text[end:])])
