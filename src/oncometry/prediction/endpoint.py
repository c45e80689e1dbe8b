"""From cells of a sheet to outcomes, each row accounted for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import mannwhitneyu

from oncometry.core import Code, Notice, SettingsError
from oncometry.prediction.declaration import Endpoint
from oncometry.prediction.outcome import CENSORED, Outcomes, SurvivalOutcome, Task, survival_outcome
from oncometry.prediction.sheet import Cells, PatientSheet, as_numbers, as_text, numbers_in

__all__ = ["Outcome", "outcome_of", "reached_days"]

CENSOR_WORDS = ("censor", "alive", "lost_to", "no_event")
ODDS = 0.01
"""Chance below which events that come later than censorings are pointed out."""
LONGEST_DAYS = 36_500.0
"""Times above this, 100 years, are no follow-up; day numbers of a spreadsheet pass it with the year 2000."""


@dataclass(frozen=True, eq=False)
class Outcome:
    """What happened to the rows of which it is known.

    Attributes:
        name: of the endpoint.
        task: what a model of it learns.
        y: (n,) int 0/1 (binary), int 0 ... k - 1 (ordinal), float (continuous), `SURVIVAL`.
        known: (m,) which rows of the sheet these n are.
        classes: what the numbers of `y` stand for.
        horizon_days: survival: the day that predictions are judged at.
        flow: what became of the m rows: (why, how many left out).
        notices: what is worth saying.
    """

    name: str
    task: Task
    y: Outcomes
    known: NDArray[np.bool_]
    classes: tuple[str, ...] = ()
    horizon_days: float | None = None
    flow: tuple[tuple[str, int], ...] = ()
    notices: tuple[Notice, ...] = ()

    @property
    def strata(self) -> NDArray[np.int64]:
        """(n,) what folds are balanced by: the class, the event, or the quartile."""
        if self.task is Task.SURVIVAL:
            return np.asarray(self.y["event"], dtype=np.int64)
        if self.task is Task.CONTINUOUS:
            return np.searchsorted(np.quantile(self.y, [0.25, 0.5, 0.75]), self.y).astype(np.int64)
        return np.asarray(self.y, dtype=np.int64)

    @property
    def is_competing(self) -> bool:
        """Whether somebody had an event that keeps the one of interest from coming."""
        return self.task is Task.SURVIVAL and bool((self.y["event"] > 1).any())

    @property
    def events(self) -> int | None:
        """How many had it: the positive, or those with the event of interest; None of a number or an order."""
        if self.task is Task.BINARY:
            return int((self.y == 1).sum())
        return int((self.y["event"] == 1).sum()) if self.task is Task.SURVIVAL else None


def outcome_of(sheet: PatientSheet, endpoint: Endpoint) -> Outcome:
    """Read the outcome of each row.

    Raises:
        SettingsError: `COLUMN_MISSING`; `ONE_CLASS`, there is nothing to tell apart; `TIME_NOT_POSITIVE`; `SETTINGS`, cells
            that the declaration does not name, or a horizon by which nothing can be seen; `DATES_IMPLAUSIBLE`, times that
            look like dates.
    """
    if endpoint.kind == "survival":
        found = _survival(sheet, endpoint)
    elif endpoint.kind == "binary":
        found = _binary(sheet, endpoint)
    elif endpoint.kind == "ordinal":
        found = _ordinal(sheet, endpoint)
    elif endpoint.kind == "toxicity":
        found = _toxicity(sheet, endpoint)
    else:
        found = _continuous(sheet, endpoint)
    if len(np.unique(found.strata if found.task is not Task.CONTINUOUS else found.y)) < 2:
        raise SettingsError(
            Code.ONE_CLASS,
            f"all {len(found.y)} known outcomes of {endpoint.name} are the same: there is nothing to tell apart.",
        )
    if endpoint.kind == "survival" and endpoint.horizon_days is not None:
        _check_horizon(found, endpoint.horizon_days)
    return found


def _text(cells: Cells) -> NDArray[np.object_]:
    return np.array(as_text(cells), dtype=object)


def _binary(sheet: PatientSheet, endpoint: Endpoint) -> Outcome:
    cells = _text(sheet.column(endpoint.column or ""))
    known = np.array([c is not None for c in cells], dtype=bool)
    _check_named(endpoint.positive, cells, endpoint, "positive")
    y = np.isin(cells[known].astype(str), endpoint.positive).astype(np.int64)
    others = sorted({str(c) for c in cells[known]} - set(endpoint.positive))
    notices: tuple[Notice, ...] = ()
    if len(others) > 1:
        told = f"{endpoint.name}: cells {', '.join(others[:5])} all count as 0."
        notices = (Notice(Code.COLUMN_GUESSED, told),)
    classes = ("/".join(others), "/".join(endpoint.positive))
    return Outcome(endpoint.name, Task.BINARY, y, known, classes, None, _flow(known), notices)


def _ordinal(sheet: PatientSheet, endpoint: Endpoint) -> Outcome:
    cells = _text(sheet.column(endpoint.column or ""))
    known = np.array([c is not None for c in cells], dtype=bool)
    if others := {str(c) for c in cells[known]} - set(endpoint.order):
        raise SettingsError(
            Code.SETTINGS,
            f"{endpoint.name}: cells {sorted(others)[:3]} are not in its `order` {endpoint.order}.",
        )
    y = np.array([endpoint.order.index(str(c)) for c in cells[known]], dtype=np.int64)
    return Outcome(endpoint.name, Task.ORDINAL, y, known, endpoint.order, None, _flow(known))


def _continuous(sheet: PatientSheet, endpoint: Endpoint) -> Outcome:
    numbers = numbers_in(sheet, endpoint.column or "")
    known = np.isfinite(numbers)
    return Outcome(endpoint.name, Task.CONTINUOUS, numbers[known], known, (), None, _flow(known))


def _toxicity(sheet: PatientSheet, endpoint: Endpoint) -> Outcome:
    """Whether a grade is reached that was not there before treatment; who had it before cannot come to it any more.

    Events are those that emerge or worsen under treatment (ICH E9, glossary: treatment emergent).
    """
    grades, before = _grades(sheet, endpoint, endpoint.column or ""), _before(sheet, endpoint)
    least = endpoint.grade or 1
    had_it = _treated(sheet, endpoint)
    treated, spared = had_it == 1, had_it == 0
    told = treated & (np.isfinite(grades) | (endpoint.unrecorded == "none"))
    had = told & (before >= least)
    known = told & ~had
    y = (grades[known] >= least).astype(np.int64)
    left = (
        (f"without {endpoint.treatment}", spared),
        (f"unknown whether treated: {endpoint.treatment}", np.isnan(had_it)),
        (f"grade >= {least} before treatment", had),
    )
    flow = (*_flow(told | ~treated), *((why, int(rows.sum())) for why, rows in left if rows.any()))
    doubts = (
        (Code.ROW_EXCLUDED, had, f"grade {least} or higher was there before treatment: left out"),
        (Code.VALUE_MISSING, known & np.isnan(before) & np.isfinite(before).any(),
         f"no grade before treatment is known: taken as below {least}"),
        (Code.VALUE_MISSING, known & np.isnan(grades), "no grade is recorded: taken as none, as declared"),
    )  # fmt: skip
    notices = tuple(
        Notice(code, f"{endpoint.name}: of {len(np.unique(sheet.patients[rows]))} patients {what}.")
        for code, rows, what in doubts
        if rows.any()
    )
    classes = (f"grade < {least}", f"grade >= {least}")
    return Outcome(endpoint.name, Task.BINARY, y, known, classes, None, flow, notices)


def reached_days(
    sheet: PatientSheet, endpoint: Endpoint
) -> tuple[NDArray[np.bool_], NDArray[np.float64]] | None:
    """Of a cohort's toxicity: (m,) which rows came to the grade under treatment, and (m,) on which day, NaN where nobody knows.

    Who had the grade before did not come to it. None of any other outcome, and without grades.
    """
    name, column = endpoint.reached_column, endpoint.column or ""
    if name is None or column not in sheet.columns:
        return None
    least = endpoint.grade or 1
    came = (_grades(sheet, endpoint, column) >= least) & ~(_before(sheet, endpoint) >= least)
    days = as_numbers(sheet.columns[name]) if name in sheet.columns else None
    return came, np.full(len(came), np.nan) if days is None else np.where(came, days, np.nan)


def _treated(sheet: PatientSheet, endpoint: Endpoint) -> NDArray[np.float64]:
    """(m,) 1 of who had the treatment that is meant, 0 of who did not, NaN where nobody knows; 1 of all, where any is."""
    name = endpoint.treated_column
    return np.ones(len(sheet.patients)) if name is None else numbers_in(sheet, name)


def _before(sheet: PatientSheet, endpoint: Endpoint) -> NDArray[np.float64]:
    """(m,) grades before treatment, NaN where nobody says one."""
    name = endpoint.baseline_column
    if name is None or (endpoint.baseline is None and name not in sheet.columns):
        return np.full(len(sheet.patients), np.nan)
    return _grades(sheet, endpoint, name)


def _grades(sheet: PatientSheet, endpoint: Endpoint, name: str) -> NDArray[np.float64]:
    numbers = numbers_in(sheet, name)
    wrong = numbers[np.isfinite(numbers) & ~np.isin(numbers, np.arange(6))]
    if len(wrong):
        raise SettingsError(Code.SETTINGS, f"{endpoint.name}: {wrong[0]:g} is no grade (0 to 5).")
    return numbers


def _survival(sheet: PatientSheet, endpoint: Endpoint) -> Outcome:
    times = numbers_in(sheet, endpoint.time or "") * endpoint.days_per_unit
    cells = _text(sheet.column(endpoint.event or ""))
    _check_named((*endpoint.observed, *endpoint.competing), cells, endpoint, "observed")
    told = np.array([c is not None for c in cells], dtype=bool) & ~np.isnan(times)
    codes = np.zeros(len(cells), dtype=np.int8)
    codes[np.isin(cells.astype(str), endpoint.observed)] = 1
    for n, other in enumerate(endpoint.competing):
        codes[cells.astype(str) == other] = 2 + n
    survival_outcome(codes[told], times[told])
    _check_are_times(times[told], endpoint)
    early = told & (times <= endpoint.landmark_day) & (endpoint.landmark_day > 0)
    known = told & ~early
    y = survival_outcome(codes[known], times[known] - endpoint.landmark_day)
    flow = (*_flow(told), *((("not at risk at the landmark", int(early.sum())),) if early.any() else ()))
    what = "/".join(endpoint.observed)
    classes = (
        "censored",
        _worded(what, "event"),
        *(_worded(c, "competing event") for c in endpoint.competing),
    )
    notices = (*_unlisted(cells[told], endpoint), *_flag_doubts(y, endpoint))
    return Outcome(
        endpoint.name, Task.SURVIVAL, y, known, classes, endpoint.horizon_days or _horizon(y), flow, notices
    )


def _worded(cell: str, kind: str) -> str:
    """A cell as it is named: one without letters is told by what it stands for."""
    return cell if any(c.isalpha() for c in cell) else f"{kind} ({cell})"


def _check_are_times(days: NDArray[np.float64], endpoint: Endpoint) -> None:
    """Dates as numbers, 20210101 or a spreadsheet's 44197, are no times from an origin."""
    beyond = days[days > LONGEST_DAYS]
    if not len(beyond):
        return
    shown = ", ".join(f"{x / endpoint.days_per_unit:.12g}" for x in beyond[:3])
    raise SettingsError(
        Code.DATES_IMPLAUSIBLE,
        f"{endpoint.name}: {len(beyond)} of {len(days)} times in {endpoint.time!r} ({shown} {endpoint.unit}) "
        "are above 100 years: they look like dates (YYYYMMDD, or day numbers of a spreadsheet).",
        advice="Write days from an origin instead, say from the first treatment; or correct `endpoint.unit`.",
    )


