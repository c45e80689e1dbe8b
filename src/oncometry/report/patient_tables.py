"""One patient's rows of every table, small enough to hand to another process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from oncometry.report.patient_files import left_out_by_patient
from oncometry.report.tables import Row, Tables, plain_rows

__all__ = ["PatientTables", "split_by_patient"]

BY_PATIENT = (
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
    "features_wide",
    "dvhs",
    "dvh_metrics",
    "ntcp_values",
    "responses",
    "response_probabilities",
    "response_inputs",
    "roles",
    "decisions",
    "clinical_rows",
    "clinical_values",
    "treatments",
    "events",
    "toxicities",
    "failures",
)
KEYS = {"series": "series_key", "segmentations": "mask_key", "doses": "dose_key"}
WHOLE_COHORT = "cohort"


@dataclass(frozen=True, eq=False)
class PatientTables:
    """The patient's row, and frames by table name; `files` holds those left out that lie with the patient's."""

    patient: Row
    frames: Mapping[str, pd.DataFrame]
    _rows: dict[str, list[Row]] = field(default_factory=dict, repr=False)

    def rows(self, name: str) -> list[Row]:
        """Rows of one table of the patient, decoded once: not to be changed."""
        if name not in self._rows:
            self._rows[name] = plain_rows(self.frames[name])
        return self._rows[name]


def split_by_patient(tables: Tables, patient_ids: set[str]) -> list[PatientTables]:
    """The tables of the named patients; each table is grouped once."""
    if not patient_ids:
        return []
    groups = {name: _grouped(tables.frame(name), "patient_id") for name in BY_PATIENT}
    groups["steps"] = _grouped(tables.frame("steps"), "scope")
    groups["acquisition"] = _grouped(tables.frame("acquisition"), "series_key")
    groups["segments"] = _grouped(tables.frame("segments"), "mask_key")
    groups["files"] = left_out_by_patient(tables.frame("files"), _owners(tables))
    return [
        PatientTables(row, _frames(tables, groups, row["patient_id"]))
        for row in tables.rows("patients")
        if row["patient_id"] in patient_ids
    ]


def _grouped(frame: pd.DataFrame, column: str) -> dict[str, pd.DataFrame]:
    return {str(key): group for key, group in frame.groupby(column, sort=False)}


def _owners(tables: Tables) -> dict[str, str]:
    """Key of a series, mask or dose -> patient id."""
    owners: dict[str, str] = {}
    for name, key in KEYS.items():
        frame = tables.frame(name)
        owners |= dict(zip(frame[key], frame["patient_id"], strict=True))
    return owners


def _frames(
    tables: Tables, groups: Mapping[str, Mapping[str, pd.DataFrame]], patient: str
) -> dict[str, pd.DataFrame]:
    def taken(name: str, keys: list[str]) -> pd.DataFrame:
        there = [groups[name][key] for key in keys if key in groups[name]]
        return pd.concat(there) if len(there) > 1 else there[0] if there else tables.frame(name).iloc[:0]

    frames = {name: taken(name, [patient]) for name in (*BY_PATIENT, "files")}
    frames["steps"] = taken("steps", [WHOLE_COHORT, patient])
    frames["acquisition"] = taken("acquisition", list(frames["series"]["series_key"]))
    frames["segments"] = taken("segments", list(frames["segmentations"]["mask_key"]))
    frames["software"] = tables.frame("software")
    return frames
