"""From the space of one series to that of another, through the registrations of the run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from oncometry.core import Code
from oncometry.core.geometry import FloatArray
from oncometry.report.formatting import code_list
from oncometry.report.tables import Row

__all__ = ["Bridge", "between", "is_poor"]


@dataclass(frozen=True, eq=False)
class Bridge:
    """(4, 4) from LPS mm of one series to LPS mm of another; `trusted` False where a registration was poor."""

    matrix: FloatArray
    trusted: bool = True

    def carry(self, points_lps_mm: FloatArray) -> FloatArray:
        """Points (..., 3) into the other series' space."""
        return np.asarray(points_lps_mm @ self.matrix[:3, :3].T + self.matrix[:3, 3])


def is_poor(registration: Row) -> bool:
    """Whether the registration was flagged; its transform was then not used."""
    return any(Code.REGISTRATION_POOR in text for text in code_list(registration["notices"]))


def between(source: str, target: str, registrations: Sequence[Row]) -> Bridge | None:
    """The way from one series to another of the same date; None where nothing connects them.

    Rows of `registrations` pull: their matrix takes fixed LPS mm to moving LPS mm. A poor one is
    replaced by the scanner's own positions.
    """
    if source == target:
        return Bridge(np.eye(4))
    pulls = [r for r in registrations if r["scope"] == "sequence"]
    to_moving = {r["moving_key"]: r for r in pulls}
    references = {r["fixed_key"] for r in pulls}
    start, end = to_moving.get(source), to_moving.get(target)
    if (start is None and source not in references) or (end is None and target not in references):
        return None
    fixed = {r["fixed_key"] for r in (start, end) if r is not None}
    if len(fixed) != 1:
        return None
    into = np.eye(4) if start is None else np.linalg.inv(_matrix(start))
    out = np.eye(4) if end is None else _matrix(end)
    trusted = not any(is_poor(r) for r in (start, end) if r is not None)
    return Bridge(np.asarray(out @ into), trusted)


def _matrix(registration: Row) -> FloatArray:
    if is_poor(registration) or registration["matrix"] is None:
        return np.eye(4)
    return np.asarray(registration["matrix"], float).reshape(4, 4)
