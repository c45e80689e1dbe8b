"""Series: what identifies them, what they were read as, their files and their acquisition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from oncometry.io.manifest import SeriesRecord
from oncometry.store.tables import AcquisitionParameter, Instance, Model, Series, SeriesReading, Study
from oncometry.store.writing.encode import grid, notices
from oncometry.store.writing.people import TimepointIds
from oncometry.store.writing.transaction import Row, Writing, sealed

__all__ = ["Curated", "keep_series", "keep_studies"]

UNITS = {
    "ms": "ms",
    "s": "s",
    "mm": "mm",
    "deg": "deg",
    "kv": "kV",
    "kvp": "kV",
    "ma": "mA",
    "mas": "mAs",
    "t": "T",
    "mhz": "MHz",
    "hz": "Hz",
    "bq": "Bq",
    "mbq": "MBq",
    "kg": "kg",
    "ml": "ml",
    "percent": "%",
}
"""Last word of a parameter's name -> unit."""


@dataclass(frozen=True)
class Curated:
    """Ids that curated records refer to."""

    step_id: int
    patients: Mapping[str, int]
    timepoints: TimepointIds
    studies: Mapping[str, int]

    def timepoint(self, patient_id: str, number: int | None) -> int | None:
        """The visit's row, None where a record has no visit."""
        return None if number is None else self.timepoints[patient_id, number]


def keep_studies(
    writing: Writing, studies: Mapping[str, str], patients: Mapping[str, int], step_id: int
) -> dict[str, int]:
    """Study Instance UID -> id; `studies` maps it to the patient."""
    rows: dict[str, Row] = {
        uid: {"study_instance_uid": uid, "patient_id": patients[patient], "run_step_id": step_id}
        for uid, patient in studies.items()
    }
    return writing.keep_named(Study, Study.study_instance_uid, rows)


def keep_series(writing: Writing, series: Sequence[SeriesRecord], curated: Curated) -> None:
    """Make these the current readings of the patients' series."""
    keys = {s.key: {"series_key": s.key, "run_step_id": curated.step_id} for s in series}
    ids = writing.keep_named(Series, Series.series_key, keys)
    rows = [_reading(s, ids[s.key], curated) for s in series]
    scope = SeriesReading.patient_id.in_(set(curated.patients.values()))
    kept = writing.keep(SeriesReading, scope, rows)
    new = [
        (s, kept.ids[row["content_sha256"]])
        for s, row in zip(series, rows, strict=True)
        if row["content_sha256"] in kept.added
    ]
    for model in (Instance, AcquisitionParameter):
        writing.insert(
            model, [row | {"series_reading_id": reading} for s, reading in new for row in _parts(s)[model]]
        )


def _reading(series: SeriesRecord, series_id: int, curated: Curated) -> Row:
    number = series.timepoint.number if series.timepoint else None
    row: Row = {
        "run_step_id": curated.step_id,
        "series_id": series_id,
        "patient_id": curated.patients[series.patient_id],
        "timepoint_id": curated.timepoint(series.patient_id, number),
        "study_id": curated.studies.get(series.study_instance_uid or ""),
        "series_instance_uid": series.series_instance_uid,
        "kind": series.kind.value,
        "modality": series.modality.value,
        "contrast": series.contrast.value,
        "confidence": series.confidence,
        "evidence": series.evidence,
        "unit": series.unit.value,
        "description": series.description,
        "acquired": series.acquired,
        "study_date": series.study_date,
        "frame": series.frame,
        "notices": notices(series.notices),
        **grid(series.geometry),
    }
    return sealed(SeriesReading, row, _parts(series))


def _parts(series: SeriesRecord) -> dict[type[Model], list[Row]]:
    return {Instance: _instances(series), AcquisitionParameter: _acquisition(series)}


def _instances(series: SeriesRecord) -> list[Row]:
    return [
        {
            "position": position,
            "sop_instance_uid": instance.sop_instance_uid,
            "instance_number": instance.instance_number,
            "sha256": instance.sha256,
        }
        for position, instance in enumerate(series.instances)
    ]


def _acquisition(series: SeriesRecord) -> list[Row]:
    return [
        {
            "name": name,
            "value": str(value),
            "unit": UNITS.get(name.rsplit("_", 1)[-1].lower()) if "_" in name else None,
        }
        for name, value in sorted(series.acquisition.items())
    ]
