"""Table `reliability_analysis`: what the reliability of features was told from."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from oncometry.store.tables.columns import Digest, Name, Word
from oncometry.store.tables.model import Model, Versioned, one_of, options

__all__ = ["ReliabilityAnalysis"]


class ReliabilityAnalysis(Versioned, Model):
    """What the rows of `feature_reliability` hang on: current together, sealed together.

    Attributes:
        source: what was done again.
        icc_kind: by Shrout and Fleiss' names, 'ICC(1,1)'.
        data: name of the table, or 'cohort'.
        data_sha256: of the table, or of the hashes of all images and masks.
        parameter_set_id: the spec of the features; null where a table came.
        perturbation_set_id: the perturbations; null where scans were repeated.
    """

    __tablename__ = "reliability_analysis"
    __table_args__ = options(one_of("source", "perturbation", "test-retest", name="source"))

    source: Mapped[str] = mapped_column(Word)
    icc_kind: Mapped[str] = mapped_column(Word)
    data: Mapped[str] = mapped_column(Name)
    data_sha256: Mapped[str] = mapped_column(Digest)
    parameter_set_id: Mapped[int | None] = mapped_column(ForeignKey("parameter_set.id"))
    perturbation_set_id: Mapped[int | None] = mapped_column(ForeignKey("parameter_set.id"))
