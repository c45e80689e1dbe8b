"""The image types of PyRadiomics: what filters each stands for, with the settings of a parameter file.

Source: PyRadiomics 3.1, documentation of `radiomics.imageoperations`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import product
from types import MappingProxyType

from oncometry.features.filters import (
    Exponential,
    Filter,
    Gradient,
    LocalBinaryPattern2D,
    LocalBinaryPattern3D,
    Logarithm,
    PyradiomicsLog,
    PyradiomicsWavelet,
    Square,
    SquareRoot,
)
from oncometry.features.pyradiomics_spec import ImageType, PyradiomicsSettings

__all__ = ["filters_of"]


def filters_of(image_type: ImageType, settings: PyradiomicsSettings) -> tuple[Filter, ...]:
    """The filters of an image type, in PyRadiomics' order; none for the image itself."""
    return _FILTERS[image_type](settings) if image_type in _FILTERS else ()


def _logs(settings: PyradiomicsSettings) -> tuple[Filter, ...]:
    return tuple(PyradiomicsLog(sigma_mm=sigma) for sigma in settings.sigma)


def _wavelets(settings: PyradiomicsSettings) -> tuple[Filter, ...]:
    """Every subband of every level but its low-pass, then the low-pass of the last."""
    left_out = settings.force_2d_dimension if settings.force_2d else None
    bands = ["".join(letters) for letters in product("LH", repeat=3 if left_out is None else 2)]
    wanted = [(level, band) for level in range(1, settings.level + 1) for band in bands[1:]]
    return tuple(
        PyradiomicsWavelet(
            wavelet=settings.wavelet,
            subband=band,
            level=level,
            start_level=settings.start_level,
            left_out=left_out,
        )
        for level, band in [*wanted, (settings.level, bands[0])]
    )


def _patterns(settings: PyradiomicsSettings) -> tuple[Filter, ...]:
    return (
        LocalBinaryPattern2D(
            radius=settings.lbp_2d_radius,
            samples=settings.lbp_2d_samples,
            method=settings.lbp_2d_method,
            slice_axis=settings.force_2d_dimension,
        ),
    )


def _patterns_on_spheres(settings: PyradiomicsSettings) -> tuple[Filter, ...]:
    """One for each degree of the harmonics, then their kurtosis."""
    degrees = [*range(settings.lbp_3d_levels), None]
    radius, subdivisions = settings.lbp_3d_radius, settings.lbp_3d_subdivisions
    return tuple(
        LocalBinaryPattern3D(degree=degree, radius=radius, subdivisions=subdivisions) for degree in degrees
    )


_FILTERS: Mapping[ImageType, Callable[[PyradiomicsSettings], tuple[Filter, ...]]] = MappingProxyType(
    {
        "LoG": _logs,
        "Wavelet": _wavelets,
        "Square": lambda _: (Square(),),
        "SquareRoot": lambda _: (SquareRoot(),),
        "Logarithm": lambda _: (Logarithm(),),
        "Exponential": lambda _: (Exponential(),),
        "Gradient": lambda settings: (Gradient(per_mm=settings.gradient_use_spacing),),
        "LBP2D": _patterns,
        "LBP3D": _patterns_on_spheres,
    }
)
