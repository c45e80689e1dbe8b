"""Table `lesion_relation`: edges from a lesion at one date to a lesion at the next."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Double, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from oncometry.measurement.result import Relation
from oncometry.store.tables.columns import Word
from oncometry.store.tables.model import Model, one_of, options

__all__ = ["LesionRelation"]


class LesionRelation(Model):
    """One edge. `earlier_lesion` and `later_lesion` are numbers in the masks; masks null where not told.

    A new lesion has none at the earlier date.
    """

    __tablename__ = "lesion_relation"
    __table_args__ = options(
        one_of("relation", *Relation, name="relation"),
        CheckConstraint("score >= 0 AND score <= 1", name="score"),
    )

    lesion_id: Mapped[int] = mapped_column(ForeignKey("lesion.id"), index=True)
    earlier_timepoint_id: Mapped[int] = mapped_column(ForeignKey("timepoint.id"))
    later_timepoint_id: Mapped[int] = mapped_column(ForeignKey("timepoint.id"))
    earlier_segmentation_id: Mapped[int | None] = mapped_column(ForeignKey("segmentation.id"))
    later_segmentation_id: Mapped[int | None] = mapped_column(ForeignKey("segmentation.id"))
    earlier_lesion: Mapped[int | None]
    later_lesion: Mapped[int]
    relation: Mapped[str] = mapped_column(Word)
    method: Mapped[str] = mapped_column(Word)
    score: Mapped[float] = mapped_column(Double)
