"""How near a lesion from a hint comes to the truth: made-up lesions, and the STS_006 CT where the data are.

    python benchmarks/benchmark_hint.py [DATA] [--each 8] [--candidates] [--write]

`--candidates` compares ways to do it, on lesions that the judged ones are not among. `--write` puts the tables into
docs/segmentation-quality.md. DATA, or ONCOMETRY_DATA, is the data folder.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from hint_candidates import CANDIDATES
from oncometry.convert import as_segmentation
from oncometry.core import Image, OncometryError, Segmentation
from oncometry.core.segmentation import Mask
from oncometry.io import read_volume
from oncometry.measurement import measure
from oncometry.segmentation.hint import Box, Diameter, Hint, Point, segment_hint
from page import DOCS, processor, replace, today

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from segmentation.hint.made_lesion import TISSUES, make_lesion

PAGE = DOCS / "segmentation-quality.md"
STS = Path("imaging/ibsi-sts-dicom-STS_006/dicom/STS_006/CT")
TUNED = 100
"""Lesions from this number on chose the settings; those below judge them."""
KINDS = ("point", "box", "diameter")
HEAD = (
    "| lesions | hint | n | median Dice [95 %] | 10th percentile | volume, median ratio | truth in interval "
    "| told unstable | told unseen | refused |\n|---|---|---|---|---|---|---|---|---|---|"
)


@dataclass(frozen=True)
class Judged:
    """One hint of one lesion."""

    tissue: str
    kind: str
    dice: float
    ratio: float
    within: bool
    told: tuple[str, ...]
    refused: bool


def hints_of(truth: Segmentation, rng: np.random.Generator) -> tuple[Hint, ...]:
    """As a reader gives them: a click off the middle, a box 4 % off on each side, our longest diameter."""
    grid = truth.geometry
    index = np.argwhere(truth.mask())
    away = np.linalg.norm((index - index.mean(axis=0)) * grid.spacing_mm, axis=1)
    middle = index[away <= max(0.3 * away.max(), away.min() + 1e-6)]
    click = grid.to_world(middle[rng.integers(len(middle))])
    low, high = grid.to_world(index.min(axis=0) - 0.5), grid.to_world(index.max(axis=0) + 0.5)
    off = 0.04 * rng.normal(size=(2, 3)) * (high - low)
    line = max(
        (m.longest for m in measure(truth).lesions[0].measurements if m.longest), key=lambda d: d.length_mm
    )
    return (
        Point(tuple(click)),
        Box(tuple(low + off[0]), tuple(high + off[1])),
        Diameter(line.start_lps_mm, line.end_lps_mm),
    )


def dice(one: Mask, other: Mask) -> float:
    """Twice the common voxels over all."""
    return float(2 * np.count_nonzero(one & other) / max(np.count_nonzero(one) + np.count_nonzero(other), 1))


def judge(tissue: str, image: Image, truth: Segmentation, hint: Hint) -> Judged:
    """One hint against the truth; a refusal is a Dice of 0."""
    mask = truth.mask()
    real = np.count_nonzero(mask) * truth.geometry.voxel_volume_mm3 / 1000
    try:
        result = segment_hint(image, hint)
    except OncometryError:
        return Judged(tissue, hint.kind, 0.0, 0.0, False, (), True)
    low, high = result.interval_ml
    told = tuple(str(n.code) for n in result.notices)
    overlap = dice(result.segmentation.mask(), mask)
    return Judged(tissue, hint.kind, overlap, result.volume_ml / real, low <= real <= high, told, False)


def judged(each: int) -> Iterator[Judged]:
    """All hints of `each` lesions of every tissue."""
    for tissue in TISSUES:
        for number in range(each):
            made = make_lesion(number, tissue)
            for hint in hints_of(made.truth, np.random.default_rng(number)):
                done = judge(tissue, made.image, made.truth, hint)
                print(made.name, done, flush=True)
                yield done


def summary(name: str, rows: list[Judged]) -> Iterator[str]:
    """Rows of the table, a kind of hint each; the interval of the median by 2000 bootstrap samples."""
    rng = np.random.default_rng(0)
    for kind in KINDS:
        chosen = [row for row in rows if row.kind == kind]
        scores = np.array([row.dice for row in chosen])
        drawn = np.median(rng.choice(scores, (2000, len(scores))), axis=1)
        low, high = np.quantile(drawn, (0.025, 0.975))
        ratio = np.median([row.ratio for row in chosen if not row.refused])
        within, refused = (sum(getattr(row, what) for row in chosen) for what in ("within", "refused"))
        unstable, unseen = (
            sum(code in row.told for row in chosen) for code in ("HINT_UNSTABLE", "HINT_EDGE_UNSEEN")
        )
        yield (
            f"| {name} | {kind} | {len(chosen)} | {np.median(scores):.3f} [{low:.3f}, {high:.3f}] "
            f"| {np.quantile(scores, 0.1):.3f} | {ratio:.2f} | {within} | {unstable} | {unseen} | {refused} |"
        )


def real_cases(data: Path) -> Iterator[Judged]:
    """STS_006, the GTV of a soft-tissue sarcoma on its CT, and two brain tumors on T1c."""
    image = read_volume(data / STS / "image")
    yield from judged_case("STS_006, CT", image, next((data / STS / "mask").glob("*.dcm")))
    for name in ("brain1", "brain2"):
        place = data / "imaging/pyradiomics"
        yield from judged_case(
            f"{name}, T1c", read_volume(place / f"{name}_image.nrrd"), place / f"{name}_label.nrrd"
        )


def judged_case(name: str, image: Image, mask: Path) -> Iterator[Judged]:
    """All hints of the largest segment of a mask."""
    truth = as_segmentation(mask, image_geometry=image.geometry)
    whole = Segmentation(truth.geometry, (max(truth.segments, key=lambda s: s.voxels),))
    for hint in hints_of(whole, np.random.default_rng(0)):
        yield judge(name, image, whole, hint)


def real_table(rows: Iterable[Judged]) -> str:
    """A row a hint."""
    head = "| case | hint | Dice | volume ratio | truth in interval | told |\n|---|---|---|---|---|---|"
    lines = [
        f"| {row.tissue} | {row.kind} | {row.dice:.3f} | {row.ratio:.2f} | {'yes' if row.within else 'no'} "
        f"| {'refused' if row.refused else ', '.join(row.told) or '-'} |"
        for row in rows
    ]
    return "\n".join([head, *lines])


def candidates() -> Iterator[str]:
    """Rows of the comparison: Dice of each way from the RECIST line, without reruns."""
    made = [make_lesion(n, tissue) for tissue in TISSUES for n in range(TUNED, TUNED + 4)]
    lines = [hints_of(m.truth, np.random.default_rng(0))[2] for m in made]
    for name, way in CANDIDATES.items():
        scores, begun = [], time.perf_counter()
        for m, line in zip(made, lines, strict=True):
            grid, inside = way(m.image, line)
            full = np.zeros(m.image.geometry.shape, bool)
            full[tuple(slice(a, a + n) for a, n in zip(grid.start, grid.shape, strict=True))] = (
                grid.on_image(inside) >= 0.5
            )
            scores.append(dice(full, m.truth.mask()))
        took = (time.perf_counter() - begun) / len(made)
        row = f"| {name} | {len(scores)} | {np.median(scores):.3f} | {np.quantile(scores, 0.1):.3f} | {took:.1f} |"
        print(row, flush=True)
        yield row


def main() -> None:
    """Print, and write where asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", nargs="?", type=Path, default=os.environ.get("ONCOMETRY_DATA"))
    parser.add_argument("--each", type=int, default=8)
    parser.add_argument("--candidates", action="store_true")
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    if asked.candidates:
        head = "| way, from the RECIST line | n | median Dice | 10th percentile | s a lesion |\n|---|---|---|---|---|"
        tables = {"hint candidates": "\n".join([head, *candidates()])}
    else:
        rows = list(judged(asked.each))
        lines = list(summary("all made", rows))
        for tissue in TISSUES:
            lines += summary(f"{tissue}-like", [row for row in rows if row.tissue == tissue])
        kinds = ", ".join(f"{asked.each} {tissue}" for tissue in TISSUES)
        said = (
            f"\n\n{asked.each * len(TISSUES)} made lesions of 8 to 60 mm ({kinds}), slices 1 to 5 mm apart, {today()}, "
            f"{processor()}; seven runs each."
        )
        tables = {"hint made": "\n".join([HEAD, *lines]) + said}
        if asked.data is not None:
            tables["hint real"] = real_table(real_cases(Path(asked.data)))
    for name, table in tables.items():
        print(table)
        if asked.write:
            replace(name, table, PAGE)


if __name__ == "__main__":
    main()
