"""How often wrongly named sequences and turned heads are told, and how often right ones are.

    python benchmarks/sequence_order.py [DATA] [--each N] [--write]

On synthetic images of heads that set nothing of the rules, drawn with looks and poses anew; and on the real images of the data
folder. `--write` puts the tables into docs/segmentation-quality.md. DATA, or ONCOMETRY_DATA, is the data folder.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, permutations, product
from pathlib import Path

import numpy as np

from judged_cases import real_cases
from made_heads import Examination, coarse_cases
from oncometry.core import Contrast, Geometry, Image
from oncometry.core.geometry import Point
from oncometry.core.segmentation import Mask
from oncometry.io import read_volume
from oncometry.preprocessing import PreprocessingSettings, orient, register, resample
from oncometry.segmentation.brain_region import brain_region
from oncometry.segmentation.card import NetworkCard
from oncometry.segmentation.head_direction import turned_notices
from oncometry.segmentation.opening import open_network
from oncometry.segmentation.own_network import OwnNetwork
from oncometry.segmentation.prepare import prepare
from oncometry.segmentation.segmenter import Segmenter
from oncometry.segmentation.sequence_looks import Look, looks_of
from oncometry.segmentation.sequence_order import doubted_names
from page import DOCS, asked_of_data, processor, today
from page import replace as put

PAGE = DOCS / "segmentation-quality.md"
HEADS = ("training_seg_01", "training_seg_02")
VOXEL_MM = 2.0
SEQUENCES = (Contrast.T1, Contrast.T1C, Contrast.T2, Contrast.FLAIR)
RAW = {
    Contrast.T1C: "MRHR_T1_AX_POST*",
    Contrast.T1: "T1_AX*",
    Contrast.T2: "MRHR_T2*",
    Contrast.FLAIR: "MRHR_FLAIR*",
}
TURNS = {
    "as the header says": ((0, 1, 2), (False, False, False)),
    "mirrored, left for right": ((0, 1, 2), (True, False, False)),
    "upside down": ((0, 1, 2), (False, False, True)),
    "front to back": ((0, 1, 2), (False, True, False)),
    "both": ((0, 1, 2), (False, True, True)),
}
"""Axes, and whether each is turned back; ways by 90 degrees are all the others."""


@dataclass(frozen=True, eq=False)
class Seen:
    """One examination as the rules see it.

    Attributes:
        looks: statistics of its sequences inside the brain.
        brain: (i, j, k) on the images' own grid, axes LPS.
    """

    looks: Sequence[Look]
    brain: Mask
    spacing_mm: Point


def seen(case: Examination, card: NetworkCard, brain: Segmenter | None) -> Seen:
    """As a network sees it."""
    images = {contrast: orient(image, "LPS") for contrast, image in case.images.items()}
    inside, _ = brain_region(images, None, brain)
    reference = next(iter(images.values()))
    prepared = prepare(images, card, brain_mask=reference.with_array(inside.astype(np.float32)))
    values = {c: prepared.images[card.inputs.index(c)][prepared.brain] for c in prepared.used}
    return Seen(looks_of(values), inside, reference.geometry.spacing_mm)


def raw_case(data: Path) -> Examination:
    """The real patient with four sequences, laid on its T1c as `oncometry run` lays them."""
    place = data / "imaging/tcga-fg-6692-raw"
    raw = {c: replace(read_volume(next(place.glob(name))), contrast=c) for c, name in RAW.items()}
    fixed = raw[Contrast.T1C]
    return Examination("TCGA-FG-6692", {c: _laid(image, fixed) for c, image in raw.items()}, {})


def _laid(image: Image, fixed: Image) -> Image:
    if image is fixed:
        return image
    return resample(image, fixed.geometry, register(fixed, image, PreprocessingSettings()).matrix)


def renamed(looks: Sequence[Look], names: Sequence[Contrast], given: Sequence[Contrast]) -> Sequence[Look]:
    """What is seen of the images of `given` where they are named by `names`."""
    called = dict(zip(given, names, strict=True))
    return [
        replace(look, of=tuple(called[c] for c in look.of)) for look in looks if set(look.of) <= set(given)
    ]


def told(examinations: Sequence[Seen], names: Sequence[Contrast], given: Sequence[Contrast]) -> list[bool]:
    """Of each examination that has the sequences, whether the naming is told to be doubtful."""
    found = [renamed(one.looks, names, given) for one in examinations]
    return [bool(doubted_names(looks)) for looks in found if sum(len(x.of) == 1 for x in looks) == len(given)]


def namings(count: int) -> Iterator[tuple[str, tuple[Contrast, ...], tuple[Contrast, ...]]]:
    """What is wrong, names, and what the images are: every permutation of every subset of so many."""
    for given in combinations(SEQUENCES, count):
        for names in permutations(given):
            moved = [contrast for contrast, name in zip(given, names, strict=True) if contrast is not name]
            what = f"{moved[0]} and {moved[1]}" if len(moved) == 2 else "three or four moved"
            yield what if moved else "nothing: all as named", names, given


def share(found: Sequence[bool]) -> str:
    """'12 of 48', '-' of none."""
    return f"{sum(found)} of {len(found)}" if found else "-"


def swap_table(examinations: Sequence[Seen]) -> str:
    """What was swapped, against how many sequences were given."""
    rows: dict[str, dict[int, list[bool]]] = {}
    for count in (4, 3, 2):
        for what, names, given in namings(count):
            rows.setdefault(what, {}).setdefault(count, []).extend(told(examinations, names, given))
    lines = ["| wrong | four given | three given | two given |", "|---|---|---|---|"]
    return "\n".join(
        lines
        + [f"| {what} | {' | '.join(share(by.get(n, [])) for n in (4, 3, 2))} |" for what, by in rows.items()]
    )


def lone_table(examinations: Sequence[Seen]) -> str:
    """One image alone: what it is against what it was given as."""
    lines = [
        f"| one image, which is | {' | '.join(f'given as {c}' for c in SEQUENCES)} |",
        "|---|---|---|---|---|",
    ]
    for contrast in SEQUENCES:
        cells = [share(told(examinations, (name,), (contrast,))) for name in SEQUENCES]
        lines.append(f"| {contrast} | {' | '.join(cells)} |")
    return "\n".join(lines)


def turned(one: Seen, axes: Sequence[int], back: Sequence[bool]) -> bool:
    """Whether the brain, laid otherwise under a header of the same directions, is told."""
    brain = np.flip(one.brain.transpose(axes), [axis for axis in range(3) if back[axis]])
    i, j, k = brain.shape
    spacing = [one.spacing_mm[axis] for axis in axes]
    grid = Geometry.from_parts((i, j, k), spacing, (0, 0, 0), np.eye(3))
    return bool(turned_notices(brain, grid))


def turn_table(examinations: Sequence[Seen]) -> str:
    """How the head lies, against how often that is told."""
    lines = ["| the head lies | told |", "|---|---|"]
    for name, (axes, back) in TURNS.items():
        lines.append(f"| {name} | {share([turned(one, axes, back) for one in examinations])} |")
    quarter = [axes for axes in permutations(range(3)) if axes != (0, 1, 2)]
    found = [
        turned(one, axes, back)
        for one in examinations
        for axes, back in product(quarter, product((False, True), repeat=3))
    ]
    return "\n".join([*lines, f"| turned by 90 degrees, all 40 ways | {share(found)} |"])


def sets(data: Path, each: int) -> Iterator[tuple[str, list[Seen]]]:
    """Name of a set, its examinations."""
    network = open_network(None)
    brain = network.brain if isinstance(network, OwnNetwork) else None
    card = network.card.model_copy(update={"spacing_mm": (VOXEL_MM,) * 3})
    heads = [data / "imaging/synthseg-label-maps" / f"{name}.nii.gz" for name in HEADS]
    yield "drawn", [seen(case, card, None) for case in coarse_cases(heads, 2, each)]
    yield "real", [seen(case, card, brain) for case in (raw_case(data), *real_cases(data))]


def main() -> None:
    """Judge, print, and write where asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--each", type=int, default=24)
    asked = asked_of_data(parser)
    for name, found in sets(asked.data, asked.each):
        tables = "\n\n".join(
            (swap_table(found), lone_table(found), turn_table(found[::4] if name == "drawn" else found))
        )
        text = f"{tables}\n\n{len(found)} examinations, {today()}, {processor()}."
        print(f"{name}\n{text}", flush=True)
        if asked.write:
            put(f"order {name}", text, PAGE)


if __name__ == "__main__":
    main()
