"""What a user may choose about preprocessing."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["PreprocessingSettings"]


class PreprocessingSettings(BaseModel):
    """Steps between the native image and the one that is compared or learned from.

    Sizes and volumes are always measured on the native grid of the mask.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    orientation: str = Field("LPS", pattern="^[LRAPIS]{3}$", description="Axis order after reorienting.")
    spacing_mm: tuple[float, float, float] | None = Field(
        None, description="Resample to this spacing; none keeps the reference's grid."
    )
    size: tuple[int, int, int] | None = Field(None, description="Crop or pad to this size, about the center.")
    bias_correction: bool = Field(True, description="N4 on MR (doi:10.1109/TMI.2010.2046908).")
    normalization: Literal["zscore", "percentile", "none"] = Field(
        "zscore",
        description="Of MR; CT is windowed; PET and ADC stay in their unit. none leaves every value as it is.",
    )
    ct_window_hu: tuple[float, float] = Field((-160.0, 240.0), description="Lower and upper HU kept.")
    register_sequences: bool = Field(True, description="Rigidly to the time point's reference image.")
    register_dates: bool = Field(True, description="Rigidly to the first date.")
    deform_dates: bool = Field(
        False,
        description="After the rigid transform deform the first date to each other one, to carry lesions' places.",
    )
    minimum_quality: float = Field(
        0.05,
        ge=0,
        le=1,
        description="Normalized mutual information below this flags the registration as poor.",
    )
