"""Nouns to columns."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from oncometry.core import Geometry, Notice
from oncometry.core.geometry import FloatArray, Point
from oncometry.measurement.result import Diameter
from oncometry.store.finite import as_json
from oncometry.store.writing.transaction import Row

__all__ = ["grid", "line", "notices", "rotation_deg", "translation_mm"]


def grid(geometry: Geometry, frame_of_reference_uid: str | None = None) -> Row:
    """The columns of `Grid`."""
    row: Row = {f"size_{axis}": n for axis, n in zip("ijk", geometry.shape, strict=True)}
    row |= {f"spacing_{axis}_mm": mm for axis, mm in zip("ijk", geometry.spacing_mm, strict=True)}
    row["affine_lps_mm"] = as_json(geometry.affine.ravel().tolist())
    row["frame_of_reference_uid"] = geometry.frame_of_reference_uid or frame_of_reference_uid
    return row


def notices(found: Iterable[Notice]) -> str:
    """JSON: a list of {code, what}; where the input lay on the machine is not kept."""
    return as_json([{"code": n.code.value, "what": n.what} for n in found])


def line(diameter: Diameter | None) -> str | None:
    """JSON: two points, LPS mm."""
    if diameter is None:
        return None
    return as_json([_point(diameter.start_lps_mm), _point(diameter.end_lps_mm)])


def _point(point: Point) -> list[float]:
    return [float(x) for x in point]


def rotation_deg(matrix: FloatArray) -> float:
    """Angle of the rotation of a rigid (4, 4) matrix, about its axis, 0..180 degrees.

    From the skew part where the angle is small: the trace alone loses half of the digits there.
    """
    r: Any = np.asarray(matrix, float)[:3, :3]
    skew = np.array([r[2, 1] - r[1, 2], r[0, 2] - r[2, 0], r[1, 0] - r[0, 1]])
    return math.degrees(math.atan2(float(np.linalg.norm(skew)), float(np.trace(r)) - 1.0))


def translation_mm(matrix: FloatArray, fixed: Geometry) -> float:
    """How far a (4, 4) matrix moves the center of the fixed image."""
    center = fixed.to_world((np.asarray(fixed.shape) - 1) / 2)
    moved = np.asarray(matrix, float)[:3, :3] @ center + np.asarray(matrix, float)[:3, 3]
    return float(np.linalg.norm(moved - center))
