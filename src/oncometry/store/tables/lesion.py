"""Table `lesion`: the patient's lesions, followed."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from oncometry.store.tables.columns import LongText, SourceKey, Word
from oncometry.store.tables.model import Model, Versioned

__all__ = ["LesionRow"]


class LesionRow(Versioned, Model):
    """A lesion over all dates, as following and decisions made it; a new date makes a new row.

    `excluded`: why it is no lesion, where a person decided so; it counts in no response.
    """

    __tablename__ = "lesion"

    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"), index=True)
    first_timepoint_id: Mapped[int | None] = mapped_column(ForeignKey("timepoint.id"))
    display_id: Mapped[str] = mapped_column(Word)
    tracking_uid: Mapped[str] = mapped_column(SourceKey, index=True)
    excluded: Mapped[str | None] = mapped_column(LongText)
