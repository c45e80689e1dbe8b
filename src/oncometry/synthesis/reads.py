"""What a reader would write down of the made lesions: the true sizes, as a table of manual reads."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from oncometry.synthesis.clinical import ORIGIN
from oncometry.synthesis.truth import TruthRow

__all__ = ["reads_csv"]

HEADER = (
    "patient_id",
    "visit",
    "date",
    "reader",
    "lesion",
    "part_of",
    "compartment",
    "state",
    "longest_diameter_mm",
    "perpendicular_mm",
    "volume_ml",
)


def reads_csv(patients: Iterable[Sequence[TruthRow]]) -> str:
    """A table that `oncometry lesions import` reads, a row a lesion, compartment and visit; the reader says it is made.

    A lesion is read from the visit on at which it is first seen; later it may be absent.

    Args:
        patients: rows of each patient, in order of visits.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADER)
    for rows in patients:
        began: dict[str, int] = {}
        for row in rows:
            if row.status == "present":
                began[row.lesion] = min(began.get(row.lesion, row.timepoint), row.timepoint)
        for row in rows:
            if row.timepoint >= began.get(row.lesion, row.timepoint + 1):
                writer.writerow(_cells(row))
    return text.getvalue()


def _cells(row: TruthRow) -> list[object]:
    here = row.status == "present" and row.volume_ml > 0
    return [
        row.patient_id,
        row.timepoint,
        row.date,
        ORIGIN,
        f"{row.lesion}{row.part}",
        row.lesion if row.part else "",
        row.compartment,
        "" if here else "absent",
        _number(row.longest_diameter_mm, 1) if here else "",
        _number(row.perpendicular_mm, 1) if here else "",
        _number(row.volume_ml, 4) if here else "",
    ]


def _number(value: float | None, digits: int) -> str:
    return "" if value is None else f"{value:.{digits}f}"
