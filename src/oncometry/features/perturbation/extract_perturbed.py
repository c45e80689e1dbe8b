"""Features of an image and its mask under every perturbation of a spec."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby
from typing import Any

from numpy.typing import NDArray

from oncometry.core.geometry import Index, Point
from oncometry.core.image import Image
from oncometry.core.segmentation import Mask, Segmentation
from oncometry.features.change import Change
from oncometry.features.extract import extract_changed, segments_asked
from oncometry.features.feature import Aggregation
from oncometry.features.fingerprint import image_hash
from oncometry.features.ibsi_spec import IbsiSpec
from oncometry.features.jobs import Jobs
from oncometry.features.perturbation.contour import REACH_MM, randomized
from oncometry.features.perturbation.draws import Drawn, Perturbation, perturbations, rng_of
from oncometry.features.perturbation.noise import with_noise
from oncometry.features.perturbation.spec import PerturbationSpec
from oncometry.features.perturbation.volume import room_to_grow, with_volume
from oncometry.features.pyradiomics_spec import PyradiomicsSpec
from oncometry.features.result import FeatureVector
from oncometry.features.spec import FeatureSpec

__all__ = ["PerturbedVectors", "extract_perturbed"]

_OF_VOLUMES = (Aggregation.AVERAGED_3D, Aggregation.MERGED_3D)


@dataclass(frozen=True)
class PerturbedVectors:
    """What `extract` gives of a perturbed image and mask; the hashes are those of image and mask as they came."""

    perturbation: Perturbation
    vectors: tuple[FeatureVector, ...]


@dataclass(frozen=True, eq=False)
class _Asked:
    image: Image
    segmentation: Segmentation
    spec: FeatureSpec
    perturbation: PerturbationSpec
    labels: tuple[int, ...]
    in_plane: bool


def extract_perturbed(
    image: Image,
    segmentation: Segmentation,
    spec: FeatureSpec,
    perturbation: PerturbationSpec,
    *,
    labels: Sequence[int] | None = None,
    threads: int = 1,
) -> tuple[PerturbedVectors, ...]:
    """Features of every segment under every perturbation, in the order of `perturbations`.

    A region that a perturbation leaves no voxel of has nulls with `MASK_EMPTY`.

    Args:
        image: on the grid of the segmentation.
        segmentation: on the same grid.
        spec: what to compute. A spec that resamples nothing is resampled to its own spacing where the grid moves.
        perturbation: what is perturbed.
        labels: as of `extract`.
        threads: perturbations worked on at once; values are bitwise the same for any number of them.

    Raises:
        GeometryError, LabelError, SettingsError: as `extract`.
    """
    numbers = tuple(s.number for s in segments_asked(segmentation, spec, labels))
    asked = _Asked(image, segmentation, spec, perturbation, numbers, _is_in_plane(spec))
    every = perturbations(perturbation, in_plane=asked.in_plane)
    found: list[PerturbedVectors] = []
    with Jobs(threads) as jobs:
        for noise, members in groupby(every, key=lambda p: p.noise):
            shown = _noisy(asked, noise)
            image_hash(shown)  # once, before all threads ask for it
            found += jobs.results([jobs.start(partial(_one, asked, shown, one)) for one in members])
    return tuple(found)


def _noisy(asked: _Asked, noise: int | None) -> Image:
    if noise is None:
        return asked.image
    rng = rng_of(asked.perturbation.seed, image_hash(asked.image), Drawn.NOISE, noise)
    return with_noise(asked.image, [asked.segmentation[n] for n in asked.labels], rng)


def _one(asked: _Asked, shown: Image, one: Perturbation) -> PerturbedVectors:
    drawn = one.contour is not None or one.volume_fraction != 0
    change = Change(one.pose, _Reshaped(asked, one), _reach_mm(asked, one)) if drawn else Change(one.pose)
    vectors = extract_changed(shown, asked.segmentation, asked.spec, asked.labels, change, Jobs(1))
    digest = image_hash(asked.image)
    return PerturbedVectors(one, tuple(replace(v, image_hash=digest) for v in vectors))


def _reach_mm(asked: _Asked, one: Perturbation) -> float:
    """How far about any region its new mask is drawn from."""
    spacing = asked.image.geometry.spacing_mm
    segments = [asked.segmentation[number] for number in asked.labels]
    rooms = [
        room_to_grow(s.array.T, spacing, one.volume_fraction, in_plane=asked.in_plane)
        for s in segments
        if s.array.size
    ]
    return max(REACH_MM, 2 * max(spacing)) + max(
        (float((room * spacing).max()) for room in rooms), default=0.0
    )


@dataclass(frozen=True, eq=False)
class _Reshaped:
    """`oncometry.features.change.Reshape`: first the volume, then the contour."""

    asked: _Asked
    one: Perturbation

    def __call__(
        self, image: NDArray[Any], spacing_mm: Point, start: Index, mask: Mask, number: int
    ) -> tuple[Index, Mask]:
        limits = (image.shape[2], image.shape[1], image.shape[0])
        in_plane, fraction = self.asked.in_plane, self.one.volume_fraction
        rng = self._rng(Drawn.VOLUME, number)
        start, mask = with_volume(start, mask, limits, spacing_mm, fraction, rng, in_plane=in_plane)
        if self.one.contour is None or not mask.any():
            return start, mask
        rng = self._rng(Drawn.CONTOUR, number)
        return randomized(image, start, mask, spacing_mm, rng, in_plane=in_plane)

    def _rng(self, what: Drawn, number: int) -> Any:
        seed, digest = self.asked.perturbation.seed, image_hash(self.asked.image)
        return rng_of(seed, digest, what, self.one.number, number)


def _is_in_plane(spec: FeatureSpec) -> bool:
    """Whether slices are to stay slices: where matrices are of slices, or only they are resampled."""
    if isinstance(spec, IbsiSpec):
        kept = spec.resample is not None and spec.resample.spacing_mm[2] is None
        return kept or any(a not in _OF_VOLUMES for a in spec.aggregations)
    if isinstance(spec, PyradiomicsSpec):
        return spec.setting.force_2d and spec.setting.force_2d_dimension == 0
    return False
