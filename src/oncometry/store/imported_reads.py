"""A file of manual reads, as the store takes it."""

from __future__ import annotations

from dataclasses import dataclass

from oncometry.core import LesionReading, Notice
from oncometry.store.provenance import StepRecord

__all__ = ["ImportedRead", "ImportedReads"]


@dataclass(frozen=True, eq=False)
class ImportedRead:
    """One reading, and what of the cohort it is of.

    Attributes:
        timepoint: number of the visit; None where the cohort has none of that day or name.
        lesion_uid, matched_by: the ledger's lesion that it is of, and by what that was told ('tracking uid', 'name',
            'place'); None where it is of none.
    """

    reading: LesionReading
    timepoint: int | None
    lesion_uid: str | None = None
    matched_by: str | None = None


@dataclass(frozen=True, eq=False)
class ImportedReads:
    """A file. `form`: 'table', 'cdisc' ...: how it was read."""

    name: str
    sha256: str
    form: str
    reads: tuple[ImportedRead, ...]
    step: StepRecord
    notices: tuple[Notice, ...] = ()
