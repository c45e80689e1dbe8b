"""The 107 features of PyRadiomics' classes on one tumor at four sizes: ours, flash-radiomics and PyRadiomics.

    python benchmarks/benchmark_features.py [DATA] [--peers FOLDER] [--write]

DATA is the folder that holds `imaging/pyradiomics`, else ONCOMETRY_DATA names it. The peers are installed into
environments of their own below FOLDER (by default `build/peers`), from the package index that pip is set up for, and run
in the same minute; what is timed says `features_once.py`. `--write` puts the table into docs/benchmarks.md.

The larger cases are synthetic: brain1 cropped to its mask's box and 3 voxels more, the image linearly and the mask by
nearest neighbor resampled to isotropic voxels until the region has so many, Gaussian noise of sigma 20 (seed 0) added,
rounded to integers.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import venv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import SimpleITK as sitk  # noqa: N813

from page import asked_of_data, processor, replace, today

SIZES = (201_000, 995_000, 4_985_000)
SIGMA = 20.0
MARGIN = 3
ONCE = Path(__file__).with_name("features_once.py")
PEERS = {
    "pyradiomics": (
        (
            "numpy<2",
            "setuptools<60",
            "wheel",
            "cython",
            "versioneer",
            "SimpleITK",
            "PyWavelets",
            "pykwalify",
            "six",
        ),
        ("pyradiomics==3.0.1", "--no-build-isolation", "--no-deps"),
    ),
    "flash": (
        (
            "numpy",
            "h5py",
            "SimpleITK",
            "pykwalify",
            "PyWavelets",
            "scipy",
            "scikit-image",
            "scikit-learn",
            "trimesh",
        ),
        ("flash-radiomics==1.0.0", "--no-deps"),
    ),
}
TOO_SLOW = 1_000_000
"""PyRadiomics compares every pair of surface points: hours beyond so many voxels."""
HEAD = (
    "| case | voxels | ours | flash-radiomics | without its file | PyRadiomics | flash / ours | PyRadiomics / ours "
    "| ours, extra MB | flash, extra MB |\n"
    "|---|---|---|---|---|---|---|---|---|---|"
)


THREADS_HEAD = (
    "Ours, the 107 features on two threads (bitwise equal to one), against two processes that each do the whole case:\n\n"
    "| voxels | one thread, wall s | two threads, wall s | two threads | two processes | threads / processes |\n"
    "|---|---|---|---|---|---|"
)


@dataclass(frozen=True)
class Once:
    """Best CPU and wall seconds, and the memory that the work added, MB."""

    cpu_s: float
    wall_s: float
    extra_mb: float | None


def case(folder: Path, data: Path, voxels: int | None) -> tuple[Path, Path]:
    """Image and mask of brain1 as they are, or upsampled until the region has so many voxels."""
    source = data / "imaging" / "pyradiomics"
    image_path, mask_path = source / "brain1_image.nrrd", source / "brain1_label.nrrd"
    if voxels is None:
        return image_path, mask_path
    image, mask = (sitk.ReadImage(str(path)) for path in (image_path, mask_path))
    image, mask = cropped(image, mask)
    spacing_mm = spacing_for(mask, voxels)
    fine = resampled(image, spacing_mm, sitk.sitkLinear, sitk.sitkFloat64)
    values = sitk.GetArrayFromImage(fine)
    values += np.random.default_rng(0).normal(0.0, SIGMA, values.shape)
    noisy = sitk.GetImageFromArray(np.rint(values).astype(np.int16))
    noisy.CopyInformation(fine)
    paths = folder / f"image_{voxels}.nrrd", folder / f"mask_{voxels}.nrrd"
    sitk.WriteImage(noisy, str(paths[0]))
    sitk.WriteImage(resampled(mask, spacing_mm, sitk.sitkNearestNeighbor, sitk.sitkUInt8), str(paths[1]))
    return paths


def cropped(image: sitk.Image, mask: sitk.Image) -> tuple[sitk.Image, sitk.Image]:
    """Both cut to the mask's box and `MARGIN` voxels more, as far as there is."""
    found = sitk.LabelShapeStatisticsImageFilter()
    found.Execute(sitk.Cast(mask, sitk.sitkUInt8))
    i, j, k, ni, nj, nk = found.GetBoundingBox(1)
    box = [
        slice(max(start - MARGIN, 0), min(start + size + MARGIN, most))
        for start, size, most in zip((i, j, k), (ni, nj, nk), mask.GetSize(), strict=True)
    ]
    return image[box[0], box[1], box[2]], mask[box[0], box[1], box[2]]


def spacing_for(mask: sitk.Image, voxels: int) -> float:
    """The isotropic spacing at which the region has about so many voxels, by bisection."""
    low, high = 0.05, 5.0
    for _ in range(24):
        middle = (low * high) ** 0.5
        found = resampled(mask, middle, sitk.sitkNearestNeighbor, sitk.sitkUInt8)
        count = int(np.count_nonzero(sitk.GetArrayViewFromImage(found)))
        if abs(count - voxels) <= 0.002 * voxels:
            return middle
        low, high = (middle, high) if count > voxels else (low, middle)
    return middle


def resampled(image: sitk.Image, spacing_mm: float, interpolator: int, pixel: int) -> sitk.Image:
    """On an isotropic grid over the same field."""
    size = [
        max(round(n * s / spacing_mm), 1) for n, s in zip(image.GetSize(), image.GetSpacing(), strict=True)
    ]
    first = image.TransformContinuousIndexToPhysicalPoint(
        [0.5 * spacing_mm / s - 0.5 for s in image.GetSpacing()]
    )
    return sitk.Resample(
        image, size, sitk.Transform(), interpolator, first, [spacing_mm] * 3, image.GetDirection(), 0, pixel
    )


