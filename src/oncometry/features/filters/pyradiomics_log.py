"""PyRadiomics' LoG image: ITK's recursive Laplacian of Gaussian, computed in the box alone."""

from __future__ import annotations

import math
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from oncometry import _native
from oncometry.core import Code, UnsupportedError
from oncometry.core.geometry import FloatArray, Point
from oncometry.features.filters.filter import Filter
from oncometry.features.filters.window import Window

__all__ = ["PyradiomicsLog"]

_SMALLEST = 4
"""Voxels along an axis that the recursion needs."""

_REACH = 8.0
"""Sigma read around the box: what lies further changes a response by about 1e-5 of the kernel's peak at most."""

_ROUNDING = 1e-12
"""Of the largest value read: what the recursion leaves of a flat image (4e-13 up to a sigma of 17 voxels)."""


class PyradiomicsLog(Filter):
    """SimpleITK's LaplacianRecursiveGaussian, normalized across scale: sigma squared times the Laplacian.

    The image is read to 8 sigma from the box. Values are rounded to single precision, as SimpleITK gives them; those
    that are its rounding alone are 0, since a number of bins would take them for a texture.
    """

    kind: Literal["pyradiomics_log"] = "pyradiomics_log"
    sigma_mm: int | float = Field(
        gt=0, description="Standard deviation of the Gaussian; an integer is named as one."
    )

    @property
    def name(self) -> str:
        """log-sigma-3-0-mm-3D."""
        return f"log-sigma-{str(self.sigma_mm).replace('.', '-')}-mm-3D"

    def apply_to_box(self, image: NDArray[Any], box: Window, spacing_mm: Point, /) -> FloatArray:
        """The response.

        Raises:
            UnsupportedError: TOO_SMALL, where PyRadiomics leaves the image out.
        """
        sigmas = [self.sigma_mm / spacing for spacing in spacing_mm[::-1]]
        self._check(image.shape, sigmas)
        start, stop = zip(
            *[_reached(w, s, n) for w, s, n in zip(box, sigmas, image.shape, strict=True)], strict=True
        )
        window = np.ascontiguousarray(image[tuple(map(slice, start, stop))], dtype=np.float64)
        response = _native.recursive_laplacian(
            window,
            sigmas,
            [w.start - first for w, first in zip(box, start, strict=True)],
            [w.stop - first for w, first in zip(box, start, strict=True)],
        )
        response[np.abs(response) <= _ROUNDING * max(window.max(), -window.min())] = 0
        return response.astype(np.float32).astype(np.float64)

    def _check(self, shape: tuple[int, ...], sigmas: list[float]) -> None:
        needed = [max(_SMALLEST, math.ceil(sigma) + 1) for sigma in sigmas]
        if any(n < least for n, least in zip(shape, needed, strict=True)):
            raise UnsupportedError(
                Code.TOO_SMALL,
                f"{self.name} needs {needed[::-1]} voxels along x, y, z; the image has {list(shape)[::-1]}.",
            )


def _reached(wanted: slice, sigma: float, size: int) -> tuple[int, int]:
    reach = max(math.ceil(_REACH * sigma), _SMALLEST)
    return max(wanted.start - reach, 0), min(wanted.stop + reach, size)
