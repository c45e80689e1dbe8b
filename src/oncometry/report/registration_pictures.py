"""Registrations to be judged by eye: dates first, then the series of a date that had to be moved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from oncometry.core import Compartment, OncometryError
from oncometry.core.geometry import FloatArray
from oncometry.report.checkerboard import checkerboard_picture
from oncometry.report.formatting import number_text
from oncometry.report.image_shelf import ImageShelf
from oncometry.report.lesion_pictures import Picture, series_name, unreadable
from oncometry.report.series_space import is_poor, registration_bridge
from oncometry.report.tables import Row

__all__ = ["picture_registrations"]


def picture_registrations(
    registrations: Sequence[Row],
    scope: str,
    measurements: Sequence[Row],
    series: Mapping[str, Row],
    shelf: ImageShelf,
    *,
    scale: bool,
) -> list[Picture]:
    """Checkerboards through the largest lesion of the fixed image.

    Args:
        registrations: of the patient.
        scope: 'date' pictures every pair, 'sequence' those within a date that were moved.
        measurements: to find the lesions.
        series: by series key.
        shelf: the images.
        scale: whether millimeters can be believed.
    """
    pictures = []
    for row in registrations:
        if row["scope"] != scope or (scope == "sequence" and row["method"] == "identity"):
            continue
        if row["fixed_key"] in shelf and row["moving_key"] in shelf:
            pictures.append(_board(row, measurements, series, shelf, scale=scale))
    return pictures


def _board(
    row: Row, measurements: Sequence[Row], series: Mapping[str, Row], shelf: ImageShelf, *, scale: bool
) -> Picture:
    one, other = (series_name(row[key], [series[row[key]]]) for key in ("fixed_key", "moving_key"))
    if row["scope"] == "date":
        heading = f"Time point {row['timepoint']} on time point 1"
        tiles = f"{one} (first date) and {other}"
    else:
        heading = f"{other} on {one}, time point {row['timepoint']}"
        tiles = f"{one} and {other}"
    try:
        fixed, moving = shelf.take(row["fixed_key"]), shelf.take(row["moving_key"])
    except OncometryError as error:
        return unreadable(heading, error)
    through = _largest_at(measurements, row["fixed_key"])
    label = f"Checkerboard of {tiles} at time point {row['timepoint']}"
    match = one != other
    bridge = registration_bridge(row)
    drawn = checkerboard_picture(fixed, moving, bridge, through, label, scale=scale, match=match)
    levels = ", gray levels matched" if match else ""
    caption = f"tiles of {tiles} in turn{levels}; quality {number_text(row['quality'], 3)}"
    note = "Poor: not used. Shown by the scanner's positions." if is_poor(row) else ""
    return Picture(drawn, heading, caption, note)


def _largest_at(measurements: Sequence[Row], fixed_key: str) -> FloatArray | None:
    """Centroid (3,) of the largest whole lesion drawn on the series, None where it carries none."""
    rows = [
        m
        for m in measurements
        if m["series_key"] == fixed_key
        and m["compartment"] == Compartment.WHOLE
        and m["centroid_x_mm"] is not None
    ]
    if not rows:
        return None
    row = max(rows, key=lambda m: m["voxels"] or 0)
    return np.array([row["centroid_x_mm"], row["centroid_y_mm"], row["centroid_z_mm"]], float)
