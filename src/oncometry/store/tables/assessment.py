"""Table `assessment`: a patient judged by one criterion, as one reader saw them."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from oncometry.store.tables.columns import LongText
from oncometry.store.tables.model import Model, Versioned

__all__ = ["AssessmentRow"]


class AssessmentRow(Versioned, Model):
    """What roles, responses, probabilities and inputs hang on: current together, sealed together.

    `notices`: what is to be said beside it, JSON: which clinical data are missing, which decision found no lesion.
    """

    __tablename__ = "assessment"

    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"), index=True)
    reader_id: Mapped[int] = mapped_column(ForeignKey("reader.id"))
    criteria_ruleset_id: Mapped[int] = mapped_column(ForeignKey("criteria_ruleset.id"))
    notices: Mapped[str] = mapped_column(LongText)
