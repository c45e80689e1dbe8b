"""Temperature and volume intervals of a network's card, from cases whose truth is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import expit, logit

from oncometry.io import write_text
from oncometry.segmentation.card import NetworkCard
from oncometry.segmentation.trust import volume_width, widths_needed

__all__ = ["PEAKS", "Seen", "calibrated", "temperature", "write_card"]

FINEST = 1 / 2048
"""Half of what probabilities are kept to."""
WIDTHS = tuple(np.linspace(0.0, 5.0, 101))
"""Beyond, the interval would be nothing to everything: that is no interval."""
COVERAGES = (0.9, 0.8, 0.7)
PEAKS = (None, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98)
"""Of parts that count, to choose from."""


@dataclass(frozen=True, eq=False)
class Seen:
    """One region of one case: (n,) probabilities inside the brain, and what is true."""

    probability: NDArray[np.float32]
    truth: NDArray[np.bool_]


def temperature(seen: Sequence[Seen], each: int = 20_000) -> float:
    """What logits are divided by so that the voxels' likelihood is largest (Guo 2017, arXiv:1706.04599).

    Args:
        seen: with the probabilities of temperature 1.
        each: voxels drawn from a case.
    """
    rng = np.random.default_rng(0)
    logits, truths = [], []
    for one in seen:
        at = rng.integers(0, one.truth.size, each)
        logits.append(logit(np.clip(one.probability[at].astype(np.float64), FINEST, 1 - FINEST)))
        truths.append(one.truth[at])
    scores, true = np.concatenate(logits), np.concatenate(truths)
    signed = np.where(true, scores, -scores)

    def cost(log_temperature: float) -> float:
        return float(np.logaddexp(0.0, -signed / np.exp(log_temperature)).mean())

    return float(np.exp(minimize_scalar(cost, bounds=(np.log(0.3), np.log(4.0)), method="bounded").x))


def calibrated(card: NetworkCard, seen: dict[str, list[Seen]]) -> NetworkCard:
    """The card with temperature and volume widths, from cases that were run at temperature 1.

    Coverage is the highest of `COVERAGES` at which every region has an interval; where none has, the card has none.
    """
    found = temperature([one for cases in seen.values() for one in cases])
    needed = {
        rule.name: [
            widths_needed(_cooled(one, found), int(np.count_nonzero(one.truth)), rule.threshold, WIDTHS)
            for one in seen[rule.name]
        ]
        for rule in card.regions
    }
    print({name: np.round(sorted(widths), 2).tolist() for name, widths in needed.items()})
    for coverage in COVERAGES:
        widths = {name: volume_width(each, coverage) for name, each in needed.items()}
        if None not in widths.values():
            break
    rules = tuple(
        rule.model_copy(update={"volume_width": _two_digits(widths[rule.name])}) for rule in card.regions
    )
    stated = {"temperature": round(found, 4), "regions": rules, "volume_coverage": coverage}
    return card.model_copy(update=stated)


def _two_digits(width: float | None) -> float | None:
    return None if width is None else round(width, 2)


def _cooled(one: Seen, found: float) -> NDArray[np.float64]:
    """Probabilities at that temperature; 0 and 1 stay what they are."""
    with np.errstate(divide="ignore"):
        return np.asarray(expit(logit(one.probability.astype(np.float64)) / found))


def write_card(card: NetworkCard, path: Path) -> None:
    """Over the card that is there."""
    write_text(path.with_suffix(".json"), card.model_dump_json(indent=1) + "\n")
