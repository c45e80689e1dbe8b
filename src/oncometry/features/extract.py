"""Feature values of segments in images, by a spec."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from oncometry.core.errors import Code, GeometryError
from oncometry.core.image import Image
from oncometry.core.segmentation import Segment, Segmentation
from oncometry.features.change import UNCHANGED, Change
from oncometry.features.columns import without_lengths
from oncometry.features.extract_ibsi import begin_ibsi
from oncometry.features.extract_pyradiomics import begin_pyradiomics
from oncometry.features.fingerprint import image_hash, segment_hash
from oncometry.features.ibsi_spec import IbsiSpec
from oncometry.features.jobs import Jobs
from oncometry.features.profiles import DEFAULT_PROFILE, PROFILES
from oncometry.features.pyradiomics_spec import PyradiomicsSpec
from oncometry.features.result import FeatureVector, RegionValues
from oncometry.features.spec import FeatureSpec

__all__ = ["check_grid", "extract", "extract_changed", "segments_asked"]


def extract(
    image: Image | Sequence[Image],
    segmentation: Segmentation,
    spec: FeatureSpec = PROFILES[DEFAULT_PROFILE],
    *,
    labels: Sequence[int] | None = None,
    threads: int = 1,
) -> tuple[FeatureVector, ...]:
    """Features of every segment in every image, under every filter of the spec.

    Args:
        image: one, or several on the grid of the segmentation.
        segmentation: on the same grid as the images.
        spec: what to compute and how, `oncometry.features.profile_named` or `spec_of`.
        labels: numbers of the segments; by default all, or the one that a PyRadiomics spec names.
        threads: values are bitwise the same for any number of them.

    Returns:
        For each image, for each segment, for each filter.

    Raises:
        GeometryError: `GEOMETRY_MISMATCH`, the grids differ; `SHEARED`, the grid's axes are not perpendicular.
        LabelError: `LABEL_ABSENT`, there is no segment of that number.
        SettingsError: `SETTINGS`, values that the spec's discretization cannot number.
    """
    images = [image] if isinstance(image, Image) else list(image)
    numbers = [segment.number for segment in segments_asked(segmentation, spec, labels)]
    with Jobs(threads) as jobs:
        return tuple(
            vector
            for one in images
            for vector in extract_changed(one, segmentation, spec, numbers, UNCHANGED, jobs)
        )


def extract_changed(
    image: Image,
    segmentation: Segmentation,
    spec: FeatureSpec,
    labels: Sequence[int],
    change: Change,
    jobs: Jobs,
) -> list[FeatureVector]:
    """As `extract`, of one image, whose regions are prepared with a change."""
    check_grid(image, segmentation)
    segments = [segmentation[number] for number in labels]
    hashed = jobs.start(partial(image_hash, image))
    hashes = {s.number: jobs.start(partial(segment_hash, s, segmentation.geometry)) for s in segments}
    vectors = []
    for label, name, values in jobs.finished(_begun(image, segments, spec, change, jobs)):
        given = values if segmentation.lengths_trusted else without_lengths(values)
        about = (spec.hash, hashed.result(), hashes[label].result())
        vectors.append(FeatureVector(image.key, label, name, tuple(given), *about))
    return vectors


def _begun(
    image: Image, segments: Sequence[Segment], spec: FeatureSpec, change: Change, jobs: Jobs
) -> Iterator[Callable[[], RegionValues]]:
    if isinstance(spec, PyradiomicsSpec):
        yield from begin_pyradiomics(image, segments, spec, change, jobs)
    elif isinstance(spec, IbsiSpec):
        yield from begin_ibsi(image, segments, spec, change, jobs)


def segments_asked(
    segmentation: Segmentation, spec: FeatureSpec, labels: Sequence[int] | None
) -> tuple[Segment, ...]:
    """The segments of these numbers; by default all, or the one that a PyRadiomics spec names.

    Raises:
        LabelError: `LABEL_ABSENT`, there is no segment of that number.
    """
    if labels is None and isinstance(spec, PyradiomicsSpec):
        labels = (spec.setting.label,)
    return segmentation.segments if labels is None else tuple(segmentation[n] for n in labels)


def check_grid(image: Image, segmentation: Segmentation) -> None:
    """Refuse grids that differ, or whose axes are not perpendicular."""
    if not image.geometry.matches(segmentation.geometry):
        raise GeometryError(
            Code.GEOMETRY_MISMATCH,
            f"image ({image.geometry.describe()}) and mask ({segmentation.geometry.describe()}) have different grids.",
            advice="Bring one to the other's grid first: oncometry.preprocessing.resample_segmentation.",
        )
    if not image.geometry.is_orthogonal:
        raise GeometryError(
            Code.SHEARED,
            "the grid's axes are not perpendicular; features are defined on voxels that are boxes.",
            advice="Resample image and mask to a grid with perpendicular axes first.",
        )
