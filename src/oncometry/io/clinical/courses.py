"""Treatment courses and graded toxicities of a row."""

from __future__ import annotations

import re
from collections.abc import Sequence

from oncometry.core import Code
from oncometry.io.clinical.cells import Dialect, parse_grade, parse_number, parse_version
from oncometry.io.clinical.columns import Column, Role
from oncometry.io.clinical.denials import UNTREATED, treatment_given
from oncometry.io.clinical.kinds import OTHER, treatment_kind
from oncometry.io.clinical.result import Toxicity, Treatment
from oncometry.io.clinical.rows import Anchors, Draft, Layout, day_of

__all__ = ["row_toxicity", "row_treatments", "without_echoes"]

PRESCRIPTION = re.compile(r"(\d+(?:\.\d+)?)\s*(c?gy)\s*(?:in|/|,)\s*(\d+)\s*(?:fractions?|fx)", re.IGNORECASE)


def row_treatments(draft: Draft, layout: Layout, anchors: Anchors, dialect: Dialect) -> list[Treatment]:
    """The courses a row describes. Their starts and ends come from their own columns, never from the visit.

    A course is named, or has a dose; a date alone, or one beside another course, is of what its column says (`rt_start`), of
    kind 'other' where that says none. What was declined or not given is no course, and remarked.
    """
    names = _names(draft, layout)
    if draft.patient_id is None or (names and names[0].casefold() in UNTREATED):
        return []
    denied = _is_denied(draft, names, _stated(draft, layout))
    named = None if denied else _named_course(draft, layout, anchors, dialect)
    courses = [] if named is None else [named]
    for kind, start_column, end_column in layout.dated_courses:
        is_first = start_column in (None, layout.column(Role.TREATMENT_START))
        if (named or denied) and (is_first or kind == OTHER):
            continue
        stated = treatment_given(_stated(draft, layout)) if is_first else ""
        start, end = _days(draft, layout, (start_column, end_column), anchors, dialect)
        if (start is not None or end is not None) and stated.casefold() not in UNTREATED:
            kind = stated if stated and kind == OTHER else kind
            courses.append(Treatment(draft.patient_id, kind, "", start, end, None, None, draft.row))
    return courses


def without_echoes(courses: Sequence[Treatment]) -> list[Treatment]:
    """Courses less the dates that only repeat when one with a name started: a sheet may say them in every row."""
    named = {
        (c.patient_id, c.start_day, kind) for c in courses if c.agent for kind in (OTHER, *c.kind.split("+"))
    }
    return [c for c in courses if c.agent or c.dose_gy or (c.patient_id, c.start_day, c.kind) not in named]


def _names(draft: Draft, layout: Layout) -> list[str]:
    """The cells that name the course, the agent first."""
    return [text for role in (Role.AGENT, Role.TREATMENT) if (text := draft.get(layout.column(role)))]


def _stated(draft: Draft, layout: Layout) -> str:
    return draft.get(layout.column(Role.TREATMENT_KIND))


def _is_denied(draft: Draft, names: Sequence[str], stated: str) -> bool:
    """Whether no cell names what was given, or the stated kind was not. Any denial is remarked."""
    said = {text: treatment_given(text) for text in (*names, stated) if text}
    denying = [text for text, given in said.items() if given != text]
    if not denying:
        return False
    whole = (stated and not said[stated]) or (names and not any(said[text] for text in names))
    given = ", ".join(repr(given) for given in said.values() if given)
    what = "it is no course" if whole else f"{given} is taken as given"
    cells = ", ".join(map(repr, denying))
    draft.remark(Code.COLUMN_GUESSED, f"treatment {cells} says what was not given: {what}.")
    return bool(whole)


def _named_course(draft: Draft, layout: Layout, anchors: Anchors, dialect: Dialect) -> Treatment | None:
    given = [said for text in _names(draft, layout) if (said := treatment_given(text))]
    agent = given[0] if given else ""
    written = PRESCRIPTION.search(agent)
    dose = _dose_gy(draft, layout.column(Role.RADIATION_DOSE), dialect)
    if dose is None and written:
        dose = float(written[1]) / (100 if written[2].casefold() == "cgy" else 1)
    if draft.patient_id is None or not (agent or dose):
        return None
    stated = treatment_given(_stated(draft, layout))
    kind = stated or (treatment_kind("; ".join(given)) if given else "radiotherapy")
    dates = (layout.column(Role.TREATMENT_START), layout.column(Role.TREATMENT_END))
    start, end = _days(draft, layout, dates, anchors, dialect)
    number = _fractions(draft, layout.column(Role.FRACTIONS), dialect)
    number = int(written[3]) if number is None and written else number
    return Treatment(draft.patient_id, kind, agent, start, end, dose, number, draft.row)


def _days(
    draft: Draft,
    layout: Layout,
    columns: tuple[Column | None, Column | None],
    anchors: Anchors,
    dialect: Dialect,
) -> tuple[int | None, int | None]:
    """When a course started and ended; none where it ended before it started."""
    start, end = (_course_day(draft, layout, column, anchors, dialect) for column in columns)
    if start is not None and end is not None and end < start:
        draft.remark(Code.DATES_IMPLAUSIBLE, f"the treatment ends on day {end}, before it starts ({start}).")
        return None, None
    return start, end


def row_toxicity(draft: Draft, layout: Layout) -> Toxicity | None:
    """The graded toxicity of a row; a term without a grade from 0 to 5 stays a value."""
    term, text = draft.get(layout.column(Role.TOXICITY_TERM)), draft.get(layout.column(Role.TOXICITY_GRADE))
    if draft.patient_id is None or not (term or text) or (term.casefold() == "none" and not text):
        return None
    grade = parse_grade(text)
    if not term or grade is None:
        what = f"toxicity {term!r} has grade {text!r}: a grade from 0 to 5 and a term make one."
        draft.remark(Code.COLUMN_GUESSED, what)
        return None
    version = parse_version(draft.get(layout.column(Role.CTCAE_VERSION)))
    return Toxicity(draft.patient_id, term, grade, version, draft.day, draft.row)


def _dose_gy(draft: Draft, column: Column | None, dialect: Dialect) -> float | None:
    dose = parse_number(draft.get(column), dialect)
    if column is None or dose is None or dose <= 0:
        return None
    return dose / 100 if column.unit == "cGy" else dose


def _fractions(draft: Draft, column: Column | None, dialect: Dialect) -> int | None:
    number = parse_number(draft.get(column), dialect)
    if number is None:
        return None
    if not (number.is_integer() and number > 0):
        draft.remark(Code.COLUMN_GUESSED, f"{number:g} fractions is no count: not used.")
        return None
    return int(number)


def _course_day(
    draft: Draft, layout: Layout, column: Column | None, anchors: Anchors, dialect: Dialect
) -> int | None:
    number = parse_number(draft.get(column), dialect)
    if column is not None and column.unit == "days":
        return int(number) if number is not None and number.is_integer() else None
    return day_of(draft, layout, column, anchors)
