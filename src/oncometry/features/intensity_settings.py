"""What is done to a region's values before they are counted: re-segmentation and discretization.

Source: IBSI reference manual (arXiv 1612.07003), sections 2.5 (re-segmentation), 2.7 (discretisation) and 3.5
(intensity-volume histogram).
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, PositiveFloat, model_validator

from oncometry.core.terms import Unit
from oncometry.features.spec import Setting

__all__ = ["AsLevels", "Discretization", "FixedBinNumber", "FixedBinSize", "IntensitySettings"]

MOST_LEVELS = 65535
_IVH_BINS = 1000


class FixedBinNumber(Setting):
    """Bins of equal width between the region's least and greatest value (IBSI K15C)."""

    method: Literal["fixed_bin_number"] = "fixed_bin_number"
    count: int = Field(ge=1, le=MOST_LEVELS, description="Number of gray levels.")


class FixedBinSize(Setting):
    """Bins of one width from the lower bound of the re-segmentation range on (IBSI Q3RU)."""

    method: Literal["fixed_bin_size"] = "fixed_bin_size"
    width: PositiveFloat = Field(description="Bin width in the image's unit.")


class AsLevels(Setting):
    """Values are gray levels already: whole numbers from 1 on."""

    method: Literal["none"] = "none"


Discretization = Annotated[FixedBinNumber | FixedBinSize | AsLevels, Field(discriminator="method")]


class IntensitySettings(Setting):
    """Re-segmentation and discretization.

    Fixed bin size demands a range with a lower bound, which becomes the first edge: without one, two regions'
    equal values would fall into bins of different number.
    """

    range: tuple[float | None, float | None] = Field(
        (None, None), description="Values kept in the intensity mask, bounds included; null is open."
    )
    outlier_sigma: PositiveFloat | None = Field(
        None, description="Values further from the whole region's mean than this many standard deviations go."
    )
    discretize: Discretization = Field(description="Values to gray levels.")
    ivh: Discretization | None = Field(
        None,
        description="Of the intensity-volume histogram; none takes whole numbers as they are, and HU rounded to "
        f"such. By default it is none for HU, {_IVH_BINS} bins for every other unit.",
    )

    @model_validator(mode="after")
    def _holds_together(self) -> IntensitySettings:
        low, high = self.range
        if low is not None and high is not None and low >= high:
            raise ValueError(
                f"range [{low}, {high}] holds no values: its lower bound must be below its upper."
            )
        if low is None and isinstance(self.discretize, FixedBinSize):
            raise ValueError(
                "fixed_bin_size needs a re-segmentation range with a lower bound, which is its first edge "
                "(IBSI 2.7); give range: [lowest, null], or fixed_bin_number where the unit is arbitrary."
            )
        return self

    def for_unit(self, unit: Unit) -> IntensitySettings:
        """With what holds for the volume histogram of values in this unit: None is by whole units (manual, 3.5)."""
        by_unit = self.ivh
        if unit is Unit.HU and isinstance(self.ivh, AsLevels):
            by_unit = None  # an interpolated HU is no whole number, and is rounded to one
        elif unit is not Unit.HU and self.ivh is None:
            by_unit = FixedBinNumber(count=_IVH_BINS)
        return self.model_copy(update={"ivh": by_unit})
