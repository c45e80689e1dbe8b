"""Readings of known lesions by known readers: contour jitter on masks, measured. Nothing here knows the model's errors.

A reader draws a boundary that is off by a field of that reader's own (alike at every visit) and by one of that visit;
each is a shift of the whole boundary and a correlated jitter. Amplitudes are parts of the lesion's diameter, since
published limits of agreement are percent, with half a pixel to them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from oncometry.core import Compartment, Quantity, Segment, Segmentation
from oncometry.core.geometry import FloatArray
from oncometry.core.segmentation import Mask
from oncometry.measurement import LesionMeasurement, MeasurementSettings, measure

from ..measurement.jitter import field, levels
from ..measurement.phantoms import ellipsoid, grid

__all__ = ["QUANTITIES", "Bank", "blobs", "make_bank"]

QUANTITIES = (
    Quantity.LONGEST_DIAMETER_MM,
    Quantity.SHORT_AXIS_MM,
    Quantity.PRODUCT_MM2,
    Quantity.VOLUME_ML,
)
SIZES_MM = (9.0, 13.0, 19.0, 28.0, 40.0, 56.0)
SLICES_MM = (1, 4)
CORRELATION_MM = 6.0
SHIFT, JITTER = 0.01, 0.022
"""Of one visit, parts of the diameter: at 30 mm the longest diameter spreads by the published 6 %."""

PIXEL_MM = 0.25
BIAS = 1.0
"""The reader's own field, in fields of one visit: readers spread by 1.4 times what one does (Yoon 2016)."""

ALONE = MeasurementSettings(minimum_volume_ml=0, join_mm=0)


@dataclass(frozen=True, eq=False)
class Bank:
    """Readings by mask, slice distance, size, reader and repetition, against the lesion without jitter.

    Attributes:
        diameters: (sizes,) true longest diameter, mm.
        shape: (masks, 4) true quantities of a lesion of 1 mm longest diameter.
        ratio: (masks, slices, sizes, readers, repetitions, 4) read to true; NaN where nothing was left.
        error: the same, standard error by the reading's own measurement, parts of what was read.
    """

    diameters: FloatArray
    shape: FloatArray
    ratio: FloatArray
    error: FloatArray


def make_bank(
    masks: Sequence[Mask], readers: int, repetitions: int, seed: int, amplitude: float = 1.0
) -> Bank:
    """Read every mask (1 mm voxels) at every size.

    Args:
        masks: one connected lesion each.
        readers, repetitions: of each mask, slice distance and size.
        seed: of the fields.
        amplitude: times the published spread.
    """
    rng = np.random.default_rng(seed)
    dimensions = (len(masks), len(SLICES_MM), len(SIZES_MM), readers, repetitions, 4)
    ratio, error = np.full(dimensions, np.nan), np.full(dimensions, np.nan)
    shape = np.zeros((len(masks), 4))
    for m, mask in enumerate(masks):
        original = levels(mask, (1, 1, 1))
        longest = _read(original, 1, 0)
        if longest is None:
            raise ValueError(f"mask {m} is empty")
        for s, size in enumerate(SIZES_MM):
            surface = _scaled(original, size / longest[0][0])
            truth, _ = _read(surface, 1, 0) or (None, None)
            if size == SIZES_MM[-1] and truth is not None:
                shape[m] = truth / truth[0] ** np.array([1, 1, 2, 3])
            for r in range(readers):
                own = amplitude * BIAS * _boundary(surface.shape, size, rng)
                for k in range(repetitions):
                    moved = surface + own + amplitude * _boundary(surface.shape, size, rng)
                    for t, slice_mm in enumerate(SLICES_MM):
                        read = _read(moved, slice_mm, int(rng.integers(slice_mm)))
                        if read is not None and truth is not None:
                            ratio[m, t, s, r, k], error[m, t, s, r, k] = read[0] / truth, read[1]
    return Bank(np.array(SIZES_MM), shape, ratio, error)


def blobs(count: int, seed: int) -> list[Mask]:
    """Lumpy ellipsoids, for where there are no real masks."""
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(count):
        radii = rng.uniform(9, 16, 3)
        room = tuple(int(n) for n in 2 * radii + 16)
        center = tuple(n / 2 for n in room)
        smooth = levels(ellipsoid(room, (center[0], center[1], center[2]), radii), (1, 1, 1))
        found.append(largest(smooth + 1.5 * field(room, 6.0, (1, 1, 1), rng) < 0))
    return found


def largest(mask: Mask) -> Mask:
    """The largest part, with room around it for jitter."""
    labels, count = ndimage.label(mask, np.ones((3, 3, 3)))
    part = labels == 1 + np.argmax(np.bincount(labels.ravel(), minlength=count + 1)[1:])
    box = ndimage.find_objects(part.astype(np.int8))[0]
    return np.pad(part[box], 8)


def _scaled(surface: FloatArray, factor: float) -> FloatArray:
    """Levels of the lesion scaled, on 1 mm voxels, with at least 6 mm around it."""
    scaled = factor * ndimage.zoom(surface, factor, order=1)
    lacking = max(0, 6 - int(8 * factor))
    far = float(scaled.max())
    return np.pad(scaled, lacking, constant_values=far + 1)


def _boundary(shape: tuple[int, ...], size: float, rng: np.random.Generator) -> FloatArray:
    shift = SHIFT * size * rng.normal()
    jitter = np.hypot(JITTER * size, PIXEL_MM)
    return np.asarray(shift + jitter * field(shape, CORRELATION_MM, (1, 1, 1), rng))


def _read(surface: FloatArray, slice_mm: int, first: int) -> tuple[FloatArray, FloatArray] | None:
    """(4,) what is measured, and its standard errors as parts of it; None where nothing is left."""
    mask = np.asfortranarray(surface[:, :, first::slice_mm] < 0)
    if not mask.any():
        return None
    segment = Segment.from_mask(1, "tumor", Compartment.WHOLE, mask)
    found = measure(Segmentation(grid(mask.shape, (1, 1, slice_mm)), (segment,)), ALONE).lesions[0].whole
    values = _values(found)
    return values, np.array([found.standard_errors[q].repeated for q in QUANTITIES]) / values


def _values(found: LesionMeasurement) -> FloatArray:
    return np.array([getattr(found, quantity.value) for quantity in QUANTITIES])
