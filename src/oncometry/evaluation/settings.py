"""What a user may choose about evaluating."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["EvaluationSettings", "SurfaceConvention"]

SurfaceConvention = Literal["surfels", "voxels"]


class EvaluationSettings(BaseModel):
    """How a prediction is held against the truth."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    surface: SurfaceConvention = Field(
        "surfels",
        description="surfels: places between voxels, weighed by the area of their marching cube (DeepMind's); "
        "voxels: border voxels, each counting alike (MONAI's).",
    )
    tolerance_mm: float = Field(1.0, ge=0, description="Surfaces nearer than this agree.")
    dilation_voxels: int = Field(
        3, ge=0, le=20, description="Lesions of the truth that touch when grown so far are one (BraTS 2023)."
    )
    lesion_volume_mm3: float = Field(
        50.0, ge=0, description="Lesions of the truth no larger than this are not counted (BraTS 2023)."
    )
    penalty_mm: float = Field(
        374.0, gt=0, description="Distance where one of both is empty, and of a lesion missed or made up."
    )
    seed: int = Field(0, ge=0, description="Of the bootstrap.")
    resamples: int = Field(2000, ge=100, le=100_000, description="Of the bootstrap.")
