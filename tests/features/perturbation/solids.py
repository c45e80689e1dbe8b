"""Solids of known volume on grids that lie askew, as the tests of perturbation take them."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from oncometry.core import Compartment, Geometry, Image, Segment, Segmentation
from oncometry.core.geometry import Index, Point

RADII_MM = (14.0, 9.0, 11.0)
ELLIPSOID_MM3 = 4 / 3 * math.pi * math.prod(RADII_MM)


def oblique(shape: Index, spacing_mm: Point) -> Geometry:
    """A grid whose axes are none of the patient's."""
    turn = np.linalg.qr(np.array([[0.9, 0.3, -0.2], [-0.25, 0.95, 0.1], [0.3, 0.1, 0.9]]))[0]
    return Geometry.from_parts(shape, spacing_mm, (-30.0, 12.0, 7.0), turn)


def ellipsoid(
    spacing_mm: Point = (1.0, 1.0, 1.5), shape: Index = (61, 55, 47), radii_mm: Point = RADII_MM
) -> tuple[Image, Segmentation]:
    """Textured tissue and an ellipsoid in it, brighter, off the grid's center."""
    rng = np.random.default_rng(7)
    geometry = oblique(shape, spacing_mm)
    center = (np.array(shape) - 1) / 2 + (1.3, -0.4, 0.7)
    index = np.moveaxis(np.indices(shape), 0, -1)
    mask = ((((index - center) * spacing_mm) / np.array(radii_mm)) ** 2).sum(axis=-1) <= 1
    image = Image(100.0 * mask + rng.normal(40, 12, shape), geometry)
    return image, segmentation_of(mask, geometry)


def segmentation_of(*masks: NDArray[np.bool_] | Geometry) -> Segmentation:
    """Each full-grid mask a segment, numbered from 1; the last argument is the grid."""
    *drawn, geometry = masks
    assert isinstance(geometry, Geometry)
    segments = tuple(
        Segment.from_mask(n, f"{n}", Compartment.WHOLE, np.asarray(mask)) for n, mask in enumerate(drawn, 1)
    )
    return Segmentation(geometry, segments)
