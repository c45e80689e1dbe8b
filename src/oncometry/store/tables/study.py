"""Table `study`: DICOM studies."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from oncometry.store.tables.columns import SourceKey
from oncometry.store.tables.model import Derived, Model

__all__ = ["Study"]


class Study(Derived, Model):
    """A study of a patient."""

    __tablename__ = "study"

    study_instance_uid: Mapped[str] = mapped_column(SourceKey, unique=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"), index=True)
