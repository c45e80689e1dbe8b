"""Filters of IBSI-2 and of PyRadiomics: an image to a response map."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from oncometry.features.filters.filter import Filter
from oncometry.features.filters.gabor import Gabor
from oncometry.features.filters.laplacian_of_gaussian import LaplacianOfGaussian
from oncometry.features.filters.laws import Laws
from oncometry.features.filters.mean import Mean
from oncometry.features.filters.pyradiomics_gradient import Gradient
from oncometry.features.filters.pyradiomics_lbp2d import LocalBinaryPattern2D
from oncometry.features.filters.pyradiomics_lbp3d import LocalBinaryPattern3D
from oncometry.features.filters.pyradiomics_log import PyradiomicsLog
from oncometry.features.filters.pyradiomics_pointwise import Exponential, Logarithm, Square, SquareRoot
from oncometry.features.filters.pyradiomics_wavelet import PyradiomicsWavelet
from oncometry.features.filters.separable import Pooling
from oncometry.features.filters.simoncelli import Simoncelli
from oncometry.features.filters.wavelet import SeparableWavelet
from oncometry.features.filters.window import Boundary, Window

__all__ = [
    "Boundary",
    "Exponential",
    "Filter",
    "FilterSettings",
    "Gabor",
    "Gradient",
    "LaplacianOfGaussian",
    "Laws",
    "LocalBinaryPattern2D",
    "LocalBinaryPattern3D",
    "Logarithm",
    "Mean",
    "Pooling",
    "PyradiomicsLog",
    "PyradiomicsWavelet",
    "SeparableWavelet",
    "Simoncelli",
    "Square",
    "SquareRoot",
    "Window",
]

FilterSettings = Annotated[
    Exponential
    | Gabor
    | Gradient
    | LaplacianOfGaussian
    | Laws
    | LocalBinaryPattern2D
    | LocalBinaryPattern3D
    | Logarithm
    | Mean
    | PyradiomicsLog
    | PyradiomicsWavelet
    | SeparableWavelet
    | Simoncelli
    | Square
    | SquareRoot,
    Field(discriminator="kind"),
]
"""Any filter; `kind` tells which."""
