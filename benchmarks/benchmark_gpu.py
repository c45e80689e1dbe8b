"""Maps of features on a CUDA device beside all threads of the CPU; and what a device could win on regions.

    python benchmarks/benchmark_gpu.py [DATA] [--write]

DATA is the folder that holds `imaging/pyradiomics`, else ONCOMETRY_DATA names it. Wall seconds, the best of three, from
levels in memory to maps in memory: the device's copies are in them, its first start is not. The region of 201,000 voxels
is synthetic, as in `benchmark_features.py`. Where there is no device, maps are not measured and their table stays.

Values of regions have no twin, however many there are. What counting matrices takes of an extraction, on one thread, is
the most that one could win: a table of its own says it, and needs no device.

No reader of DICOM or NIfTI is loaded: a machine with a GPU may have none.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import SimpleITK as sitk  # noqa: N813

from benchmark_features import case
from oncometry import _native
from oncometry.core import Compartment, Geometry, Image, Segment, Segmentation
from oncometry.core.geometry import FloatArray
from oncometry.core.processors import cores
from oncometry.features import extract, spec_of
from oncometry.features.device import Device, cuda_devices
from oncometry.features.direction import AngleSettings, directions
from oncometry.features.glcm import glcm_map_pyradiomics
from oncometry.features.glrlm import glrlm_map_pyradiomics
from oncometry.features.glszm import glszm_map_pyradiomics
from oncometry.features.neighborhoods import neighborhood_features
from oncometry.features.ngldm import gldm_map_pyradiomics
from oncometry.features.ngtdm import ngtdm_map_pyradiomics
from oncometry.features.region import Levels
from oncometry.features.slicing import Slicing
from oncometry.features.windows import Windows
from page import processor, replace, today

BIN_WIDTH = 25
SIZES = (None, 201_000)
RADII = (1, 2, 3)
BATCH_SIZES = (None, 201_000, 995_000)
TIMES = 3
HEAD = "| voxels | maps | radius | CPU, s | device, s | CPU / device | largest difference |\n|---|---|---|---|---|---|---|"
BATCH_HEAD = (
    "| voxels of a region | extraction, CPU ms | of which counting, at most | share | a device could win at most |\n"
    "|---|---|---|---|---|"
)
MAPS: dict[str, Callable[[Windows], FloatArray]] = {
    "glcm": lambda windows: glcm_map_pyradiomics(windows, AngleSettings()),
    "glrlm": lambda windows: glrlm_map_pyradiomics(windows, AngleSettings()),
    "glszm": glszm_map_pyradiomics,
    "gldm": gldm_map_pyradiomics,
    "ngtdm": ngtdm_map_pyradiomics,
}


def levels_of_case(data: Path, voxels: int | None) -> Levels:
    """A case in bins of 25, as PyRadiomics has them."""
    with tempfile.TemporaryDirectory() as folder:
        paths = case(Path(folder), data, voxels)
        image, mask = (sitk.GetArrayFromImage(sitk.ReadImage(str(path))) for path in paths)
    inside = mask == 1
    box = tuple(slice(at.min(), at.max() + 1) for at in np.nonzero(inside))
    values, inside = image[box].astype(float), inside[box]
    low = np.floor(values[inside].min() / BIN_WIDTH) * BIN_WIDTH
    numbers = np.where(inside, np.floor((values - low) / BIN_WIDTH).astype(int) + 1, 0)
    count = int(numbers.max())
    return Levels(np.pad(numbers, 1).astype(np.uint8 if count <= 255 else np.uint16), count)


def best_s(work: Callable[[], object], times: int = TIMES) -> float:
    """Wall seconds."""
    best = float("inf")
    for _ in range(times):
        start = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - start)
    return best


def map_rows(data: Path, threads: int) -> list[str]:
    """Of every case, family and radius."""
    rows = []
    for size in SIZES:
        levels = levels_of_case(data, size)
        voxels = int(np.count_nonzero(levels.array))
        for name, compute in MAPS.items():
            for radius in RADII:
                cpu, gpu = (
                    Windows(levels, radius, threads=threads, device=device)
                    for device in (Device.CPU, Device.CUDA)
                )
                apart = largest_difference(compute(gpu), compute(cpu))
                cpu_s, gpu_s = (
                    best_s(lambda windows=windows, compute=compute: compute(windows))
                    for windows in (cpu, gpu)
                )
                rows.append(
                    f"| {voxels:,} | {name} | {radius} | {cpu_s:.4f} | {gpu_s:.4f} | {cpu_s / gpu_s:.1f}x | {apart:.0e} |"
                )
    return rows


def largest_difference(found: FloatArray, expected: FloatArray) -> float:
    """Relative to the largest value of a map."""
    inside = ~np.isnan(expected)
    if not np.array_equal(inside, ~np.isnan(found)):
        return float("inf")
    scale = np.nanmax(np.abs(expected).reshape(len(expected), -1), axis=1).reshape(-1, 1, 1, 1)
    return float(np.nanmax(np.abs(found - expected) / np.maximum(scale, 1e-300)))


def extraction_s(data: Path, voxels: int | None) -> float:
    """CPU seconds of the 107 features of PyRadiomics' classes, provenance on, on one thread."""
    with tempfile.TemporaryDirectory() as folder:
        image, mask = (sitk.ReadImage(str(path)) for path in case(Path(folder), data, voxels))
    grid = Geometry.from_parts(image.GetSize(), image.GetSpacing())
    inside = sitk.GetArrayFromImage(mask).T == 1
    picture = Image(sitk.GetArrayFromImage(image).T, grid)
    regions = Segmentation(grid, (Segment.from_mask(1, "tumor", Compartment.WHOLE, inside),))
    spec = spec_of({"setting": {"binWidth": BIN_WIDTH}, "imageType": {"Original": {}}})
    return best_cpu_s(lambda: extract(picture, regions, spec))


