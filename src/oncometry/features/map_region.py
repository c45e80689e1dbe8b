"""A region under one filter, ready to be mapped, and what computes the maps of a family there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from oncometry.core.errors import Code
from oncometry.core.geometry import FloatArray, Geometry, Index
from oncometry.features.columns import Column
from oncometry.features.discretize import levels_of
from oncometry.features.map_choice import Mappable
from oncometry.features.region import Box, Levels

__all__ = ["MapBlock", "MapRegion", "laid_out", "without_values"]


@dataclass(frozen=True, eq=False)
class MapRegion:
    """One region in one image or response map.

    Attributes:
        filter: name of the filter; 'original' where there was none.
        values: (bk, bj, bi), intensities of the box; what they are where there is no level does not matter.
        levels: of the voxels that may lie in windows.
        centers: (bk, bj, bi), 1 for the voxels that get a value; None is all that have a level.
        start: i, j, k of the box's first voxel in the grid.
        geometry: the grid.
        reason: why there are no values; None where there are.
    """

    filter: str
    values: FloatArray
    levels: Levels
    centers: Box | None
    start: Index
    geometry: Geometry
    reason: Code | None = None


class MapBlock(NamedTuple):
    """Features that are computed together.

    Attributes:
        mappable: which they are, under no filter.
        columns: what they are under the filter, as many.
        compute: of the region, (features, bk, bj, bi) of which `places` are these.
        places: of the features among what is computed.
    """

    mappable: tuple[Mappable, ...]
    columns: tuple[Column, ...]
    compute: Callable[[MapRegion], FloatArray]
    places: tuple[int, ...]


def laid_out(values: NDArray[Any], mask: Box) -> FloatArray:
    """(n,) values in raster order in the box of their mask, (bk, bj, bi); 0 elsewhere."""
    box = np.zeros(mask.shape)
    box[mask.view(np.bool_)] = values
    return box


def without_values(filter_name: str, geometry: Geometry, reason: Code) -> MapRegion:
    """A region of which no map has a value."""
    nothing = np.zeros((0, 0, 0), np.uint8)
    levels = levels_of(np.empty(0, np.int64), nothing, 0)
    return MapRegion(filter_name, np.zeros((0, 0, 0)), levels, None, (0, 0, 0), geometry, reason)
