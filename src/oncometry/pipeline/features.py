"""Features of every region in every image of its time point, on the image's own grid."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from oncometry.core import Code, Compartment, Image, Segment, Segmentation
from oncometry.core.geometry import FloatArray
from oncometry.features import FeatureSpec, FeatureVector, extract
from oncometry.io.manifest import MaskRecord
from oncometry.measurement import Measured, Regions, coverage, region_in_image
from oncometry.pipeline.align import Alignment
from oncometry.pipeline.bench import MaskBench
from oncometry.pipeline.intensity import comparable_images, image_meaning
from oncometry.pipeline.job import Ledger
from oncometry.pipeline.step import Outcome, Work
from oncometry.store.image_features import DefinedFeature, ImageFeatures, RegionFeatures
from oncometry.store.provenance import StepInput

__all__ = ["Asked", "RegionPlace", "mask_features", "regions_on_grid"]

WHOLE = 0.99
"""Part of a region that must lie in the image's field: a region that is cut off has another shape and texture."""


@dataclass(frozen=True, eq=False)
class Asked:
    """What is asked of one image: the regions of a mask in it. `matrix` (4, 4): its LPS mm to the mask's."""

    mask: MaskRecord
    measured: Measured
    series_key: str
    matrix: FloatArray
    spec: FeatureSpec


@dataclass(frozen=True)
class RegionPlace:
    """A region: its lesion's number in the mask, which part, and whether the image holds it whole."""

    lesion: int
    compartment: Compartment
    is_whole: bool


def mask_features(
    ledger: Ledger,
    bench: MaskBench,
    mask: MaskRecord,
    measured: Measured,
    alignment: Alignment,
    read: Callable[[str], Image],
) -> tuple[ImageFeatures, ...]:
    """Features of each lesion and compartment in each image that can be laid on the mask, a step an image.

    An image whose features cannot be computed is recorded and left out.
    """
    spec = bench.job.settings.features.chosen
    if spec is None:
        return ()
    found: list[ImageFeatures] = []
    for key, matrix in comparable_images(bench, mask, alignment).items():
        asked = Asked(mask, measured, key, matrix, spec)
        with ledger.attempt(mask.path):
            outcome = _in_image(ledger, bench, asked, read)
            found.append(replace(outcome.value, step_key=outcome.key))
    return tuple(found)


def _in_image(
    ledger: Ledger, bench: MaskBench, asked: Asked, read: Callable[[str], Image]
) -> Outcome[ImageFeatures]:
    mask, key, settings = asked.mask, asked.series_key, bench.job.settings.measurement

    def work() -> Work[ImageFeatures]:
        segmentation, image = bench.segmentation(mask, asked.measured), read(key)
        regions = bench.regions(mask, asked.measured)
        on_image, places = regions_on_grid(image, segmentation, regions, asked.matrix)
        numbers = [segment.number for segment in on_image]
        vectors = extract(image, on_image, asked.spec, labels=numbers) if numbers else ()
        return Work(_packed(image, asked.spec, places, vectors))

    parameters = {
        "spec": asked.spec.model_dump(mode="json", by_alias=True),
        "measurement": settings.model_dump(mode="json"),
        "mask": bench.reading(mask),
        "image": image_meaning(bench, key, asked.matrix),
    }
    inputs = (*bench.inputs(mask), StepInput("artifact", bench.volumes[key].file.sha256, "values"))
    return ledger.run("features", parameters, inputs, ImageFeatures, work)


def regions_on_grid(
    image: Image, segmentation: Segmentation, regions: Sequence[Regions], matrix: FloatArray
) -> tuple[Segmentation, list[RegionPlace]]:
    """Every region as a segment on the image's grid, by nearest neighbor, numbered from 1; and what each is."""
    segments: list[Segment] = []
    places: list[RegionPlace] = []
    for lesion, parts in enumerate(regions, start=1):
        for compartment, part in parts.items():
            region = (part.start, part.array, segmentation.geometry, matrix)
            start, inside = region_in_image(image.geometry, *region)
            name = f"{lesion} {compartment.value}"
            segments.append(Segment(len(segments) + 1, name, compartment, start, inside))
            places.append(RegionPlace(lesion, compartment, coverage(image.geometry, *region) >= WHOLE))
    return replace(segmentation, geometry=image.geometry, segments=tuple(segments)), places


def _packed(
    image: Image, spec: FeatureSpec, places: Sequence[RegionPlace], vectors: Sequence[FeatureVector]
) -> ImageFeatures:
    """What the values are said once, then the numbers of each region."""
    of_region = {n: [v for v in vectors if v.label == n] for n in range(1, len(places) + 1)}
    features = tuple(
        DefinedFeature(v.family.value, v.name, v.ibsi_id, v.tag, vector.filter, v.unit)
        for vector in of_region.get(1, ())
        for v in vector.values
    )
    regions = tuple(_region(place, of_region[n]) for n, place in enumerate(places, start=1))
    return ImageFeatures(image.key, image.unit, spec.canonical_json, spec.hash, features, regions)


def _region(place: RegionPlace, vectors: Sequence[FeatureVector]) -> RegionFeatures:
    values = [value for vector in vectors for value in vector.values]
    if not place.is_whole:
        cut = dict.fromkeys(range(len(values)), Code.GEOMETRY_MISMATCH)
        return RegionFeatures(place.lesion, place.compartment, (None,) * len(values), cut)
    reasons = {at: v.reason for at, v in enumerate(values) if v.reason is not None}
    return RegionFeatures(place.lesion, place.compartment, tuple(v.value for v in values), reasons)
