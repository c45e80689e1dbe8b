"""Each lesion over its dates: state, pictures, what it became."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from oncometry.core import LesionStatus
from oncometry.report.formatting import EXPLAINED, date_text, day_text
from oncometry.report.grid import Cell
from oncometry.report.lesion_pictures import Gallery
from oncometry.report.lineage import Split, lineage_texts, part_of
from oncometry.report.tables import Row

__all__ = ["LesionDate", "LesionStory", "lesion_stories", "state_cell"]


@dataclass(frozen=True)
class LesionDate:
    """A lesion at one date: its states by image, with the pictures."""

    heading: str
    states: tuple[Cell, ...]
    galleries: tuple[Gallery, ...]


@dataclass(frozen=True)
class LesionStory:
    """A lesion followed over all dates. `excluded`: who said that it is none, and why; else ''."""

    name: str
    excluded: str
    dates: tuple[LesionDate, ...]
    relations: tuple[str, ...]


def lesion_stories(
    lesions: Sequence[Row],
    timepoints: Sequence[Row],
    observations: Sequence[Row],
    relations: Sequence[Row],
    splits: Sequence[Split],
    galleries: Sequence[Gallery],
) -> list[LesionStory]:
    """One story per lesion, in order of its number."""
    seen: dict[tuple[str, int], list[Row]] = defaultdict(list)
    for row in observations:
        seen[row["lesion"], row["timepoint"]].append(row)
    drawn: dict[tuple[str, int], list[Gallery]] = defaultdict(list)
    for gallery in galleries:
        drawn[gallery.lesion, gallery.timepoint].append(gallery)
    stories = []
    for lesion in lesions:
        name = lesion["lesion"]
        dates = tuple(
            LesionDate(
                _heading(visit),
                tuple(state_cell(row, splits) for row in seen[name, visit["timepoint"]]),
                tuple(drawn[name, visit["timepoint"]]),
            )
            for visit in sorted(timepoints, key=lambda t: t["timepoint"])
        )
        texts = lineage_texts(name, splits, relations, observations)
        stories.append(LesionStory(name, lesion["excluded"] or "", dates, tuple(texts)))
    return stories


def _heading(visit: Row) -> str:
    parts = [f"Time point {visit['timepoint']}"]
    if visit["day"] is not None:
        parts.append(day_text(visit["day"]))
    if visit["date"] is not None:
        parts.append(date_text(visit["date"]))
    return " · ".join(parts)


def state_cell(row: Row, splits: Sequence[Split]) -> Cell:
    """What is known of a lesion in one image of a date; the pointer shows the reason in words."""
    image = row["contrast"] if row["contrast"] not in (None, "unknown") else row["modality"]
    status = str(row["status"])
    parent = part_of(row["lesion"], row["timepoint"], splits)
    if status == LesionStatus.ABSENT and parent is not None:
        return Cell(f"part of {parent} at this date")
    reason = str(row["reason"] or "")
    shown = status if not image else f"{status} on {image}"
    if reason and status != LesionStatus.MEASURED:
        shown += f": {reason}"
    return Cell(shown, EXPLAINED.get(reason, reason), "" if status == LesionStatus.MEASURED else "warn")
