"""Response of the cohort: counts, who responded how, waterfall and swimmer plots."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from oncometry.report.category_marks import by_rank, category_css, chip, letters
from oncometry.report.cohort_plots import Plot
from oncometry.report.criteria_names import NAMED, limit_text
from oncometry.report.formatting import change_text, count_text, number_text
from oncometry.report.grid import Cell, Cells, Grid, make_grid
from oncometry.report.line_chart import Reference
from oncometry.report.response_course import Disagreement, ResponseCourse, disagreements
from oncometry.report.swimmer import Course, Event, Lane, Seen, draw_swimmer, most_lanes_text
from oncometry.report.tables import Row
from oncometry.report.waterfall import Bar, draw_waterfall

__all__ = ["CohortResponses", "best_change_percent", "cohort_responses", "progression_day"]

MOST_FIGURES = 4
PROGRESSED, SUSPECTED = "pd", "iupd"


@dataclass(frozen=True)
class CohortResponses:
    """What the cohort's template shows; `more`: criteria and readers whose figures are left out."""

    counts: Grid
    responses: Grid
    differing: tuple[tuple[str, Disagreement], ...]
    plots: tuple[Plot, ...]
    more: int
    unverified: tuple[str, ...]


def cohort_responses(
    courses: Sequence[ResponseCourse],
    treatments: Mapping[str, Sequence[Row]],
    events: Mapping[str, Sequence[Row]],
    pages: Mapping[str, str],
    limit: int,
) -> CohortResponses | None:
    """None where no criteria were asked for.

    Args:
        treatments, events: by patient id.
        pages: patient id -> link, of those that have a page.
        limit: longest table.
    """
    if not courses:
        return None
    groups: dict[tuple[str, str], list[ResponseCourse]] = defaultdict(list)
    by_patient: dict[str, list[ResponseCourse]] = defaultdict(list)
    for course in courses:
        groups[course.title, course.reader].append(course)
        by_patient[course.patient_id].append(course)
    plots: list[Plot] = []
    for title, reader in sorted(groups, key=lambda key: -len(groups[key]))[:MOST_FIGURES]:
        own = groups[title, reader]
        name = f"{title}, {reader}"
        found = _waterfall(own, name, pages), _swimmer(own, name, treatments, events, pages)
        plots += [plot for plot in found if plot is not None]
    differing = [(patient, d) for patient, own in by_patient.items() for d in disagreements(own)]
    return CohortResponses(
        _counts(groups),
        _responses(courses, pages, limit),
        tuple(differing[:limit]),
        tuple(plots),
        max(len(groups) - MOST_FIGURES, 0),
        tuple(dict.fromkeys(c.title for c in courses if not c.verified)),
    )


def _counts(groups: Mapping[tuple[str, str], Sequence[ResponseCourse]]) -> Grid:
    """Best overall responses by criterion and reader: patients, and percent of all that were judged."""
    names = by_rank(c.best_category for own in groups.values() for c in own if c.best_category)
    rows: list[Cells] = []
    for (title, reader), own in groups.items():
        best = Counter(course.best_category for course in own)
        shares = [
            f"{best[n]} ({number_text(100 * best[n] / len(own), 0)}\u00a0%)" if best[n] else "0"
            for n in names
        ]
        rows.append([title, reader, str(len(own)), *shares])
    headings = ["Criteria", "Reader", "#Patients", *(f"#{letters(name)}" for name in names)]
    return make_grid("Best overall responses", headings, rows)


def _responses(courses: Sequence[ResponseCourse], pages: Mapping[str, str], limit: int) -> Grid:
    rows: list[Cells] = []
    for course in courses:
        calls = " ".join(letters(visit.category) for visit in course.judged)
        progressed = progression_day(course)
        best = course.best_category
        rows.append(
            [
                Cell(course.patient_id, link=pages.get(course.patient_id, "")),
                course.title,
                course.reader,
                Cell(chip(best), "" if course.best is None else course.best["value_id"]),
                calls,
                change_text(best_change_percent(course)),
                "" if progressed is None else str(progressed),
            ]
        )
    headings = ["Patient", "Criteria", "Reader", "Best", "Visits", "#Best change", "#Progression (day)"]
    return make_grid("Responses", headings, rows, "csv/responses.csv", limit)


