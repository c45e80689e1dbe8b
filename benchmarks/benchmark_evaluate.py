"""HD95 and surface Dice of three regions of glioma label maps against the same moved: ours, MONAI, surface-distance.

    OMP_NUM_THREADS=1 python benchmarks/benchmark_evaluate.py [DATA] [--maps N] [--write]

DATA is the folder that holds `imaging/msd-brats-labels`, else ONCOMETRY_DATA names it. A prediction is the map of the next
patient, brought to the same place by rolling its center to that of the truth: two tumors that differ. All sides get the same
masks, whole grids, at 1 mm, and must agree. Times are process CPU seconds of all maps, the best of two, each
side in a process of its own. `--write` adds a row to docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import multiprocessing
import time
import warnings
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import nibabel as nib
import numpy as np
from numpy.typing import NDArray

from oncometry.core import Compartment, Geometry, Segment, Segmentation
from oncometry.evaluation import paired_regions, surface_distances
from page import add_row, asked_of_data, processor, today

HEAD = (
    "| date | processor | pairs | ours, surfels, CPU s | surface-distance, CPU s | ratio "
    "| ours, voxels, CPU s | MONAI, CPU s | ratio |\n|---|---|---|---|---|---|---|---|---|"
)
REGIONS = (1, 2, 3)
"""Labels from which on: whole, core, enhancing in labels 1 edema, 2 non-enhancing, 3 enhancing."""
TOLERANCE_MM = 1.25
SPACING = (1.0, 1.0, 1.0)

Mask = NDArray[np.bool_]
Pair = tuple[Mask, Mask]
Scores = tuple[float, float]


def pairs_of(folder: Path, maps: int) -> list[Pair]:
    """Predicted and true masks."""
    paths = sorted(folder.rglob("*.nii.gz"))[: maps + 1]
    labels = [np.asarray(nib.load(path).dataobj).astype(np.uint8) for path in paths]
    pairs = []
    for truth, other in pairwise(labels):
        shift = [
            round(float(t.mean() - o.mean()))
            for t, o in zip(np.nonzero(truth), np.nonzero(other), strict=True)
        ]
        moved = np.roll(other, shift, (0, 1, 2))
        pairs += [
            (moved >= least, truth >= least)
            for least in REGIONS
            if (moved >= least).any() and (truth >= least).any()
        ]
    return pairs


def ours(convention: str) -> Callable[[Pair], Scores]:
    """With the crop to both regions, as `oncometry evaluate` does it."""

    def score(pair: Pair) -> Scores:
        geometry = Geometry(pair[0].shape, np.eye(4))
        one, other = (
            Segmentation(geometry, (Segment.from_mask(1, "tumor", Compartment.WHOLE, m),)) for m in pair
        )
        (region,) = paired_regions(one, other)
        found = surface_distances(region.predicted, region.truth, SPACING, convention)
        return found.percentile_mm(95), found.dice(TOLERANCE_MM)

    return score


def surface_distance_score(pair: Pair) -> Scores:
    """DeepMind's package."""
    import surface_distance  # noqa: PLC0415

    found = surface_distance.compute_surface_distances(pair[1], pair[0], SPACING)
    return (
        surface_distance.compute_robust_hausdorff(found, 95),
        surface_distance.compute_surface_dice_at_tolerance(found, TOLERANCE_MM),
    )


def monai_score(pair: Pair) -> Scores:
    """MONAI's two functions."""
    import torch  # noqa: PLC0415
    from monai.metrics import compute_hausdorff_distance, compute_surface_dice  # noqa: PLC0415

    torch.set_num_threads(1)
    one, other = (torch.from_numpy(mask[None, None]) for mask in pair)
    more = {"include_background": True, "spacing": list(SPACING)}
    return (
        compute_hausdorff_distance(one, other, percentile=95, **more).item(),
        compute_surface_dice(one, other, [TOLERANCE_MM], **more).item(),
    )


def run_side(name: str, folder: Path, maps: int, answer: multiprocessing.SimpleQueue) -> None:
    """Time one side in this process: seconds and scores."""
    warnings.simplefilter("ignore")
    score = {
        "surfels": ours("surfels"), "voxels": ours("voxels"), "peer surfels": surface_distance_score, "peer voxels": monai_score,
    }[name]  # fmt: skip
    pairs = pairs_of(folder, maps)
    small = tuple(m[:8, :8, :8].copy() for m in pairs[0])
    for mask in small:
        mask[2:5, 2:5, 2:5] = True
    score(small)
    best, scores = float("inf"), []
    for _ in range(2):
        start = time.process_time()
        scores = [score(pair) for pair in pairs]
        best = min(best, time.process_time() - start)
    answer.put((best, scores))


def apart(name: str, folder: Path, maps: int) -> tuple[float, list[Scores]]:
    """The side in a process of its own."""
    context = multiprocessing.get_context("spawn")
    answer = context.SimpleQueue()
    process = context.Process(target=run_side, args=(name, folder, maps, answer))
    process.start()
    found = answer.get()
    process.join()
    return found


def main() -> None:
    """Time all sides, hold their scores together, print the row."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--maps", type=int, default=8)
    chosen = asked_of_data(parser)
    folder = chosen.data / "imaging" / "msd-brats-labels"
    cells, count = [], 0
    for kind in ("surfels", "voxels"):
        own, peer = (apart(name, folder, chosen.maps) for name in (kind, f"peer {kind}"))
        np.testing.assert_allclose(own[1], peer[1], rtol=1e-5, atol=1e-5)
        count = len(own[1])
        cells += [f"{own[0]:.2f}", f"{peer[0]:.2f}", f"{peer[0] / own[0]:.1f}"]
    row = f"| {today()} | {processor()} | {count} | " + " | ".join(cells) + " |"
    print(f"{HEAD}\n{row}")
    if chosen.write:
        add_row("evaluate", HEAD, row)


if __name__ == "__main__":
    main()
