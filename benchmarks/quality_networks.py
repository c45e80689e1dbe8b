"""How good the shipped networks are: calibrated on grown tumors, judged on other ones and on the real images there are.

    python benchmarks/quality_networks.py [DATA] [--tumor CARD] [--brain CARD] [--calibrate] [--write]

`--calibrate` puts temperature, volume intervals and the peak of parts that count into the tumor network's card; `--write` puts
what was measured into the cards, the tables into docs/segmentation-quality.md and the pictures beside it. DATA, or
ONCOMETRY_DATA, is the data folder.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import numpy as np

from judged_cases import demo_cases, real_cases
from made_heads import Examination, grown_cases, read_head, shaped_cases, whole_head
from network_agreement import agreement
from network_calibration import PEAKS, Seen, calibrated, write_card
from network_pictures import Pictured, draw_cases
from network_tables import Row, grouped, measured, table
from oncometry.core import Contrast, Geometry, OncometryError
from oncometry.core.segmentation import Mask, bounding_box
from oncometry.evaluation import EvaluationSettings, RegionPair, evaluate_pair
from oncometry.segmentation.brain_region import brain_region
from oncometry.segmentation.card import NetworkCard
from oncometry.segmentation.faint_parts import without_faint_parts
from oncometry.segmentation.inference_settings import InferenceSettings
from oncometry.segmentation.own_network import OwnNetwork
from oncometry.segmentation.segmenter import Segmented
from oncometry.segmentation.trust import RegionTrust, trust_of
from oncometry.segmentation.weights import read_card
from page import DOCS, asked_of_data, processor, today
from page import replace as put

PAGE = DOCS / "segmentation-quality.md"
SHIPPED = Path(__file__).parents[1] / "src/oncometry/segmentation/networks"
JUDGING, PEAKING = 24, 8
"""Expert shapes that judge, and those after them that set which parts count."""
HELD_OUT = ("training_seg_13", "training_seg_14")
SUBSETS = {
    "T1, T1c, T2, FLAIR": tuple(Contrast(c) for c in ("T1", "T1c", "T2", "FLAIR")),
    "T1c, FLAIR": (Contrast.T1C, Contrast.FLAIR),
    "T1c": (Contrast.T1C,),
    "FLAIR": (Contrast.FLAIR,),
}


@dataclass(frozen=True)
class Found:
    """What a network says of a case: masks of the regions, and how far each is to be trusted, where it says so."""

    masks: dict[str, Mask]
    trust: dict[str, RegionTrust] = field(default_factory=dict)


def judged(
    find: Callable[[Examination], Found],
    cases: Iterable[tuple[str, str, Examination]],
    pictured: list[Pictured],
) -> Iterator[Row]:
    """Every region of every case; a refusal counts as nothing found."""
    for name, sequences, case in cases:
        begun = time.perf_counter()
        grid = next(iter(case.images.values())).geometry
        try:
            found = find(case)
        except OncometryError as error:
            print(f"refused: {case.name}: {error}", file=sys.stderr)
            found = Found({r: np.zeros(grid.shape, bool) for r in case.truth})
        settings = EvaluationSettings()
        for region, truth in case.truth.items():
            scores = evaluate_pair(paired(region, found.masks[region], truth, grid), settings)
            yield Row(name, sequences, case.name, region, scores, found.trust.get(region))
            print(name, "|", sequences, "|", case.name, region, f"{scores.dice:.3f}", flush=True)
            if name == "demo cohort" and region == "WT":
                pictured.append(Pictured.of(case, found.masks, scores.dice))
        print(f"{time.perf_counter() - begun:.1f} s", flush=True)


def tumor_of(network: OwnNetwork, case: Examination) -> Found:
    """As `segment` finds it."""
    found = network.segment(case.images)
    masks = {r.name: found.segmentation.mask(*r.labels) for r in network.card.regions}
    return Found({region: masks[region] for region in case.truth}, trust_of(found))


def brain_of(network: OwnNetwork, case: Examination) -> Found:
    """As it is cut out for a tumor network: all images vote, the largest part, filled."""
    return Found({"brain": brain_region(case.images, None, network)[0]})


def paired(region: str, predicted: Mask, truth: Mask, grid: Geometry) -> RegionPair:
    """Both in the box that holds them."""
    start, box = bounding_box(predicted | truth)
    return RegionPair(region, grid, start, np.asfortranarray(predicted[box]), np.asfortranarray(truth[box]))


def with_sequences(case: Examination, chosen: tuple[Contrast, ...]) -> Examination:
    """The case with those of its images only."""
    return replace(case, images={c: image for c, image in case.images.items() if c in chosen})


def tumor_cases(data: Path, shapes: int, folder: Path) -> Iterator[tuple[str, str, Examination]]:
    """Set, sequences, case: none of them set the card's temperature or intervals."""
    for case in shaped_cases(held_out(data), expert_shapes(data, shapes)):
        for name, chosen in SUBSETS.items():
            yield "expert shapes", name, with_sequences(case, chosen)
    for case in demo_cases(folder / "demo", 6, 2):
        yield "demo cohort", "T1, T1c, T2, FLAIR", case
    for case in real_cases(data):
        yield "real", "T1c", case


