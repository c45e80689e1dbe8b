"""Columns of what a clinical row says about a patient."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from oncometry.store.tables.model import Derived

__all__ = ["ClinicalOrigin"]


class ClinicalOrigin(Derived):
    """Whose it is and which row of which sheet said so."""

    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"), index=True)
    clinical_sheet_id: Mapped[int] = mapped_column(ForeignKey("clinical_sheet.id"), index=True)
    clinical_row_id: Mapped[int] = mapped_column(ForeignKey("clinical_row.id"), index=True)
