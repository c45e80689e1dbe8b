"""A hint to a lesion: the region that most of several runs agree on, and how much they differ."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from oncometry.core import Code, Compartment, Image, Notice, OncometryError, Segment, Segmentation, Unit
from oncometry.core.geometry import Index
from oncometry.core.segmentation import Mask, bounding_box
from oncometry.segmentation.hint.border import unseen_share
from oncometry.segmentation.hint.check import check_hint, no_edge
from oncometry.segmentation.hint.hint import Hint
from oncometry.segmentation.hint.lesion import Found, find
from oncometry.segmentation.hint.moved import moved_hint, moved_settings
from oncometry.segmentation.hint.settings import HintSettings

__all__ = ["HintResult", "segment_hint"]

LEAST_APART = 0.15
"""Below it the intensities inside are those around: there is no outline to find."""
MOST_UNSEEN = 0.12
"""Part of the outline. Of the made lesions 100 to 105 (benchmarks/benchmark_hint.py), each from box and line, it told seven of
the eight whose volume was off by 1.2 or more upward, and none of the others."""
LOST = 0.25
"""A run that finds less than this part of the volume counts as that part."""
Z95 = 1.96
Probability = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class HintResult:
    """A lesion from a hint.

    Attributes:
        segmentation: one segment with probabilities; its `notices` are those below.
        volume_ml: of the voxels.
        interval_ml: 95 %, from runs with moved hints and weights.
        log_volume_sd: standard deviation of the log volume over the runs; 0 without reruns.
        agreement: mean Dice of the runs with the result, 0..1.
        apart: how far intensities inside and around differ, 0 not at all to 1.
        notices: what is worth saying.
    """

    segmentation: Segmentation
    volume_ml: float
    interval_ml: tuple[float, float]
    log_volume_sd: float
    agreement: float
    apart: float
    notices: tuple[Notice, ...]


def segment_hint(image: Image, hint: Hint, settings: HintSettings | None = None) -> HintResult:
    """Segment the lesion that a hint shows.

    Args:
        image: any modality; an image of two slices or more.
        hint: a click, a box or the RECIST line, LPS mm.
        settings: defaults if None.

    Raises:
        SettingsError: `HINT_OUTSIDE`, `HINT_IN_AIR`.
        UnsupportedError: `NOT_A_VOLUME`, `HINT_NO_EDGE` where nothing can be told from what is around it.
    """
    chosen = settings or HintSettings()
    check_hint(image, hint)
    first = find(image, hint, chosen)
    _check_found(first)
    runs = [first, *_reruns(image, hint, first, chosen)]
    start, layers = _layers(runs)
    mean = np.asarray(layers.mean(axis=0), dtype=np.float32)
    mask = _one_part(mean >= 0.5, layers[0])
    if not mask.any():
        mask = _one_part(layers[0] >= 0.5, layers[0])
    if not mask.any():
        raise no_edge("the region found is smaller than a voxel.")
    said = _notices(image, hint, runs[0])
    return _result(image, chosen, runs, start, layers, mean, mask, said)


def _reruns(image: Image, hint: Hint, first: Found, settings: HintSettings) -> list[Found]:
    """Runs with moved hints; one that finds nothing counts as no run."""
    runs = []
    taken = np.count_nonzero(first.region.inside > 0.5) * float(np.prod(first.grid.step_mm))
    size_mm = 2 * float(np.cbrt(3 * taken / (4 * np.pi)))
    for number in range(settings.reruns):
        rng = np.random.default_rng([settings.seed, number])
        other = moved_hint(hint, size_mm, settings.reader_share, rng)
        weights = moved_settings(settings, rng)
        try:
            check_hint(image, other)
        except OncometryError:
            other = hint
        runs.append(find(image, other, weights))
    return runs


def _check_found(found: Found) -> None:
    if np.ptp(found.grid.values) == 0:
        raise no_edge("the image is of one value around the hint.")
    if not (found.region.inside > 0.5).any():
        raise no_edge("nothing around the hint differs from what surrounds it.")
    if found.region.apart < LEAST_APART:
        raise no_edge(
            f"inside and around have the same intensities (difference {found.region.apart:.2f} of 1; "
            f"{LEAST_APART} is needed)."
        )


def _layers(runs: list[Found]) -> tuple[Index, Probability]:
    """First voxel, and (n, bi, bj, bk): each run on the image's voxels in one box that holds all."""
    starts = np.array([run.grid.start for run in runs])
    stops = starts + np.array([run.grid.shape for run in runs])
    low, high = starts.min(axis=0), stops.max(axis=0)
    layers = np.zeros((len(runs), *(high - low)), dtype=np.float32)
    for layer, run, start, stop in zip(layers, runs, starts - low, stops - low, strict=True):
        layer[tuple(slice(a, b) for a, b in zip(start, stop, strict=True))] = run.grid.on_image(
            run.region.inside
        )
    return (int(low[0]), int(low[1]), int(low[2])), layers


