"""Which visit of the scans a row of clinical state belongs to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

from oncometry.core import ClinicalState, Code, LesionReading, SettingsError, VisitState, weeks_since
from oncometry.response.timelines import VisitKey

__all__ = ["states_by_visit"]


def states_by_visit(
    readings: Iterable[LesionReading], states: Iterable[VisitState]
) -> tuple[Mapping[VisitKey, ClinicalState], tuple[VisitState, ...]]:
    """Match states to visits: by the name of the visit, else by its day, exactly.

    The end of radiotherapy holds for all visits of its patient; where a row says the weeks, they are as it says.

    Args:
        readings: of any patients and readers.
        states: of a table.

    Returns:
        Patient and time point -> state; and the states that no visit has, for the caller to tell.

    Raises:
        SettingsError: `ROW_CONFLICTING`, two states of one visit, one by its name and one by its day.
    """
    days: dict[VisitKey, int | None] = {}
    for reading in readings:
        key = (reading.patient_id, reading.timepoint)
        days[key] = reading.day if days.get(key) is None else days[key]
    by_day = {(patient, day): (patient, label) for (patient, label), day in days.items() if day is not None}
    found: dict[VisitKey, ClinicalState] = {}
    ends: dict[str, list[int]] = defaultdict(list)
    left = []
    for state in states:
        if state.radiotherapy_end_day is not None:
            ends[state.patient_id].append(state.radiotherapy_end_day)
        visit = _visit(state, days, by_day)
        if visit is None:
            left.append(state)
            continue
        if visit in found:
            raise SettingsError(
                Code.ROW_CONFLICTING,
                f"{state.source}: visit {visit[1]!r} of patient {visit[0]!r} has a state already.",
                advice="Keep one row a visit.",
            )
        found[visit] = state.state
    for key, day in days.items():
        weeks = weeks_since(day, tuple(ends[key[0]]))
        told = found.get(key, ClinicalState())
        if weeks is not None and told.weeks_since_radiotherapy is None:
            found[key] = replace(told, weeks_since_radiotherapy=weeks)
    return found, tuple(left)


def _visit(
    state: VisitState, days: Mapping[VisitKey, int | None], by_day: Mapping[tuple[str, int], VisitKey]
) -> VisitKey | None:
    if state.timepoint is not None:
        named = (state.patient_id, state.timepoint)
        return named if named in days else None
    return None if state.day is None else by_day.get((state.patient_id, state.day))