def expert_shapes(data: Path, count: int) -> list[Path]:
    """The first label maps that experts drew."""
    return sorted((data / "imaging/msd-brats-labels/labelsTr").glob("*.nii.gz"))[:count]


def held_out(data: Path) -> list[Path]:
    """Label maps of the heads that no training saw."""
    return [data / "imaging/synthseg-label-maps" / f"{name}.nii.gz" for name in HELD_OUT]


def brain_cases(data: Path, each: int) -> Iterator[tuple[str, str, Examination]]:
    """Whole heads kept out, each of them drawn anew: one of the sequences, then all."""
    for number, path in enumerate(held_out(data)):
        head = read_head(path)
        for variant in range(each):
            case = whole_head(
                head, path.name.split(".")[0], np.random.default_rng([7777, 2, number, variant])
            )
            one = SUBSETS["T1, T1c, T2, FLAIR"][(number + variant) % 4]
            yield "heads kept out", "any one", with_sequences(case, (one,))
            yield "heads kept out", "T1, T1c, T2, FLAIR", case


def calibrate(network: OwnNetwork, data: Path, each: int) -> NetworkCard:
    """The card with temperature and intervals from grown tumors in the heads kept out."""
    plain = replace(network, card=network.card.model_copy(update={"temperature": 1.0, "peak": None}))
    seen: dict[str, list[Seen]] = {rule.name: [] for rule in network.card.regions}
    for case in grown_cases(held_out(data), each):
        found: Segmented = plain.segment(case.images)
        brain = np.asarray(next(iter(case.images.values())).array) != 0
        for name, cases in seen.items():
            cases.append(Seen(np.asarray(found.regions[name].array)[brain], case.truth[name][brain]))
    return calibrated(network.card, seen)


def peaked(network: OwnNetwork, data: Path) -> NetworkCard:
    """The card with the peak of best lesion-wise F1, on expert shapes that do not judge; all sequences, and T1c alone."""
    every = replace(network, card=network.card.model_copy(update={"peak": None}))
    scores: dict[float | None, list[float]] = {peak: [] for peak in PEAKS}
    for whole in shaped_cases(held_out(data), expert_shapes(data, JUDGING + PEAKING)[JUDGING:]):
        for chosen in (SUBSETS["T1, T1c, T2, FLAIR"], SUBSETS["T1c"]):
            found = every.segment(with_sequences(whole, chosen).images)
            grid = found.segmentation.geometry
            labels = np.asarray(found.segmentation.mask(), np.uint8)
            likely = [image.array for image in found.regions.values()]
            for peak in PEAKS:
                kept = labels if peak is None else without_faint_parts(labels, likely, peak, 1.0)[0]
                pair = paired("WT", kept > 0, whole.truth["WT"], grid)
                scores[peak].append(evaluate_pair(pair, EvaluationSettings()).lesion_f1)
    print("lesion-wise F1 by peak", {peak: round(float(np.mean(f1)), 3) for peak, f1 in scores.items()})
    best = max(PEAKS, key=lambda peak: np.mean(scores[peak]))
    return network.card.model_copy(update={"peak": best})


def main() -> None:
    """Calibrate and judge, print, and write where asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tumor", type=Path, default=SHIPPED / "starter-tumor.json")
    parser.add_argument("--brain", type=Path, default=SHIPPED / "starter-brain.json")
    parser.add_argument("--shapes", type=int, default=JUDGING, choices=range(1, JUDGING + 1), metavar="N")
    parser.add_argument("--each", type=int, default=12)
    parser.add_argument("--calibrate", action="store_true")
    asked = asked_of_data(parser)
    settings = InferenceSettings()
    brain = OwnNetwork.read(asked.brain, settings)
    tumor = OwnNetwork.read(asked.tumor, settings, brain)
    if asked.calibrate:
        card = calibrate(tumor, asked.data, asked.each)
        card = peaked(replace(tumor, card=card), asked.data)
        widths = {r.name: r.volume_width for r in card.regions}
        print("temperature", card.temperature, widths, "peak", card.peak, flush=True)
        write_card(card, asked.tumor)
        tumor = replace(tumor, card=card)
    pictured: list[Pictured] = []
    of_brain = grouped(judged(partial(brain_of, brain), brain_cases(asked.data, 8), []))
    with tempfile.TemporaryDirectory() as folder:
        cases = tumor_cases(asked.data, asked.shapes, Path(folder))
        of_tumor = grouped(judged(partial(tumor_of, tumor), cases, pictured))
    said = f"\n\n{today()}, {processor()}."
    alike = agreement(asked.tumor, shaped_cases(held_out(asked.data), expert_shapes(asked.data, 6)))
    tables = {
        "network brain": table(of_brain) + said,
        "network tumor": table(of_tumor) + said,
        "network backends": alike + said,
    }
    for name, text in tables.items():
        print(text)
        if asked.write:
            put(name, text, PAGE)
    if asked.write:
        for path, groups in ((asked.tumor, of_tumor), (asked.brain, of_brain)):
            write_card(read_card(path).model_copy(update={"measured": measured(groups)}), path)
        draw_cases(pictured, DOCS / "segmentation-cases.png")


if __name__ == "__main__":
    main()
