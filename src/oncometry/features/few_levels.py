"""Regions whose values a PyRadiomics bin width puts into few gray levels, so that texture says little of them."""

from __future__ import annotations

import math
from collections.abc import Sequence

from oncometry.core.errors import Code, Notice
from oncometry.features.pyradiomics_spec import PyradiomicsSpec
from oncometry.features.result import FeatureVector
from oncometry.features.spec import FeatureSpec

__all__ = ["FEWEST_LEVELS", "few_levels"]

FEWEST_LEVELS = 8
_TEXTURE = frozenset({"glcm", "glrlm", "glszm", "gldm", "ngtdm"})


def few_levels(vectors: Sequence[FeatureVector], spec: FeatureSpec) -> list[Notice]:
    """A `FEW_LEVELS` notice for each region with fewer than 8 levels, filters aside.

    Known from the least and the greatest value of `firstorder`: the edges are whole multiples of the width. Nothing is
    said where the spec asks for neither or for no texture, or for a number of bins.
    """
    if not isinstance(spec, PyradiomicsSpec) or _TEXTURE.isdisjoint(spec.feature_class):
        return []
    settings = spec.image_type.get("Original")
    if settings is None or settings.bin_count is not None:
        return []
    width = settings.bin_width
    said = []
    for vector in vectors:
        values = {value.tag: value.value for value in vector.values}
        low = values.get("original_firstorder_Minimum")
        high = values.get("original_firstorder_Maximum")
        if low is None or high is None:
            continue
        count = math.floor(high / width) - math.floor(low / width) + 1
        if count < FEWEST_LEVELS:
            what = (
                f"label {vector.label}: values from {low:g} to {high:g} make {count} gray levels by a bin width of "
                f"{width:g}; texture says little. Give binWidth in the unit of these values, or binCount."
            )
            said.append(Notice(Code.FEW_LEVELS, what))
    return said
