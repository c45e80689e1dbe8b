"""What a user may choose about the demo cohort."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["DemoSettings"]


class DemoSettings(BaseModel):
    """How many made patients, and how finely they are imaged."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    patients: int = Field(3, ge=1, le=5000, description="Number of made patients.")
    dates: int = Field(3, ge=1, le=6, description="Visits of each patient.")
    seed: int = Field(1, ge=0, description="The same seed gives the same bytes.")
    full: bool = Field(False, description="Images of 1 mm isotropic voxels instead of 1 x 1 x 5 mm.")
    tables_only: bool = Field(False, description="Tables without images: the clinical sheet and the truth.")
    anatomy: Path | None = Field(
        None,
        description="Label map of a whole head (FreeSurfer numbers, tissue outside the brain above 500); "
        "the brain of the MNI152 template if absent.",
    )
    jobs: int | None = Field(None, ge=1, description="Patients made at once; all processors if absent.")
