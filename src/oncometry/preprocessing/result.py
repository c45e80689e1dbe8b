"""What preprocessing gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from oncometry.core import Image, Notice
from oncometry.core.geometry import FloatArray
from oncometry.preprocessing.deformation import Deformation

__all__ = ["AppliedStep", "Preprocessed", "Registration"]

Parameter = str | float | int | bool | None | list[float] | list[int] | list[str]


@dataclass(frozen=True)
class AppliedStep:
    """One transform that was applied, with everything needed to apply it again."""

    name: str
    parameters: Mapping[str, Parameter]
    software: str


@dataclass(frozen=True, eq=False)
class Registration:
    """A rigid transform between two images, and a deformation before it where that is better.

    Attributes:
        fixed_key, moving_key: series keys.
        matrix: (4, 4), fixed LPS mm to moving LPS mm (SimpleITK's direction: it pulls the moving image).
        quality: 0..1, normalized mutual information after registration, on the overlap.
        quality_before: the same before registration.
        method: 'identity' (same frame of reference or same grid), 'rigid' or 'deformable'.
        deformation: of the fixed image's space, applied before the matrix; it carries places only.
        refused: why a deformation that was sought is not used.
    """

    fixed_key: str
    moving_key: str
    matrix: FloatArray
    quality: float
    quality_before: float
    method: str
    notices: tuple[Notice, ...] = ()
    deformation: Deformation | None = None
    refused: str = ""


@dataclass(frozen=True, eq=False)
class Preprocessed:
    """An image after its steps, in the order applied."""

    image: Image
    steps: tuple[AppliedStep, ...]
    notices: tuple[Notice, ...] = ()
