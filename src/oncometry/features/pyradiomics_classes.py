"""The feature classes of PyRadiomics: which values each gives, and what computes them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

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
from oncometry.features.pyradiomics_spec import FeatureClass, PyradiomicsSettings
from oncometry.features.region import Box, Levels

__all__ = ["CLASSES", "ClassFunction", "Counted"]


@dataclass(frozen=True, eq=False)
class Counted:
    """What a class counts: values and their levels, the voxel they are of, how, and on how many threads."""

    values: NDArray[Any]
    levels: Levels
    spacing_mm: Point
    settings: PyradiomicsSettings
    threads: int

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
class ClassFunction:
    """What computes a class.

    Attributes:
        family: of IBSI that it belongs to.
        table: its features, in the order of the numbers.
        compute: of values and levels, on so many threads; None for the shape classes.
        from_mask: of a mask and spacing; for the shape classes.
        on_request: features that are given only where a parameter file names them.
    """

    family: Family
    table: tuple[Feature, ...]
    compute: Callable[[Counted], FloatArray] | None = None
    from_mask: Callable[[Box, Point, PyradiomicsSettings], FloatArray] | None = None
    on_request: Collection[str] = ()


def _firstorder(counted: Counted) -> FloatArray:
    volume_mm3 = float(np.prod(counted.spacing_mm))
    return firstorder_pyradiomics.firstorder_pyradiomics(
        counted.values, counted.levels, volume_mm3, counted.settings.voxel_array_shift
    )


def _glcm(counted: Counted) -> FloatArray:
    return glcm.glcm_pyradiomics(counted.levels, counted.angles, counted.spacing_mm, counted.threads)


def _glrlm(counted: Counted) -> FloatArray:
    return glrlm.glrlm_pyradiomics(counted.levels, counted.angles, counted.spacing_mm, counted.threads)


def _glszm(counted: Counted) -> FloatArray:
    return glszm.glszm_pyradiomics(counted.levels, counted.flat_axis, counted.threads)


def _gldm(counted: Counted) -> FloatArray:
    chosen = counted.settings
    return ngldm.gldm_pyradiomics(
        counted.levels, chosen.distances, chosen.gldm_a, counted.flat_axis, counted.threads
    )


def _ngtdm(counted: Counted) -> FloatArray:
    return ngtdm.ngtdm_pyradiomics(
        counted.levels, counted.settings.distances, counted.flat_axis, counted.threads
    )


def _shape2d(mask: Box, spacing_mm: Point, settings: PyradiomicsSettings) -> FloatArray:
    """NaN for a region of more than one slice, or in 3-D: PyRadiomics leaves the class out there."""
    if not settings.force_2d or mask.shape[settings.force_2d_dimension] != 1:
        return np.full(len(shape2d_pyradiomics.TABLE_PYRADIOMICS), np.nan)
    return shape2d_pyradiomics.shape2d_pyradiomics(mask, spacing_mm, settings.force_2d_dimension)


CLASSES: Mapping[FeatureClass, ClassFunction] = MappingProxyType(
    {
        "shape": ClassFunction(
            Family.MORPHOLOGY,
            shape_pyradiomics.TABLE_PYRADIOMICS,
            from_mask=lambda mask, spacing_mm, _: shape_pyradiomics.shape_pyradiomics(mask, spacing_mm),
            on_request=shape_pyradiomics.OPT_IN_PYRADIOMICS,
        ),
        "shape2D": ClassFunction(
            Family.MORPHOLOGY,
            shape2d_pyradiomics.TABLE_PYRADIOMICS,
            from_mask=_shape2d,
            on_request=shape2d_pyradiomics.OPT_IN_PYRADIOMICS,
        ),
        "firstorder": ClassFunction(
            Family.INTENSITY_STATISTICS,
            firstorder_pyradiomics.TABLE_PYRADIOMICS,
            _firstorder,
            on_request=firstorder_pyradiomics.OPT_IN_PYRADIOMICS,
        ),
        "glcm": ClassFunction(Family.GLCM, glcm.TABLE_PYRADIOMICS, _glcm),
        "glrlm": ClassFunction(Family.GLRLM, glrlm.TABLE_PYRADIOMICS, _glrlm),
        "glszm": ClassFunction(Family.GLSZM, glszm.TABLE_PYRADIOMICS, _glszm),
        "gldm": ClassFunction(Family.NGLDM, ngldm.TABLE_PYRADIOMICS, _gldm),
        "ngtdm": ClassFunction(Family.NGTDM, ngtdm.TABLE_PYRADIOMICS, _ngtdm),
    }
)
"""In the order of the values."""
