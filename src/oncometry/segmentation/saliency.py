"""Where a network looks: how far its answer falls when a place in the image is blurred away.

Occlusion (M. D. Zeiler and R. Fergus 2014, doi:10.1007/978-3-319-10590-1_53) asks a network only for answers, so that
it works with every backend. A patch is faded, under a smooth window, into the image's own blur (R. C. Fong and A.
Vedaldi 2017, doi:10.1109/ICCV.2017.371): a black box would be a structure of its own. Windows overlap by half and sum
to 1 everywhere; a voxel's saliency is the mean fall of the patches over it, weighed by their windows. It shows what
the answer depends on, not whether it is right.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field
from scipy import ndimage

from oncometry.core import Code, Contrast, Image, LabelError, SettingsError
from oncometry.core.geometry import FloatArray, Index
from oncometry.core.segmentation import Mask
from oncometry.segmentation.segmenter import Segmenter

__all__ = ["Answer", "Saliency", "SaliencySettings", "occlusion_saliency", "region_probability"]

Answer = Callable[[Mapping[Contrast, Image]], float]
"""The images of one examination to one number."""


class SaliencySettings(BaseModel):
    """How places are blurred away."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    patch_mm: float = Field(
        24.0, gt=0, description="Width of a patch; the next begins half of it further on."
    )
    blur_mm: float = Field(12.0, gt=0, description="Sigma of the blur that a patch is faded into.")


@dataclass(frozen=True, eq=False)
class Saliency:
    """Of one answer.

    Attributes:
        fall: on the images' grid, in the unit of the answer: above 0 where the image speaks for it, below 0 against.
        answer: of the images as they are.
        patches: that were blurred away, one answer each.
        by_sequence: fall of the answer when a whole sequence is blurred.
    """

    fall: Image
    answer: float
    patches: int
    by_sequence: Mapping[Contrast, float]


def occlusion_saliency(
    images: Mapping[Contrast, Image],
    answer: Answer,
    settings: SaliencySettings | None = None,
    within: Mask | None = None,
) -> Saliency:
    """Blur away one place after the other, in all sequences at once.

    Voxels that are exactly 0 in every sequence are no tissue (a skull taken off): they stay 0 and are not blurred in.

    Args:
        images: sequence -> image, all on one grid.
        answer: what is asked; it must give one finite number.
        settings: patches of 24 mm by default.
        within: on that grid: patches that touch none of it are left out, and count as no fall; None: all tissue.

    Raises:
        SettingsError: `SETTINGS`, there is no image, `within` has another shape, or the answer is not finite.
    """
    chosen = settings or SaliencySettings()
    if not images:
        raise SettingsError(Code.SETTINGS, "saliency needs an image.")
    reference = next(iter(images.values()))
    tissue = np.any([image.array != 0 for image in images.values()], axis=0)
    if within is not None and within.shape != tissue.shape:
        raise SettingsError(Code.SETTINGS, f"a mask of shape {within.shape} for images of {tissue.shape}.")
    asked = tissue if within is None else tissue & within
    blurred = {c: _blurred(image, tissue, chosen.blur_mm) for c, image in images.items()}
    before = _finite(answer(images))
    fall, patches = np.zeros(tissue.shape, dtype=np.float64), 0
    for place, window in _windows(reference, chosen.patch_mm):
        if not asked[place].any():
            continue
        faded = {c: _faded(image, blurred[c], place, window) for c, image in images.items()}
        fall[place] += (before - _finite(answer(faded))) * window
        patches += 1
    by_sequence = {
        c: before - _finite(answer({**images, c: image.with_array(blurred[c])}))
        for c, image in images.items()
    }
    return Saliency(Image(fall, reference.geometry), before, patches, by_sequence)


def region_probability(segmenter: Segmenter, region: str, where: Mask) -> Answer:
    """The answer 'mean probability of a region over a place', such as the region that was found in the images as they are.

    Args:
        segmenter: any.
        region: of its card.
        where: on the images' grid, not empty.

    Raises:
        SettingsError: `SETTINGS`, the place is empty.
        LabelError: `LABEL_UNKNOWN`, when asked, where the segmenter gives no such region.
    """
    if not where.any():
        raise SettingsError(Code.SETTINGS, f"the place where {region!r} is asked for is empty.")

    def answer(images: Mapping[Contrast, Image]) -> float:
        regions = segmenter.segment(images).regions
        if region not in regions:
            raise LabelError(Code.LABEL_UNKNOWN, f"{region!r} is none of {', '.join(regions)}.")
        return float(regions[region].array[where].mean())

    return answer


def _finite(value: float) -> float:
    if not np.isfinite(value):
        raise SettingsError(Code.SETTINGS, f"an answer to be explained is a finite number, not {value}.")
    return float(value)


def _blurred(image: Image, tissue: Mask, blur_mm: float) -> NDArray[np.float32]:
    """The blur of tissue alone; elsewhere the image."""
    sigma = [blur_mm / spacing for spacing in image.geometry.spacing_mm]
    inside = ndimage.gaussian_filter(np.where(tissue, image.array, 0.0).astype(np.float64), sigma)
    share = ndimage.gaussian_filter(tissue.astype(np.float64), sigma)
    found = np.where(tissue, inside / np.where(tissue, share, 1.0), image.array)
    return np.asarray(found, dtype=np.float32)


def _faded(image: Image, blurred: NDArray[np.float32], place: tuple[slice, ...], window: FloatArray) -> Image:
    array = image.array.astype(np.float32)
    array[place] += (blurred[place] - array[place]) * window.astype(np.float32)
    return image.with_array(array)


def _windows(image: Image, patch_mm: float) -> Iterator[tuple[tuple[slice, ...], FloatArray]]:
    """Places, and the window over each: products of squared cosines, which sum to 1 over all places."""
    shape: Index = image.geometry.shape
    axes = [
        _axis(n, max(round(patch_mm / 2 / spacing), 1))
        for n, spacing in zip(shape, image.geometry.spacing_mm, strict=True)
    ]
    for (a, wa), (b, wb), (c, wc) in product(*axes):
        yield (a, b, c), wa[:, None, None] * wb[:, None] * wc


def _axis(n: int, step: int) -> list[tuple[slice, FloatArray]]:
    """Along one axis of n voxels."""
    last = -(-(n - 1) // step) * step
    before = (last - (n - 1)) // 2
    found = []
    for center in range(-before, last - before + 1, step):
        start, stop = max(center - step + 1, 0), min(center + step, n)
        window = np.cos(np.pi / 2 * (np.arange(start, stop) - center) / step) ** 2
        found.append((slice(start, stop), window))
    return found
