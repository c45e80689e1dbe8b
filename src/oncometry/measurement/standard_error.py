"""How far a measurement may be off: contour, distance of slices, readers; and the change that is more than that."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from oncometry.core import Quantity
from oncometry.core.geometry import FloatArray
from oncometry.measurement.reader_spread import reader_spread

__all__ = ["StandardError", "slice_loss", "standard_errors"]

JITTER_PIXELS = 0.5
"""Standard deviation of a drawn boundary: a mask cannot say which side of a pixel it runs on."""

CORRELATION_MM = 5.0
"""Along the boundary, neighbors that near are off alike (Gaussian correlation)."""

SLICE_VOLUME = 0.316
"""Of a stack of n slices through an ellipsoid, n^2 times the relative deviation of its volume: each end, where the area
falls by 2 A / H, adds a deviation of t^2 A / H / sqrt(180) (Euler-Maclaurin), with H = n t / 2."""


@dataclass(frozen=True)
class StandardError:
    """Standard deviations in the unit of the quantity, each of a cause that the others do not share.

    Attributes:
        contour: the boundary as drawn.
        slices: what the distance of slices takes, its mean included: it is not corrected.
        reader: one reader's readings.
        reader_bias: between readers; one reader's is alike at every visit, so that it cancels in change.
    """

    contour: float
    slices: float
    reader: float
    reader_bias: float

    @property
    def total(self) -> float:
        """All in quadrature."""
        return math.hypot(self.contour, self.slices, self.reader, self.reader_bias)

    @property
    def repeated(self) -> float:
        """Of one reader's readings: all but the reader's bias."""
        return math.hypot(self.contour, self.slices, self.reader)

    @property
    def correlation(self) -> float:
        """Of the errors of two readings by one reader."""
        return (self.reader_bias / self.total) ** 2 if self.total else 0.0

    @property
    def minimum_detectable_change(self) -> float:
        """1.96 sqrt(2 (1 - correlation)) total: between two readings by one reader, rarer than 1 in 20 by chance.

        Weir, doi:10.1519/15184.1.
        """
        return 1.96 * math.sqrt(2) * self.repeated

    def to_row(self) -> dict[str, float]:
        """All of it."""
        return {
            "contour": self.contour,
            "slices": self.slices,
            "reader": self.reader,
            "reader_bias": self.reader_bias,
            "repeated": self.repeated,
            "total": self.total,
            "minimum_detectable_change": self.minimum_detectable_change,
        }


def standard_errors(
    lines: FloatArray, volume_mm3: float, surface_mm2: float, pixel_mm: float
) -> dict[Quantity, StandardError]:
    """Errors of both diameters, their product and the volume.

    Args:
        lines: (slices, 2) longest and perpendicular, mm.
        volume_mm3, surface_mm2: of the region.
        pixel_mm: side of a pixel.
    """
    longest, perpendicular = lines[int(np.argmax(lines[:, 0]))].tolist()
    values = {
        Quantity.LONGEST_DIAMETER_MM: longest,
        Quantity.SHORT_AXIS_MM: perpendicular,
        Quantity.PRODUCT_MM2: longest * perpendicular,
        Quantity.VOLUME_ML: volume_mm3 / 1000,
    }
    jitter = JITTER_PIXELS * pixel_mm
    contour = _contour_lines(lines, jitter)
    contour[Quantity.VOLUME_ML] = _contour_volume(surface_mm2, jitter) / 1000
    loss = slice_loss(len(lines))
    slices = {
        Quantity.LONGEST_DIAMETER_MM: loss / 2,
        Quantity.SHORT_AXIS_MM: loss / 2,
        Quantity.PRODUCT_MM2: loss,
        Quantity.VOLUME_ML: SLICE_VOLUME / max(len(lines), 2) ** 2,
    }
    errors = {}
    for quantity, value in values.items():
        spread = reader_spread(quantity, value)
        own, bias = (spread.own, spread.bias) if spread is not None else (0.0, 0.0)
        errors[quantity] = StandardError(
            contour[quantity], slices[quantity] * value, own * value, bias * value
        )
    return errors


def slice_loss(slices: int) -> float:
    """Root mean square of the part by which the largest of n sections is short of the one through the center.

    Of an ellipsoid of half height H = n t / 2, h from whose center the nearest slice lies, the product is short by
    (h / H)^2; h is anywhere within t / 2. Under two slices say no more of the height than two do.
    """
    return math.sqrt(0.2) / max(slices, 2) ** 2


def _contour_lines(lines: FloatArray, jitter: float) -> dict[Quantity, float]:
    """Both ends of a line jitter. Any slice whose longest line is nearly the longest may become the one measured.

    The difference of two slices' longest lines spreads by 2 jitters: by it each slice has its weight.
    """
    weights = np.exp(-0.5 * ((lines[:, 0].max() - lines[:, 0]) / (2 * jitter)) ** 2)
    weights /= weights.sum()
    longest, perpendicular = lines[int(np.argmax(lines[:, 0]))].tolist()
    ends = math.sqrt(2) * jitter

    def among(values: FloatArray) -> float:
        return float(np.sqrt(weights @ (values - weights @ values) ** 2))

    product = lines[:, 0] * lines[:, 1]
    return {
        Quantity.LONGEST_DIAMETER_MM: ends,
        Quantity.SHORT_AXIS_MM: math.hypot(ends, among(lines[:, 1])),
        Quantity.PRODUCT_MM2: math.hypot(ends * perpendicular, ends * longest, among(product)),
    }


def _contour_volume(surface_mm2: float, jitter: float) -> float:
    """mm3: patches of 2 pi CORRELATION_MM^2 move alike; a surface smaller than one moves as a whole."""
    patch = 2 * math.pi * CORRELATION_MM**2
    return jitter * surface_mm2 * math.sqrt(patch / (surface_mm2 + patch))
