"""People who decide about the lesions of the small cohort, and read them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from oncometry import Cohort
from oncometry.core import (
    DecidedLesion,
    Decision,
    DecisionKind,
    LesionReading,
    LesionRole,
    LesionStatus,
    Quantity,
)
from oncometry.pipeline import CohortFolder
from oncometry.pipeline.step import describe_step
from oncometry.store import ImportedRead, ImportedReads

from ..small_cohort import P1

FIRST, SECOND = "2020-01-01", "2020-03-01"
DAYS = {FIRST: 0, SECOND: 60}


def table(cohort: Path, name: str, patient: str = P1) -> pd.DataFrame:
    with Cohort.open(cohort) as opened:
        found = opened.table(name)
    return found[found["patient_id"] == patient].reset_index(drop=True)


def as_seen(cohort: Path, name: str, seen: str) -> DecidedLesion:
    """The lesion of that name, where it is at that visit."""
    found = table(cohort, "measurements")
    row = found[
        (found["lesion"] == name) & (found["day"] == DAYS[seen]) & (found["compartment"] == "whole")
    ].iloc[0]
    uid = table(cohort, "lesions").set_index("lesion")["tracking_uid"][name]
    center = (float(row["centroid_x_mm"]), float(row["centroid_y_mm"]), float(row["centroid_z_mm"]))
    return DecidedLesion(name, uid, seen, row["mask_key"], int(row["mask_lesion"]), center)


def decide(
    cohort: Path, kind: DecisionKind, name: str = "", seen: str = FIRST, at: str | None = None, **more: Any
) -> Decision:
    """As Ada decides about a lesion that she sees at a visit; `at` is the visit that the decision is for."""
    lesions = (as_seen(cohort, name, seen),) if name else ()
    when = datetime(2024, 5, 1, 12, tzinfo=UTC)
    decision = Decision(P1, "Ada", when, "a vessel", kind, lesions, at)
    with CohortFolder.open(cohort).store() as store:
        (kept,) = store.add_decisions([replace(decision, **more)])
    return kept


def read(reader: str, lesion: str, diameters_mm: tuple[float, ...], **more: Any) -> list[ImportedRead]:
    """A target read at each visit of P1."""
    return [
        ImportedRead(
            LesionReading(
                P1,
                f"V{number}",
                60 * (number - 1),
                reader,
                lesion,
                LesionRole.TARGET,
                LesionStatus.MEASURED,
                values={Quantity.LONGEST_DIAMETER_MM: diameter},
                **more,
            ),
            timepoint=number,
        )
        for number, diameter in enumerate(diameters_mm, start=1)
    ]


def import_reads(cohort: Path, *reads: list[ImportedRead], name: str = "reads.csv") -> None:
    """A file of reads into the cohort."""
    rows = tuple(one for some in reads for one in some)
    step = describe_step("reads", "cohort", {"file": name, "rows": len(rows)}, ())
    with CohortFolder.open(cohort).store() as store:
        store.add_readings(ImportedReads(name, "0" * 64, "table", rows, step))