def _one_part(mask: Mask, first: Probability) -> Mask:
    """The connected part that shares most with the first run, its holes filled."""
    parts, count = ndimage.label(mask)
    if not count:
        return mask
    shared = np.bincount(parts.ravel(), weights=(first >= 0.5).ravel() + 1e-6)
    shared[0] = 0
    return np.asarray(ndimage.binary_fill_holes(parts == int(shared.argmax())), dtype=bool)


def _result(
    image: Image,
    settings: HintSettings,
    runs: list[Found],
    start: Index,
    layers: Probability,
    mean: Probability,
    mask: Mask,
    said: tuple[Notice, ...],
) -> HintResult:
    grid = image.geometry
    volumes = np.array([np.count_nonzero(layer >= 0.5) for layer in layers]) * grid.voxel_volume_mm3 / 1000
    volume = float(np.count_nonzero(mask)) * grid.voxel_volume_mm3 / 1000
    sd = float(np.std(np.log(np.maximum(volumes, volume * LOST)), ddof=1)) if len(runs) > 1 else 0.0
    reach = float(np.exp(Z95 * np.hypot(sd, settings.floor_share)))
    agreement = float(np.mean([_dice(layer >= 0.5, mask) for layer in layers]))
    notices = (*_unstable(settings, len(runs), sd, agreement), *said)
    corner, box = bounding_box(mask, margin=1)
    where = (start[0] + corner[0], start[1] + corner[1], start[2] + corner[2])
    probability = np.where(ndimage.binary_dilation(mask, iterations=3), mean, 0)
    probability = np.where(mask, np.maximum(probability, 0.5), np.minimum(probability, np.float32(0.4999)))
    segment = Segment(
        1,
        "tumor",
        Compartment.WHOLE,
        where,
        np.asfortranarray(mask[box]),
        probability=np.asfortranarray(probability[box].astype(np.float32)),
    )
    segmentation = Segmentation(grid, (segment,), key=f"hint:{image.key}", notices=notices)
    apart = float(runs[0].region.apart)
    return HintResult(segmentation, volume, (volume / reach, volume * reach), sd, agreement, apart, notices)


def _unstable(settings: HintSettings, runs: int, sd: float, agreement: float) -> tuple[Notice, ...]:
    if sd < settings.unstable_share:
        return ()
    what = (
        f"the volume depends on where exactly the hint lies: standard deviation {100 * sd:.0f} % over {runs} runs "
        f"(mean Dice {agreement:.2f}). Look at the outline; a box or a line holds it better than a click."
    )
    return (Notice(Code.HINT_UNSTABLE, what),)


def _notices(image: Image, hint: Hint, first: Found) -> tuple[Notice, ...]:
    """What runs with moved hints do not show."""
    said = []
    if hint.kind == "point" and image.unit is not Unit.HU:
        what = (
            "a click does not say which part of a tumor of several intensities is meant: outside of CT the volume can be "
            "a tenth of the tumor's, and the interval does not hold it. Look at the outline, or give the box or the line."
        )
        said.append(Notice(Code.HINT_AMBIGUOUS, what))
    unseen = unseen_share(first.grid.values, first.region.inside)
    if unseen > MOST_UNSEEN:
        what = (
            f"{100 * unseen:.0f} % of the outline is not seen in the image: both sides look alike there, or the other way "
            "round. It follows the hint's shape, the volume may be several times too large or too small, and then the "
            "interval does not hold it. Look at the outline."
        )
        said.append(Notice(Code.HINT_EDGE_UNSEEN, what))
    if first.grid.filled:
        what = f"{first.grid.filled} voxels near the hint are not finite; taken as the median."
        said.append(Notice(Code.NONFINITE_VOXELS, what))
    return tuple(said)


def _dice(one: Mask, other: Mask) -> float:
    both = np.count_nonzero(one) + np.count_nonzero(other)
    return 2 * np.count_nonzero(one & other) / both if both else 0.0