def python_of(peer: str, folder: Path) -> Path | None:
    """The peer's Python, made now if it is not there; None where it does not install."""
    place = folder / peer
    python = place / "bin" / "python"
    if (place / "complete").is_file():
        return python
    venv.create(place, with_pip=True, clear=True)
    for packages in PEERS[peer]:
        command = [python, "-m", "pip", "install", "--quiet", *packages]
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        if done.returncode != 0:
            print(f"{peer} does not install: {done.stderr[-500:]}", file=sys.stderr)
            return None
    (place / "complete").touch()
    return python


def once(
    python: Path | None, program: str, case: tuple[Path, Path], repeat: int, *options: str
) -> Once | None:
    """What one program takes for a case; None where it does not run."""
    if python is None:
        return None
    command = [python, ONCE, program, *case, "--repeat", str(repeat), *options]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode != 0:
        print(f"{program} {options}: {done.stderr[-800:]}", file=sys.stderr)
        return None
    told = json.loads(done.stdout.strip().splitlines()[-1])
    return Once(told["cpu_s"], told["wall_s"], told["extra_mb"])


def row(name: str, case: tuple[Path, Path], peers: dict[str, Path | None], *options: str) -> str:
    """All programs on one case, in the same minute."""
    voxels = int(np.count_nonzero(sitk.GetArrayFromImage(sitk.ReadImage(str(case[1])))))
    repeat = 20 if voxels < 10_000 else 3
    ours = once(Path(sys.executable), "oncometry", case, repeat, *options)
    flash = once(peers["flash"], "flash", case, 3, *options)
    bare = once(peers["flash"], "flash", case, 3, "--no-file", *options)
    other = None if voxels > TOO_SLOW else once(peers["pyradiomics"], "pyradiomics", case, 2, *options)
    cells = [_seconds(one) for one in (ours, flash, bare, other)]
    ratios = [_ratio(ours, flash), _ratio(ours, other)]
    memory = ["-" if one is None or one.extra_mb is None else f"{one.extra_mb:.0f}" for one in (ours, flash)]
    return f"| {' | '.join([name, f'{voxels:,}', *cells, *ratios, *memory])} |"


def alone(name: str, case: tuple[Path, Path], *options: str) -> str:
    """Ours alone: CPU and wall seconds."""
    found = once(Path(sys.executable), "oncometry", case, 3, *options)
    return f"| {name} | {_seconds(found)} | {f'{found.wall_s:.3f}' if found else '-'} |"


def together(name: str, case: tuple[Path, Path]) -> str:
    """Ours on two threads, and in two processes with one each: how much more is done in the same time."""
    python = Path(sys.executable)
    one, threads, processes = (
        once(python, "oncometry", case, 9, *options)
        for options in ((), ("--threads", "2"), ("--processes", "2"))
    )
    if one is None or threads is None or processes is None:
        return f"| {name} | - | - | - | - | - |"
    by_threads, by_processes = one.wall_s / threads.wall_s, 2 * one.wall_s / processes.wall_s
    times = f"{one.wall_s:.3f} | {threads.wall_s:.3f}"
    return f"| {name} | {times} | {by_threads:.2f}x | {by_processes:.2f}x | {by_threads / by_processes:.2f} |"


def _seconds(found: Once | None) -> str:
    return "-" if found is None else f"{found.cpu_s:.4f}" if found.cpu_s < 1 else f"{found.cpu_s:.2f}"


def _ratio(ours: Once | None, peer: Once | None) -> str:
    return "-" if ours is None or peer is None else f"{peer.cpu_s / ours.cpu_s:.0f}x"


def tables(data: Path, peers: dict[str, Path | None], folder: Path) -> list[str]:
    """The page's lines."""
    small = case(folder, data, None)
    sized = {voxels: case(folder, data, voxels) for voxels in SIZES}
    lines = ["CPU seconds on one thread, the 107 features of PyRadiomics' classes, provenance on.", "", HEAD]
    lines.append(row("brain1", small, peers))
    lines += [row("brain1, upsampled (synthetic)", sized[voxels], peers) for voxels in SIZES]
    lines.append(row("brain1, original + 5 LoG + 8 wavelets", small, peers, "--filters"))
    lines += ["", "Ours alone:", "", "| case | CPU s | wall s |", "|---|---|---|"]
    for voxels, files in ((4_137, small), *sized.items()):
        if voxels <= TOO_SLOW:
            lines.append(alone(f"all of IBSI-1, {voxels:,} voxels", files, "--ibsi"))
    lines += ["", THREADS_HEAD, *(together(f"{voxels:,}", sized[voxels]) for voxels in SIZES[1:])]
    return lines


def main() -> None:
    """Measure, print, and write if asked."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--peers", type=Path, default=Path("build/peers"))
    asked = asked_of_data(parser)
    peers = {name: python_of(name, asked.peers.resolve()) for name in PEERS}
    with tempfile.TemporaryDirectory() as folder:
        lines = tables(asked.data, peers, Path(folder))
    content = "\n".join([f"{today()}, {processor()}.", "", *lines])
    print(content)
    if asked.write:
        replace("features", content)


if __name__ == "__main__":
    main()