def _check_horizon(found: Outcome, horizon: float) -> None:
    """Somebody is followed to it, and an event comes by it; else no risk by that day can be learned."""
    times = found.y["time_days"]
    longest, events = times.max(), times[found.y["event"] == 1]
    if longest < horizon:
        why = "nobody is followed to it"
    elif not (events <= horizon).any():
        why = "no event comes by it"
    else:
        return
    first = f"the first event comes on day {events.min():g}" if len(events) else "there is no event"
    raise SettingsError(
        Code.SETTINGS,
        f"{found.name}: endpoint.horizon_days is {horizon:g}, but {why}: the longest follow-up is {longest:g} "
        f"days, and {first}.",
        advice="Name a day by which some had the event and to which others were followed, or leave it away: "
        "then it is the median time of the events.",
    )


def _unlisted(cells: NDArray[np.object_], endpoint: Endpoint) -> tuple[Notice, ...]:
    """Several cells that all count as censored: one of them may be another spelling of the event."""
    others = sorted({str(c) for c in cells} - {*endpoint.observed, *endpoint.competing})
    if len(others) < 2:
        return ()
    told = f"{endpoint.name}: cells {', '.join(others[:5])} of {endpoint.event!r} all count as censored."
    return (Notice(Code.COLUMN_GUESSED, told),)


