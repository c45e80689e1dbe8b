"""Scores of 5 classes, 200 x 256 x 256, to labels on 512 x 512 x 300: ours beside torch and SimpleITK.

    python benchmarks/benchmark_restore.py [--repeat N] [--threads N] [--small] [--write]

The target covers the same space. torch interpolates all classes and takes the argmax (`interpolate`, trilinear, corners not
aligned), as nnU-Net's torch resampling does; SimpleITK resamples class after class and keeps the highest so far, in two volumes.
Every side runs in a process of its own, with as many threads, which reads its own CPU and wall seconds, the best of N by each,
and its peak memory beyond the scores. All labels must agree but for few, where rounding decides. `--small` halves all
sizes. `--write` replaces the section of docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from oncometry.core import Geometry
from oncometry.core.processors import cores
from page import processor, replace, today

CLASSES = 5
SOURCE, TARGET = (256, 256, 200), (512, 512, 300)
SIDES = ("oncometry", "oncometry, float16", "oncometry, oblique", "SimpleITK", "torch")
DIFFERENT = {"oncometry, float16": 1e-2, "oncometry, oblique": 1e-3}
"""Part of the labels that may differ where the scores or the place are rounded; else 1e-4."""
MEBI = 1024.0

Labels = NDArray[np.uint8]
Side = Callable[[NDArray[np.float32], Geometry, Geometry], Labels]


def made(small: bool) -> tuple[NDArray[np.float32], Geometry, Geometry]:
    """Scores (c, i, j, k), i running fastest, their grid and the target's."""
    source, target = (tuple(n // (1 + small) for n in shape) for shape in (SOURCE, TARGET))
    rng = np.random.default_rng(0)
    scores = rng.standard_normal((CLASSES, *source[::-1]), dtype=np.float32).transpose(0, 3, 2, 1)
    spacing = np.array(source) / target
    grid = Geometry.from_parts(source, (1, 1, 1))
    return scores, grid, Geometry.from_parts(target, spacing, (spacing - 1) / 2)


def ours(scores: NDArray[np.float32], grid: Geometry, target: Geometry) -> Labels:
    """The library's."""
    from oncometry.segmentation.regrid import restore_classes  # noqa: PLC0415

    return restore_classes(scores, grid, target)


def ours_oblique(scores: NDArray[np.float32], grid: Geometry, target: Geometry) -> Labels:
    """Turned so little that the labels stay, and yet the grids share no axis."""
    affine = target.affine.copy()
    affine[0, 1] += 1e-6
    return ours(scores, grid, Geometry(target.shape, affine))


def by_simpleitk(scores: NDArray[np.float32], grid: Geometry, target: Geometry) -> Labels:
    """Class after class."""
    import SimpleITK as sitk  # noqa: N813, PLC0415

    best, labels = np.full(target.shape[::-1], -np.inf, np.float32), np.zeros(target.shape[::-1], np.uint8)
    for number, one in enumerate(scores):
        image = sitk.GetImageFromArray(one.T)
        image.SetSpacing(grid.spacing_mm)
        moved = sitk.Resample(
            image, target.shape, sitk.Transform(), sitk.sitkLinear, target.origin_lps_mm, target.spacing_mm
        )
        there = sitk.GetArrayViewFromImage(moved)
        higher = there > best
        labels[higher] = number
        np.maximum(best, there, out=best)
    return labels.T


def by_torch(scores: NDArray[np.float32], _: Geometry, target: Geometry) -> Labels:
    """All classes at once."""
    import torch  # noqa: PLC0415

    batch = torch.from_numpy(scores.transpose(0, 3, 2, 1))[None]
    there = torch.nn.functional.interpolate(batch, size=target.shape[::-1], mode="trilinear")
    return there[0].argmax(dim=0).to(torch.uint8).numpy().T


def peak_mb() -> float:
    """Of this process so far."""
    line = next(x for x in Path("/proc/self/status").read_text().splitlines() if x.startswith("VmHWM"))
    return float(line.split()[1]) / MEBI


def run(name: str, repeat: int, threads: int, small: bool, place: Path) -> dict[str, float]:
    """Time one side in this process; its labels go to a file."""
    sides: dict[str, Side] = {
        "torch": by_torch, "SimpleITK": by_simpleitk, "oncometry, oblique": ours_oblique,
    }  # fmt: skip
    restore = sides.get(name, ours)
    if name == "torch":
        import torch  # noqa: PLC0415

        torch.set_num_threads(threads)
    if name == "SimpleITK":
        import SimpleITK as sitk  # noqa: N813, PLC0415

        sitk.ProcessObject.SetGlobalDefaultNumberOfThreads(threads)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])
    scores, grid, target = made(small)
    if "float16" in name:
        scores = scores.astype(np.float16)
    restore(scores[:, :4, :4, :4], grid.crop((0, 0, 0), (4, 4, 4)), target.crop((0, 0, 0), (6, 6, 6)))
    before, cpu, wall = peak_mb(), [], []
    for _ in range(repeat):
        start = time.process_time(), time.perf_counter()
        labels = restore(scores, grid, target)
        cpu.append(time.process_time() - start[0])
        wall.append(time.perf_counter() - start[1])
        np.save(place, labels)
        del labels
    return {"cpu": min(cpu), "wall": min(wall), "peak": peak_mb() - before}


def compare(chosen: argparse.Namespace, folder: Path) -> str:
    """The section of the page."""
    told, labels = {}, {}
    for name in SIDES:
        place = folder / f"{name}.npy"
        command = [
            sys.executable,
            __file__,
            "--side",
            name,
            "--place",
            str(place),
            "--repeat",
            str(chosen.repeat),
        ]
        command += ["--threads", str(chosen.threads), *(["--small"] if chosen.small else [])]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        told[name] = json.loads(done.stdout.splitlines()[-1])
        labels[name] = np.load(place, mmap_mode="r")
        different = float((labels[name] != labels[SIDES[0]]).mean())
        if different > DIFFERENT.get(name, 1e-4):
            raise SystemExit(f"{name} labels {different:.2%} of the voxels differently")
    own = told[SIDES[0]]
    rows = [
        f"| {name} | {t['cpu']:.2f} | {t['wall']:.2f} | {t['peak']:.0f} | {t['cpu'] / own['cpu']:.1f} "
        f"| {t['peak'] / own['peak']:.1f} |"
        for name, t in told.items()
    ]
    return "\n".join(
        [
            f"{today()}, {processor()}, {chosen.threads} threads, best of {chosen.repeat}.",
            "",
            "| side | CPU s | wall s | peak MB beyond the scores, result included | CPU to ours | memory to ours |",
            "|---|---|---|---|---|---|",
            *rows,
        ]
    )


def main() -> None:
    """Compare all sides, or run one."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--threads", type=int, default=cores())
    parser.add_argument("--small", action="store_true")
    parser.add_argument("--side", choices=SIDES)
    parser.add_argument("--place", type=Path)
    parser.add_argument("--write", action="store_true")
    chosen = parser.parse_args()
    if chosen.side:
        print(json.dumps(run(chosen.side, chosen.repeat, chosen.threads, chosen.small, chosen.place)))
        return
    with tempfile.TemporaryDirectory() as folder:
        content = compare(chosen, Path(folder))
    print(content)
    if chosen.write:
        replace("restore", content)


if __name__ == "__main__":
    main()
