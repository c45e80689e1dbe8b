"""Columns `scan.*` of a cohort: with which machine and how each kind of image was made at the first visit."""

from __future__ import annotations

from collections import defaultdict

from oncometry.pipeline.experiment.cohort_columns import CohortColumns
from oncometry.pipeline.experiment.cohort_features import kind_of_image
from oncometry.pipeline.stored_rows import plain_rows
from oncometry.store import Store

__all__ = ["add_scans"]

PARAMETERS = ("manufacturer", "model", "field_strength_t", "slice_thickness_mm", "convolution_kernel")
SPACING = ("spacing_i_mm", "spacing_j_mm", "spacing_k_mm")


def add_scans(columns: CohortColumns, store: Store) -> None:
    """`scan.IMAGE.NAME`; of several images of a kind the first by key."""
    said: dict[str, dict[str, str]] = defaultdict(dict)
    for row in plain_rows(store.table("acquisition")):
        if row["name"] in PARAMETERS:
            said[row["series_key"]][row["name"]] = str(row["value"])
    found: dict[str, dict[str, float | str | None]] = defaultdict(dict)
    for row in sorted(plain_rows(store.table("series")), key=lambda row: str(row["series_key"])):
        patient = row["patient_id"]
        if row["timepoint"] != 1 or patient not in columns.place:
            continue
        stem = f"scan.{kind_of_image(row['modality'], row['contrast'])}"
        for name, value in said[row["series_key"]].items():
            found[f"{stem}.{name}"].setdefault(patient, _number(value))
        for name in SPACING:
            found[f"{stem}.{name}"].setdefault(patient, row[name])
    for column, values in sorted(found.items()):
        columns.add(column, values, columns.day_of_visit(1))


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text
