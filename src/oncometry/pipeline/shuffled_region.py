"""Features of regions whose voxels changed places: what is left of a signature when the picture is gone.

A control: shape and size stay as they are, and so does the histogram; texture becomes that of noise. A signature that works as
well on shuffled voxels says no more than these (Welch 2019, doi:10.1016/j.radonc.2018.10.027).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from oncometry.core import Compartment, Contrast, Image, Modality, Segment, Segmentation, Unit
from oncometry.core.geometry import FloatArray
from oncometry.features import FeatureSpec, extract
from oncometry.features.columns import wide_name
from oncometry.io import read_mask_file, read_volume
from oncometry.measurement import MeasurementSettings, coverage, lesion_masks, region_in_image
from oncometry.pipeline.step import StepCache, Work
from oncometry.store.provenance import StepInput

__all__ = ["ShuffledRegion", "ShufflingTask", "shuffle_voxels", "shuffled_regions"]

WHOLE = 0.99
"""Part of a region that must lie in the image's field, as of the features of a run."""


@dataclass(frozen=True)
class ShuffledRegion:
    """One region: lesion in the mask, compartment, and its features by the names of `features_wide`; none if left out."""

    lesion: int
    compartment: str
    names: tuple[str, ...] = ()
    values: tuple[float | None, ...] = ()


@dataclass(frozen=True, eq=False)
class ShufflingTask:
    """Regions of one mask in one image; all that a process needs.

    Attributes:
        cohort: its folder, which paths are relative to.
        image_path, mask_path: with their SHA-256.
        matrix: (4, 4), LPS mm of the image to those of the mask.
        regions: lesion in the mask, compartment, voxels that were measured in the image.
        seed: of the shuffling.
    """

    cohort: Path
    patient: str
    series_key: str
    mask_key: str
    image_path: str
    image_sha256: str
    mask_path: str
    mask_sha256: str
    scheme: str
    modality: str
    contrast: str
    unit: str
    matrix: FloatArray
    measured: MeasurementSettings
    spec: FeatureSpec
    regions: tuple[tuple[int, str, int], ...]
    seed: int

    def run(self) -> tuple[ShuffledRegion, ...]:
        """The features, as the cohort keeps them from before, or computed now and kept."""
        parameters = {
            "spec": self.spec.model_dump(mode="json", by_alias=True),
            "measurement": self.measured.model_dump(mode="json"),
            "regions": [list(region) for region in self.regions],
            "matrix": self.matrix.round(9).tolist(),
            "image": [self.series_key, self.modality, self.contrast, self.unit],
            "mask": [self.mask_key, self.scheme],
            "seed": self.seed,
        }
        inputs = (
            StepInput("artifact", self.image_sha256, "values"),
            StepInput("artifact", self.mask_sha256, "mask"),
        )
        cache = StepCache(self.cohort)
        return cache.run(
            "shuffle", self.patient, parameters, inputs, tuple[ShuffledRegion, ...], self._work
        ).value

    def _work(self) -> Work[tuple[ShuffledRegion, ...]]:
        image = replace(
            read_volume(self.cohort / self.image_path),
            modality=Modality(self.modality),
            contrast=Contrast(self.contrast),
            unit=Unit(self.unit),
            key=self.series_key,
        )
        mask = replace(read_mask_file(self.cohort / self.mask_path, scheme=self.scheme), key=self.mask_key)
        return Work(shuffled_regions(image, mask, self))


def shuffled_regions(image: Image, mask: Segmentation, task: ShufflingTask) -> tuple[ShuffledRegion, ...]:
    """Each region by itself: its voxels change places, all else stays, and its features are computed as those of a run.

    A region is left out that the image cuts off, or that has not the voxels that were measured in it.
    """
    lesions = lesion_masks(mask, task.measured)
    found = []
    for lesion, name, voxels in task.regions:
        part = lesions[lesion - 1].get(Compartment(name)) if lesion <= len(lesions) else None
        empty = ShuffledRegion(lesion, name)
        if part is None or not part.array.any():
            found.append(empty)
            continue
        region = (part.start, part.array, mask.geometry, task.matrix)
        start, inside = region_in_image(image.geometry, *region)
        if coverage(image.geometry, *region) < WHOLE or np.count_nonzero(inside) != voxels:
            found.append(empty)
            continue
        segment = Segment(1, f"{lesion} {name}", Compartment(name), start, inside)
        alone = replace(mask, geometry=image.geometry, segments=(segment,))
        rng = np.random.default_rng([task.seed, _number(task, lesion, name)])
        vectors = extract(shuffle_voxels(image, segment, rng), alone, task.spec, labels=[1])
        named = [(wide_name(vector.filter, v.tag), v.value) for vector in vectors for v in vector.values]
        found.append(ShuffledRegion(lesion, name, tuple(n for n, _ in named), tuple(v for _, v in named)))
    return tuple(found)


def shuffle_voxels(image: Image, segment: Segment, rng: np.random.Generator) -> Image:
    """The image with the voxels of a region in random order: the same values in the same region.

    Args:
        segment: on the image's grid.
    """
    values = image.array.copy()
    box = values[segment.box]
    box[segment.array] = rng.permutation(box[segment.array])
    return replace(image, array=values)


def _number(task: ShufflingTask, lesion: int, compartment: str) -> int:
    """What makes the draw of a region its own, whatever is computed beside it and in whichever order."""
    named = "\n".join((task.patient, task.series_key, task.mask_key, str(lesion), compartment))
    return int.from_bytes(hashlib.sha256(named.encode()).digest()[:8])
