"""Table `decision_lesion`: the lesions that a decision is of."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Double, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from oncometry.store.tables.columns import SourceKey, Word
from oncometry.store.tables.model import Model, options

__all__ = ["DecisionLesion"]


class DecisionLesion(Model):
    """A lesion by tracking UID and by place, so that it is found again when it was drawn or numbered anew.

    Attributes:
        position: 1, or 2 for the lesion that another is linked with.
        lesion: how it was called then.
        anchor, mask_key, mask_lesion: where it was seen, null of one that was seen in no mask.
        centroid_..._mm: its center there, LPS mm of that mask's image.
    """

    __tablename__ = "decision_lesion"
    __table_args__ = options(
        UniqueConstraint("decision_id", "position"), CheckConstraint("position IN (1, 2)", name="position")
    )

    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"))
    position: Mapped[int]
    lesion: Mapped[str] = mapped_column(Word)
    tracking_uid: Mapped[str] = mapped_column(SourceKey)
    anchor: Mapped[str | None] = mapped_column(Word)
    mask_key: Mapped[str | None] = mapped_column(SourceKey)
    mask_lesion: Mapped[int | None]
    centroid_x_mm: Mapped[float | None] = mapped_column(Double)
    centroid_y_mm: Mapped[float | None] = mapped_column(Double)
    centroid_z_mm: Mapped[float | None] = mapped_column(Double)
