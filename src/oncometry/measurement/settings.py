"""What a user may choose about measuring."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["MeasurementSettings"]


class MeasurementSettings(BaseModel):
    """How lesions are found and measured."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    join_mm: float = Field(2.0, ge=0, description="Parts less than this apart are one lesion.")
    minimum_volume_ml: float = Field(
        0.03, ge=0, description="Smaller parts are counted, not tracked (0.03 ml is a sphere of 3.9 mm)."
    )
    cavity: Literal["out", "in"] = Field(
        "out", description="Whether a cavity or cyst counts into the whole and the core."
    )
    diameter: Literal["hull", "inside"] = Field(
        "hull",
        description="hull: the longest line between two outline points, which may leave the lesion (it is flagged); "
        "inside: the longest that stays within.",
    )
    smoothing_voxels: float = Field(
        2.5,
        ge=0,
        le=4,
        description="Gaussian along the area-preserving outline, in-plane voxels; 0 is the bare voxel outline.",
    )
    match_overlap: float = Field(
        0.2,
        gt=0,
        le=1,
        description="Lesions at two dates are linked if the smaller lies in the other, after registration, to this part.",
    )
    match_distance_mm: float = Field(
        4.0,
        gt=0,
        description="Or, without such an overlap, if less than this lies between their nearest voxel centers.",
    )
