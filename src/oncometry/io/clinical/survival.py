"""Death, progression and recurrence. Whether an event was seen is never guessed."""

from __future__ import annotations

from oncometry.core import Code
from oncometry.io.clinical.cells import Dialect, parse_number, parse_truth
from oncometry.io.clinical.columns import Column, Role
from oncometry.io.clinical.result import VitalEvent
from oncometry.io.clinical.rows import Anchors, Contradicted, Draft, Layout, day_of
from oncometry.io.clinical.values import DAYS_PER

__all__ = ["row_events", "seen"]

ENDPOINTS = ("death", "progression", "recurrence")


def row_events(
    draft: Draft, layout: Layout, anchors: Anchors, dialect: Dialect, contradicted: Contradicted
) -> list[VitalEvent]:
    """What a row says about each endpoint.

    A date of the event counts from the first scan. Else a survival time and a column that says whether
    the event was observed make one, in days from the sheet's own origin. Else, for death, the last
    contact is a censored one.
    """
    found = []
    for endpoint in ENDPOINTS:
        event = _dated(draft, layout, anchors, endpoint, contradicted)
        event = event or _timed(draft, layout, dialect, endpoint, contradicted)
        if event is None and endpoint == "death":
            event = _last_contact(draft, layout, anchors, contradicted)
        if event is not None:
            found.append(event)
    return found


def _column(layout: Layout, role: Role, endpoint: str | None) -> Column | None:
    return next((c for c in layout.columns if c.role is role and c.endpoint == endpoint), None)


def _state_column(layout: Layout, role: Role, endpoint: str) -> Column | None:
    """The endpoint's own column; or one that names none, where the table has one survival time only."""
    own = _column(layout, role, endpoint)
    times = [c for c in layout.columns if c.role is Role.SURVIVAL and c.again is None]
    return own or (_column(layout, role, None) if len(times) == 1 else None)


def _usable(draft: Draft, column: Column | None, contradicted: Contradicted) -> str:
    if column is None or (draft.patient_id, column.role, column.endpoint) in contradicted:
        return ""
    return draft.get(column)


def _dated(
    draft: Draft, layout: Layout, anchors: Anchors, endpoint: str, contradicted: Contradicted
) -> VitalEvent | None:
    column = _column(layout, Role.EVENT_DATE, endpoint)
    if draft.patient_id is None or not _usable(draft, column, contradicted):
        return None
    day = day_of(draft, layout, column, anchors)
    if day is not None and day < 0 and endpoint == "death":
        draft.remark(Code.DATES_IMPLAUSIBLE, f"death {-day} days before the first scan: not used.")
        return None
    return None if day is None else VitalEvent(draft.patient_id, endpoint, True, day, draft.row)


def _last_contact(
    draft: Draft, layout: Layout, anchors: Anchors, contradicted: Contradicted
) -> VitalEvent | None:
    """Alive at last contact: only where nothing in the row says that the patient died."""
    column = _column(layout, Role.LAST_CONTACT, "death")
    state = draft.get(_column(layout, Role.OBSERVED, "death"))
    died = draft.get(_column(layout, Role.EVENT_DATE, "death"))
    if draft.patient_id is None or died or (state and parse_truth(state) is not False):
        return None
    if not _usable(draft, column, contradicted):
        return None
    day = day_of(draft, layout, column, anchors)
    return None if day is None else VitalEvent(draft.patient_id, "death", False, day, draft.row)


def _timed(
    draft: Draft, layout: Layout, dialect: Dialect, endpoint: str, contradicted: Contradicted
) -> VitalEvent | None:
    time = _column(layout, Role.SURVIVAL, endpoint)
    text = _usable(draft, time, contradicted)
    if time is None or not text or draft.patient_id is None:
        return None
    amount = parse_number(text, dialect)
    if time.unit is None or amount is None or amount < 0:
        unit = "has no unit" if time.unit is None else "is no time"
        draft.remark(Code.UNIT_UNKNOWN, f"{time.header} {text!r} {unit}: kept as a value, not as an event.")
        return None
    observed = _observed(draft, layout, endpoint, contradicted, time)
    if observed is None:
        return None
    day = round(amount * DAYS_PER[time.unit])
    return VitalEvent(draft.patient_id, endpoint, observed, day, draft.row)


def seen(column: Column, text: str) -> bool | None:
    """Whether a cell says that the event was observed; 0 and 1 of a 'status' may mean either."""
    plain = text in ("0", "1") and column.header.casefold().replace("_", " ") in ("vital status", "status")
    return None if plain else parse_truth(text)


def _observed(
    draft: Draft, layout: Layout, endpoint: str, contradicted: Contradicted, time: Column
) -> bool | None:
    column = _state_column(layout, Role.OBSERVED, endpoint)
    if column is not None:
        text = _usable(draft, column, contradicted)
        observed = seen(column, text)
        if text and observed is None:
            advice = f"state it, '{column.name}: 1=dead, 0=alive' say."
            what = f"{column.header} {text!r} does not say whether the {endpoint} was observed: {advice}"
            draft.remark(Code.COLUMN_GUESSED, what)
        return observed
    flag = _state_column(layout, Role.CENSORING, endpoint) or next(
        (c for c in layout.columns if c.role is Role.CENSORING), None
    )
    if flag is not None:
        what = (
            f"{flag.header} looks like a censoring flag; sheets use the name for both meanings, so {time.header} "
            f"is kept as a value only. State it as '{endpoint}_observed: true=1, false=0', or the reverse."
        )
        draft.remark(Code.COLUMN_GUESSED, what)
    return None
