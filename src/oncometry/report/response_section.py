"""Response on a patient's page: the calls at a glance, how the sums went, and why each category is what it is."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from oncometry.report.category_marks import category_css, letters
from oncometry.report.response_course import BASELINE, Disagreement, Judged, ResponseCourse, disagreements
from oncometry.report.response_spider import draw_response_spider
from oncometry.report.response_table import ResponseTable, make_response_table
from oncometry.report.tables import Row

__all__ = ["Explained", "ExplainedCourse", "ResponseSection", "linked", "response_section", "roles_by_lesion"]

DOI = re.compile(r"doi:(10\.\d{4,9}/(?:[^\s()<>\";,]|\([^\s()]*\))+)")


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


def response_section(courses: Sequence[ResponseCourse]) -> ResponseSection | None:
    """Of one patient; None where no criteria were asked for."""
    differing = disagreements(courses)
    table = make_response_table(courses, differing)
    if table is None:
        return None
    spiders = [(f"{c.title}, {c.reader}", draw_response_spider(c)) for c in courses]
    return ResponseSection(
        table,
        tuple(differing),
        tuple((name, drawn) for name, drawn in spiders if drawn is not None),
        tuple(_explained_course(course) for course in courses),
        tuple(dict.fromkeys(c.title for c in courses if not c.verified)),
    )


def roles_by_lesion(courses: Sequence[ResponseCourse]) -> dict[str, list[str]]:
    """Lesion -> 'target (RECIST 1.1)', with the readers where there are several."""
    several = len({course.reader for course in courses}) > 1
    found: dict[str, list[str]] = defaultdict(list)
    for course in courses:
        whose = f"{course.title}, {course.reader}" if several else course.title
        for (lesion, _), role in course.roles.items():
            said = f"{role} ({whose})"
            if said not in found[lesion]:
                found[lesion].append(said)
    return found


def _explained_course(course: ResponseCourse) -> ExplainedCourse:
    visits = [_explained(visit) for visit in course.visits if visit.category != BASELINE]
    if course.best is not None:
        visits.append(_explained_row(course.best, "best overall response", ()))
    return ExplainedCourse(course.title, course.version, course.verified, course.reader, tuple(visits))


def _explained(visit: Judged) -> Explained:
    row = visit.overall
    when = str(row["label"]) + ("" if row["day"] is None else f", day {int(row['day'])}")
    parts = [f"{scope} {letters(str(part['category']))}" for scope, part in visit.parts.items()]
    return _explained_row(row, when, tuple(p for p in parts if not p.endswith("–")))


def _explained_row(row: Row, when: str, parts: tuple[str, ...]) -> Explained:
    category = str(row["category"])
    text = linked(str(row["explanation"]))
    return Explained(when, letters(category), category_css(category), str(row["value_id"]), text, parts)


def linked(text: str) -> Markup:
    """The text with its DOIs as links; everything else in it is escaped."""
    parts, end = [], 0
    for found in DOI.finditer(text):
        doi = found[1].rstrip(".")
        parts += [escape(text[end : found.start()]), _link(doi)]
        end = found.start(1) + len(doi)
    return Markup("").join([*parts, escape(text[end:])])


def _link(doi: str) -> Markup:
    return Markup('<a href="https://doi.org/{0}">doi:{0}</a>').format(doi)
