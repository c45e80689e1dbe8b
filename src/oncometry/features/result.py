"""Feature values of one region in one image, with what they were made from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from oncometry.core.errors import Code
from oncometry.features.feature import Family

__all__ = ["FeatureValue", "FeatureVector", "RegionValues"]


class FeatureValue(NamedTuple):
    """One number, or the reason why there is none.

    Attributes:
        family: of the feature.
        name: IBSI's in snake case with the family before it, or the profile's own name.
        ibsi_id: its four characters, '' where the standard has no such feature.
        tag: as in IBSI's tables of reference values, aggregation included: 'cm_joint_entr_3D_comb'.
        value: finite, or None.
        unit: of the value.
        reason: why `value` is None; None where there is one.
    """

    family: Family
    name: str
    ibsi_id: str
    tag: str
    value: float | None
    unit: str
    reason: Code | None


@dataclass(frozen=True)
class FeatureVector:
    """All values of one region in one image under one filter.

    Attributes:
        image_key: of the image, as in the manifest; '' where it has none.
        label: number of the segment.
        filter: name of the image filter; 'original' where there was none.
        values: in the order of the families' tables.
        spec_hash: of the spec, `FeatureSpec.hash`.
        image_hash: SHA-256 of the image's voxels and grid.
        mask_hash: SHA-256 of the segment's voxels and grid.
    """

    image_key: str
    label: int
    filter: str
    values: tuple[FeatureValue, ...]
    spec_hash: str
    image_hash: str
    mask_hash: str


class RegionValues(NamedTuple):
    """Values of a segment in an image, or in the response of a filter, before it is said what they were made from."""

    label: int
    filter: str
    values: list[FeatureValue]
