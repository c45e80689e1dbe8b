"""Where a network looked: its saliency over the image, in the slice where it is strongest."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from oncometry.core import Image, OncometryError
from oncometry.core.geometry import FloatArray
from oncometry.io import read_volume, saliency_path
from oncometry.report.display_plane import plane_through
from oncometry.report.formatting import number_text
from oncometry.report.gray_window import GrayWindow
from oncometry.report.image_shelf import ImageShelf
from oncometry.report.lesion_pictures import Picture, series_name, unreadable
from oncometry.report.network_masks import is_made, made_by_text
from oncometry.report.overlay import PIXELS
from oncometry.report.picture import Drawn, field_of_view_mm, plane_points, slice_picture
from oncometry.report.png import colored_uri
from oncometry.report.series_space import Bridge
from oncometry.report.svg import element
from oncometry.report.tables import Row

__all__ = ["picture_saliency", "saliency_colors"]

FOR, AGAINST = (255, 140, 46), (86, 200, 255)
"""Colors of places that speak for the region, and against it."""
STRONGEST = 0.65
"""Opacity at the strongest voxel, so that the image shows through."""
PIXEL_MM = 1.0
SHOWN = 0.2
"""Part of the strongest fall from which a place counts for the field of view."""


def picture_saliency(
    masks: Sequence[Row], series: Sequence[Row], cohort: Path, shelf: ImageShelf
) -> list[Picture]:
    """One picture for each mask of a network beside which its saliency lies.

    Args:
        masks: rows of `segmentations` of the patient.
        series: rows of `series` of the patient.
        cohort: its folder.
        shelf: the images.
    """
    found = []
    for mask in masks:
        if not is_made(mask) or not isinstance(mask["path"], str) or mask["series_key"] not in shelf:
            continue
        path = cohort / saliency_path(Path(mask["path"]))
        if not path.is_file():
            continue
        heading = f"Time point {mask['timepoint']}, {made_by_text(mask)}"
        try:
            image, window = shelf.take(mask["series_key"])
            fall = read_volume(path)
        except OncometryError as error:
            found.append(unreadable(heading, error))
            continue
        picture = _pictured(image, window, fall, heading, series_name(mask["series_key"], series))
        if picture is not None:
            found.append(picture)
    return found


def saliency_colors(share: FloatArray) -> NDArray[np.uint8]:
    """(rows, columns) from -1 to 1 to (rows, columns, 4) RGBA: orange above 0, blue below, clear at 0."""
    colors = np.empty((*share.shape, 4), np.uint8)
    colors[..., :3] = np.where((share >= 0)[..., None], FOR, AGAINST)
    colors[..., 3] = np.rint(np.clip(np.abs(share), 0, 1) * STRONGEST * 255)
    return colors


def _pictured(image: Image, window: GrayWindow, fall: Image, heading: str, name: str) -> Picture | None:
    """None where the network depends on no place, or the image does not reach there."""
    strength = np.abs(fall.array)
    strongest = float(strength.max())
    if not strongest:
        return None
    peak = np.array(np.unravel_index(int(strength.argmax()), strength.shape), float)
    plane = plane_through(fall.geometry, fall.geometry.to_world(peak))
    shown = np.argwhere(strength > SHOWN * strongest)
    field_mm = field_of_view_mm(np.ptp(fall.geometry.to_world(shown), axis=0).tolist())
    label = f"Where the network looked, on {name}: {heading}"
    shade = _shade(fall, plane_points(plane, field_mm, PIXEL_MM), strongest)
    made = slice_picture(image, plane, field_mm, window, Drawn(shade=shade), label, Bridge(np.eye(4)))
    if made is None:
        return None
    caption = (
        f"on {name}, {plane.name} through the strongest place; orange: blurring it takes up to "
        f"{number_text(strongest, 3)} off the mean probability of the region; blue: adds to it"
    )
    return Picture(made, heading, caption)


def _shade(fall: Image, points_lps_mm: FloatArray, strongest: float) -> Markup:
    index = np.rint(fall.geometry.to_index(points_lps_mm)).astype(int)
    inside = ((index >= 0) & (index < np.array(fall.geometry.shape))).all(axis=-1)
    at = np.clip(index, 0, np.array(fall.geometry.shape) - 1)
    values = np.where(inside, fall.array[at[..., 0], at[..., 1], at[..., 2]], 0.0) / strongest
    size = {"x": 0, "y": 0, "width": PIXELS, "height": PIXELS, "preserveAspectRatio": "none"}
    return element("image", {**size, "href": colored_uri(saliency_colors(values))})
