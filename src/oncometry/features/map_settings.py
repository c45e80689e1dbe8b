"""What decides a map of a feature, beside the spec: frozen, serialisable, hashed."""

from __future__ import annotations

from pydantic import Field, PositiveInt

from oncometry.features.device import Device
from oncometry.features.spec import HashedSettings

__all__ = ["ALL", "MapSettings"]

ALL = "all"
"""Every feature of which there is a map."""


class MapSettings(HashedSettings):
    """Which features are mapped, and of what windows."""

    features: tuple[str, ...] = Field(
        (ALL,),
        min_length=1,
        description="'all', families or classes ('glcm'), or features by name, tag or IBSI id.",
    )
    radius: PositiveInt = Field(
        1, description="A window is 2 radius + 1 voxels wide; PyRadiomics' kernelRadius."
    )
    masked: bool = Field(
        True,
        description="Whether windows hold the region's voxels alone; PyRadiomics' maskedKernel, false in its profile only.",
    )
    outside: float = Field(
        0,
        description="Value in files where a map has none: outside the region, and where the feature is not defined; "
        "PyRadiomics' initValue.",
    )
    device: Device = Field(
        Device.CPU,
        description="What computes them: 'cpu'; 'cuda', an error where there is no such device; 'auto', the faster where "
        "that was measured, until then the CPU. Values may differ in their last digits. First order is always the CPU's.",
    )
