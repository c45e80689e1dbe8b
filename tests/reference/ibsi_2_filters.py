"""The 33 response maps on which IBSI-2 reached consensus: phantom and settings of each.

Source: Whybra et al. 2024, doi 10.1148/radiol.231319; Depeursinge et al., arXiv 2006.05470. The phantoms' voxels are
cubes of 2 mm. Boundary conditions of 9.a, 9.b.1 and 10.b.1 were found by trial: those that come nearest.
"""

from __future__ import annotations

from oncometry.features.filters import (
    Boundary,
    Filter,
    Gabor,
    LaplacianOfGaussian,
    Laws,
    Mean,
    Pooling,
    SeparableWavelet,
    Simoncelli,
)

__all__ = ["CONSENSUS", "SPACING_MM"]

SPACING_MM = (2.0, 2.0, 2.0)

_ZERO, _NEAREST, _PERIODIC, _MIRROR = Boundary.ZERO, Boundary.NEAREST, Boundary.PERIODIC, Boundary.MIRROR
_MAX, _AVERAGE = Pooling.MAXIMUM, Pooling.AVERAGE


def _gabor_4a(**orientation: float | bool) -> Gabor:
    return Gabor(sigma_mm=10, wavelength_mm=4, gamma=0.5, boundary=_ZERO, **orientation)


def _gabor_4b(**orientation: float | bool) -> Gabor:
    return Gabor(sigma_mm=20, wavelength_mm=8, gamma=2.5, **orientation)


def _daubechies(pooling: Pooling | None) -> SeparableWavelet:
    return SeparableWavelet(wavelet="db2", subband="LHL", pooling=pooling, boundary=_ZERO)


def _coiflet(pooling: Pooling | None) -> SeparableWavelet:
    return SeparableWavelet(wavelet="coif1", subband="HHL", pooling=pooling, boundary=_PERIODIC)


def _haar(subband: str) -> SeparableWavelet:
    return SeparableWavelet(wavelet="haar", subband=subband, level=2, pooling=_AVERAGE)


CONSENSUS: dict[str, tuple[str, Filter]] = {
    "1.a.1": ("checkerboard", Mean(support=15, boundary=_ZERO)),
    "1.a.2": ("checkerboard", Mean(support=15, boundary=_NEAREST)),
    "1.a.3": ("checkerboard", Mean(support=15, boundary=_PERIODIC)),
    "1.a.4": ("checkerboard", Mean(support=15)),
    "1.b.1": ("impulse", Mean(support=15, dimensions=2, boundary=_ZERO)),
    "2.a": ("impulse", LaplacianOfGaussian(sigma_mm=3, boundary=_ZERO)),
    "2.b": ("checkerboard", LaplacianOfGaussian(sigma_mm=5)),
    "2.c": ("checkerboard", LaplacianOfGaussian(sigma_mm=5, dimensions=2)),
    "3.a.1": ("impulse", Laws(kernels="E5L5S5", boundary=_ZERO)),
    "3.a.2": ("impulse", Laws(kernels="E5L5S5", pooling=_MAX, boundary=_ZERO)),
    "3.a.3": ("impulse", Laws(kernels="E5L5S5", pooling=_MAX, energy_distance=7, boundary=_ZERO)),
    "3.b.1": ("checkerboard", Laws(kernels="E3W5R5")),
    "3.b.2": ("checkerboard", Laws(kernels="E3W5R5", pooling=_MAX)),
    "3.b.3": ("checkerboard", Laws(kernels="E3W5R5", pooling=_MAX, energy_distance=7)),
    "3.c.1": ("checkerboard", Laws(kernels="L5S5")),
    "3.c.2": ("checkerboard", Laws(kernels="L5S5", pooling=_MAX)),
    "3.c.3": ("checkerboard", Laws(kernels="L5S5", pooling=_MAX, energy_distance=7)),
    "4.a.1": ("impulse", _gabor_4a(theta_degrees=60)),
    "4.a.2": ("impulse", _gabor_4a(step_degrees=45, orthogonal_planes=True)),
    "4.b.1": ("sphere", _gabor_4b(theta_degrees=225)),
    "4.b.2": ("sphere", _gabor_4b(step_degrees=22.5, orthogonal_planes=True)),
    "5.a.1": ("impulse", _daubechies(None)),
    "5.a.2": ("impulse", _daubechies(_AVERAGE)),
    "6.a.1": ("sphere", _coiflet(None)),
    "6.a.2": ("sphere", _coiflet(_AVERAGE)),
    "7.a.1": ("checkerboard", _haar("LLL")),
    "7.a.2": ("checkerboard", _haar("HHH")),
    "8.a.1": ("checkerboard", Simoncelli(level=1)),
    "8.a.2": ("checkerboard", Simoncelli(level=2)),
    "8.a.3": ("checkerboard", Simoncelli(level=3)),
    "9.a": ("impulse", LaplacianOfGaussian(sigma_mm=3, riesz=(1, 0, 0), boundary=_ZERO)),
    "9.b.1": ("sphere", LaplacianOfGaussian(sigma_mm=3, riesz=(0, 2, 0), boundary=_ZERO)),
    "10.b.1": ("pattern_1", Simoncelli(level=1, riesz=(0, 2, 0), boundary=_MIRROR)),
}
"""Test of the manual: name of the phantom, filter."""
