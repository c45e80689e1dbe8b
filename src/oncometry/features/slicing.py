"""How the families that know no directions treat slices.

Source: IBSI reference manual (arXiv 1612.07003), sections 3.8 to 3.11, "aggregating features".
"""

from __future__ import annotations

from typing import NamedTuple

from oncometry.core.errors import Code, SettingsError
from oncometry.features.feature import Aggregation
from oncometry.features.region import Levels

__all__ = ["Slicing", "as_planes", "slicing_of"]


class Slicing(NamedTuple):
    """As the kernels take it; slices are planes of equal k.

    Attributes:
        in_plane: neighbors are those of the same slice.
        by_slice: every slice has a matrix and values of its own, which are averaged; else there is one matrix.
    """

    in_plane: bool
    by_slice: bool


_SLICINGS = {
    Aggregation.AVERAGED_2D: Slicing(in_plane=True, by_slice=True),
    Aggregation.MERGED_25D: Slicing(in_plane=True, by_slice=False),
    Aggregation.MERGED_3D: Slicing(in_plane=False, by_slice=False),
}


def slicing_of(aggregation: Aggregation) -> Slicing:
    """Of '2D', '2.5D' or '3D'.

    Raises:
        SettingsError: SETTINGS, the aggregation is one that only directional families have.
    """
    if aggregation not in _SLICINGS:
        raise SettingsError(
            Code.SETTINGS,
            f"The aggregation {aggregation} joins directions, and this family has none.",
            advice=f"Use one of {', '.join(_SLICINGS)}.",
        )
    return _SLICINGS[aggregation]


def as_planes(levels: Levels, flat_axis: int | None) -> Levels:
    """The same levels with this of their array axes in the place of k, so that slices are the planes across it."""
    if flat_axis is None:
        return levels
    return Levels(levels.array.swapaxes(0, flat_axis).copy(), levels.count)
