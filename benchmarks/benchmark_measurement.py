"""Every component of >= 10 voxels of three compartments of 94 glioma label maps, every slice, both diameters.

    python benchmarks/benchmark_measurement.py [DATA] [--maps N] [--repeat N] [--write]

DATA is the folder that holds `imaging/msd-brats-labels`, else ONCOMETRY_DATA names it. Both sides run in this
process on the same arrays: ours, and plain Python with cc3d, scikit-image's find_contours and SciPy's qhull. Times
are process CPU seconds, the best of `--repeat`. `--write` adds a row to docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import gzip
import os
import resource
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cc3d
import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter
from scipy.spatial import ConvexHull, QhullError
from skimage.measure import find_contours

from oncometry.core import Geometry
from oncometry.measurement import slice_diameters
from page import add_row, processor, today

COMPARTMENTS: tuple[Callable[[NDArray[np.uint8]], NDArray[np.bool_]], ...] = (
    lambda labels: labels > 0,
    lambda labels: labels >= 2,
    lambda labels: labels == 3,
)
"""Whole, core and enhancing in labels 1 edema, 2 non-enhancing, 3 enhancing."""
MINIMUM_VOXELS = 10
HEAD = (
    "| date | processor | maps | rows | ours, CPU s | with reading, CPU s | plain Python, CPU s | ratio | peak MB |\n"
    "|---|---|---|---|---|---|---|---|---|"
)

Labels = NDArray[np.uint8]
Measure = Callable[[NDArray[np.bool_]], int]


@dataclass(frozen=True)
class Timed:
    """Best CPU seconds, and how many component slices were measured."""

    seconds: float
    rows: int


def read_labels(path: Path) -> Labels:
    """(ni, nj, nk) labels of a plain little-endian uint8 NIfTI."""
    data = gzip.decompress(path.read_bytes())
    shape = struct.unpack_from("<8h", data, 40)[1:4]
    offset, kind = int(struct.unpack_from("<f", data, 108)[0]), struct.unpack_from("<h", data, 70)[0]
    dtype = {2: np.uint8, 4: np.int16, 8: np.int32, 16: np.float32, 64: np.float64}[kind]
    voxels = np.frombuffer(data, np.dtype(dtype).newbyteorder("<"), count=int(np.prod(shape)), offset=offset)
    return voxels.astype(np.uint8).reshape(shape, order="F")


def crop(labels: Labels) -> Labels:
    """The box around the labels and one voxel more, as far as there is."""
    box = []
    for axis in range(3):
        hits = np.flatnonzero(labels.any(axis=tuple(a for a in range(3) if a != axis)))
        box.append(slice(max(hits[0] - 1, 0), hits[-1] + 2))
    return labels[tuple(box)]


def ours(mask: NDArray[np.bool_]) -> int:
    """Rows measured by the native core."""
    return len(slice_diameters(mask, Geometry(mask.shape, np.eye(4)), minimum_voxels=MINIMUM_VOXELS))


def plain(mask: NDArray[np.bool_]) -> int:
    """The same by cc3d, find_contours on the Gaussian-smoothed slice, and qhull."""
    components = cc3d.connected_components(mask, connectivity=26)
    counts = cc3d.statistics(components)
    rows = 0
    for number in range(1, len(counts["voxel_counts"])):
        if counts["voxel_counts"][number] < MINIMUM_VOXELS:
            continue
        part = components[counts["bounding_boxes"][number]] == number
        for k in range(part.shape[2]):
            if part[:, :, k].any():
                _plain_slice(part[:, :, k])
                rows += 1
    return rows


def _plain_slice(region: NDArray[np.bool_]) -> tuple[float, float]:
    smooth = gaussian_filter(np.pad(region, 4).astype(np.float32), 1.0)
    contours = find_contours(smooth, min(0.5, float(smooth.max()) / 2))
    points = np.concatenate(contours)
    try:
        hull = points[ConvexHull(points).vertices]
    except QhullError:
        hull = points
    gaps = hull[:, None] - hull[None]
    lengths = np.hypot(gaps[..., 0], gaps[..., 1])
    a, b = np.unravel_index(np.argmax(lengths), lengths.shape)
    along = (hull[b] - hull[a]) / max(lengths[a, b], 1e-9)
    return float(lengths[a, b]), _widest(hull, along)


def _widest(hull: NDArray[np.float64], along: NDArray[np.float64]) -> float:
    s, t = hull @ along, hull @ np.array([-along[1], along[0]])
    ends = np.roll(s, -1), np.roll(t, -1)
    best = 0.0
    for level in s:
        hit = (np.minimum(s, ends[0]) <= level) & (level <= np.maximum(s, ends[0])) & (s != ends[0])
        if hit.any():
            at = t[hit] + (ends[1][hit] - t[hit]) * (level - s[hit]) / (ends[0][hit] - s[hit])
            best = max(best, float(at.max() - at.min()))
    return best


def timed(maps: list[Labels], measure: Measure, repeat: int) -> Timed:
    """Crop, take the compartments, measure."""
    best, rows = float("inf"), 0
    for _ in range(repeat):
        start, rows = time.process_time(), 0
        for labels in maps:
            box = crop(labels)
            rows += sum(measure(inside(box)) for inside in COMPARTMENTS)
        best = min(best, time.process_time() - start)
    return Timed(best, rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, nargs="?", default=os.environ.get("ONCOMETRY_DATA"))
    parser.add_argument("--maps", type=int, default=94)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--skip-peer", action="store_true")
    parser.add_argument("--write", action="store_true")
    chosen = parser.parse_args()
    if chosen.data is None:
        raise SystemExit("name the data folder, as DATA or in ONCOMETRY_DATA.")
    paths = sorted((Path(chosen.data) / "imaging" / "msd-brats-labels" / "labelsTr").glob("*.nii.gz"))[
        : chosen.maps
    ]
    start = time.process_time()
    maps = [read_labels(path) for path in paths]
    reading = time.process_time() - start
    own = timed(maps, ours, chosen.repeat)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    peer = None if chosen.skip_peer else timed(maps, plain, 1)
    theirs, ratio = ("", "") if peer is None else (f"{peer.seconds:.1f}", f"{peer.seconds / own.seconds:.1f}")
    if peer is not None and peer.rows != own.rows:
        raise SystemExit(f"the sides measured different work: {own.rows} and {peer.rows} component slices")
    row = (
        f"| {today()} | {processor()} | {len(paths)} | {own.rows} | {own.seconds:.2f} "
        f"| {own.seconds + reading:.2f} | {theirs} | {ratio} | {peak:.0f} |"
    )
    print(f"{HEAD}\n{row}")
    if chosen.write:
        add_row("measurement", HEAD, row)


if __name__ == "__main__":
    main()
