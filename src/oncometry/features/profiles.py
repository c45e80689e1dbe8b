"""Specs with a name: the default, and the configurations that IBSI published reference values for.

Source of `ibsi-a` to `ibsi-e` and of `ibsi-phantom`: IBSI reference manual (arXiv 1612.07003), chapter 5,
table 5.1 of configurations.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from oncometry.core.terms import Unit
from oncometry.features.feature import Aggregation
from oncometry.features.ibsi_spec import IbsiSpec, ResampleSettings
from oncometry.features.intensity_settings import AsLevels, FixedBinNumber, FixedBinSize, IntensitySettings
from oncometry.features.pyradiomics_spec import PyradiomicsSpec
from oncometry.features.spec import FeatureSpec

__all__ = ["DEFAULT_PROFILE", "PROFILES"]

DEFAULT_PROFILE = "ibsi"

_SLICES = (
    Aggregation.AVERAGED_2D,
    Aggregation.SLICE_MERGED_2D,
    Aggregation.DIRECTION_MERGED_25D,
    Aggregation.MERGED_25D,
)
_VOLUME = (Aggregation.AVERAGED_3D, Aggregation.MERGED_3D)
_BINS_32 = FixedBinNumber(count=32)
_WIDTH_25 = FixedBinSize(width=25)


def _isotropic(image: str) -> ResampleSettings:
    return ResampleSettings.model_validate({"spacing_mm": (2, 2, 2), "image": image, "round": True})


_SPECS: tuple[FeatureSpec, ...] = (
    IbsiSpec(
        profile="ibsi",
        intensity=IntensitySettings(discretize=_BINS_32),
        intensity_by_unit={
            Unit.HU: IntensitySettings(range=(-1000, None), discretize=_WIDTH_25),
            Unit.SUV_BW: IntensitySettings(
                range=(0, None), discretize=FixedBinSize(width=0.25), ivh=FixedBinSize(width=0.10)
            ),
        },
    ),
    IbsiSpec(
        profile="ibsi-phantom",
        without_consensus=True,
        intensity=IntensitySettings(discretize=AsLevels(), ivh=AsLevels()),
        aggregations=tuple(Aggregation),
    ),
    IbsiSpec(
        profile="ibsi-a",
        without_consensus=True,
        intensity=IntensitySettings(range=(-500, 400), discretize=_WIDTH_25, ivh=AsLevels()),
        aggregations=_SLICES,
    ),
    IbsiSpec(
        profile="ibsi-b",
        without_consensus=True,
        resample=ResampleSettings(spacing_mm=(2, 2, None), round=True),
        intensity=IntensitySettings(range=(-500, 400), discretize=_BINS_32, ivh=AsLevels()),
        aggregations=_SLICES,
    ),
    IbsiSpec(
        profile="ibsi-c",
        without_consensus=True,
        resample=_isotropic("linear"),
        intensity=IntensitySettings(range=(-1000, 400), discretize=_WIDTH_25, ivh=FixedBinSize(width=2.5)),
        aggregations=_VOLUME,
    ),
    IbsiSpec(
        profile="ibsi-d",
        without_consensus=True,
        resample=_isotropic("linear"),
        intensity=IntensitySettings(outlier_sigma=3, discretize=_BINS_32, ivh=AsLevels()),
        aggregations=_VOLUME,
    ),
    IbsiSpec(
        profile="ibsi-e",
        without_consensus=True,
        resample=_isotropic("cubic"),
        intensity=IntensitySettings(
            range=(-1000, 400), outlier_sigma=3, discretize=_BINS_32, ivh=FixedBinNumber(count=1000)
        ),
        aggregations=_VOLUME,
    ),
    PyradiomicsSpec(),
)

PROFILES: Mapping[str, FeatureSpec] = MappingProxyType({spec.profile: spec for spec in _SPECS})
"""Name -> spec."""
