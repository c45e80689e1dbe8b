"""What became of each reading of a file of manual reads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from oncometry.core import Code, LesionReading, Notice
from oncometry.io.clinical.result import RowStatus
from oncometry.io.lesions import ReadingRow

__all__ = ["FileOutcome", "ReadAccount", "ReadsOutcome"]


@dataclass(frozen=True, eq=False)
class ReadAccount:
    """One reading.

    Attributes:
        reading: as it is kept: patient, visit and reader as they are told.
        status: `MATCHED` to a lesion of the ledger; `UNMATCHED`; `CONFLICTING` with something else that is said;
            `EXCLUDED`: no manual read, or known already.
        kept: whether it is in the store.
        timepoint: number of the cohort's visit; None where it has none, and the visit is the reader's own.
        lesion, lesion_uid, matched_by: the ledger's lesion, and by what it was told.
        code, detail: why it is not matched, or what had to be assumed.
    """

    reading: LesionReading
    status: RowStatus
    kept: bool
    timepoint: int | None = None
    lesion: str | None = None
    lesion_uid: str | None = None
    matched_by: str | None = None
    code: Code | None = None
    detail: str = ""

    def cells(self) -> dict[str, Any]:
        """Name -> value."""
        return {
            "source": ", ".join(self.reading.sources),
            "patient_id": self.reading.patient_id,
            "reader": self.reading.reader,
            "visit": self.reading.timepoint,
            "timepoint": self.timepoint,
            "reader_lesion": self.reading.lesion,
            "lesion": self.lesion,
            "lesion_uid": self.lesion_uid,
            "matched_by": self.matched_by,
            "status": self.status,
            "kept": self.kept,
            "code": self.code,
            "detail": self.detail,
        }


@dataclass(frozen=True, eq=False)
class FileOutcome:
    """One file: its readings, the rows that are in none, and what was told of it as a whole."""

    name: str
    form: str
    accounts: tuple[ReadAccount, ...]
    rows: tuple[ReadingRow, ...]
    notices: tuple[Notice, ...]


@dataclass(frozen=True, eq=False)
class ReadsOutcome:
    """All files, and how many rows were new in the database."""

    files: tuple[FileOutcome, ...]
    added: int

    @property
    def accounts(self) -> tuple[ReadAccount, ...]:
        """All readings."""
        return tuple(account for file in self.files for account in file.accounts)

    @property
    def rows(self) -> tuple[ReadingRow, ...]:
        """Rows of tables that are in no reading, or of which something is not used."""
        return tuple(row for file in self.files for row in file.rows if row.code is not None)

    @property
    def counts(self) -> Mapping[str, int]:
        """Readings by what became of them, which sum to `readings`; and those kept with a visit of the reader's own."""
        by = Counter(account.matched_by for account in self.accounts)
        status = Counter(account.status for account in self.accounts)
        own = sum(account.kept and account.timepoint is None for account in self.accounts)
        return {
            "readings": len(self.accounts),
            **{f"matched by {how}": by[how] for how in ("tracking uid", "name", "place")},
            **{str(s): status[s] for s in RowStatus if s is not RowStatus.MATCHED},
            "kept": sum(account.kept for account in self.accounts),
            "kept without a visit": own,
            "rows left out": sum(row.status is not RowStatus.MATCHED for row in self.rows),
        }

    @property
    def conflicting(self) -> bool:
        """Whether something is said in two ways."""
        said = [account.status for account in self.accounts] + [row.status for row in self.rows]
        return RowStatus.CONFLICTING in said
