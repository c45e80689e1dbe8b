"""Feature values of segments in images, by a spec."""

from __future__ import annotations

from collections.abc import Sequence

from oncometry.core.errors import Code, GeometryError
from oncometry.core.image import Image
from oncometry.core.segmentation import Segment, Segmentation
from oncometry.features.change import UNCHANGED, Change
from oncometry.features.extract_ibsi import extract_ibsi
from oncometry.features.extract_pyradiomics import extract_pyradiomics
from oncometry.features.ibsi_spec import IbsiSpec
from oncometry.features.profiles import DEFAULT_PROFILE, PROFILES
from oncometry.features.pyradiomics_spec import PyradiomicsSpec
from oncometry.features.result import FeatureVector
from oncometry.features.spec import FeatureSpec

__all__ = ["chosen_segments", "extract", "extract_changed"]


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
    numbers = [segment.number for segment in chosen_segments(segmentation, spec, labels)]
    vectors: list[FeatureVector] = []
    for one in images:
        vectors += extract_changed(one, segmentation, spec, numbers, UNCHANGED, threads)
    return tuple(vectors)


def extract_changed(
    image: Image,
    segmentation: Segmentation,
    spec: FeatureSpec,
    labels: Sequence[int],
    change: Change,
    threads: int = 1,
) -> list[FeatureVector]:
    """As `extract`, of one image, whose regions are prepared with a change."""
    _check_grid(image, segmentation)
    segments = [segmentation[number] for number in labels]
    if isinstance(spec, PyradiomicsSpec):
        return extract_pyradiomics(image, segmentation, segments, spec, threads, change)
    if isinstance(spec, IbsiSpec):
        return extract_ibsi(image, segmentation, segments, spec, threads, change)
    return []


def chosen_segments(
    segmentation: Segmentation, spec: FeatureSpec, labels: Sequence[int] | None
) -> tuple[Segment, ...]:
    """Those of the labels; by default all, or the one that a PyRadiomics spec names.

    Raises:
        LabelError: `LABEL_ABSENT`, there is no segment of that number.
    """
    if labels is None and isinstance(spec, PyradiomicsSpec):
        labels = (spec.setting.label,)
    return segmentation.segments if labels is None else tuple(segmentation[n] for n in labels)


def _check_grid(image: Image, segmentation: Segmentation) -> None:
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
