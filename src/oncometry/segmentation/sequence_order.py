"""Whether images are of other sequences than they were given as: said only where it is plain.

Every way to name the images is held against what sequences look like (`sequence_looks`); the way they were named is
doubted where another fits better by a margin.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from oncometry.core import STRUCTURAL, Code, Contrast, Notice
from oncometry.segmentation.sequence_looks import Look, looks_of, usual_look

__all__ = ["doubted_names", "swapped_notices"]

FARTHEST = 16.0
"""What one statistic can say against a name at most: four spreads, squared."""
MARGIN_OF_FEW, MARGIN_OF_MORE = 6.0, 4.0
"""By how much another naming must fit better, for one or two images and for three or four, which say more together."""

Names = Mapping[Contrast, Contrast]
"""Sequence that an image was given as -> the one that it is taken for."""


def swapped_notices(values: Mapping[Contrast, NDArray[np.float32]]) -> list[Notice]:
    """A notice where images look to be of other sequences than they were given as.

    Args:
        values: sequence -> its values inside the brain, the same voxels in each.
    """
    known = {contrast: values[contrast] for contrast in STRUCTURAL if contrast in values}
    return doubted_names(looks_of(known)) if known else []


def doubted_names(looks: Sequence[Look]) -> list[Notice]:
    """The same of statistics that are there already."""
    given = [look.of[0] for look in looks if len(look.of) == 1]
    best = min(_namings(given), key=lambda names: _misfit(looks, names))
    gain = _misfit(looks, {contrast: contrast for contrast in given}) - _misfit(looks, best)
    return [_notice(looks, best, gain)] if gain > _margin(given) else []


def _margin(given: Sequence[Contrast]) -> float:
    return MARGIN_OF_FEW if len(given) < 3 else MARGIN_OF_MORE


def _namings(given: Sequence[Contrast]) -> Iterator[Names]:
    """Every way to name the images by the sequences given; one image alone, by any."""
    for names in permutations(given if len(given) > 1 else STRUCTURAL, len(given)):
        yield dict(zip(given, names, strict=True))


def _misfit(looks: Sequence[Look], names: Names) -> float:
    return sum(_against(look, names) for look in looks)


def _against(look: Look, names: Names) -> float:
    """Twice the negative logarithm of a normal density, cut off far out."""
    usual = usual_look(look, [names[contrast] for contrast in look.of])
    return min(((look.value - usual.mean) / usual.spread) ** 2, FARTHEST) + 2 * float(np.log(usual.spread))


def _notice(looks: Sequence[Look], best: Names, gain: float) -> Notice:
    stated = {contrast: contrast for contrast in best}
    plainest = max(looks, key=lambda look: _against(look, stated) - _against(look, best))
    moved = ", ".join(f"that given as {one} like {other}" for one, other in best.items() if one != other)
    usual = usual_look(plainest, plainest.of)
    what = {
        ("skewness", 1): "the skewness of {0}",
        ("skewness", 2): "the skewness of {1} less {0}",
        ("correlation", 2): "the rank correlation of {0} and {1}",
    }[plainest.kind, len(plainest.of)].format(*plainest.of)
    return Notice(
        Code.SEQUENCES_SWAPPED,
        f"images look to be of other sequences, {moved}: {what} in the brain is {plainest.value:.2f}, where "
        f"{usual.mean:.2f} is usual (misfit {gain:.0f} above that of the other naming, told above {_margin(list(best)):.0f}). "
        "Check which file is which.",
    )
