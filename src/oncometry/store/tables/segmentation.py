"""Table `segmentation`: masks."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Double, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from oncometry.store.tables.columns import Digest, LongText, SourceKey, Word
from oncometry.store.tables.grid import Grid
from oncometry.store.tables.model import Model, Versioned, one_of, options

__all__ = ["SegmentationRow"]


class SegmentationRow(Versioned, Grid, Model):
    """A mask as it was measured.

    Attributes:
        kind: how it came in; 'NETWORK' where no reader's came and a network made it.
        network, network_version, network_sha256: name, version and weights of that network; null of masks that came in.
        backend: what computed it.
        source_sha256: of the file that came in; of a network's, of its label map.
        path, sha256, size: of the cohort's copy.
        geometry_trusted: False where the spacing is implausible: no absolute size is kept.
        small_parts, small_parts_ml: parts under the stated volume, counted and not tracked.
    """

    __tablename__ = "segmentation"
    __table_args__ = options(
        one_of("scheme_source", "stated", "file", "guessed", name="scheme_source"),
        CheckConstraint("small_parts >= 0", name="small_parts"),
        CheckConstraint("(kind = 'NETWORK') = (network IS NOT NULL)", name="network"),
    )

    mask_key: Mapped[str] = mapped_column(SourceKey, index=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"), index=True)
    timepoint_id: Mapped[int | None] = mapped_column(ForeignKey("timepoint.id"))
    series_id: Mapped[int | None] = mapped_column(ForeignKey("series.id"))
    kind: Mapped[str] = mapped_column(Word)
    linked_by: Mapped[str] = mapped_column(Word)
    scheme: Mapped[str] = mapped_column(Word)
    scheme_source: Mapped[str] = mapped_column(Word)
    description: Mapped[str] = mapped_column(LongText)
    network: Mapped[str | None] = mapped_column(Word)
    network_version: Mapped[str | None] = mapped_column(Word)
    network_sha256: Mapped[str | None] = mapped_column(Digest)
    backend: Mapped[str | None] = mapped_column(Word)
    source_sha256: Mapped[str] = mapped_column(Digest)
    path: Mapped[str] = mapped_column(LongText)
    sha256: Mapped[str] = mapped_column(Digest)
    size: Mapped[int] = mapped_column(BigInteger)
    geometry_trusted: Mapped[bool]
    small_parts: Mapped[int]
    small_parts_ml: Mapped[float | None] = mapped_column(Double)
    notices: Mapped[str] = mapped_column(LongText)
