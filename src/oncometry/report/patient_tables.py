"""One patient's rows of every table, small enough to hand to another process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from oncometry.report.tables import Row, Tables, plain_rows

__all__ = ["PATIENT_TABLES", "PatientTables", "split_by_patient"]

PATIENT_TABLES = (
    "timepoints",
    "series",
    "volumes",
    "registrations",
    "doses",
    "segmentations",
    "lesions",
    "observations",
    "measurements",
    "relations",
    "intensities",
    "histograms",
    "clinical_rows",
    "clinical_values",
    "treatments",
    "events",
    "toxicities",
    "failures",
)


@dataclass(frozen=True, eq=False)
class PatientTables:
    """The patient's row, and frames by table name."""

    patient: Row
    frames: Mapping[str, pd.DataFrame]
    segments: pd.DataFrame

    def rows(self, name: str) -> list[Row]:
        """Rows of one table of the patient."""
        return plain_rows(self.frames[name])


def split_by_patient(tables: Tables, patient_ids: set[str]) -> list[PatientTables]:
    """The tables of the named patients; each table is grouped once."""
    groups: dict[str, dict[str, pd.DataFrame]] = {}
    empty: dict[str, pd.DataFrame] = {}
    for name in PATIENT_TABLES:
        frame = tables.frame(name)
        empty[name] = frame.iloc[:0]
        wanted = frame[frame["patient_id"].isin(patient_ids)]
        groups[name] = {str(key): group for key, group in wanted.groupby("patient_id", sort=False)}
    segments = tables.frame("segments")
    found = []
    for row in tables.rows("patients"):
        patient = row["patient_id"]
        if patient not in patient_ids:
            continue
        frames = {name: groups[name].get(patient, empty[name]) for name in PATIENT_TABLES}
        own = segments[segments["mask_key"].isin(frames["segmentations"]["mask_key"])]
        found.append(PatientTables(row, frames, own))
    return found
