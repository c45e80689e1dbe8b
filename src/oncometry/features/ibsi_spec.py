"""The spec of the IBSI profiles: each step as the reference manual names it (arXiv 1612.07003, section 2)."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, PositiveFloat, model_validator

from oncometry.core.terms import Unit
from oncometry.features.feature import Aggregation, Family
from oncometry.features.filters import FilterSettings
from oncometry.features.intensity_settings import FixedBinNumber, IntensitySettings
from oncometry.features.spec import FeatureSpec, Setting

__all__ = ["IbsiSpec", "ResampleSettings"]


class ResampleSettings(Setting):
    """Interpolation of image and mask onto a grid aligned by center (manual 2.4)."""

    spacing_mm: tuple[PositiveFloat | None, PositiveFloat | None, PositiveFloat | None] = Field(
        description="New spacing along i, j, k; null keeps the axis as it is (k in 2-D)."
    )
    image: Literal["nearest", "linear", "cubic"] = Field("linear", description="cubic is a cubic B-spline.")
    mask: Literal["nearest", "linear"] = Field("linear", description="The mask is interpolated as 0 and 1.")
    mask_threshold: float = Field(
        0.5, gt=0, le=1, description="A voxel is inside from this interpolated value on."
    )
    round: bool = Field(False, description="Round interpolated values to whole numbers, as suits HU.")


class IbsiSpec(FeatureSpec):
    """Features as IBSI-1 defines them."""

    resample: ResampleSettings | None = Field(None, description="None keeps the image's own grid.")
    intensity: IntensitySettings = Field(description="For images of every unit that has no entry of its own.")
    intensity_by_unit: dict[Unit, IntensitySettings] = Field(
        default_factory=dict, description="For images of these units."
    )
    filters: tuple[FilterSettings, ...] = Field(
        (), description="Response maps that features are computed of too."
    )
    response: IntensitySettings = Field(
        IntensitySettings(discretize=FixedBinNumber(count=32)),
        description="Discretization of response maps; their voxels are those of the image's intensity mask.",
    )
    families: tuple[Family, ...] = Field(tuple(Family), description="Families to compute.")
    aggregations: tuple[Aggregation, ...] = Field(
        (Aggregation.MERGED_3D,), description="Of texture matrices over slices and directions."
    )

    without_consensus: bool = Field(
        False, description="Also the five values on which IBSI reached no consensus."
    )

    @model_validator(mode="after")
    def _asks_for_something(self) -> IbsiSpec:
        if not self.families or not self.aggregations:
            raise ValueError("a family and an aggregation are needed.")
        for field, names in (
            ("families", self.families),
            ("aggregations", self.aggregations),
            ("filters", [one.name for one in self.filters]),
        ):
            if twice := [name for n, name in enumerate(names) if name in names[:n]]:
                raise ValueError(f"{field}: {twice[0]} comes twice; values are told apart by such names.")
        if self.response.range != (None, None) or self.response.outlier_sigma is not None:
            raise ValueError("response maps are not re-segmented: their voxels are the image's.")
        return self

    def intensity_for(self, unit: Unit) -> IntensitySettings:
        """What holds for an image of this unit."""
        return self.intensity_by_unit.get(unit, self.intensity)

    @property
    def response_families(self) -> tuple[Family, ...]:
        """Families of response maps: without what a map does not change, or has no meaning on it."""
        return tuple(f for f in self.families if f not in (Family.MORPHOLOGY, Family.LOCAL_INTENSITY))
