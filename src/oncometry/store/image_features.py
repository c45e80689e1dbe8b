"""Features of the regions of one mask in one image, as a step keeps them and the store takes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from oncometry.core import Code, Compartment, Unit

__all__ = ["DefinedFeature", "ImageFeatures", "RegionFeatures"]


@dataclass(frozen=True)
class DefinedFeature:
    """What a value is.

    Attributes:
        family, name, ibsi_id: as in the family's table; `ibsi_id` '' where the standard has no such feature.
        tag: of the standard's tables of reference values, aggregation included.
        filter: of the image; 'original' where there was none.
        unit: of the value.
    """

    family: str
    name: str
    ibsi_id: str
    tag: str
    filter: str
    unit: str


@dataclass(frozen=True, eq=False)
class RegionFeatures:
    """The values of one region.

    Attributes:
        lesion: number in the mask.
        compartment: which part.
        values: in the order of the image's `features`; None where there is none.
        reasons: place among `values` -> why there is none.
    """

    lesion: int
    compartment: Compartment
    values: tuple[float | None, ...]
    reasons: Mapping[int, Code]


@dataclass(frozen=True, eq=False)
class ImageFeatures:
    """The same features of every region of a mask in one image.

    Attributes:
        series_key, unit: the image and the unit of its values.
        spec, spec_sha256: what decided the values, canonical JSON, and its hash.
        features: what the values of each region are.
        step_key: of the step that made them; '' inside that step.
    """

    series_key: str
    unit: Unit
    spec: str
    spec_sha256: str
    features: tuple[DefinedFeature, ...]
    regions: tuple[RegionFeatures, ...]
    step_key: str = ""
