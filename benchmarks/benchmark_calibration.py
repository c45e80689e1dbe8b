"""Of calls given a chance, how many are right; and how often two readings of an unchanged lesion differ.

    ONCOMETRY_DATA=DATA python benchmarks/benchmark_calibration.py [--write]

Real masks (msd-brats-labels) are read with jittered contours (tests/response/bank.py) at every visit of simulated
timelines (tests/response/calibration.py): the errors are those of measured masks, not of the model. `--write` puts
tables and the reliability diagram into docs/uncertainty.md.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import matplotlib as mpl
import nibabel as nib
import numpy as np
from matplotlib import pyplot as plt

from oncometry.core.segmentation import Mask
from oncometry.response.registry import criterion_named
from page import DOCS, asked_of_data, replace, today

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.response.bank import Bank, largest, make_bank
from tests.response.calibration import Calls, calls, false_alarms, unchanged, varied

PAGE, PICTURE = DOCS / "uncertainty.md", DOCS / "uncertainty-calibration.svg"
NAMES = ("recist-1.1", "macdonald", "volumetric")
EDGES = (0.0, 0.45, 0.55, 0.65, 0.75, 0.85, 0.95, 1.0 + 1e-9)
TUMOR = (2, 3)
"""Labels of the tumor without its edema."""

TIMELINES, OTHERS, MASKS = 10_000, 500, 12
Z = 1.96


def main() -> None:
    asked = asked_of_data(argparse.ArgumentParser(description=__doc__.splitlines()[0]))
    masks = list(real_masks(asked.data / "imaging" / "msd-brats-labels" / "labelsTr", MASKS))
    bank = make_bank(masks, readers=3, repetitions=6, seed=1)
    criteria = [criterion_named(name) for name in NAMES]
    found = calls(criteria, varied(TIMELINES, bank, seed=2))
    text = [f"{today()}, {TIMELINES} timelines, {len(masks)} masks.", "", *reliability(found)]
    text += ["", "Noisier and quieter readers than published, calls given 75 to 85 %:", ""]
    text += noise(masks[:4])
    text += ["", "Two readings of lesions that did not change, anything but SD:", "", *control(bank)]
    print("\n".join(text))
    if asked.write:
        replace("calibration", "\n".join(text), PAGE)
        draw(found)


def real_masks(folder: Path, count: int) -> Iterator[Mask]:
    """The largest lesion of each of the first scans that have one of at least 300 voxels (1 mm)."""
    for path in sorted(folder.glob("*.nii.gz")):
        mask = np.isin(np.asarray(nib.load(path).dataobj), TUMOR)
        if mask.any() and np.count_nonzero(lesion := largest(mask)) >= 300:
            yield lesion
            count -= 1
        if not count:
            return


def reliability(found: Sequence[Calls]) -> Iterator[str]:
    """A row a bin of chances."""
    yield (
        "| chance given, % | "
        + " | ".join(f"{name}: calls | given, % | right, % (95 %)" for name in NAMES)
        + " |"
    )
    yield "|---" * (1 + 3 * len(NAMES)) + "|"
    for low, high in pairwise(EDGES):
        cells = [_cell(calls_, low, high) for calls_ in found]
        yield f"| {100 * low:.0f}-{min(100 * high, 100):.0f} | " + " | ".join(cells) + " |"


def noise(masks: Sequence[Mask]) -> Iterator[str]:
    """The same with other readers."""
    yield (
        "| readers' spread, times the published | " + " | ".join(f"{name}: right, %" for name in NAMES) + " |"
    )
    yield "|---" * (1 + len(NAMES)) + "|"
    criteria = [criterion_named(name) for name in NAMES]
    for amplitude in (0.5, 1.0, 1.5):
        bank = make_bank(masks, readers=2, repetitions=4, seed=3, amplitude=amplitude)
        found = calls(criteria, varied(OTHERS, bank, seed=4))
        shares = [f"{100 * c.right[_within(c, 0.75, 0.85)].mean():.0f}" for c in found]
        yield f"| {amplitude:g} | " + " | ".join(shares) + " |"


def control(bank: Bank) -> Iterator[str]:
    """The negative control."""
    yield "| lesions | " + " | ".join(f"{name}: called, % | given, %" for name in NAMES) + " |"
    yield "|---" * (1 + 2 * len(NAMES)) + "|"
    for lesions in (1, 2, 5):
        rates = [
            false_alarms(criterion_named(n), unchanged(2 * OTHERS, lesions, bank, seed=5)) for n in NAMES
        ]
        yield f"| {lesions} | " + " | ".join(f"{100 * a:.1f} | {100 * b:.1f}" for a, b in rates) + " |"


def draw(found: Sequence[Calls]) -> None:
    """The reliability diagram."""
    mpl.rcParams["svg.hashsalt"] = "oncometry"
    figure, axes = plt.subplots(figsize=(5, 4.6))
    axes.plot([0.3, 1], [0.3, 1], color="0.7", linewidth=1)
    for name, calls_ in zip(NAMES, found, strict=True):
        parts = [_within(calls_, a, b) for a, b in pairwise(EDGES)]
        given = [calls_.chance[p].mean() for p in parts]
        right = np.array([calls_.right[p].mean() for p in parts])
        error = np.array([Z * np.sqrt(r * (1 - r) / p.sum()) for r, p in zip(right, parts, strict=True)])
        axes.errorbar(given, right, error, marker="o", markersize=4, linewidth=1, capsize=2, label=name)
    axes.set(xlabel="chance given to the call", ylabel="part of such calls that are right")
    axes.legend(frameon=False)
    figure.tight_layout()
    figure.savefig(PICTURE, metadata={"Date": None})


def _within(calls_: Calls, low: float, high: float) -> np.ndarray:
    return (calls_.chance >= low) & (calls_.chance < high)


def _cell(calls_: Calls, low: float, high: float) -> str:
    there = _within(calls_, low, high)
    count, right = int(there.sum()), float(calls_.right[there].mean())
    half = 100 * Z * np.sqrt(right * (1 - right) / count)
    return f"{count} | {100 * calls_.chance[there].mean():.1f} | {100 * right:.1f} (± {half:.1f})"


if __name__ == "__main__":
    main()
