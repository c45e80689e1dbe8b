"""The network on a 144 x 192 x 144 crop in each backend, and a 240 x 240 x 155 four-sequence case from files to files.

    python benchmarks/benchmark_segmentation.py [--repeat N] [--threads N] [--write]

The architecture is the default one, its weights are random: they change no time. Every backend runs in a process of its
own, which reads its own CPU seconds, wall seconds and peak memory; the first run, which compiles, is given apart. Torch is
eager, in float32. `--write` replaces the section of docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from scipy.ndimage import gaussian_filter

from oncometry.core import Contrast, Geometry, Image
from oncometry.core.processors import cores
from oncometry.io import write_volume
from oncometry.one_segmentation import segment_images
from oncometry.segmentation.architecture import Architecture
from oncometry.segmentation.backend import choose_backend, installed_backends
from oncometry.segmentation.inference_settings import InferenceSettings
from oncometry.segmentation.own_network import OwnNetwork
from oncometry.segmentation.weight_shapes import weight_shapes
from oncometry.segmentation.weights import write_network
from page import processor, replace, today

INPUTS = (Contrast.T1, Contrast.T1C, Contrast.T2, Contrast.FLAIR)
ENDS = ("t1n", "t1c", "t2w", "t2f")
REGIONS = (
    {"name": "WT", "labels": (1, 2, 3)},
    {"name": "TC", "labels": (1, 3)},
    {"name": "ET", "labels": (3,)},
)
ARCHITECTURE = Architecture(inputs=4, outputs=3)
CROP, CASE = (144, 192, 144), (240, 240, 155)
HEAD_RADII = (66.0, 85.0, 62.0)
MEBI = 1024.0


def random_weights() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(0)
    weights = {}
    for name, shape in weight_shapes(ARCHITECTURE).items():
        spread = np.sqrt(2 / np.prod(shape[1:])) if len(shape) == 5 else 0.1
        weights[name] = (rng.normal(0, spread, shape) + ("norm.weight" in name)).astype(np.float32)
    return weights


def smooth() -> np.ndarray:
    """(4, i, j, k) smooth images of deviation 1."""
    rng = np.random.default_rng(1)
    images = np.stack([gaussian_filter(rng.normal(size=CROP).astype(np.float32), 3) for _ in INPUTS])
    return np.asarray(images / images.std(), np.float32)


def write_case(folder: Path) -> None:
    """Four skull-stripped sequences, int16, as BraTS names them."""
    rng = np.random.default_rng(2)
    geometry = Geometry.from_parts(CASE, (1.0, 1.0, 1.0))
    axes = [(np.arange(n) - (n - 1) / 2) / r for n, r in zip(CASE, HEAD_RADII, strict=True)]
    inside = axes[0][:, None, None] ** 2 + axes[1][:, None] ** 2 + axes[2] ** 2 < 1
    for end in ENDS:
        texture = gaussian_filter(rng.normal(size=CASE).astype(np.float32), 2)
        values = 400 + 900 * texture + rng.normal(0, 12, CASE)
        image = Image(np.where(inside, values.clip(1), 0).astype(np.int16), geometry)
        write_volume(image, folder / f"made-{end}.nii.gz")


def write_made_network(folder: Path) -> Path:
    card = write_network(
        folder,
        random_weights(),
        name="made",
        version="0",
        task="tumor",
        inputs=INPUTS,
        scheme="brats-2023",
        regions=REGIONS,
        architecture=ARCHITECTURE,
        data="random weights",
        license="Apache-2.0",
    )
    return folder / f"{card.name}.json"


def peak_mb() -> float:
    """Of this process; the system's own count begins with what the parent had."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(x for x in status.read_text().splitlines() if x.startswith("VmHWM"))
        return float(line.split()[1]) / MEBI
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEBI


def timed(act: Callable[[], object]) -> tuple[float, float]:
    """CPU and wall seconds."""
    cpu, wall = time.process_time(), time.perf_counter()
    act()
    return time.process_time() - cpu, time.perf_counter() - wall


