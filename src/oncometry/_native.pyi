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
def glrlm(
    levels: LevelArray,
    count: int,
    directions: Sequence[Sequence[int]],
    weights: Sequence[float],
    by_slice: bool,
    merge: bool,
    pyradiomics: bool,
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
def voxel_moments(mask: NDArray[np.uint8]) -> NDArray[np.float64]: ...
def marching_cubes(
    mask: NDArray[np.uint8], spacing: Sequence[float], closed: bool
) -> tuple[float, float]: ...
def cube_triangles(configuration: int, closed: bool) -> list[int]: ...
def marching_squares(mask: NDArray[np.uint8], spacing: Sequence[float]) -> tuple[float, float]: ...
def largest_diameter(mask: NDArray[np.uint8], spacing: Sequence[float]) -> float: ...
def plane_diameters(mask: NDArray[np.uint8], spacing: Sequence[float]) -> tuple[float, float, float]: ...
def hull_candidates(mask: NDArray[np.uint8]) -> NDArray[np.int32]: ...
def oriented_box(
    corners: NDArray[np.float64], normals: NDArray[np.float64]
) -> tuple[float, float, float]: ...
def ellipsoid_weights(points: NDArray[np.float64], tolerance: float) -> NDArray[np.float64]: ...
def describe(values: NDArray[np.float64]) -> NDArray[np.float64]: ...
def level_counts(levels: LevelArray, count: int) -> NDArray[np.int64]: ...
def local_means(
    image: NDArray[np.float64],
    start: Sequence[int],
    mask: NDArray[np.uint8],
    spacing: Sequence[float],
    radius_mm: float,
) -> NDArray[np.float64]: ...
def recursive_laplacian(
    window: NDArray[np.float64], sigma: Sequence[float], start: Sequence[int], stop: Sequence[int]
) -> NDArray[np.float64]: ...

Centers = NDArray[np.uint8] | None

def glcm_map(
    levels: LevelArray,
    count: int,
    directions: Sequence[Sequence[int]],
    weights: Sequence[float],
    merge: bool,
    symmetric: bool,
    pyradiomics: bool,
    radii: Sequence[int],
    centers: Centers,
    threads: int,
) -> NDArray[np.float64]: ...
def glrlm_map(
    levels: LevelArray,
    count: int,
    directions: Sequence[Sequence[int]],
    weights: Sequence[float],
    merge: bool,
    pyradiomics: bool,
    radii: Sequence[int],
    centers: Centers,
    threads: int,
) -> NDArray[np.float64]: ...
def zone_map(
    levels: LevelArray, count: int, radii: Sequence[int], centers: Centers, threads: int
) -> NDArray[np.float64]: ...
def neighborhood_map(
    levels: LevelArray,
    count: int,
    radii: Sequence[int],
    border: int,
    steps: Sequence[Sequence[int]],
    alpha: int,
    lone: bool,
    tones: bool,
    centers: Centers,
    threads: int,
) -> NDArray[np.float64]: ...
def statistics_map(
    levels: LevelArray,
    count: int,
    values: NDArray[np.float64],
    radii: Sequence[int],
    centers: Centers,
    threads: int,
) -> NDArray[np.float64]: ...
def surface_distances(
    first: NDArray[np.uint8],
    second: NDArray[np.uint8],
    spacing: Sequence[float],
    surfels: bool,
    threads: int,
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]: ...
def restore_classes(
    scores: NDArray[np.float32] | NDArray[np.float16],
    matrix: NDArray[np.float64],
    shape: Sequence[int],
    threads: int,
) -> NDArray[np.uint8]:
    """(c, i, j, k) in any order of memory, (3, 4) of the target's (i, j, k, 1), (ni, nj, nk) -> (k, j, i)."""

def restore_regions(
    logits: NDArray[np.float32] | NDArray[np.float16],
    matrix: NDArray[np.float64],
    shape: Sequence[int],
    above: Sequence[float],
    labels: Sequence[int],
    threads: int,
) -> tuple[NDArray[np.uint8], NDArray[np.float32]]: ...
def descend_elastic_net(
    columns: NDArray[np.float64],
    weights: NDArray[np.float64],
    penalty: tuple[float, float, bool],
    passes: int,
    tolerance: float,
    gradient: NDArray[np.float64],
    coefficients: NDArray[np.float64],
    intercept: float,
) -> tuple[int, float]:
    """Columns (features, rows); `gradient` and `coefficients` are changed. Gives passes made and the intercept."""

def boosted_trees(
    columns: NDArray[np.float64],
    loss: str,
    outcomes: NDArray[np.float64],
    weights: NDArray[np.float64],
    seeds: NDArray[np.uint64],
    rule: tuple[int, int, int, float, int],
    scores: NDArray[np.float64],
) -> tuple[
    NDArray[np.int32],
    NDArray[np.float64],
    NDArray[np.int32],
    NDArray[np.int32],
    NDArray[np.int32],
    NDArray[np.int64],
    NDArray[np.float64],
]:
    """Columns (features, rows), outcomes (columns of the loss: squared, classes or cox; rows). Features tried, rows of a
    leaf, depth, rate and rows seen are the rule; `scores` (of the loss, rows) are changed. Gives feature, threshold, left,
    right and leaf of each node, the roots (rounds x scores), and values (leaves, 1)."""

def mean_forest(
    columns: NDArray[np.float64],
    targets: NDArray[np.float64],
    counts: NDArray[np.int32],
    seeds: NDArray[np.uint64],
    rule: tuple[int, int, int, int],
) -> tuple[
    NDArray[np.int32],
    NDArray[np.float64],
    NDArray[np.int32],
    NDArray[np.int32],
    NDArray[np.int32],
    NDArray[np.int64],
    NDArray[np.float64],
]:
    """Columns (features, rows), targets (rows, k). Features tried, rows of a leaf, depth and threads are the rule. Gives
    feature, threshold, left, right and leaf of each node, the roots, and means (leaves, k)."""

def survival_forest(
    columns: NDArray[np.float64],
    reached: NDArray[np.int32],
    events: NDArray[np.uint8],
    times: int,
    counts: NDArray[np.int32],
    seeds: NDArray[np.uint64],
    kept: NDArray[np.int32],
    rule: tuple[int, int, int, int],
) -> tuple[
    NDArray[np.int32],
    NDArray[np.float64],
    NDArray[np.int32],
    NDArray[np.int32],
    NDArray[np.int32],
    NDArray[np.int64],
    NDArray[np.float64],
]:
    """Features tried, rows of a leaf, depth and threads are the rule. Gives feature, threshold, left, right and leaf of each
    node, the roots, and hazards (leaves, kept)."""
