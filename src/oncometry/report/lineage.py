"""Lesions that split or merge: who came from whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from oncometry.report.formatting import listed, number_text
from oncometry.report.tables import Row

__all__ = ["Split", "find_splits", "lineage_texts", "part_of"]


@dataclass(frozen=True)
class Split:
    """A lesion seen as several pieces from a time point on.

    Attributes:
        parent: the lesion that split; its name goes on in the largest shared piece.
        pieces: the parent first, then the lesions that began as pieces of it.
    """

    parent: str
    timepoint: int
    pieces: tuple[str, ...]


def find_splits(lesions: Sequence[Row], relations: Sequence[Row]) -> list[Split]:
    """Edges that leave one lesion of one mask toward several lesions of a later date."""
    first = {row["lesion"]: row["first_timepoint"] for row in lesions}
    found = []
    for rows in _joined(relations, "earlier").values():
        names = list(dict.fromkeys(row["lesion"] for row in rows))
        later = rows[0]["later_timepoint"]
        parents = [name for name in names if (first.get(name) or later) < later]
        children = [name for name in names if first.get(name) == later]
        if len(parents) == 1 and children:
            found.append(Split(parents[0], later, (parents[0], *children)))
    return sorted(found, key=lambda s: (s.timepoint, s.parent))


def part_of(name: str, timepoint: int, splits: Sequence[Split]) -> str | None:
    """The lesion that a piece was still part of at a date before the split."""
    found = (s for s in splits if name in s.pieces[1:] and timepoint < s.timepoint)
    return next((split.parent for split in found), None)


def _joined(relations: Sequence[Row], end: str) -> dict[tuple[object, ...], list[Row]]:
    """Edges by the mask lesion at their earlier or later end, and the date of the other end."""
    groups: dict[tuple[object, ...], list[Row]] = defaultdict(list)
    for row in relations:
        key = (row[f"{end}_mask"], row[f"{end}_lesion"], row["earlier_timepoint"], row["later_timepoint"])
        groups[key].append(row)
    return groups


def lineage_texts(
    name: str, splits: Sequence[Split], relations: Sequence[Row], observations: Sequence[Row]
) -> list[str]:
    """What happened to a lesion between dates, partners named; 'same' needs no word."""
    found = []
    for split in splits:
        if split.parent == name:
            found.append(f"split into {listed(split.pieces)} at time point {split.timepoint}")
        elif name in split.pieces:
            how = _how(name, split.timepoint, relations)
            found.append(f"split from {split.parent} at time point {split.timepoint}{how}")
    measured = {(o["lesion"], o["timepoint"]) for o in observations if o["status"] == "measured"}
    for rows in _joined([r for r in relations if r["relation"] == "merge"], "later").values():
        names, later = sorted({row["lesion"] for row in rows}), rows[0]["later_timepoint"]
        gone = [n for n in names if (n, later) not in measured]
        whole = [n for n in names if (n, later) in measured]
        if name in gone and whole:
            found.append(f"merged into {listed(whole)} at time point {later}{_how(name, later, relations)}")
        elif name in whole and gone:
            found.append(f"{listed(gone)} merged into it at time point {later}")
    return list(dict.fromkeys(found))


def _how(name: str, later: int, relations: Sequence[Row]) -> str:
    row = next((r for r in relations if r["lesion"] == name and r["later_timepoint"] == later), None)
    if row is None or not row["method"]:
        return ""
    score = "" if row["score"] is None else f", score {number_text(row['score'], 2)}"
    return f" (by {row['method']}{score})"
