"""Settings of segmentation from a hint."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["HintSettings"]


class HintSettings(BaseModel):
    """How a hint becomes a lesion. The defaults are those that docs/segmentation-quality.md judges."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    smoothness: float = Field(1.5, gt=0, le=20, description="Price of outline against intensity.")
    prior: float = Field(4.0, ge=0, le=20, description="Weight of the hint's shape against intensity.")
    first_prior: float = Field(
        0.5, ge=0, le=1, description="Part of it for a shape that is not yet the region's."
    )
    passes: int = Field(2, ge=1, le=5, description="Regions found, each about the shape of the last.")
    rounds: int = Field(3, ge=1, le=10, description="Times that the intensities are learned again.")
    border_rounds: int = Field(
        2, ge=0, le=10, description="Times that the outline is set between local means."
    )
    iterations: int = Field(60, ge=20, le=2000, description="Steps of the solver a round.")
    largest_grid: int = Field(48, ge=24, le=160, description="Most voxels along an axis of the working grid.")
    reruns: int = Field(6, ge=0, le=64, description="Runs with a hint moved by what readers differ.")
    reader_share: float = Field(
        0.06, ge=0, le=0.5, description="Standard deviation of a hint, part of its size."
    )
    floor_share: float = Field(
        0.12, ge=0, le=1, description="Standard deviation of the log volume that moved hints do not show."
    )
    largest_mm: float = Field(120.0, gt=0, le=400, description="Longest lesion that a click may find.")
    unstable_share: float = Field(
        0.25, gt=0, description="Standard deviation of the log volume from which a result is called unstable."
    )
    seed: int = Field(0, ge=0, description="Of the moved hints.")
