"""Features that nobody knew before the outcome: what says how it went on, and what has a later day."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from oncometry.core import Code, Notice
from oncometry.prediction.declaration import BASELINE, Endpoint
from oncometry.prediction.endpoint import reached_days
from oncometry.prediction.sheet import PatientSheet
from oncometry.prediction.table import Column, FeatureTable

__all__ = ["late_features"]

LATER = ("event.", "outcome.", "toxicity.", "response.", "visits.count", "visits.sized")
"""How columns of a cohort begin that tell of its follow-up, whatever their day."""
SHOWN = 4


def late_features(table: FeatureTable, sheet: PatientSheet, endpoint: Endpoint) -> list[Notice]:
    """Columns known only after the outcome, or after the day that time counts from.

    Args:
        table: features of the rows of `sheet`.
    """
    follow_up = [c for c in table.columns if c.source.startswith(LATER) and not c.source.endswith(BASELINE)]
    told = [*_told("say what happened later", follow_up), *_after_grade(table, sheet, endpoint)]
    limit = endpoint.landmark_day if endpoint.kind == "survival" else endpoint.known_day
    if limit is None:
        limit = sheet.days.get(endpoint.column or "")
    if limit is not None:
        late = [c for c in table.columns if c.day is not None and c.day > limit]
        what = "the day that time counts from" if endpoint.kind == "survival" else "the outcome"
        return [*told, *_told(f"are known only after {what} (day {limit:g})", late)]
    return told


def _after_grade(table: FeatureTable, sheet: PatientSheet, endpoint: Endpoint) -> list[Notice]:
    """Columns known, in some patient, only on the day that the grade was reached or after it; and of whom nobody can tell."""
    found = reached_days(sheet, endpoint)
    if found is None:
        return []
    came, reached = found
    late: list[Column] = []
    whose = np.zeros(len(reached), dtype=bool)
    for at, column in enumerate(table.columns):
        rows = np.isfinite(table.values[:, at]) & (_days(column, sheet) >= reached)
        if rows.any():
            late.append(column)
            whose |= rows
    count, of, undated = (len(np.unique(sheet.patients[r])) for r in (whose, came, came & np.isnan(reached)))
    who = f"{of} patients with grade {endpoint.grade} or higher"
    unknown = f"; of {undated} the day is not known" if undated else ""
    told = _told(
        f"are known, in {count} of the {who}, only on the day it was reached or after{unknown}", late
    )
    if undated and not late:
        what = f"{endpoint.name}: of {undated} of the {who} the day it was reached is not known"
        told = [Notice(Code.DATE_MISSING, f"{what}: whether features are of later cannot be told.")]
    return told


def _days(column: Column, sheet: PatientSheet) -> NDArray[np.float64]:
    """(n,) the day on which each row was known: as the sheet has it, unless the declaration says another."""
    if column.day is None or column.day == sheet.days.get(column.source):
        return sheet.days_of_rows(column.source)
    return np.full(len(sheet.patients), column.day)


def _told(what: str, late: Sequence[Column]) -> list[Notice]:
    if not late:
        return []
    shown = ", ".join(c.name for c in late[:SHOWN]) + (" ..." if len(late) > SHOWN else "")
    return [Notice(Code.FEATURE_AFTER_OUTCOME, f"{len(late)} columns {what}: {shown}.")]