def best_change_percent(course: ResponseCourse) -> float | None:
    """Lowest change of the sum from baseline, up to the visit of progression; None where no visit has one."""
    changes = []
    for visit in course.judged:
        change = visit.overall["change_from_baseline_percent"]
        if change is not None:
            changes.append(float(change))
        if category_css(visit.category) == PROGRESSED:
            break
    return min(changes, default=None)


def progression_day(course: ResponseCourse) -> int | None:
    """Of the first progression; of one that was suspected first, the day of suspicion. None without either."""
    suspected: int | None = None
    for visit in course.judged:
        css, day = category_css(visit.category), visit.overall["day"]
        if css == SUSPECTED:
            suspected = day if suspected is None else suspected
        elif css == PROGRESSED:
            first = day if suspected is None else suspected
            return None if first is None else int(first)
        elif visit.category != "NE":
            suspected = None
    return None


def _waterfall(courses: Sequence[ResponseCourse], name: str, pages: Mapping[str, str]) -> Plot | None:
    bars = []
    for course in courses:
        change = best_change_percent(course)
        if change is not None:
            bars.append(
                Bar(course.patient_id, change, pages.get(course.patient_id), course.best_category or "NE")
            )
    if not bars:
        return None
    known = NAMED.get(courses[0].criteria)
    limits = [] if known is None else [known.response_percent, known.progression_percent]
    references = [Reference(value, limit_text(value)) for value in limits]
    note = (
        f"Lowest sum up to progression, relative to baseline; colored by best overall response; "
        f"{count_text(len(bars), 'patient')} of {len(courses)}. Dashed: where partial response begins, and progression "
        "of a sum that never shrank."
    )
    drawn = draw_waterfall(bars, f"Waterfall plot: {name}", "best change of the sum (%)", references)
    return Plot(f"Best change by {name}", note, drawn)


def _swimmer(
    courses: Sequence[ResponseCourse],
    name: str,
    treatments: Mapping[str, Sequence[Row]],
    events: Mapping[str, Sequence[Row]],
    pages: Mapping[str, str],
) -> Plot | None:
    lanes = []
    for course in courses:
        patient = course.patient_id
        lane = _lane(course, treatments.get(patient, ()), events.get(patient, ()), pages.get(patient))
        if lane is not None:
            lanes.append(lane)
    if not lanes:
        return None
    note = (
        "A category holds from its visit to the next; a thin line is time without a visit. "
        "Triangle: progression; cross: death; arrow: neither was seen. "
        f"Thin bars: treatments.{most_lanes_text(lanes)}"
    )
    undated = len(courses) - len(lanes)
    note += f" {count_text(undated, 'patient')} without dates left out." if undated else ""
    return Plot(f"Course by {name}", note, draw_swimmer(lanes, f"Swimmer plot: {name}"))


def _lane(
    course: ResponseCourse, treatments: Sequence[Row], events: Sequence[Row], link: str | None
) -> Lane | None:
    """None where no visit has a day."""
    dated = [visit for visit in course.visits if visit.overall["day"] is not None]
    if not dated:
        return None
    seen = tuple(
        Seen(
            int(v.overall["day"]),
            v.category,
            f"{course.patient_id}, day {int(v.overall['day'])}: {letters(v.category)}\n{v.overall['value_id']}",
        )
        for v in dated
    )
    courses = tuple(
        Course(
            str(t["agent"] or t["kind"]),
            int(t["start_day"]),
            None if t["end_day"] is None else int(t["end_day"]),
        )
        for t in sorted((t for t in treatments if t["start_day"] is not None), key=lambda t: t["start_day"])
    )
    progressed = progression_day(course)
    marks = [] if progressed is None else [Event("progression", progressed)]
    died = [e for e in events if e["endpoint"] == "death" and e["observed"] and e["day"] is not None]
    marks += [Event("death", int(e["day"])) for e in died]
    return Lane(course.patient_id, seen, courses, tuple(marks), not marks, link)
