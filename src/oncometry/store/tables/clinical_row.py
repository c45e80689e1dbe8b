"""Table `clinical_row`: every row of a sheet, accounted for."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from oncometry.io.clinical import RowStatus
from oncometry.store.tables.columns import LongText, Name, Word
from oncometry.store.tables.model import Model, one_of, options

__all__ = ["ClinicalRowRow"]


class ClinicalRowRow(Model):
    """A row as it stood and what became of it; `patient_identifier` as read, known or not."""

    __tablename__ = "clinical_row"
    __table_args__ = options(
        UniqueConstraint("clinical_sheet_id", "sheet", "sheet_row"),
        one_of("status", *RowStatus, name="status"),
        CheckConstraint("status = 'matched' OR code IS NOT NULL", name="left_out_has_code"),
        CheckConstraint("status <> 'matched' OR patient_identifier IS NOT NULL", name="matched_has_patient"),
    )

    clinical_sheet_id: Mapped[int] = mapped_column(ForeignKey("clinical_sheet.id"))
    sheet: Mapped[str] = mapped_column(Name)
    sheet_row: Mapped[int]
    patient_identifier: Mapped[str | None] = mapped_column(LongText)
    status: Mapped[str] = mapped_column(Word)
    code: Mapped[str | None] = mapped_column(Word)
    detail: Mapped[str] = mapped_column(LongText)
    cells: Mapped[str] = mapped_column(LongText)
