"""Other ways from a hint to a lesion, which the one we ship was chosen over (docs/decisions/037)."""

from __future__ import annotations

import numpy as np
from scipy import ndimage
from scipy.sparse.linalg import LinearOperator, cg

from oncometry.core import Image
from oncometry.segmentation.hint import Diameter, HintSettings
from oncometry.segmentation.hint.intensity import bins_of, log_ratio
from oncometry.segmentation.hint.lesion import around, find
from oncometry.segmentation.hint.shape import of_line
from oncometry.segmentation.hint.working_grid import Values, WorkingGrid

__all__ = ["CANDIDATES"]


def shipped(image: Image, hint: Diameter) -> tuple[WorkingGrid, Values]:
    """The cut, twice, with its outline between local means."""
    found = find(image, hint, HintSettings())
    return found.grid, found.region.inside


def histogram_cut(image: Image, hint: Diameter) -> tuple[WorkingGrid, Values]:
    """The cut by histograms alone."""
    found = find(image, hint, HintSettings(border_rounds=0, passes=1, first_prior=1))
    return found.grid, found.region.inside


def growing(image: Image, hint: Diameter) -> tuple[WorkingGrid, Values]:
    """What is connected to the line on its side of the midpoint between its median and that of the shell."""
    grid, smooth, radius, seeds = _begin(image, hint)
    inner, outer = np.median(smooth[seeds > 0]), np.median(smooth[(radius > 1.15) & (radius < 1.45)])
    taken = (np.sign(inner - outer) * (smooth - (inner + outer) / 2) > 0) & (radius < 1.3)
    parts, _ = ndimage.label(ndimage.binary_opening(taken))
    met = np.bincount(parts.ravel(), weights=seeds.ravel())
    met[0] = 0
    return grid, (parts == int(met.argmax())).astype(np.float32) if met.max() else seeds


def walker(image: Image, hint: Diameter) -> tuple[WorkingGrid, Values]:
    """Random walker with priors (L. Grady 2005, doi:10.1109/CVPR.2005.239)."""
    grid, smooth, radius, seeds = _begin(image, hint)
    bins = bins_of(smooth, smooth[seeds > 0])
    odds = log_ratio(bins, seeds, ((radius > 1.15) & (radius < 1.45)).astype(np.float32)) + 4 * (1 - radius)
    prior = 1 / (1 + np.exp(-np.clip(odds, -20, 20)))
    scale = 2 * (1.4826 * np.median(np.abs(smooth[seeds > 0] - np.median(smooth[seeds > 0])))) ** 2 + 1e-9
    weights = [np.exp(-(np.diff(smooth, axis=a) ** 2) / (4 * scale)) + 1e-4 for a in range(3)]
    pull = 0.05

    def apply(flat: np.ndarray) -> np.ndarray:
        x = flat.reshape(smooth.shape)
        y = pull * x
        for axis, weight in enumerate(weights):
            flow = weight * np.diff(x, axis=axis)
            low = tuple(slice(None, -1) if a == axis else slice(None) for a in range(3))
            high = tuple(slice(1, None) if a == axis else slice(None) for a in range(3))
            y[low] -= flow
            y[high] += flow
        return y.ravel()

    size = smooth.size
    solved, _ = cg(
        LinearOperator((size, size), apply, dtype=float), pull * prior.ravel().astype(float), maxiter=300
    )
    inside = solved.reshape(smooth.shape)
    inside[radius > 1.3] = 0
    parts, _ = ndimage.label(inside > 0.5)
    met = np.bincount(parts.ravel(), weights=seeds.ravel())
    met[0] = 0
    return grid, np.where(parts == int(met.argmax()), inside, 0).astype(np.float32)


def _begin(image: Image, hint: Diameter) -> tuple[WorkingGrid, Values, Values, Values]:
    shape = of_line(image.geometry.to_index(hint.points) * np.array(image.geometry.spacing_mm))
    grid = around(image, shape, HintSettings())
    return grid, ndimage.gaussian_filter(grid.values, 0.6), shape.radius(grid), shape.seeds(grid)


CANDIDATES = {
    "region growing at the midpoint": growing,
    "random walker with priors": walker,
    "cut by histograms": histogram_cut,
    "cut, outline between local means, twice (shipped)": shipped,
}
