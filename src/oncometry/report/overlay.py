"""What is drawn on a picture: the outline, both diameters with their lengths, letters and a scale bar."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from markupsafe import Markup

from oncometry.core.geometry import FloatArray
from oncometry.report.display_plane import DisplayPlane
from oncometry.report.formatting import number_text
from oncometry.report.svg import element, line, points_path, text

__all__ = ["draw_diameter", "draw_letters", "draw_outline", "draw_scale_bar"]

PIXELS = 480.0
"""Width and height of every picture's coordinates; the field of view is scaled to them."""


def _on_picture(points_lps_mm: FloatArray, plane: DisplayPlane, field_mm: float) -> FloatArray:
    return np.asarray(plane.to_plane(points_lps_mm) / field_mm * PIXELS + PIXELS / 2)


def draw_outline(polygons: Sequence[FloatArray], plane: DisplayPlane, field_mm: float) -> Markup:
    """Closed polygons (n, 3) LPS mm, with a dark edge so that they show on any gray."""
    path = " ".join(points_path(_on_picture(p, plane, field_mm).tolist(), closed=True) for p in polygons)
    halo = element("path", {"d": path, "class": "halo"})
    return element("g", {}, halo, element("path", {"d": path, "class": "outline"}))


def draw_diameter(
    ends_lps_mm: FloatArray, length_mm: float | None, css: str, plane: DisplayPlane, field_mm: float
) -> Markup:
    """A line between two points (2, 3) with cross bars and its length beside the upper or right end."""
    start, end = _on_picture(ends_lps_mm, plane, field_mm)
    along = (end - start) / max(float(np.linalg.norm(end - start)), 1e-9)
    across = np.array([-along[1], along[0]]) * 6
    strokes = [(start, end), (start - across, start + across), (end - across, end + across)]
    parts = [line(a, b, "halo") for a, b in strokes] + [line(a, b, css) for a, b in strokes]
    if length_mm is not None:
        parts.append(_length(start, end, length_mm, css))
    return element("g", {}, *parts)


def _length(start: FloatArray, end: FloatArray, length_mm: float, css: str) -> Markup:
    """The longest is written at its right end, the perpendicular at its upper end: they never collide."""
    if css == "longest":
        tip, other = (end, start) if end[0] >= start[0] else (start, end)
    else:
        tip, other = (end, start) if end[1] <= start[1] else (start, end)
    away = (tip - other) / max(float(np.linalg.norm(tip - other)), 1e-9)
    x, y = np.clip(tip + away * 14, (62, 34), (PIXELS - 62, PIXELS - 40))
    anchor = "start" if away[0] > 0.35 else "end" if away[0] < -0.35 else "middle"
    return text((x, y + 6 + 12 * away[1]), f"{number_text(length_mm, 1)} mm", f"length {css} {anchor}")


def draw_letters(edges: tuple[str, str, str, str]) -> Markup:
    """Directions at the middle of the left, right, top and bottom edge."""
    left, right, top, bottom = edges
    middle = PIXELS / 2
    return element(
        "g",
        {},
        text((10, middle + 7), left, "letter"),
        text((PIXELS - 10, middle + 7), right, "letter end"),
        text((middle, 24), top, "letter middle"),
        text((middle, PIXELS - 12), bottom, "letter middle"),
    )


def draw_scale_bar(field_mm: float) -> Markup:
    """A round length, about a fifth of the picture, at the lower left."""
    length = next((n for n in (100, 50, 20, 10, 5, 2) if n <= field_mm * 0.26), 1)
    width = length / field_mm * PIXELS
    left, base = 16.0, PIXELS - 16.0
    strokes = [((left, base), (left + width, base))]
    strokes += [((x, base - 5), (x, base + 5)) for x in (left, left + width)]
    parts = [line(a, b, "halo") for a, b in strokes] + [line(a, b, "scale") for a, b in strokes]
    return element("g", {}, *parts, text((left, base - 11), f"{length} mm", "letter small"))