def _horizon(y: SurvivalOutcome) -> float:
    """The median time of the events: half of what can be seen has happened."""
    times = y["time_days"][y["event"] == 1]
    return float(np.round(np.median(times if len(times) else y["time_days"])))


def _flag_doubts(y: SurvivalOutcome, endpoint: Endpoint) -> tuple[Notice, ...]:
    """Events that look like censorings: by the column's name, or because they come later than the others."""
    event, censored = y["time_days"][y["event"] == 1], y["time_days"][y["event"] == CENSORED]
    late = False
    if len(event) and len(censored):
        late = bool(mannwhitneyu(event, censored, alternative="greater").pvalue < ODDS)
    named = any(word in (endpoint.event or "").lower() for word in CENSOR_WORDS)
    if not (named or late):
        return ()
    why = [f"column {endpoint.event!r} is named like a censoring flag"] if named else []
    median = (
        f"median {np.median(event):.0f} days against {np.median(censored):.0f}" if late or len(event) else ""
    )
    if late:
        why.append(f"those declared as events come later than the others ({median}), as censored times do")
    elif len(event) and len(censored):
        why.append(f"but {', '.join(endpoint.observed)} behaves as an event ({median} of the others)")
    told = f"{endpoint.name}: {'; '.join(why)}. {', '.join(endpoint.observed)} was taken as the event, as declared."
    return (Notice(Code.EVENT_FLAG_DOUBTFUL, told),)


def _check_named(wanted: tuple[str, ...], cells: NDArray[np.object_], endpoint: Endpoint, field: str) -> None:
    there = {str(c) for c in cells if c is not None}
    if absent := [w for w in wanted if w not in there]:
        raise SettingsError(
            Code.SETTINGS,
            f"{endpoint.name}: no cell is {absent[0]!r} (`{field}`).",
            advice=f"Cells are: {', '.join(sorted(there)[:8])}.",
        )


def _flow(known: NDArray[np.bool_]) -> tuple[tuple[str, int], ...]:
    return (("outcome unknown", int((~known).sum())),)
