"""The top of a patient's page: one line per criterion and reader, a cell per visit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from oncometry.report.category_marks import category_css, letters
from oncometry.report.formatting import change_text, day_text, quantity_text
from oncometry.report.probability_bar import draw_probabilities, probability_text
from oncometry.report.response_course import BASELINE, Disagreement, Judged, ResponseCourse
from oncometry.report.tables import Row

__all__ = ["CourseLine", "ResponseTable", "VisitCell", "flip_text", "make_response_table", "size_text"]

UNITS = {"_mm": "mm", "_mm2": "mm²", "_ml": "ml"}


@dataclass(frozen=True)
class VisitCell:
    """A visit as one reader judged it.

    Attributes:
        letters, css: the category.
        title: what the pointer shows: the value id for `oncometry why`.
        lines: sum and nadir, changes, flip, imaging-only category: one a line.
        shares, shares_text: probabilities as bar and text; None without draws.
        differs: whether another reader calls the visit differently by the same criterion.
        accepted: whether an adjudicator took this reader's.
    """

    letters: str
    css: str
    title: str
    lines: tuple[str, ...]
    shares: Markup | None
    shares_text: str
    differs: bool
    accepted: bool


@dataclass(frozen=True)
class CourseLine:
    """One criterion and reader; a cell a column, None where that reader has no such visit; the best response last."""

    title: str
    reader: str
    verified: bool
    best: str
    best_css: str
    best_shares: Markup | None
    best_shares_text: str
    cells: tuple[VisitCell | None, ...]
    notices: tuple[str, ...]


@dataclass(frozen=True)
class ResponseTable:
    """Visits across, courses down; `days` under `visits`."""

    visits: tuple[tuple[str, str], ...]
    lines: tuple[CourseLine, ...]


def make_response_table(
    courses: Sequence[ResponseCourse], differing: Sequence[Disagreement]
) -> ResponseTable | None:
    """Every visit that any reader has, in order of day; None without courses."""
    if not courses:
        return None
    seen = {visit.place: visit.overall for course in courses for visit in course.visits}
    order = sorted(seen, key=lambda place: _when(place, seen[place]))
    lines = tuple(_line(course, order, differing) for course in courses)
    return ResponseTable(tuple(_heading(seen[place]) for place in order), lines)


def _when(place: tuple[int, str], row: Row) -> tuple[float, int, str]:
    return (float("inf") if row["day"] is None else float(row["day"]), *place)


def _heading(row: Row) -> tuple[str, str]:
    day = "" if row["day"] is None else day_text(row["day"])
    return str(row["label"]), day


def _line(
    course: ResponseCourse, order: Sequence[tuple[int, str]], differing: Sequence[Disagreement]
) -> CourseLine:
    by_place = {visit.place: visit for visit in course.visits}
    apart = {d.place for d in differing if d.title == course.title}
    cells = tuple(
        _cell(by_place[place], differs=place in apart) if place in by_place else None for place in order
    )
    best = course.best_category
    return CourseLine(
        course.title,
        course.reader,
        course.verified,
        letters(best) if best else "–",
        category_css(best),
        draw_probabilities(course.best_shares) if course.best_shares else None,
        probability_text(course.best_shares),
        cells,
        course.notices,
    )


def _cell(visit: Judged, *, differs: bool) -> VisitCell:
    row = visit.overall
    lines = [size_text(row["total"], row["quantity"])] if row["total"] is not None else []
    if visit.category != BASELINE:
        if row["change_from_baseline_percent"] is not None:
            lines.append(f"{change_text(row['change_from_baseline_percent'])} from baseline")
        if row["change_from_nadir_percent"] is not None:
            nadir = "" if row["nadir"] is None else f" {size_text(row['nadir'], row['quantity'])}"
            lines.append(f"{change_text(row['change_from_nadir_percent'])} from nadir{nadir}")
        if visit.imaging_only:
            lines.append(f"{letters(visit.imaging_only)} by imaging only")
        if row["flip_amount"] is not None:
            lines.append(flip_text(row))
    shares, of = _shares(visit)
    return VisitCell(
        letters(visit.category) if visit.category != BASELINE else "baseline",
        category_css(visit.category),
        str(row["value_id"]),
        tuple(lines),
        draw_probabilities(shares) if shares else None,
        of + probability_text(shares),
        differs,
        bool(row["accepted"]),
    )


def _shares(visit: Judged) -> tuple[Mapping[str, float], str]:
    """What is drawn, and of what: of the scans alone where they say something else; nothing at a baseline."""
    if visit.category == BASELINE:
        return {}, ""
    if visit.imaging_only and visit.imaging_probabilities:
        return visit.imaging_probabilities, "imaging only: "
    return visit.probabilities, ""


def size_text(value: float | None, quantity: str) -> str:
    """With the unit that the quantity's name has."""
    unit = next((shown for ending, shown in UNITS.items() if quantity.endswith(ending)), "")
    return f"{quantity_text(value, quantity)}\u00a0{unit}".rstrip()


def flip_text(row: Row) -> str:
    """'L1 +2.1 mm would be PD'; 'L1 at the threshold of PD', where the smallest change is enough."""
    if row["flip_amount"] == 0:
        return f"{row['flip_lesion']} at the threshold of {letters(row['flip_category'])}"
    size = size_text(abs(row["flip_amount"]), row["flip_quantity"])
    sign = "\u2212" if row["flip_amount"] < 0 else "+"
    return f"{row['flip_lesion']} {sign}{size} would be {letters(row['flip_category'])}"
