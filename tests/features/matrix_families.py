"""The six families of matrices, as the tests call them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import ModuleType
from typing import NamedTuple

import numpy as np
import pytest

from oncometry.core.geometry import FloatArray
from oncometry.features import glcm, gldzm, glrlm, glszm, ngldm, ngtdm
from oncometry.features.feature import Aggregation
from oncometry.features.region import Box, Levels

from . import undirected


class MatrixFamily(NamedTuple):
    """What is tested of a family.

    Attributes:
        prefix: of its tags.
        features: of levels by aggregation, on so many threads.
        suffixes: of the tags, for each aggregation that it knows.
    """

    name: str
    prefix: str
    module: ModuleType
    features: Callable[..., FloatArray]
    suffixes: Mapping[Aggregation, str]


def mask_of(levels: Levels) -> Box:
    """The morphological mask where no voxel was re-segmented away."""
    return (levels.array[1:-1, 1:-1, 1:-1] > 0).astype(np.uint8)


def _gldzm(levels: Levels, aggregation: Aggregation, threads: int = 1) -> FloatArray:
    return undirected.gldzm(levels, mask_of(levels), aggregation, threads)


EACH = {aggregation: str(aggregation) for aggregation in Aggregation}
SLICES = {Aggregation.AVERAGED_2D: "2D", Aggregation.MERGED_25D: "2_5D", Aggregation.MERGED_3D: "3D"}

DIRECTIONAL = (
    MatrixFamily("glcm", "cm_", glcm, glcm.glcm, EACH),
    MatrixFamily("glrlm", "rlm_", glrlm, glrlm.glrlm, EACH),
)
UNDIRECTED = (
    MatrixFamily("glszm", "szm_", glszm, undirected.glszm, SLICES),
    MatrixFamily("gldzm", "dzm_", gldzm, _gldzm, SLICES),
    MatrixFamily("ngtdm", "ngt_", ngtdm, undirected.ngtdm, SLICES),
    MatrixFamily("ngldm", "ngl_", ngldm, undirected.ngldm, SLICES),
)

for_families = pytest.mark.parametrize("family", DIRECTIONAL + UNDIRECTED, ids=lambda family: family.name)
for_ways = pytest.mark.parametrize(
    ("family", "aggregation"),
    [(family, aggregation) for family in DIRECTIONAL + UNDIRECTED for aggregation in family.suffixes],
    ids=lambda one: one.name if isinstance(one, MatrixFamily) else str(one),
)
"""Every family with every aggregation that it knows."""
