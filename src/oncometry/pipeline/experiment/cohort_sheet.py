"""A cohort's database as rows of patients: clinical values, treatments, events, sizes and features, joined in the store."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Collection, Mapping
from fnmatch import translate

import numpy as np

from oncometry.core import Code, NothingFoundError
from oncometry.pipeline.clinical import stored_visits
from oncometry.pipeline.experiment.cohort_clinical import (
    add_clinical,
    add_events,
    add_responses,
    add_treatments,
)
from oncometry.pipeline.experiment.cohort_columns import CohortColumns
from oncometry.pipeline.experiment.cohort_dose import add_dose
from oncometry.pipeline.experiment.cohort_features import add_features
from oncometry.pipeline.experiment.cohort_scans import add_scans
from oncometry.pipeline.experiment.cohort_sizes import add_deltas, add_sizes, add_visits, chosen_readings
from oncometry.pipeline.experiment.cohort_toxicities import add_toxicities
from oncometry.pipeline.respond import lesion_readings
from oncometry.prediction.declaration import FirstDay
from oncometry.prediction.sheet import Cells, PatientSheet
from oncometry.store import Store

__all__ = ["begun_columns", "cohort_sheet"]

SECTIONS: tuple[tuple[tuple[str, ...], Callable[[CohortColumns, Store], None]], ...] = (
    (("clinical.", "outcome."), add_clinical),
    (("treatment.",), add_treatments),
    (("event.",), add_events),
    (("toxicity.",), add_toxicities),
    (("response.",), add_responses),
    (("scan.",), add_scans),
    (("dose.",), add_dose),
)
"""How columns begin -> what adds them; sizes and features, which share what was read, come after these."""


def cohort_sheet(
    store: Store,
    wanted: Collection[str] | None = None,
    treatment: str | None = None,
    first_day: FirstDay = "baseline",
) -> PatientSheet:
    """One row a patient of a cohort, those without images too; columns as `docs/how-to/run-an-experiment.md` lists them.

    Days count from the patient's first visit; the day of a column is the latest on which any patient's value was known.

    Args:
        store: of the cohort.
        wanted: names, or patterns with `*`; what none asks for is not read. None gives all.
        treatment: the kind whose toxicity `toxicity.*` is; None: of any but steroids.
        first_day: what grades of the first day of treatment are.

    Raises:
        NothingFoundError: `NOTHING_FOUND`, the cohort has no patient.
    """
    with store.at_one_moment():
        columns = begun_columns(store, wanted)
        columns.treatment, columns.first_day = treatment, first_day
        for prefixes, add in SECTIONS:
            if any(columns.asks(prefix) for prefix in prefixes):
                add(columns, store)
        _add_measured(columns, store)
    kept = _kept(columns)
    days = {name: day for name, day in columns.days.items() if name in kept}
    own = {name: columns.row_days(name) for name in days}
    return PatientSheet(
        columns.patients,
        kept,
        days,
        tuple(columns.notices),
        ((store.cohort.name, _digest(kept)),),
        {name: rows for name, rows in own.items() if rows is not None},
    )


def begun_columns(store: Store, wanted: Collection[str] | None) -> CohortColumns:
    """The patients and their visits.

    Raises:
        NothingFoundError: `NOTHING_FOUND`, there is no patient.
    """
    patients = np.array([str(p) for p in store.table("patients")["patient_id"]], dtype=str)
    if not len(patients):
        raise NothingFoundError(Code.NOTHING_FOUND, "the cohort has no patient.", path=store.cohort)
    columns = CohortColumns(patients, stored_visits(store), wanted)
    unordered = [p for p, visits in columns.visits.items() if any(not v.is_ordered for v in visits)]
    if unordered:
        columns.tell(
            Code.DATES_IMPLAUSIBLE,
            f"nothing tells the order of the visits of {len(unordered)} patients: left out.",
        )
    return columns


def _add_measured(columns: CohortColumns, store: Store) -> None:
    """Sizes and features, and their change."""
    asked = ("visits.", "size.", "radiomics.", "deep.", "delta.")
    if not any(columns.asks(prefix) for prefix in asked):
        return
    readings = lesion_readings(store)
    chosen = chosen_readings(columns, readings)
    add_visits(columns, chosen)
    add_sizes(columns, chosen)
    add_deltas(columns, "size.")
    if any(columns.asks(prefix) for prefix in ("radiomics.", "deep.", "delta.radiomics.", "delta.deep.")):
        add_features(
            columns, store, {p: of[""] for p, of in readings.items() if "" in of and p in columns.place}
        )
        for kind in ("radiomics.", "deep."):
            if columns.asks(f"delta.{kind}"):
                add_deltas(columns, kind)


def _kept(columns: CohortColumns) -> dict[str, Cells]:
    """The columns that are asked for."""
    if columns.wanted is None:
        return dict(columns.columns)
    plain = {name for name in columns.wanted if "*" not in name}
    patterns = [
        re.compile(translate(re.sub(r"([\[?])", r"[\1]", name))).match
        for name in columns.wanted
        if "*" in name
    ]
    return {
        name: cells
        for name, cells in columns.columns.items()
        if name in plain or any(fits(name) for fits in patterns)
    }


def _digest(columns: Mapping[str, Cells]) -> str:
    """SHA-256 of what the columns say."""
    digest = hashlib.sha256()
    for name, cells in sorted(columns.items()):
        digest.update(name.encode())
        array = np.asarray(cells)
        digest.update(array.tobytes() if array.dtype.kind == "f" else "\n".join(map(str, array)).encode())
    return digest.hexdigest()
