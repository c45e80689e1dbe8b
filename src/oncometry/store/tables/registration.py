"""Table `registration`: where one image lies in another."""

from __future__ import annotations

from sqlalchemy import Double, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from oncometry.store.tables.columns import LongText, Word
from oncometry.store.tables.model import Model, Versioned, one_of, options

__all__ = ["RegistrationRow"]


class RegistrationRow(Versioned, Model):
    """A rigid transform with its quality, and what is told of the deformation before it.

    Attributes:
        matrix: JSON, 16 numbers row by row, fixed LPS mm to moving LPS mm.
        translation_mm: how far it moves the center of the fixed image.
        jacobian_minimum, jacobian_maximum, inverse_error_mm: of the deformation, null where none is used; the
            displacements are in the record of the step.
        refused: why a deformation that was sought is not used.
    """

    __tablename__ = "registration"
    __table_args__ = options(one_of("scope", "sequence", "date", name="scope"))

    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"), index=True)
    timepoint_id: Mapped[int] = mapped_column(ForeignKey("timepoint.id"))
    fixed_series_id: Mapped[int] = mapped_column(ForeignKey("series.id"))
    moving_series_id: Mapped[int] = mapped_column(ForeignKey("series.id"))
    scope: Mapped[str] = mapped_column(Word)
    method: Mapped[str] = mapped_column(Word)
    quality: Mapped[float] = mapped_column(Double)
    quality_before: Mapped[float] = mapped_column(Double)
    translation_mm: Mapped[float] = mapped_column(Double)
    rotation_deg: Mapped[float] = mapped_column(Double)
    matrix: Mapped[str] = mapped_column(LongText)
    jacobian_minimum: Mapped[float | None] = mapped_column(Double)
    jacobian_maximum: Mapped[float | None] = mapped_column(Double)
    inverse_error_mm: Mapped[float | None] = mapped_column(Double)
    refused: Mapped[str] = mapped_column(LongText)
    notices: Mapped[str] = mapped_column(LongText)
