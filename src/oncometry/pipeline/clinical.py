"""The clinical sheet into the store, against the patients and dates that are there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from oncometry.core import Timepoint
from oncometry.io.clinical import ClinicalSheet, beside, read_clinical
from oncometry.io.isolation import isolated
from oncometry.pipeline.settings import ClinicalSettings
from oncometry.pipeline.step import describe_step
from oncometry.pipeline.stored_rows import plain_rows
from oncometry.store import Store
from oncometry.store.provenance import StepInput

__all__ = ["ClinicalOutcome", "import_clinical", "stored_timepoints", "stored_visits"]


@dataclass(frozen=True, eq=False)
class ClinicalOutcome:
    """The sheet as read, and how many rows were new in the database."""

    sheet: ClinicalSheet
    added: int

    @property
    def counts(self) -> dict[str, int]:
        """Rows by what became of them; they sum to `rows`."""
        counts = {status.value: n for status, n in self.sheet.counts.items()}
        return {"rows": len(self.sheet.rows), **counts}


def import_clinical(
    path: Path, timepoints: Iterable[Timepoint], store: Store, settings: ClinicalSettings
) -> ClinicalOutcome:
    """Read a sheet and keep it. Days count from each patient's first dated time point."""
    visits = list(timepoints)
    anchors: dict[str, date] = {}
    for visit in sorted(visits):
        if visit.acquired is not None:
            anchors.setdefault(visit.patient_id, visit.acquired)
    patients = set(store.table("patients")["patient_id"])
    read: ClinicalSheet = isolated(read_clinical, path, patients, anchors, dict(settings.columns))
    sheet = beside(read, store.said_elsewhere(read))
    step = describe_step("clinical", "cohort", settings, (StepInput("file", sheet.sha256, "sheet"),))
    return ClinicalOutcome(sheet, store.add_clinical(sheet, step))


def stored_visits(store: Store) -> dict[str, list[Timepoint]]:
    """Patient -> the time points that are in the store, in order."""
    visits: dict[str, list[Timepoint]] = {}
    for timepoint in sorted(stored_timepoints(store)):
        visits.setdefault(timepoint.patient_id, []).append(timepoint)
    return visits


def stored_timepoints(store: Store) -> list[Timepoint]:
    """The time points that are in the store."""
    return [
        Timepoint(
            patient_id=row["patient_id"],
            number=int(row["timepoint"]),
            label=row["label"],
            day=None if row["day"] is None else int(row["day"]),
            acquired=None if row["date"] is None else date.fromisoformat(str(row["date"])[:10]),
            source=row["source"],
        )
        for row in plain_rows(store.table("timepoints"))
    ]
