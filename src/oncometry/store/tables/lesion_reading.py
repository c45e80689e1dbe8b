"""Table `lesion_reading`: what a reader said of a lesion at a visit."""

from __future__ import annotations

from sqlalchemy import Double, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from oncometry.core import LesionRole, LesionStatus, NonTargetState
from oncometry.store.tables.columns import LongText, Name, SourceKey, Word
from oncometry.store.tables.model import Model, one_of, options

__all__ = ["LesionReadingRow"]


class LesionReadingRow(Model):
    """One row of an imported file; the words are the source's.

    Attributes:
        timepoint_id: the cohort's visit that it is of; null where it has none on that day or of that name.
        timepoint, day, visit_number: as the source says.
        lesion_uid, matched_by: tracking UID of the ledger's lesion that it was taken for, and by what.
        standard_errors: JSON, quantity -> one standard deviation of repeated readings.
        sources: JSON, file and row.
    """

    __tablename__ = "lesion_reading"
    __table_args__ = options(
        one_of("role", *LesionRole, name="role"),
        one_of("status", *LesionStatus, name="status"),
        one_of("state", *NonTargetState, name="state"),
        one_of("matched_by", "tracking uid", "name", "place", name="matched_by"),
    )

    reading_file_id: Mapped[int] = mapped_column(ForeignKey("reading_file.id"), index=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"), index=True)
    reader_id: Mapped[int] = mapped_column(ForeignKey("reader.id"))
    timepoint_id: Mapped[int | None] = mapped_column(ForeignKey("timepoint.id"))
    timepoint: Mapped[str] = mapped_column(Name)
    day: Mapped[int | None]
    visit_number: Mapped[float | None] = mapped_column(Double)
    lesion: Mapped[str] = mapped_column(Name)
    tracking_uid: Mapped[str | None] = mapped_column(SourceKey)
    lesion_uid: Mapped[str | None] = mapped_column(SourceKey, index=True)
    matched_by: Mapped[str | None] = mapped_column(Word)
    role: Mapped[str | None] = mapped_column(Word)
    status: Mapped[str] = mapped_column(Word)
    reason: Mapped[str] = mapped_column(LongText)
    state: Mapped[str | None] = mapped_column(Word)
    organ: Mapped[str | None] = mapped_column(Name)
    is_node: Mapped[bool | None]
    compartment: Mapped[str] = mapped_column(Word)
    slice_thickness_mm: Mapped[float | None] = mapped_column(Double)
    part_of: Mapped[str | None] = mapped_column(Name)
    merged_into: Mapped[str | None] = mapped_column(Name)
    accepted: Mapped[bool | None]
    longest_diameter_mm: Mapped[float | None] = mapped_column(Double)
    short_axis_mm: Mapped[float | None] = mapped_column(Double)
    product_mm2: Mapped[float | None] = mapped_column(Double)
    volume_ml: Mapped[float | None] = mapped_column(Double)
    sul_peak: Mapped[float | None] = mapped_column(Double)
    total_lesion_glycolysis_ml: Mapped[float | None] = mapped_column(Double)
    standard_errors: Mapped[str] = mapped_column(LongText)
    sources: Mapped[str] = mapped_column(LongText)
