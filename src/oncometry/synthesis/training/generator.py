"""How far training images vary."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["AugmentationSettings", "GeneratorSettings", "Variation"]


class Variation(BaseModel):
    """How far pose and artifacts vary."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rotation_degrees: float = 12.0
    scale: float = 0.14
    shear: float = 0.06
    bias: float = 0.35
    thickest_mm: float = 7.0
    noise: float = 0.07
    motion_probability: float = 0.08
    tumor_probability: float = Field(0.85, ge=0, le=1)
    """A patch lies about a voxel of the tumor; else anywhere."""


class GeneratorSettings(Variation):
    """How far images drawn from label maps vary."""

    voxel_mm: float = 1.0
    """Of the patches; pooled heads lie at 1 mm, for brain extraction at 2."""
    any_contrast_probability: float = 0.06
    """How often a sequence takes any contrast at all."""
    displacement_mm: float = 5.0
    skull_probability: float = 0.05
    """Nothing is taken off about the brain."""
    mask_error_mm: float = 3.0
    """How far the border of brain extraction errs."""


class AugmentationSettings(Variation):
    """How far a patient's images vary from one step to another.

    Turned, stretched and made worse only so often: the images themselves are what is learned.
    """

    rotation_degrees: float = Field(20.0, ge=0, le=180)
    bias: float = Field(0.25, ge=0)
    thickest_mm: float = Field(5.0, gt=0)
    noise: float = Field(0.05, ge=0)
    motion_probability: float = Field(0.05, ge=0, le=1)
    turn_probability: float = Field(0.4, ge=0, le=1, description="Of turning, stretching and shearing.")
    mirror_probability: float = Field(0.5, ge=0, le=1, description="Left for right.")
    artifact_probability: float = Field(
        0.25, ge=0, le=1, description="A sequence is blurred, thick-sliced, noisy, uneven."
    )
    brightness: float = Field(
        0.2, ge=0, description="Deviations that a sequence is brighter or darker at most."
    )
    contrast: float = Field(0.2, ge=0, lt=1, description="Part that its deviations grow or shrink at most.")
    gamma: float = Field(0.3, ge=0, lt=1, description="Part that its exponent differs from 1 at most.")
    sequence_dropout: float = Field(
        0.5,
        ge=0,
        le=1,
        description="How often sequences are left out, so that the network does with those it gets.",
    )
