"""Which stored lesion a decision is about, and which stored visit."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence

from oncometry.core import DecidedLesion, Timepoint, visit_anchors
from oncometry.measurement.decided import SAME_CENTER_MM
from oncometry.pipeline.stored_rows import Row

__all__ = ["StoredLesions", "labels_by_anchor"]


class StoredLesions:
    """One patient's current lesions, to be found by what a person decided about.

    Args:
        lesions, measurements: rows of the tables of those names.
        timepoints: the patient's visits.
    """

    def __init__(
        self, lesions: Iterable[Row], measurements: Iterable[Row], timepoints: Sequence[Timepoint]
    ) -> None:
        rows = list(lesions)
        self._names = {row["tracking_uid"]: str(row["lesion"]) for row in rows}
        self._excluded = {str(row["lesion"]) for row in rows if row["excluded"] is not None}
        self._wholes = [
            row
            for row in measurements
            if row["compartment"] == "whole"
            and row["lesion"] is not None
            and row["centroid_x_mm"] is not None
        ]
        self._numbers = {anchor: t.number for t, anchor in visit_anchors(timepoints).items()}

    def name_of(self, decided: DecidedLesion) -> str | None:
        """By tracking UID; else at the visit it was seen at: by its center in the same mask, else by the box that holds it.

        None where nothing, or more than one lesion, fits.
        """
        if decided.tracking_uid in self._names:
            return self._names[decided.tracking_uid]
        center = decided.centroid_lps_mm
        visit = self._numbers.get(decided.anchor or "")
        if center is None or visit is None:
            return None
        there = [row for row in self._wholes if row["timepoint"] == visit]
        same = {
            str(row["lesion"])
            for row in there
            if row["mask_key"] == decided.mask_key and math.dist(center, _center(row)) < SAME_CENTER_MM
        }
        found = same or {str(row["lesion"]) for row in there if _holds(row["box_lps_mm"], center)}
        return found.pop() if len(found) == 1 else None

    def is_excluded(self, name: str) -> bool:
        """Whether a person said that it is no lesion."""
        return name in self._excluded


def labels_by_anchor(timepoints: Sequence[Timepoint]) -> dict[str, str]:
    """Anchor -> label of each visit."""
    return {anchor: timepoint.label for timepoint, anchor in visit_anchors(timepoints).items()}


def _center(row: Row) -> tuple[float, float, float]:
    return row["centroid_x_mm"], row["centroid_y_mm"], row["centroid_z_mm"]


def _holds(box_json: str | None, point: Sequence[float]) -> bool:
    if box_json is None:
        return False
    low, high = json.loads(box_json)
    return all(a <= x <= b for a, x, b in zip(low, point, high, strict=True))
