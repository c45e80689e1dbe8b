"""Scores by lesion, by the rules of BraTS 2023.

A. W. Moawad et al., arXiv:2306.00838, and the challenge's public code (github.com/rachitsaluja/BraTS-2023-Metrics):
- lesions of the truth are its 26-connected components after it is grown three times by a voxel, edges included and
  corners not; their voxels stay as they were;
- the components of the prediction that touch a grown lesion are taken with it, whole;
- a lesion that nothing touches scores Dice 0 and 374 mm; so does each component of the prediction that touches none;
- lesions of the truth of at most 50 mm3 count neither as found nor as missed; what touches them is no false positive.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from oncometry import _native
from oncometry.core.segmentation import Mask
from oncometry.evaluation.regions import RegionPair
from oncometry.evaluation.settings import EvaluationSettings
from oncometry.evaluation.surface import surface_distances

__all__ = ["LesionScore", "Lesionwise", "lesionwise"]

Labels = NDArray[np.int32]
Box = tuple[slice, ...]


@dataclass(frozen=True)
class LesionScore:
    """One lesion of the truth.

    Attributes:
        volume_mm3: of its voxels.
        components: of the prediction that were taken with it.
        dice, hd95_mm: against these; 0 and the penalty if there are none.
        counted: whether it is large enough to be.
    """

    volume_mm3: float
    components: int
    dice: float
    hd95_mm: float
    counted: bool


@dataclass(frozen=True)
class Lesionwise:
    """The lesions of the truth, and how many components of the prediction belong to none."""

    lesions: tuple[LesionScore, ...]
    false_positives: int
    penalty_mm: float

    @property
    def true_positives(self) -> int:
        return sum(lesion.counted and lesion.components > 0 for lesion in self.lesions)

    @property
    def false_negatives(self) -> int:
        return sum(lesion.counted and lesion.components == 0 for lesion in self.lesions)

    @property
    def dice(self) -> float:
        """Mean over lesions and false positives, which score 0; 1 where there is neither."""
        scores = [lesion.dice for lesion in self.lesions if lesion.counted]
        count = len(scores) + self.false_positives
        return sum(scores) / count if count else 1.0

    @property
    def hd95_mm(self) -> float:
        """Mean over lesions and false positives, which score the penalty; 0 where there is neither."""
        scores = [lesion.hd95_mm for lesion in self.lesions if lesion.counted]
        count = len(scores) + self.false_positives
        return (sum(scores) + self.false_positives * self.penalty_mm) / count if count else 0.0

    @property
    def f1(self) -> float:
        """2 TP / (2 TP + FP + FN); 1 where there is nothing to find and nothing was found."""
        hits = 2 * self.true_positives
        total = hits + self.false_positives + self.false_negatives
        return hits / total if total else 1.0


def lesionwise(pair: RegionPair, settings: EvaluationSettings | None = None) -> Lesionwise:
    """Match the lesions of the truth with the components of the prediction. Distances are between surfels."""
    chosen = settings or EvaluationSettings()
    if pair.truth.size == 0:
        return Lesionwise((), 0, chosen.penalty_mm)
    predicted, truth = _with_margin(pair, chosen.dilation_voxels)
    grown, lesions = _components(_grown(truth, chosen.dilation_voxels))
    found, components = _components(predicted)
    touching = (grown > 0) & (found > 0)
    touched = np.unique(np.stack([grown[touching], found[touching]]), axis=1)
    lesion_boxes, boxes = ndimage.find_objects(grown), ndimage.find_objects(found)
    scores = []
    for lesion in range(1, lesions + 1):
        with_it = touched[1][touched[0] == lesion]
        box = _around([lesion_boxes[lesion - 1], *(boxes[c - 1] for c in with_it)])
        mine = truth[box] & (grown[box] == lesion)
        scores.append(
            _score(np.isin(found[box], with_it) & (found[box] > 0), mine, pair, chosen, len(with_it))
        )
    return Lesionwise(tuple(scores), components - len(np.unique(touched[1])), chosen.penalty_mm)


def _score(
    predicted: Mask, truth: Mask, pair: RegionPair, settings: EvaluationSettings, components: int
) -> LesionScore:
    size = int(np.count_nonzero(truth))
    volume_mm3 = size * pair.geometry.voxel_volume_mm3
    counted = bool(volume_mm3 > settings.lesion_volume_mm3)
    if components == 0:
        return LesionScore(volume_mm3, 0, 0.0, settings.penalty_mm, counted)
    dice = 2.0 * np.count_nonzero(predicted & truth) / (np.count_nonzero(predicted) + size)
    hd95_mm = surface_distances(predicted, truth, pair.geometry.spacing_mm).percentile_mm(95)
    return LesionScore(volume_mm3, components, float(dice), hd95_mm, counted)


def _with_margin(pair: RegionPair, margin: int) -> tuple[Mask, Mask]:
    """Both with so many voxels more on each side, as far as the grid reaches: nothing grows beyond it."""
    shape = pair.truth.shape
    widths = [
        (min(margin, first), min(margin, whole - first - size))
        for first, size, whole in zip(pair.start, shape, pair.geometry.shape, strict=True)
    ]
    return np.pad(pair.predicted, widths), np.pad(pair.truth, widths)


def _grown(mask: Mask, voxels: int) -> Mask:
    """Each voxel's 18 neighbors with it, so many times."""
    grown = mask.copy(order="F")
    for _ in range(voxels):
        planes = [_spread(grown, a, b) for a, b in ((0, 1), (0, 2), (1, 2))]
        grown = planes[0] | planes[1] | planes[2]
    return grown


def _spread(mask: Mask, *axes: int) -> Mask:
    """With the neighbors along the axes, one after the other: a square of three by three for two."""
    for axis in axes:
        spread = mask.copy(order="F")
        here, there = np.moveaxis(mask, axis, 0), np.moveaxis(spread, axis, 0)
        there[1:] |= here[:-1]
        there[:-1] |= here[1:]
        mask = spread
    return mask


def _components(mask: Mask) -> tuple[Labels, int]:
    labels, count = _native.components(np.ascontiguousarray(mask.T).view(np.uint8))
    return labels.T, count


def _around(boxes: Sequence[Box]) -> Box:
    """The box around boxes."""
    return tuple(
        slice(min(b[axis].start for b in boxes), max(b[axis].stop for b in boxes)) for axis in range(3)
    )
