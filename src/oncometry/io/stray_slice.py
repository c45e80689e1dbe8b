"""Slices that a series lost: a volume can be whole in itself and yet be too short, which nothing in it tells."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from oncometry.core import Code, Notice
from oncometry.io.manifest import SeriesRecord

__all__ = ["tell_lost_slices"]

STEP_TOLERANCE = 0.2
"""Share of a step by which a slice may miss the place of the next one."""
SAME_COSINE = 0.99999
MOST_SHOWN = 4


def tell_lost_slices(
    series: Sequence[SeriesRecord], left_out: Mapping[str, Sequence[str]]
) -> list[SeriesRecord]:
    """The records, with a `SLICE_MISSING` notice on those that may lack a slice at an end.

    Such are series of which files were left out because something is wrong with them, and series that a lone slice
    of the same study completes under another Series Instance UID (a UID that was changed or damaged).

    Args:
        left_out: Series Instance UID -> its files that were left out, each with the reason.
    """
    lone: dict[tuple[object, ...], list[SeriesRecord]] = defaultdict(list)
    for record in series:
        if record.geometry.shape[2] == 1:
            lone[_kind(record)].append(record)
    found = []
    for record in series:
        files = left_out.get(record.series_instance_uid or "", ())
        notices = [_without(files)] if files else []
        if record.geometry.shape[2] > 1:
            notices += [_continued(one) for one in lone[_kind(record)] if _continues(one, record)]
        found.append(replace(record, notices=(*record.notices, *notices)) if notices else record)
    return found


def _without(files: Sequence[str]) -> Notice:
    shown = ", ".join(files[:MOST_SHOWN]) + (", ..." if len(files) > MOST_SHOWN else "")
    what = f"{len(files)} files of this series were left out ({shown}): slices at its ends may be missing."
    return Notice(Code.SLICE_MISSING, what)


def _continued(slice_: SeriesRecord) -> Notice:
    what = (
        f"a slice in line with these lies in {slice_.instances[0].path.name} under another Series Instance UID "
        f"({slice_.series_instance_uid}): this volume may lack it."
    )
    return Notice(Code.SLICE_MISSING, what)


def _continues(slice_: SeriesRecord, record: SeriesRecord) -> bool:
    """Whether a slice of the same study and kind lies between those of the volume, or one step beyond an end."""
    one, whole = slice_.geometry, record.geometry
    if (
        slice_.series_instance_uid == record.series_instance_uid
        or one.shape[:2] != whole.shape[:2]
        or (one.direction * whole.direction).sum(axis=0)[:2].min() < SAME_COSINE
    ):
        return False
    level = whole.to_index(one.origin_lps_mm)
    near = -1 - STEP_TOLERANCE < level[2] < whole.shape[2] + STEP_TOLERANCE
    taken = -0.5 < level[2] < whole.shape[2] - 0.5 and abs(level[2] - round(level[2])) < STEP_TOLERANCE
    return bool(near and not taken and np.abs(level[:2]).max() < 0.5)


def _kind(record: SeriesRecord) -> tuple[object, ...]:
    frame = record.geometry.frame_of_reference_uid
    return record.patient_id, record.study_instance_uid, record.modality, record.description, frame
