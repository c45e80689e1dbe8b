"""Ids that a patient's rows refer to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from oncometry.core import Code, StoreError
from oncometry.store.patient_result import PatientResult
from oncometry.store.tables import Patient, Series
from oncometry.store.writing.people import timepoint_ids
from oncometry.store.writing.steps import StepIds, keep_steps
from oncometry.store.writing.transaction import Writing

__all__ = ["PatientIds", "find_patient"]


@dataclass(frozen=True)
class PatientIds:
    """A patient's row, its visits by number, series by key, steps by key."""

    patient_id: int
    timepoints: Mapping[int, int]
    series_ids: Mapping[str, int]
    steps: StepIds

    def timepoint(self, number: int) -> int:
        """The visit's row.

        Raises:
            StoreError: `STORE`, curation did not tell of it.
        """
        if number not in self.timepoints:
            raise StoreError(Code.STORE, f"time point {number} is not among {sorted(self.timepoints)}.")
        return self.timepoints[number]

    def series(self, key: str) -> int:
        """The series' row.

        Raises:
            StoreError: `STORE`, curation did not tell of it.
        """
        if key not in self.series_ids:
            raise StoreError(
                Code.STORE, f"series {key!r} is not in the store.", advice="Add its manifest first."
            )
        return self.series_ids[key]


def find_patient(writing: Writing, result: PatientResult) -> PatientIds:
    """Look up what curation wrote, record the steps, and give the patient its label on disk.

    Raises:
        StoreError: `STORE`, the patient is not there: its manifest comes first.
    """
    found = writing.connection.execute(
        select(Patient.id, Patient.subject).where(Patient.identifier == result.patient_id)
    ).one_or_none()
    if found is None:
        raise StoreError(
            Code.STORE,
            f"patient {result.patient_id!r} is not in the store.",
            advice="Add its manifest first.",
        )
    if found.subject != result.subject:
        writing.change(Patient, Patient.id == found.id, {"subject": result.subject})
    visits = timepoint_ids(writing, {result.patient_id: found.id})
    keys = {s.key for s in result.series}
    return PatientIds(
        patient_id=found.id,
        timepoints={number: identifier for (_, number), identifier in visits.items()},
        series_ids=writing.lookup(Series.series_key, keys, Series.id),
        steps=keep_steps(writing, result.steps, whole=result.is_measured),
    )
