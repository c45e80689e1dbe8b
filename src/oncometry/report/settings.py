"""What a user may choose about the report."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["ReportSettings"]


class ReportSettings(BaseModel):
    """How pages are drawn."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    patient_pages: Literal["with images", "all", "none"] = Field(
        "with images", description="Which patients get a page of their own."
    )
    ct_window_hu: tuple[float, float] = Field((-160.0, 240.0), description="Black and white of CT pictures.")
    pet_window_suv: tuple[float, float] = Field((0.0, 10.0), description="White and black of PET pictures.")
    mr_window_medians: tuple[float, float] = Field(
        (0.1, 2.4),
        description="Black and white of MR pictures, in multiples of the median of the image's voxels that are not air.",
    )
    lesions_pictured: int = Field(6, ge=0, description="Largest lesions of a patient that are pictured.")
    sequences_pictured: int = Field(5, ge=0, description="Other series shown beside the measured one.")
    rows_shown: int = Field(200, ge=1, description="Longest table on a page; the CSV file holds every row.")
