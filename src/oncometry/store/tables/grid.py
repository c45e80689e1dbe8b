"""Columns of a voxel grid."""

from __future__ import annotations

from sqlalchemy import Double
from sqlalchemy.orm import Mapped, mapped_column

from oncometry.store.tables.columns import LongText, SourceKey

__all__ = ["Grid"]


class Grid:
    """Size in voxels, spacing in mm, the affine as JSON (16 numbers, row by row, to LPS mm)."""

    size_i: Mapped[int]
    size_j: Mapped[int]
    size_k: Mapped[int]
    spacing_i_mm: Mapped[float] = mapped_column(Double)
    spacing_j_mm: Mapped[float] = mapped_column(Double)
    spacing_k_mm: Mapped[float] = mapped_column(Double)
    affine_lps_mm: Mapped[str] = mapped_column(LongText)
    frame_of_reference_uid: Mapped[str | None] = mapped_column(SourceKey)
