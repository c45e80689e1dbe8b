"""Features of one image and mask, without a cohort: the rows of `oncometry features`.

Apart from `api`, so that extracting from one image loads neither SQL nor data frames.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypeAlias

from oncometry.convert import ImageSource, SegmentationSource, as_image, as_segmentation
from oncometry.core import (
    Code,
    Image,
    LabelError,
    Modality,
    Notice,
    OncometryWarning,
    Segmentation,
    SettingsError,
    Unit,
)
from oncometry.features import (
    FeatureMap,
    FeatureSpec,
    FeatureVector,
    MapSettings,
    extract,
    feature_maps,
    feature_rows,
    map_settings_of_parameters,
    profile_named,
    spec_of,
)
from oncometry.features.few_levels import few_levels
from oncometry.features.ibsi_spec import IbsiSpec
from oncometry.features.perturbation import (
    PerturbationSpec,
    PerturbedVectors,
    extract_perturbed,
    perturbation_named,
    perturbation_of,
)
from oncometry.features.rows import FeatureRow
from oncometry.io.named_values import ENDINGS, read_named_values
from oncometry.io.nifti import GeometryChoice

__all__ = [
    "Extracted",
    "LabelChoice",
    "extract_features",
    "extract_maps",
    "extract_perturbed_vectors",
    "extract_vectors",
    "of_file",
    "read_map_settings",
    "read_perturbation",
    "read_spec",
]

LabelChoice: TypeAlias = Sequence[int] | Literal["all"] | None
"""Numbers of segments, or all; None is all, or the one that a PyRadiomics spec names."""


class Extracted(NamedTuple):
    """Vectors of an image, and the name of each segment by its number."""

    vectors: tuple[FeatureVector, ...]
    names: Mapping[int, str]


def read_spec(source: str | Path) -> FeatureSpec:
    """A spec from the name of a profile, or from a file: our own fields, or a PyRadiomics parameter file.

    Raises:
        SettingsError: `SETTINGS`: no such profile or file, or a field, its value and what is allowed.
    """
    path = Path(source)
    data = _parsed(path)
    if data is None:
        return profile_named(str(source))
    with of_file(path):
        return spec_of(data)


def read_map_settings(source: str | Path) -> MapSettings:
    """What a PyRadiomics parameter file says of maps in its section `voxelSetting`; defaults of anything else.

    Raises:
        SettingsError: as `read_spec`.
    """
    path = Path(source)
    with of_file(path):
        return map_settings_of_parameters(_parsed(path) or {})


def read_perturbation(source: str | Path) -> PerturbationSpec:
    """A perturbation by its name, or from a file of its fields.

    Raises:
        SettingsError: as `read_spec`.
    """
    path = Path(source)
    data = _parsed(path)
    if data is None:
        return perturbation_named(str(source))
    with of_file(path):
        return perturbation_of(data)


@contextmanager
def of_file(path: Path) -> Iterator[None]:
    """Errors of settings that were read from a file name it."""
    try:
        yield
    except SettingsError as error:
        raise SettingsError(error.code, error.what, path=path, advice=error.advice) from error


def _parsed(path: Path) -> dict[str, Any] | None:
    """A file's names with values; None of a name that is no file's.

    Of the file beside features (`features.csv.spec.json`) the spec in it.
    """
    if path.suffix.lower() not in ENDINGS:
        if path.is_file():
            raise SettingsError(
                Code.SETTINGS,
                f"a spec file's name ends with {', '.join(ENDINGS)}, got {path.suffix or 'no ending'!r}.",
                path=path,
            )
        return None
    data = read_named_values(path)
    beside = data.get("spec")
    return beside if "spec_hash" in data and isinstance(beside, dict) else data


def extract_features(
    image: ImageSource,
    mask: SegmentationSource,
    spec: FeatureSpec | str | Path = "ibsi",
    *,
    labels: LabelChoice = None,
    unit: Unit | None = None,
) -> list[FeatureRow]:
    """Features of the segments of a mask; the rows of `oncometry features`.

    Args:
        image: path, SimpleITK or nibabel image, or `Image`.
        mask: path, SimpleITK or nibabel image, or `Segmentation`; an RTSTRUCT is put on the image's grid.
        spec: a `FeatureSpec`, the name of a profile, or a file.
        labels: numbers of the segments, or 'all'; by default all, or the one that a PyRadiomics spec names.
        unit: of the image's values, where the file does not say (NIfTI, NRRD).

    Raises:
        SettingsError, LabelError, CorruptInputError, GeometryError, UnsupportedError: as `read_spec`, `as_image`,
            `as_segmentation` and `oncometry.features.extract`; `MASK_EMPTY` for a mask without a voxel.
    """
    chosen = spec if isinstance(spec, FeatureSpec) else read_spec(spec)
    vectors = extract_vectors(image, mask, chosen, labels=labels, unit=unit).vectors
    return feature_rows(vectors, str(image) if isinstance(image, (str, Path)) else "")


def extract_vectors(
    image: ImageSource,
    mask: SegmentationSource,
    spec: FeatureSpec,
    *,
    labels: LabelChoice = None,
    unit: Unit | None = None,
    form: GeometryChoice = "strict",
    threads: int = 1,
) -> Extracted:
    """As `extract_features`, the vectors themselves.

    Args:
        form: of a NIfTI path, the form to trust where its two disagree.
        threads: values are bitwise the same for any number of them.
    """
    picture, segmentation = _loaded(image, mask, unit, form)
    _say(picture, spec, _of_voxels(segmentation))
    numbers = _numbers(segmentation, labels)
    vectors = extract(picture, segmentation, spec, labels=numbers, threads=threads)
    where = str(image) if isinstance(image, (str, Path)) else None
    for notice in few_levels(vectors, spec):
        warnings.warn(OncometryWarning(replace(notice, path=where)), stacklevel=2)
    return Extracted(vectors, {segment.number: segment.name for segment in segmentation})


def extract_maps(
    image: ImageSource,
    mask: SegmentationSource,
    spec: FeatureSpec | str | Path = "ibsi",
    maps: MapSettings | None = None,
    *,
    labels: LabelChoice = None,
    unit: Unit | None = None,
    form: GeometryChoice = "strict",
    threads: int = 1,
) -> Iterator[FeatureMap]:
    """Features as images, one after the other; arguments as of `extract_features` and `extract_vectors`.

    Args:
        maps: which features, and of what windows; by default all, and what the spec's file says of windows.

    Raises:
        SettingsError, LabelError, CorruptInputError, GeometryError, UnsupportedError: as `extract_features`, and as
            `oncometry.features.feature_maps`.
    """
    chosen = spec if isinstance(spec, FeatureSpec) else read_spec(spec)
    if maps is None:
        maps = MapSettings() if isinstance(spec, FeatureSpec) else read_map_settings(spec)
    picture, segmentation = _loaded(image, mask, unit, form)
    _say(picture, chosen, _of_voxels(segmentation))
    numbers = _numbers(segmentation, labels)
    return feature_maps(picture, segmentation, chosen, maps, labels=numbers, threads=threads)


def extract_perturbed_vectors(
    image: ImageSource,
    mask: SegmentationSource,
    spec: FeatureSpec,
    perturbation: PerturbationSpec,
    *,
    labels: LabelChoice = None,
    unit: Unit | None = None,
    form: GeometryChoice = "strict",
    threads: int = 1,
) -> tuple[PerturbedVectors, ...]:
    """As `extract_vectors`, under every perturbation; so many `threads` work on one each."""
    picture, segmentation = _loaded(image, mask, unit, form)
    _say(picture, spec, _of_voxels(segmentation))
    numbers = _numbers(segmentation, labels)
    return extract_perturbed(picture, segmentation, spec, perturbation, labels=numbers, threads=threads)


def _loaded(
    image: ImageSource, mask: SegmentationSource, unit: Unit | None, form: GeometryChoice
) -> tuple[Image, Segmentation]:
    picture = as_image(image, unit=unit, form=form)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", OncometryWarning)  # `_say` tells those that matter here
        segmentation = as_segmentation(mask, image_geometry=picture.geometry, form=form)
    if not any(segment.array.any() for segment in segmentation):
        path = Path(mask) if isinstance(mask, (str, Path)) else None
        raise LabelError(Code.MASK_EMPTY, "the mask has no voxel.", path=path)
    return picture, segmentation


def _numbers(segmentation: Segmentation, labels: LabelChoice) -> Sequence[int] | None:
    return [segment.number for segment in segmentation] if labels == "all" else labels


def _of_voxels(segmentation: Segmentation) -> list[Notice]:
    """What was accepted of a mask's voxels; what its labels mean is nothing here."""
    kept = [notice for notice in segmentation.notices if notice.code is not Code.LABEL_UNKNOWN]
    guesses = [notice for notice in kept if notice.code is Code.LABELS_GUESSED]
    if guesses and segmentation.scheme_source == "guessed":
        kept.remove(guesses[-1])  # the scheme's comes after those of the voxels
    return kept


def _say(image: Image, spec: FeatureSpec, notices: Sequence[Notice]) -> None:
    """Warn of what was accepted and bears on the values."""
    said = list(notices)
    unknown = image.unit is Unit.ARBITRARY and image.modality is Modality.UNKNOWN
    if isinstance(spec, IbsiSpec) and spec.intensity_by_unit and unknown:
        units = " or ".join(sorted(unit.value for unit in spec.intensity_by_unit))
        what = f"the file does not say what its values are. Give their unit (--unit, unit=) if it is {units}."
        said.append(Notice(Code.UNIT_UNKNOWN, what))
    for notice in said:
        warnings.warn(OncometryWarning(notice), stacklevel=4)