def run_crop(settings: InferenceSettings, repeat: int, logits: Path) -> dict[str, object]:
    backend, images = (
        choose_backend(ARCHITECTURE, random_weights(), settings),
        np.load(logits.with_name("crop.npy")),
    )
    before = peak_mb()
    first = timed(lambda: backend.run(images))
    cpu, wall = min((timed(lambda: backend.run(images)) for _ in range(repeat)), key=lambda t: t[1])
    peak = peak_mb() - before
    np.save(logits, backend.run(images))
    return {"name": backend.name, "cpu": cpu, "wall": wall, "first": first[1], "peak": peak}


def run_case(settings: InferenceSettings, folder: Path) -> dict[str, object]:
    network: list[OwnNetwork] = []

    def act() -> None:
        network.append(OwnNetwork.read(folder / "made.json", settings))
        segment_images(folder / "case", network[0], folder / "output")

    cpu, wall = timed(act)
    return {"name": network[0].backend.name, "cpu": cpu, "wall": wall, "peak": peak_mb()}


def alone(*given: str) -> dict[str, object]:
    """What this script gives in a process of its own."""
    command = [sys.executable, __file__, *given]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    answer: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return answer


def agreement(found: np.ndarray, reference: np.ndarray) -> tuple[float, float]:
    """Largest difference of logits, and mean Dice of the regions above each one's median."""
    dices = []
    for one, other in zip(found, reference, strict=True):
        cut = float(np.median(other))
        a, b = one > cut, other > cut
        dices.append(2 * (a & b).sum() / (a.sum() + b.sum()))
    return float(np.abs(found - reference).max()), float(np.mean(dices))


def compare(folder: Path, threads: int, repeat: int) -> str:
    write_made_network(folder)
    (folder / "case").mkdir()
    write_case(folder / "case")
    np.save(folder / "crop.npy", smooth())
    names = sorted(installed_backends(), key=lambda name: name != "torch")
    reference, crops, cases = None, [], []
    for name in names:
        asked = (
            "--backend",
            name,
            "--threads",
            str(threads),
            "--repeat",
            str(repeat),
            "--folder",
            str(folder),
        )
        told = alone("--alone", "crop", *asked)
        logits = np.load(folder / f"{name}.npy")
        reference = logits if reference is None else reference
        most, dice = agreement(logits, reference)
        crops.append(
            f"| {told['name']} | {told['cpu']:.1f} | {told['wall']:.1f} | {told['first']:.1f} | {told['peak']:.0f} "
            f"| {most:.1e} | {dice:.5f} |"
        )
        told = alone("--alone", "case", *asked)
        cases.append(f"| {told['name']} | {told['cpu']:.1f} | {told['wall']:.1f} | {told['peak']:.0f} |")
    return "\n".join(
        [
            f"{today()}, {processor()}, {threads} threads. The default architecture with random weights, which change no time.",
            "",
            f"The network alone, {' x '.join(map(str, CROP))} voxels of four sequences; best of {repeat}, and the first, "
            "which compiles:",
            "",
            "| backend | CPU s | wall s | first, wall s | MB beyond the input | largest difference to torch | Dice with torch |",
            "|---|---|---|---|---|---|---|",
            *crops,
            "",
            f"From four NIfTI files of {' x '.join(map(str, CASE))} to label map and probabilities, weights and compiling "
            "included:",
            "",
            "| backend | CPU s | wall s | peak MB of the process |",
            "|---|---|---|---|",
            *cases,
        ]
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--threads", type=int, default=cores())
    parser.add_argument("--backend")
    parser.add_argument("--alone", choices=["crop", "case"])
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--write", action="store_true")
    chosen = parser.parse_args()
    settings = InferenceSettings(backend=chosen.backend, threads=chosen.threads)
    if chosen.alone == "crop":
        place = chosen.folder / f"{chosen.backend}.npy"
        print(json.dumps(run_crop(settings, chosen.repeat, place)))
    elif chosen.alone == "case":
        print(json.dumps(run_case(settings, chosen.folder)))
    else:
        with tempfile.TemporaryDirectory() as folder:
            content = compare(Path(folder), chosen.threads, chosen.repeat)
        print(content)
        if chosen.write:
            replace("segmentation", content)


if __name__ == "__main__":
    main()
