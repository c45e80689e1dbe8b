"""Table `lesion_role`: what a lesion counts as, for one criterion and reader."""

from __future__ import annotations

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from oncometry.core import LesionRole
from oncometry.store.tables.columns import Name, SourceKey, Word
from oncometry.store.tables.model import Model, one_of, options

__all__ = ["LesionRoleRow"]


class LesionRoleRow(Model):
    """`decided_by`: 'selection', the 'reader' in an imported file, or a 'decision'."""

    __tablename__ = "lesion_role"
    __table_args__ = options(
        UniqueConstraint("assessment_id", "lesion", "compartment"),
        one_of("role", *LesionRole, name="role"),
        one_of("decided_by", "selection", "reader", "decision", name="decided_by"),
    )

    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id"))
    lesion: Mapped[str] = mapped_column(Name)
    compartment: Mapped[str] = mapped_column(Word)
    tracking_uid: Mapped[str | None] = mapped_column(SourceKey, index=True)
    role: Mapped[str] = mapped_column(Word)
    decided_by: Mapped[str] = mapped_column(Word)
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decision.id"))
