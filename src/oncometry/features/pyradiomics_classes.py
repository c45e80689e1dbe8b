"""The feature classes of PyRadiomics: which values each gives, and what computes them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from oncometry.core.geometry import FloatArray, Point
from oncometry.features import (
    firstorder_pyradiomics,
    glcm,
    glrlm,
    glszm,
    ngldm,
    ngtdm,
    shape2d_pyradiomics,
    shape_pyradiomics,
)
from oncometry.features.direction import AngleSettings, Weighting
from oncometry.features.feature import Family, Feature
from oncometry.features.neighborhoods import neighborhoods_pyradiomics
from oncometry.features.pyradiomics_spec import FeatureClass, PyradiomicsSettings
from oncometry.features.region import Box, Levels

__all__ = ["CLASSES", "FROM_MASK", "FROM_VALUES", "ClassTable", "Counted"]


@dataclass(frozen=True, eq=False)
class Counted:
    """What a class counts: values and their levels, the voxel they are of, and how."""

    values: NDArray[Any]
    levels: Levels
    spacing_mm: Point
    settings: PyradiomicsSettings

    @property
    def flat_axis(self) -> int | None:
        """The array axis that nothing is counted along; None in 3-D."""
        return self.settings.force_2d_dimension if self.settings.force_2d else None

    @property
    def angles(self) -> AngleSettings:
        """Of the directional classes."""
        norm = self.settings.weighting_norm
        weighting = None if norm is None else Weighting(norm)
        return AngleSettings(
            self.settings.distances, self.settings.symmetrical_glcm, weighting, self.flat_axis
        )


@dataclass(frozen=True)
class ClassTable:
    """What a class gives.

    Attributes:
        family: of IBSI that it belongs to.
        table: its features, in the order of the numbers.
        on_request: features that are given only where a parameter file names them.
    """

    family: Family
    table: tuple[Feature, ...]
    on_request: Collection[str] = ()


class Pass(NamedTuple):
    """Classes that are computed together: for each the numbers of its table, on so many threads."""

    classes: tuple[FeatureClass, ...]
    compute: Callable[[Counted, int], Sequence[FloatArray]]


def _firstorder(counted: Counted, _: int) -> list[FloatArray]:
    volume_mm3 = float(np.prod(counted.spacing_mm))
    shift = counted.settings.voxel_array_shift
    return [firstorder_pyradiomics.firstorder_pyradiomics(counted.values, counted.levels, volume_mm3, shift)]


def _glcm(counted: Counted, threads: int) -> list[FloatArray]:
    return [glcm.glcm_pyradiomics(counted.levels, counted.angles, counted.spacing_mm, threads)]


def _glrlm(counted: Counted, threads: int) -> list[FloatArray]:
    return [glrlm.glrlm_pyradiomics(counted.levels, counted.angles, counted.spacing_mm, threads)]


def _glszm(counted: Counted, threads: int) -> list[FloatArray]:
    return [glszm.glszm_pyradiomics(counted.levels, counted.flat_axis, threads)]


def _neighborhoods(counted: Counted, threads: int) -> list[FloatArray]:
    settings = counted.settings
    dependences, tones = neighborhoods_pyradiomics(
        counted.levels, settings.distances, settings.gldm_a, counted.flat_axis, threads
    )
    return [dependences[ngldm.PYRADIOMICS_PLACES], tones]


def _shape(mask: Box, spacing_mm: Point, _: PyradiomicsSettings) -> list[FloatArray]:
    return [shape_pyradiomics.shape_pyradiomics(mask, spacing_mm)]


def _shape2d(mask: Box, spacing_mm: Point, settings: PyradiomicsSettings) -> list[FloatArray]:
    """NaN for a region of more than one slice, or in 3-D: PyRadiomics leaves the class out there."""
    if not settings.force_2d or mask.shape[settings.force_2d_dimension] != 1:
        return [np.full(len(shape2d_pyradiomics.TABLE_PYRADIOMICS), np.nan)]
    return [shape2d_pyradiomics.shape2d_pyradiomics(mask, spacing_mm, settings.force_2d_dimension)]


CLASSES: Mapping[FeatureClass, ClassTable] = MappingProxyType(
    {
        "shape": ClassTable(
            Family.MORPHOLOGY, shape_pyradiomics.TABLE_PYRADIOMICS, shape_pyradiomics.OPT_IN_PYRADIOMICS
        ),
        "shape2D": ClassTable(
            Family.MORPHOLOGY, shape2d_pyradiomics.TABLE_PYRADIOMICS, shape2d_pyradiomics.OPT_IN_PYRADIOMICS
        ),
        "firstorder": ClassTable(
            Family.INTENSITY_STATISTICS,
            firstorder_pyradiomics.TABLE_PYRADIOMICS,
            firstorder_pyradiomics.OPT_IN_PYRADIOMICS,
        ),
        "glcm": ClassTable(Family.GLCM, glcm.TABLE_PYRADIOMICS),
        "glrlm": ClassTable(Family.GLRLM, glrlm.TABLE_PYRADIOMICS),
        "glszm": ClassTable(Family.GLSZM, glszm.TABLE_PYRADIOMICS),
        "gldm": ClassTable(Family.NGLDM, ngldm.TABLE_PYRADIOMICS),
        "ngtdm": ClassTable(Family.NGTDM, ngtdm.TABLE_PYRADIOMICS),
    }
)
"""In the order of the values."""

FROM_MASK: Mapping[FeatureClass, Callable[[Box, Point, PyradiomicsSettings], Sequence[FloatArray]]] = (
    MappingProxyType({"shape": _shape, "shape2D": _shape2d})
)
"""Classes of a mask, whatever the image's values are."""

FROM_VALUES = (
    Pass(("glrlm",), _glrlm),
    Pass(("gldm", "ngtdm"), _neighborhoods),
    Pass(("glszm",), _glszm),
    Pass(("firstorder",), _firstorder),
    Pass(("glcm",), _glcm),
)
"""The longest first, so that threads end together; last one that several share well."""
