"""From the space of one series to that of another, through the registrations of the run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from oncometry.core import Code
from oncometry.core.geometry import FloatArray
from oncometry.report.formatting import code_list
from oncometry.report.tables import Row

__all__ = ["Bridge", "between", "is_poor", "registration_bridge"]


@dataclass(frozen=True, eq=False)
class Bridge:
    """(4, 4) from LPS mm of one series to LPS mm of another; `trusted` False where a registration was poor."""

    matrix: FloatArray
    trusted: bool = True

    def carry(self, points_lps_mm: FloatArray) -> FloatArray:
        """Points (..., 3) into the other series' space."""
        return np.asarray(points_lps_mm @ self.matrix[:3, :3].T + self.matrix[:3, 3])

    def after(self, first: Bridge) -> Bridge:
        """`first`, then this one."""
        return Bridge(np.asarray(self.matrix @ first.matrix), self.trusted and first.trusted)

    def back(self) -> Bridge:
        """The other way."""
        return Bridge(np.asarray(np.linalg.inv(self.matrix)), self.trusted)


SAME_SPACE = Bridge(np.eye(4))


def is_poor(registration: Row) -> bool:
    """Whether the registration was flagged; its transform was then not used."""
    return any(Code.REGISTRATION_POOR in text for text in code_list(registration["notices"]))


def registration_bridge(registration: Row) -> Bridge:
    """From fixed to moving LPS mm; a poor registration is replaced by the scanner's own positions."""
    if is_poor(registration) or registration["matrix"] is None:
        return Bridge(np.eye(4), not is_poor(registration))
    return Bridge(np.asarray(registration["matrix"], float).reshape(4, 4))


def between(source: str, target: str, registrations: Sequence[Row]) -> Bridge | None:
    """The way from one series of a patient to another; None where nothing connects them.

    It goes up from the source, series to date's reference to first date's reference, to the first
    image that the target hangs on too, and down from there.
    """
    to_moving = {r["moving_key"]: r for r in registrations}
    up, down = _hanging(source, to_moving), _hanging(target, to_moving)
    shared = next((key for key in up if key in down), None)
    return None if shared is None else down[shared].after(up[shared].back())


def _hanging(series_key: str, to_moving: Mapping[str, Row]) -> dict[str, Bridge]:
    """Images that a series hangs on, itself first -> the way from them to the series."""
    found = {series_key: SAME_SPACE}
    key, way = series_key, SAME_SPACE
    while key in to_moving and to_moving[key]["fixed_key"] not in found:
        way = way.after(registration_bridge(to_moving[key]))
        key = to_moving[key]["fixed_key"]
        found[key] = way
    return found
