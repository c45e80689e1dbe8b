"""Native kernels. Arrays are C-contiguous (k, j, i): `array.T` of the program's [i, j, k] arrays."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

SliceArrays = tuple[
    NDArray[np.int32],
    NDArray[np.float64],
    NDArray[np.float64],
    NDArray[np.float64],
    NDArray[np.uint8],
]
"""(n, 2) component and slice; (n,) area in pixels; (n, 2) lengths of the longest and of the
perpendicular; (n, 2, 2, 2) their ends, in (i, j); (n, 2) whether they leave the region."""

def components(mask: NDArray[np.uint8]) -> tuple[NDArray[np.int32], int]: ...
def join(
    labels: NDArray[np.int32], count: int, spacing: Sequence[float], gap_mm: float
) -> tuple[NDArray[np.int32], int]: ...
def bounding_box(mask: NDArray[np.uint8]) -> list[int]: ...
def component_slices(
    mask: NDArray[np.uint8],
    metric: Sequence[float],
    sigma: float,
    within: bool,
    tolerance_mm: float,
    minimum_voxels: int,
) -> SliceArrays: ...
def region_slices(
    mask: NDArray[np.uint8],
    field: NDArray[np.float32] | None,
    metric: Sequence[float],
    sigma: float,
    within: bool,
    tolerance_mm: float,
) -> SliceArrays: ...
def polygon_diameters(
    points: NDArray[np.float64], starts: Sequence[int], within: bool, tolerance_mm: float
) -> SliceArrays: ...
def outlines(
    mask: NDArray[np.uint8], field: NDArray[np.float32] | None, sigma: float
) -> tuple[NDArray[np.float64], list[int], list[int]]: ...
def furthest_pair(points: NDArray[np.float64], block_mm: float) -> tuple[int, int]: ...
def surface(
    mask: NDArray[np.uint8],
    field: NDArray[np.float32] | None,
    columns: Sequence[Sequence[float]],
    sigma: Sequence[float],
) -> tuple[float, float]: ...

LevelArray = NDArray[np.uint8] | NDArray[np.uint16]

def glcm(
    levels: LevelArray,
    count: int,
    directions: Sequence[Sequence[int]],
    weights: Sequence[float],
    by_slice: bool,
    merge: bool,
    symmetric: bool,
    pyradiomics: bool,
    threads: int,
) -> NDArray[np.float64]: ...
def glcm_map(
    levels: LevelArray,
    count: int,
    directions: Sequence[Sequence[int]],
    weights: Sequence[float],
    merge: bool,
    symmetric: bool,
    radii: Sequence[int],
    threads: int,
) -> NDArray[np.float64]: ...
def glrlm(
    levels: LevelArray,
    count: int,
    directions: Sequence[Sequence[int]],
    weights: Sequence[float],
    by_slice: bool,
    merge: bool,
    threads: int,
) -> NDArray[np.float64]: ...
def zones(
    levels: LevelArray,
    count: int,
    morphological: NDArray[np.uint8] | None,
    in_plane: bool,
    by_slice: bool,
    threads: int,
) -> tuple[list[float], list[float]]: ...
def neighborhoods(
    levels: LevelArray,
    count: int,
    border: int,
    steps: Sequence[Sequence[int]],
    alpha: int,
    lone: bool,
    by_slice: bool,
    threads: int,
) -> tuple[list[float], list[float]]: ...
def zone_map(levels: LevelArray, count: int, radii: Sequence[int], threads: int) -> NDArray[np.float64]: ...
def neighborhood_map(
    levels: LevelArray,
    count: int,
    radii: Sequence[int],
    border: int,
    steps: Sequence[Sequence[int]],
    alpha: int,
    tones: bool,
    threads: int,
) -> NDArray[np.float64]: ...
