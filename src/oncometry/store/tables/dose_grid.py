"""Table `dose_grid`: RTDOSE objects."""

from __future__ import annotations

from sqlalchemy import Double, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from oncometry.store.tables.columns import Digest, SourceKey, Word
from oncometry.store.tables.grid import Grid
from oncometry.store.tables.model import Model, Versioned

__all__ = ["DoseGrid"]


class DoseGrid(Versioned, Grid, Model):
    """A dose distribution, with DICOM's own Dose Units, Dose Type and Dose Summation Type.

    Attributes:
        plan_uid, plan_sha256, fractions_planned, prescribed_gy: of the plan that it names; all but the first null where
            that was not there.
    """

    SEALED_BY_STEP = False
    __tablename__ = "dose_grid"

    dose_key: Mapped[str] = mapped_column(SourceKey, index=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"), index=True)
    timepoint_id: Mapped[int | None] = mapped_column(ForeignKey("timepoint.id"))
    study_id: Mapped[int | None] = mapped_column(ForeignKey("study.id"))
    sha256: Mapped[str] = mapped_column(Digest)
    unit: Mapped[str] = mapped_column(Word)
    dose_type: Mapped[str] = mapped_column(Word)
    summation_type: Mapped[str] = mapped_column(Word)
    plan_uid: Mapped[str | None] = mapped_column(Word)
    plan_sha256: Mapped[str | None] = mapped_column(Digest)
    fractions_planned: Mapped[int | None]
    prescribed_gy: Mapped[float | None] = mapped_column(Double)
