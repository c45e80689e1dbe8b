"""Filters of IBSI-2 and of PyRadiomics: an image to a response map."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from oncometry.features.filters.filter import Filter
from oncometry.features.filters.gabor import Gabor
from oncometry.features.filters.laplacian_of_gaussian import LaplacianOfGaussian
from oncometry.features.filters.laws import Laws
from oncometry.features.filters.mean import Mean
from oncometry.features.filters.separable import Pooling
from oncometry.features.filters.simoncelli import Simoncelli
from oncometry.features.filters.wavelet import SeparableWavelet
from oncometry.features.filters.window import Boundary, Window

__all__ = [
    "Boundary",
    "Filter",
    "FilterSettings",
    "Gabor",
    "LaplacianOfGaussian",
    "Laws",
    "Mean",
    "Pooling",
    "SeparableWavelet",
    "Simoncelli",
    "Window",
]

FilterSettings = Annotated[
    Gabor | LaplacianOfGaussian | Laws | Mean | SeparableWavelet | Simoncelli,
    Field(discriminator="kind"),
]
"""Any filter; `kind` tells which."""
