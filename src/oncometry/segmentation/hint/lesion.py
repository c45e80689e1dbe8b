"""From a hint to a region of the image: crop, shape, region, and once more with the region's own shape."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from oncometry.core import Image
from oncometry.core.geometry import FloatArray
from oncometry.segmentation.hint.delineate import Delineated, delineate
from oncometry.segmentation.hint.hint import Hint
from oncometry.segmentation.hint.rays import of_click
from oncometry.segmentation.hint.settings import HintSettings
from oncometry.segmentation.hint.shape import Shape, of_box, of_line, of_region
from oncometry.segmentation.hint.working_grid import WorkingGrid, working_grid

__all__ = ["Found", "find"]

MARGIN = 1.4
"""The crop, in half axes of the shape."""
RIM_MM = 6.0
"""And this much more."""


@dataclass(frozen=True, eq=False)
class Found:
    """A region on the working grid that it was found on."""

    grid: WorkingGrid
    region: Delineated


def find(image: Image, hint: Hint, settings: HintSettings) -> Found:
    """The lesion that a hint shows."""
    spacing = np.array(image.geometry.spacing_mm)
    points = image.geometry.to_index(hint.points) * spacing
    if hint.kind == "box":
        shape = of_box(points)
        grid = around(image, shape, settings)
        return Found(grid, delineate(grid, shape, settings))
    shape = of_line(points) if hint.kind == "diameter" else _of_click(image, points[0], settings)
    grid = around(image, shape, settings)
    loose = settings.model_copy(update={"prior": settings.prior * settings.first_prior})
    region = delineate(grid, shape, loose)
    for _ in range(settings.passes - 1):
        own = of_region(grid, region.inside)
        if own is None:
            break
        own = replace(own, half_mm=np.minimum(own.half_mm, settings.largest_mm / 2))
        grid = around(image, own, settings)
        region = delineate(grid, own, settings)
    return Found(grid, region)


def around(image: Image, shape: Shape, settings: HintSettings) -> WorkingGrid:
    """The working grid that holds the shape and what is around it."""
    spacing = np.array(image.geometry.spacing_mm)
    reach = np.sqrt(((shape.axes * shape.half_mm[:, None]) ** 2).sum(axis=0)) * MARGIN + RIM_MM
    low, high = (shape.center_mm - reach) / spacing, (shape.center_mm + reach) / spacing
    return working_grid(image, low, high, settings.largest_grid)


def _of_click(image: Image, click_mm: FloatArray, settings: HintSettings) -> Shape:
    """The ellipsoid about a click, seen from afar and then from near."""
    spacing = np.array(image.geometry.spacing_mm)
    reach = settings.largest_mm / 2
    for _ in range(2):
        grid = working_grid(
            image, (click_mm - reach) / spacing, (click_mm + reach) / spacing, settings.largest_grid
        )
        shape = of_click(grid, click_mm, reach)
        reach = min(settings.largest_mm / 2, 2 * float(shape.half_mm.max()) + RIM_MM)
    return shape
