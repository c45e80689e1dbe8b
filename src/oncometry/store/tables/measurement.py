"""Table `measurement`: one compartment of one lesion in one mask."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Double, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from oncometry.store.tables.columns import LongText, Name, Word
from oncometry.store.tables.model import Derived, Model, one_of, options

__all__ = ["MeasurementRow"]

SIZES = (
    "volume_ml",
    "longest_diameter_mm",
    "perpendicular_mm",
    "product_mm2",
    "short_axis_mm",
    "diameter_3d_mm",
    "surface_mm2",
)


class MeasurementRow(Derived, Model):
    """Sizes, place and drawn lines; null sizes carry a reason.

    A part that the mask could show and that is not there has sizes of 0, no place, and the reason ABSENT.
    Current while its segmentation is. `mask_lesion` is the lesion's number in the mask; which of the
    patient's lesions that is, `lesion_observation` says. Lines and outlines are JSON in LPS mm. `standard_errors` is
    JSON, quantity -> its parts, their total, and the minimum detectable change.
    """

    __tablename__ = "measurement"
    __table_args__ = options(
        UniqueConstraint("segmentation_id", "mask_lesion", "compartment", "label"),
        one_of("source", "contours", "probability", "voxels", name="source"),
        CheckConstraint("volume_ml IS NOT NULL OR reason IS NOT NULL", name="null_has_reason"),
        CheckConstraint("voxels >= 0", name="voxels"),
        *(CheckConstraint(f"{size} >= 0", name=size) for size in SIZES),
    )

    segmentation_id: Mapped[int] = mapped_column(ForeignKey("segmentation.id"))
    mask_lesion: Mapped[int]
    compartment: Mapped[str] = mapped_column(Word)
    label: Mapped[str] = mapped_column(Name)
    volume_ml: Mapped[float | None] = mapped_column(Double)
    longest_diameter_mm: Mapped[float | None] = mapped_column(Double)
    perpendicular_mm: Mapped[float | None] = mapped_column(Double)
    product_mm2: Mapped[float | None] = mapped_column(Double)
    short_axis_mm: Mapped[float | None] = mapped_column(Double)
    diameter_3d_mm: Mapped[float | None] = mapped_column(Double)
    surface_mm2: Mapped[float | None] = mapped_column(Double)
    centroid_x_mm: Mapped[float | None] = mapped_column(Double)
    centroid_y_mm: Mapped[float | None] = mapped_column(Double)
    centroid_z_mm: Mapped[float | None] = mapped_column(Double)
    box_lps_mm: Mapped[str | None] = mapped_column(LongText)
    slice: Mapped[int | None]
    slice_axis: Mapped[str | None] = mapped_column(Word)
    voxels: Mapped[int]
    longest_lps_mm: Mapped[str | None] = mapped_column(LongText)
    perpendicular_lps_mm: Mapped[str | None] = mapped_column(LongText)
    diameter_3d_lps_mm: Mapped[str | None] = mapped_column(LongText)
    outline_lps_mm: Mapped[str] = mapped_column(LongText)
    standard_errors: Mapped[str] = mapped_column(LongText)
    leaves_lesion: Mapped[bool | None]
    source: Mapped[str] = mapped_column(Word)
    flags: Mapped[str] = mapped_column(LongText)
    reason: Mapped[str | None] = mapped_column(Word)
