"""Held-out cases segmented whole, as inference does it, and held against their masks."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path

from oncometry.evaluation import EvaluationSettings, evaluate_pair, paired_regions, summarize
from oncometry.io import write_text
from oncometry.io.case_layouts import CaseFiles
from oncometry.pipeline import Reporter, counter
from oncometry.segmentation.card import MeasuredQuality
from oncometry.segmentation.segmenter import Segmenter
from oncometry.training.kept_cases import read_images, read_truth
from oncometry.training.lesson import Plan
from oncometry.training.regions import in_scheme

__all__ = ["CaseDice", "judged", "measured", "number_of", "quality_text", "read_table", "write_table"]

COMMAND = "oncometry train CONFIG -o DIR"


@dataclass(frozen=True)
class CaseDice:
    """One region of one case.

    Attributes:
        fold: counted from 1; 0 without cross-validation.
        hd95_mm: 374 where one of both is empty, as in BraTS.
        empty: '' or which is empty: 'both', 'prediction', 'truth'.
    """

    patient: str
    case: str
    fold: int
    region: str
    dice: float
    hd95_mm: float
    empty: str


def judged(
    network: Segmenter,
    cases: Sequence[CaseFiles],
    plan: Plan,
    scheme: str | None,
    fold: int,
    reporter: Reporter,
) -> tuple[CaseDice, ...]:
    """Dice and HD95 of each region of whole cases.

    Args:
        scheme: of the masks; None where the data set names their labels.
    """
    rows, progress = [], counter(reporter)
    for number, case in enumerate(cases, 1):
        images = read_images(case, plan.inputs)
        truth = in_scheme(read_truth(case, images, scheme), plan.scheme or "", plan.regions)
        found = network.segment(images).segmentation
        names = {rule.name for rule in plan.regions}
        for pair in paired_regions(found, truth):
            if pair.name in names:
                scores = evaluate_pair(pair, EvaluationSettings())
                numbers = scores.dice, scores.hd95_mm, scores.empty
                rows.append(CaseDice(case.patient, case.name, fold, pair.name, *numbers))
        progress("judging held-out cases", number, len(cases))
    return tuple(rows)


def measured(rows: Sequence[CaseDice], what: str) -> tuple[MeasuredQuality, ...]:
    """Mean Dice of each region with its 95 % bootstrap interval over patients; each counts once, by its cases' mean.

    Args:
        what: the data, for the card.
    """
    found = []
    for region in dict.fromkeys(row.region for row in rows):
        of_patient = defaultdict(list)
        for row in rows:
            if row.region == region:
                of_patient[row.patient].append(row.dice)
        summary = summarize([sum(dice) / len(dice) for dice in of_patient.values()])
        between, count = summary.mean_interval, sum(map(len, of_patient.values()))
        unknown = "" if between else "; of one patient there is no interval"
        found.append(
            MeasuredQuality(
                data=f"{what}: {number_of(count, 'whole case')} of {number_of(len(of_patient), 'patient')}{unknown}",
                region=region,
                dice=summary.mean or 0.0,
                low=between.low if between else 0.0,
                high=between.high if between else 1.0,
                cases=count,
                command=COMMAND,
            )
        )
    return tuple(found)


def number_of(count: int, noun: str) -> str:
    """'1 case', '2 cases'."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def quality_text(quality: Sequence[MeasuredQuality]) -> str:
    """'WT 0.812 TC 0.702 ET 0.655': the mean Dice of each region."""
    return " ".join(f"{one.region} {one.dice:.3f}" for one in quality)


def write_table(rows: Sequence[CaseDice], path: Path) -> None:
    """One row a region of a case."""
    stream = io.StringIO()
    table = csv.writer(stream, lineterminator="\n")
    table.writerow([field.name for field in fields(CaseDice)])
    table.writerows(astuple(row) for row in rows)
    write_text(path, stream.getvalue())


def read_table(path: Path) -> tuple[CaseDice, ...]:
    """What `write_table` wrote."""
    with path.open(encoding="utf-8", newline="") as stream:
        return tuple(
            CaseDice(
                row["patient"],
                row["case"],
                int(row["fold"]),
                row["region"],
                float(row["dice"]),
                float(row["hd95_mm"]),
                row["empty"],
            )
            for row in csv.DictReader(stream)
        )
