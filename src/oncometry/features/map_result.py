"""A feature as an image, with what it was made from."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

import numpy as np

from oncometry.core.errors import Code
from oncometry.core.geometry import FloatArray, Geometry, Index
from oncometry.core.image import Image
from oncometry.features.columns import Column

__all__ = ["FeatureMap", "MapSource"]


@dataclass(frozen=True)
class MapSource:
    """What maps were made from.

    Attributes:
        image_key: of the image, as in the manifest; '' where it has none.
        label: number of the segment.
        spec_hash, map_hash: of the spec and of the `MapSettings`.
        image_hash, mask_hash: SHA-256 of voxels and grid of the image and of the segment.
    """

    image_key: str
    label: int
    spec_hash: str
    map_hash: str
    image_hash: str
    mask_hash: str


@dataclass(frozen=True, eq=False)
class FeatureMap:
    """The values of one feature around every voxel of a segment, in one image under one filter.

    Attributes:
        source: what it was made from.
        filter: name of the image filter; 'original' where there was none.
        column: what the values are: family, name, ibsi_id, tag and unit as of a value of the whole region.
        array: (bk, bj, bi), the box of the region; NaN outside it and where a window does not define the feature.
        start: i, j, k of the box's first voxel.
        geometry: the grid: the image's own, or the one that the spec resamples to.
        reason: why there is no value at all; None where there is one.
    """

    source: MapSource
    filter: str
    column: Column
    array: FloatArray
    start: Index
    geometry: Geometry
    reason: Code | None = None

    @property
    def tag(self) -> str:
        """As of a value of the whole region: 'cm_joint_entr_3D_comb', 'original_glcm_JointEntropy'."""
        return self.column.tag

    @property
    def name(self) -> str:
        """Filter and tag as a name for a file: those of a filter come together when sorted."""
        tag = self.tag if self.tag.startswith(f"{self.filter}_") else f"{self.filter}_{self.tag}"
        return re.sub(r"[^A-Za-z0-9._-]", "-", tag)

    def to_image(self, outside: float = math.nan) -> Image:
        """The map on its whole grid, float32.

        Args:
            outside: value where the map has none.
        """
        voxels = np.full(self.geometry.shape, outside, dtype=np.float32, order="F")
        box = tuple(slice(s, s + n) for s, n in zip(self.start, self.array.T.shape, strict=True))
        voxels[box] = np.where(np.isnan(self.array), outside, self.array).T
        return Image(voxels, self.geometry, key=self.source.image_key)
