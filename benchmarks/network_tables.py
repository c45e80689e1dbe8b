"""What was judged, as tables of docs/segmentation-quality.md and as what a card says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from scipy.stats import spearmanr

from oncometry.evaluation import RegionScores, summarize
from oncometry.segmentation.card import MeasuredQuality
from oncometry.segmentation.trust import RegionTrust

__all__ = ["Row", "grouped", "measured", "table"]

COMMAND = "python benchmarks/quality_networks.py DATA --write"
HEAD = (
    "| cases | sequences | region | n | Dice, mean [95 %] | median | HD95 mm, median | lesion-wise Dice "
    "| volume in interval | quality told, rank correlation |\n|---|---|---|---|---|---|---|---|---|---|"
)


@dataclass(frozen=True)
class Row:
    """One region of one case."""

    cases: str
    sequences: str
    case: str
    region: str
    scores: RegionScores
    trust: RegionTrust | None


def grouped(rows: Iterable[Row]) -> dict[tuple[str, str, str], list[Row]]:
    """By set, sequences and region, in the order in which they came."""
    groups: dict[tuple[str, str, str], list[Row]] = {}
    for row in rows:
        groups.setdefault((row.cases, row.sequences, row.region), []).append(row)
    return groups


def table(groups: Mapping[tuple[str, str, str], list[Row]]) -> str:
    """Cases in which the region is not there are left out of Dice, and kept in the interval's count."""
    lines = [HEAD]
    for (name, sequences, region), rows in groups.items():
        there = [row for row in rows if row.scores.empty not in ("both", "truth")]
        dice = summarize([row.scores.dice for row in there])
        if dice.mean is None:
            continue
        interval = dice.mean_interval
        span = f" [{interval.low:.3f}, {interval.high:.3f}]" if interval else ""
        hd95 = np.median([row.scores.hd95_mm for row in there])
        lesion = np.mean([row.scores.lesion_dice for row in there])
        lines.append(
            f"| {name} | {sequences} | {region} | {dice.n} | {dice.mean:.3f}{span} | {dice.median:.3f} | {hd95:.1f} "
            f"| {lesion:.3f} | {held(rows)} | {told(there)} |"
        )
    return "\n".join(lines)


def held(rows: list[Row]) -> str:
    """How many true volumes lie in their intervals."""
    known = [
        (row.trust.interval_ml, row.scores.sizes.volume_truth_ml)
        for row in rows
        if row.trust and row.trust.interval_ml
    ]
    inside = sum(span[0] - 1e-6 <= volume <= span[1] + 1e-6 for span, volume in known if span)
    return f"{inside} of {len(known)}" if known else "-"


def told(rows: list[Row]) -> str:
    """Spearman's correlation of the expected Dice with the Dice."""
    known = [
        (row.trust.expected_dice, row.scores.dice)
        for row in rows
        if row.trust and row.trust.expected_dice is not None
    ]
    return f"{spearmanr(*zip(*known, strict=True)).statistic:.2f}" if len(known) > 5 else "-"


def measured(groups: Mapping[tuple[str, str, str], list[Row]]) -> tuple[MeasuredQuality, ...]:
    """What the card says."""
    kinds = {
        "expert shapes": "synthetic images of two heads kept out of training, tumors of expert label maps",
        "demo cohort": "synthetic images of the demo cohort, sequences not registered",
        "real": "real T1c with one mask each, of unstated extent",
        "heads kept out": "synthetic images of two heads kept out of training",
    }
    found = []
    for (name, sequences, region), rows in groups.items():
        dice = summarize([row.scores.dice for row in rows if row.scores.empty not in ("both", "truth")])
        if dice.mean is not None and dice.mean_interval is not None:
            low, high = dice.mean_interval.low, dice.mean_interval.high
            numbers = {"dice": dice.mean, "low": low, "high": high}
            found.append(
                MeasuredQuality(
                    data=f"{kinds[name]}; {sequences}",
                    region=region,
                    cases=dice.n,
                    command=COMMAND,
                    **{key: round(value, 4) for key, value in numbers.items()},
                )
            )
    return tuple(found)
