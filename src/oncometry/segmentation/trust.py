"""How far a result can be trusted: each region's volume with an interval, and the Dice to be expected of it.

The interval is made of nested sets: the region at a higher and at a lower threshold, as far apart as held the true volume
in the stated share of the cases on which the card was calibrated (split conformal prediction with nested sets; Gupta
2022, doi:10.1016/j.patcog.2021.108496). It holds for cases like those, and for no others.

The expected Dice is the soft Dice confidence: what the mask's Dice with the truth would be if each voxel were tumor as often
as its probability says (Borges 2024, arXiv:2402.10665).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from oncometry.core import Code, Notice
from oncometry.segmentation.card import NetworkCard, RegionRule
from oncometry.segmentation.segmenter import Segmented

__all__ = [
    "RegionTrust",
    "expected_dice",
    "trust_in_words",
    "trust_notices",
    "trust_of",
    "volume_width",
    "widths_needed",
]

LARGEST_WIDTH = 6.0
"""Logits; probabilities are kept to 1/1024, which is as far."""
DOUBTFUL_DICE = 0.7
"""Expected Dice below which a reader is asked to look first."""


@dataclass(frozen=True)
class RegionTrust:
    """One region of a result.

    Attributes:
        volume_ml: of the mask, as the labels have it.
        interval_ml: around that volume, that holds the true volume in the card's share of cases like those it was calibrated
            on; None where the card has no calibration.
        expected_dice: None where nothing was found.
    """

    volume_ml: float
    interval_ml: tuple[float, float] | None
    expected_dice: float | None


def trust_of(segmented: Segmented) -> dict[str, RegionTrust]:
    """Region of the card -> how far it can be trusted; of a region without probabilities only its volume is known."""
    voxel_ml = segmented.segmentation.geometry.voxel_volume_mm3 / 1000
    return {
        rule.name: _region(segmented.regions[rule.name].array, _mask(segmented, rule), rule, voxel_ml)
        if rule.name in segmented.regions
        else RegionTrust(_voxels(segmented, rule) * voxel_ml, None, None)
        for rule in segmented.card.regions
    }


def trust_notices(trust: Mapping[str, RegionTrust], card: NetworkCard) -> tuple[Notice, ...]:
    """`SEGMENTATION_UNCERTAIN` where a reader should look before the numbers are used."""
    found = {name: region.expected_dice for name, region in trust.items() if region.expected_dice is not None}
    if not found and any(region.volume_ml > 0 for region in trust.values()):
        what = (
            f"the network {card.name} gives no probabilities: how sure it is of what it found is not known."
        )
    elif not found:
        what = f"the network {card.name} found nothing: that is no proof that nothing is there."
    elif doubtful := {name: dice for name, dice in found.items() if dice < DOUBTFUL_DICE}:
        told = ", ".join(f"{name} {dice:.2f}" for name, dice in doubtful.items())
        what = (
            f"the expected Dice is below {DOUBTFUL_DICE:g} ({told}): look at it before its numbers are used."
        )
    else:
        return ()
    return (Notice(Code.SEGMENTATION_UNCERTAIN, what),)


def trust_in_words(trust: Mapping[str, RegionTrust], card: NetworkCard) -> str:
    """'WT 61.2 ml (80 % interval 40.1 to 75.3), expected Dice 0.83; TC ...'."""
    told = []
    for name, region in trust.items():
        words = f"{name} {region.volume_ml:.3g} ml"
        if region.interval_ml is not None:
            low, high = region.interval_ml
            words += f" ({card.volume_coverage:.0%} interval {low:.3g} to {high:.3g})".replace("%", " %")
        if region.expected_dice is not None:
            words += f", expected Dice {region.expected_dice:.2f}"
        told.append(words)
    return "; ".join(told)


def expected_dice(probability: NDArray[np.floating], mask: NDArray[np.bool_]) -> float | None:
    """Soft Dice confidence of a mask; None where it is empty.

    Args:
        probability: (ni, nj, nk), calibrated.
    """
    size = float(np.count_nonzero(mask))
    if size == 0:
        return None
    inside = float(probability[mask].sum(dtype=np.float64))
    return 2 * inside / (size + float(probability.sum(dtype=np.float64)))


def widths_needed(
    probability: NDArray[np.floating], truth_voxels: int, threshold: float, widths: Sequence[float]
) -> float:
    """The smallest of some widths whose interval holds the true volume; infinite where none does."""
    for width in widths:
        low, high = _interval(probability, threshold, width)
        if low <= truth_voxels <= high:
            return float(width)
    return float("inf")


def volume_width(needed: Sequence[float], coverage: float) -> float | None:
    """The width for a new case, from those that calibration cases needed; None where they are too few or too wide.

    The ceil((n + 1) coverage)-th smallest, as split conformal prediction has it.
    """
    rank = int(np.ceil((len(needed) + 1) * coverage))
    if rank > len(needed):
        return None
    width = sorted(needed)[rank - 1]
    return width if np.isfinite(width) else None


def _voxels(segmented: Segmented, rule: RegionRule) -> int:
    """Of the segments that make up the region; they do not overlap."""
    return sum(s.voxels for s in segmented.segmentation if s.number in rule.labels)


def _mask(segmented: Segmented, rule: RegionRule) -> NDArray[np.bool_]:
    """The region as the labels have it."""
    numbers = [s.number for s in segmented.segmentation if s.number in rule.labels]
    whole = segmented.segmentation
    return whole.mask(*numbers) if numbers else np.zeros(whole.geometry.shape, bool)


def _region(
    probability: NDArray[np.float32], mask: NDArray[np.bool_], rule: RegionRule, voxel_ml: float
) -> RegionTrust:
    interval = None
    found = int(np.count_nonzero(mask))
    if rule.volume_width is not None:
        low, high = _interval(probability, rule.threshold, rule.volume_width)
        interval = (min(low, found) * voxel_ml, max(high, found) * voxel_ml)
    return RegionTrust(found * voxel_ml, interval, expected_dice(probability, mask))


def _interval(probability: NDArray[np.floating], threshold: float, width: float) -> tuple[int, int]:
    """Voxels of the region at thresholds that many logits above and below."""
    high, low = (expit(logit(threshold) + sign * width) for sign in (1.0, -1.0))
    return int(np.count_nonzero(probability > high)), int(np.count_nonzero(probability > low))