def counting_s(levels: Levels) -> float:
    """CPU seconds of counting all texture matrices, at most: merging them and one set of formulas are in it."""
    steps = directions()

    def count() -> None:
        even = [1.0] * len(steps)
        _native.glcm(levels.array, levels.count, steps, even, False, True, True, False, 1)
        _native.glrlm(levels.array, levels.count, steps, even, False, True, False, 1)
        _native.zones(levels.array, levels.count, None, False, False, 1)
        neighborhood_features(levels, (1,), 0, Slicing(in_plane=False, by_slice=False))

    return best_cpu_s(count)


def best_cpu_s(work: Callable[[], object]) -> float:
    """CPU seconds, the best of some."""
    best = float("inf")
    for _ in range(10 * TIMES):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return best


def batch_rows(data: Path) -> list[str]:
    """Of regions of several sizes."""
    rows = []
    for size in BATCH_SIZES:
        levels = levels_of_case(data, size)
        whole, counting = extraction_s(data, size), counting_s(levels)
        rows.append(
            f"| {int(np.count_nonzero(levels.array)):,} | {whole * 1e3:.2f} | {counting * 1e3:.2f} "
            f"| {counting / whole:.0%} | {whole / (whole - counting):.2f}x |"
        )
    return rows


def main() -> None:
    """Measure, and print or write the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", nargs="?", default=os.environ.get("ONCOMETRY_DATA"), type=Path)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    if asked.data is None:
        print("Name the data folder, or set ONCOMETRY_DATA; nothing measured.")
        return
    tables = {"batches": "\n".join([f"{today()}, {processor()}.\n", BATCH_HEAD, *batch_rows(asked.data)])}
    devices = cuda_devices()
    if devices:
        threads = cores()
        about = f"{today()}, {devices[0]} beside {threads} threads of {processor()}.\n"
        tables["gpu"] = "\n".join([about, HEAD, *map_rows(asked.data, threads)])
    else:
        print("There is no CUDA device here: maps are not measured.")
    for name, table in tables.items():
        print(table)
        if asked.write:
            replace(name, table)


if __name__ == "__main__":
    main()
