"""Table `response`: categories of response, each with its proof."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Double, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from oncometry.store.tables.columns import LongText, Name, Word
from oncometry.store.tables.model import Model, options

__all__ = ["ResponseRow"]


class ResponseRow(Model):
    """What a scope of a visit is called; the best response of all stands at visit 0.

    Attributes:
        visit: place in the timeline that was judged, 1 the baseline.
        timepoint_id: the cohort's visit; null of the best response, and of a visit that only a reader's file has.
        quantity: what `total`, `baseline` and `nadir` are sums of, in the unit of its name.
        change_from_..._percent: null where there is nothing to compare with.
        flip_...: the smallest change of one measurement of the visit that would give another overall category.
        clause, explanation: the rule that gave it, and the proof in words.
        accepted: whether an adjudicator took this reader's category (CDISC RSACPTFL); null where nobody said.
    """

    __tablename__ = "response"
    __table_args__ = options(
        UniqueConstraint("assessment_id", "visit", "scope"), CheckConstraint("visit >= 0", name="visit")
    )

    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id"))
    visit: Mapped[int]
    timepoint_id: Mapped[int | None] = mapped_column(ForeignKey("timepoint.id"))
    label: Mapped[str] = mapped_column(Name)
    day: Mapped[int | None]
    scope: Mapped[str] = mapped_column(Word)
    category: Mapped[str] = mapped_column(Word)
    quantity: Mapped[str] = mapped_column(Word)
    total: Mapped[float | None] = mapped_column(Double)
    nadir: Mapped[float | None] = mapped_column(Double)
    change_from_baseline_percent: Mapped[float | None] = mapped_column(Double)
    change_from_nadir_percent: Mapped[float | None] = mapped_column(Double)
    flip_lesion: Mapped[str | None] = mapped_column(Name)
    flip_quantity: Mapped[str | None] = mapped_column(Word)
    flip_amount: Mapped[float | None] = mapped_column(Double)
    flip_category: Mapped[str | None] = mapped_column(Word)
    clause: Mapped[str] = mapped_column(Word)
    explanation: Mapped[str] = mapped_column(LongText)
    accepted: Mapped[bool | None]
    accept_decision_id: Mapped[int | None] = mapped_column(ForeignKey("decision.id"))
