"""A registration to be judged by eye: tiles of the first date's image and of the registered one in turn."""

from __future__ import annotations

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from oncometry.core import Image
from oncometry.core.geometry import FloatArray
from oncometry.report.display_plane import plane_through
from oncometry.report.gray_window import GrayWindow
from oncometry.report.overlay import PIXELS, draw_letters, draw_scale_bar
from oncometry.report.picture import plane_points
from oncometry.report.png import png_uri
from oncometry.report.sampling import sample
from oncometry.report.series_space import Bridge
from oncometry.report.svg import drawing, element

__all__ = ["checkerboard_picture"]

TILES = 8
LEVELS = np.arange(256)
QUANTILES = (5, 25, 50, 75, 95)
Shown = tuple[Image, GrayWindow]
Gray = NDArray[np.uint8]


def checkerboard_picture(
    fixed: Shown,
    moving: Shown,
    bridge: Bridge,
    through: FloatArray | None,
    label: str,
    *,
    scale: bool = True,
    match: bool = False,
) -> Markup:
    """Tiles on the slice of the fixed image through a point (3,) LPS mm, or on its middle slice.

    Both images are drawn with the fixed orientation; `bridge` leads from fixed to moving space;
    `scale` False leaves out the scale bar, where millimeters cannot be believed; `match` brings the second
    image's gray levels to those of the first, where the two show different contrasts.
    """
    image, window = fixed
    middle = image.geometry.to_world((np.array(image.geometry.shape) - 1) / 2)
    slice_index = None
    if through is not None:
        slice_index = int(np.clip(round(image.geometry.to_index(through)[2]), 0, image.geometry.shape[2] - 1))
    plane = plane_through(image.geometry, middle, slice_index)
    field_mm = float(
        max(n * s for n, s in zip(image.geometry.shape[:2], image.geometry.spacing_mm, strict=False))
    )
    points = plane_points(plane, field_mm, field_mm / 400)
    values, inside = sample(image, points)
    moved, covered = sample(moving[0], bridge.carry(points))
    one, other = window.gray(values, inside), moving[1].gray(moved, covered)
    if match:
        other = _matched(other, one, inside & covered)
    rows, columns = np.indices(one.shape)
    tile = -(-one.shape[0] // TILES)
    gray = np.where((rows // tile + columns // tile) % 2 == 0, one, other).astype(np.uint8)
    size = {"x": 0, "y": 0, "width": PIXELS, "height": PIXELS}
    parts = [element("image", {**size, "href": png_uri(gray)}), draw_letters(plane.edges)]
    if scale:
        parts.append(draw_scale_bar(field_mm))
    return drawing(PIXELS, PIXELS, label, parts, "picture")


def _matched(gray: Gray, like: Gray, within: NDArray[np.bool_]) -> Gray:
    """Gray levels brought to the quantiles of another picture, so that edges are compared, not contrasts.

    Straight between the quantiles, and on beyond the outer ones: a tumor that is in one picture only stays bright.
    """
    tissue = within & (gray > 0) & (like > 0)
    if not tissue.any():
        return gray
    have, want = (np.percentile(g[tissue], QUANTILES) for g in (gray, like))
    have = have + np.arange(have.size) * 1e-6
    levels = np.interp(LEVELS, have, want)
    slope = (want[-1] - want[0]) / max(float(have[-1] - have[0]), 1.0)
    levels += slope * (np.minimum(LEVELS - have[0], 0) + np.maximum(LEVELS - have[-1], 0))
    levels[0] = 0
    return np.asarray(np.rint(np.clip(levels, 0, 255)), np.uint8)[gray]
