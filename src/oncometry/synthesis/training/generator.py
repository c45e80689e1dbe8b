"""How far training images vary."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

__all__ = ["GeneratorSettings"]


class GeneratorSettings(BaseModel):
    """How far training images vary."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    voxel_mm: float = 1.0
    """Of the patches; pooled heads lie at 1 mm, for brain extraction at 2."""
    any_contrast_probability: float = 0.06
    """How often a sequence takes any contrast at all."""
    rotation_degrees: float = 12.0
    scale: float = 0.14
    shear: float = 0.06
    displacement_mm: float = 5.0
    bias: float = 0.35
    thickest_mm: float = 7.0
    noise: float = 0.07
    motion_probability: float = 0.08
    tumor_probability: float = 0.85
    """A patch lies about a voxel of the tumor; else anywhere."""
    skull_probability: float = 0.05
    """Nothing is taken off about the brain."""
    mask_error_mm: float = 3.0
    """How far the border of brain extraction errs."""
