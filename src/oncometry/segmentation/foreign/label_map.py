"""A label map that a network of another make gave, without or with probabilities, as a result of ours."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from oncometry.core import (
    Code,
    CorruptInputError,
    GeometryError,
    Image,
    LabelError,
    Notice,
    Segment,
    Segmentation,
    scheme_named,
)
from oncometry.segmentation.card import NetworkCard
from oncometry.segmentation.scores import BRAIN, BRAIN_LABELS
from oncometry.segmentation.segmenter import Segmented

__all__ = ["segmented_labels"]

SAME_GRID_MM = 0.05


def segmented_labels(
    found: Image,
    card: NetworkCard,
    reference: Image,
    backend: str,
    notices: tuple[Notice, ...],
    renamed: Mapping[int, int] | None = None,
) -> Segmented:
    """A label map as a result; it has no probabilities, and nothing is said of how sure it is.

    Args:
        found: whole numbers, on the reference's grid.
        renamed: label of the map -> of the card's scheme; empty where they are the same.

    Raises:
        GeometryError: `GEOMETRY_MISMATCH`.
        LabelError: `LABEL_UNKNOWN`, a number that the card does not name.
        CorruptInputError: `CORRUPT`, values that are no labels.
    """
    if not found.geometry.matches(reference.geometry, SAME_GRID_MM):
        raise GeometryError(
            Code.GEOMETRY_MISMATCH,
            f"the network {card.name} gave another grid: {found.geometry.describe()}, "
            f"not {reference.geometry.describe()}.",
        )
    labels = _numbers(found.array, card, renamed or {})
    named = BRAIN_LABELS if card.scheme is None else scheme_named(card.scheme).labels
    wanted = sorted({number for region in card.regions for number in region.labels})
    segments = tuple(
        Segment.from_mask(number, *named[number], mask=np.asfortranarray(labels == number))
        for number in wanted
    )
    segmentation = Segmentation(reference.geometry, segments, card.scheme or BRAIN, "stated", reference.key)
    return Segmented(segmentation, {}, card, backend, notices)


def _numbers(array: NDArray[np.generic], card: NetworkCard, renamed: Mapping[int, int]) -> NDArray[np.int32]:
    values = np.asarray(array, np.float64)
    if not np.isfinite(values).all() or not np.array_equal(values, np.round(values)):
        raise CorruptInputError(Code.CORRUPT, f"the network {card.name} gave values that are no labels.")
    labels = values.astype(np.int32)
    wanted = {0, *(number for region in card.regions for number in region.labels)}
    known = set(renamed) | {0} if renamed else wanted
    strange = sorted({int(n) for n in np.unique(labels)} - known)
    if strange or not set(renamed.values()) <= wanted:
        raise LabelError(
            Code.LABEL_UNKNOWN,
            f"the network {card.name} gave labels {strange}, which its card does not name ({sorted(known - {0})}).",
            advice="Say in the card what they are: `regions`, and `labels` of its command.",
        )
    if not renamed:
        return labels
    moved = np.zeros_like(labels)
    for given, number in renamed.items():
        moved[labels == given] = number
    return moved
