"""Table `clinical_sheet`: imported spreadsheets."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from oncometry.store.tables.columns import Digest, LongText, Name
from oncometry.store.tables.model import Model, Versioned

__all__ = ["ClinicalSheetRow"]


class ClinicalSheetRow(Versioned, Model):
    """A sheet, as read against the patients known then; `columns` JSON says what each was read as."""

    __tablename__ = "clinical_sheet"

    name: Mapped[str] = mapped_column(Name, index=True)
    sha256: Mapped[str] = mapped_column(Digest)
    columns: Mapped[str] = mapped_column(LongText)
    notices: Mapped[str] = mapped_column(LongText)
