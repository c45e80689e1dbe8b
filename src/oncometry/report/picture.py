"""One picture: a slice of an image around a lesion, in millimeters, with what was measured drawn on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from oncometry.core import Image
from oncometry.core.geometry import FloatArray
from oncometry.report.display_plane import DisplayPlane
from oncometry.report.gray_window import GrayWindow
from oncometry.report.overlay import PIXELS, draw_diameter, draw_letters, draw_outline, draw_scale_bar
from oncometry.report.png import png_uri
from oncometry.report.sampling import sample
from oncometry.report.series_space import Bridge
from oncometry.report.svg import drawing, element

__all__ = ["Drawn", "bare_picture", "field_of_view_mm", "plane_points", "slice_picture"]

FINEST_MM = 0.15
SMALLEST_FIELD_MM = 60.0
FIELD_PER_EXTENT = 2.8


@dataclass(frozen=True, eq=False)
class Drawn:
    """What lies on a picture.

    Attributes:
        outline: polygons (n, 3) LPS mm.
        longest, perpendicular: end points (2, 3) LPS mm, or None.
        longest_mm, perpendicular_mm: lengths to write, None where they must not be given.
        scale: whether millimeters can be believed, so that a scale bar may stand.
        shade: colors over the gray, under all else.
    """

    outline: Sequence[FloatArray] = ()
    longest: FloatArray | None = None
    perpendicular: FloatArray | None = None
    longest_mm: float | None = None
    perpendicular_mm: float | None = None
    scale: bool = True
    shade: Markup | None = None


def field_of_view_mm(extents_mm: Sequence[float]) -> float:
    """One field for all dates of a lesion, so that growth is seen at one scale."""
    wanted = max([SMALLEST_FIELD_MM, *(extent * FIELD_PER_EXTENT for extent in extents_mm)])
    return float(np.ceil(wanted / 10) * 10)


def plane_points(plane: DisplayPlane, field_mm: float, pixel_mm: float) -> FloatArray:
    """(n, n, 3) LPS mm of the picture's pixels, rows downward."""
    count = int(np.clip(round(field_mm / pixel_mm), 32, PIXELS))
    middle = (np.arange(count) + 0.5) / count * field_mm - field_mm / 2
    across, below = np.meshgrid(middle, middle)
    return plane.to_world(across, below)


def slice_picture(
    image: Image,
    plane: DisplayPlane,
    field_mm: float,
    window: GrayWindow,
    drawn: Drawn,
    label: str,
    bridge: Bridge,
) -> Markup | None:
    """The picture as SVG; None where the image does not reach the plane.

    Args:
        image: any image; it need not lie on the plane's grid.
        plane: where, in the space of the measured series.
        field_mm: width and height shown.
        window: gray levels.
        drawn: what to draw, in the space of the measured series.
        label: text alternative.
        bridge: from the measured series' space to the image's.
    """
    pixel_mm = max(min(image.geometry.spacing_mm[:2]) / 3, FINEST_MM)
    values, inside = sample(image, bridge.carry(plane_points(plane, field_mm, pixel_mm)))
    if not inside.any():
        return None
    parts = [_gray(window.gray(values, inside)), *_annotations(plane, field_mm, drawn)]
    return drawing(PIXELS, PIXELS, label, parts, "picture")


def bare_picture(plane: DisplayPlane, field_mm: float, drawn: Drawn, label: str) -> Markup:
    """The outline and diameters of a mask that came without an image."""
    back = element("rect", {"width": PIXELS, "height": PIXELS, "class": "void"})
    return drawing(PIXELS, PIXELS, label, [back, *_annotations(plane, field_mm, drawn)], "picture")


def _annotations(plane: DisplayPlane, field_mm: float, drawn: Drawn) -> list[Markup]:
    parts = [] if drawn.shade is None else [drawn.shade]
    if drawn.outline:
        parts.append(draw_outline(drawn.outline, plane, field_mm))
    for ends, length, css in (
        (drawn.perpendicular, drawn.perpendicular_mm, "perpendicular"),
        (drawn.longest, drawn.longest_mm, "longest"),
    ):
        if ends is not None:
            parts.append(draw_diameter(ends, length, css, plane, field_mm))
    parts.append(draw_letters(plane.edges))
    if drawn.scale:
        parts.append(draw_scale_bar(field_mm))
    return parts


def _gray(gray: NDArray[np.uint8]) -> Markup:
    size = {"x": 0, "y": 0, "width": PIXELS, "height": PIXELS, "preserveAspectRatio": "none"}
    return element("image", {**size, "href": png_uri(gray)})
