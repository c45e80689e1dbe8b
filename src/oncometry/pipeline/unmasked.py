"""Visits that came without a mask, and what of them a network can be asked about."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from oncometry.core import STRUCTURAL, Code, Contrast, Modality, Notice, Timepoint
from oncometry.io.manifest import MaskRecord, SeriesRecord
from oncometry.pipeline.align import Alignment
from oncometry.preprocessing import choose_reference

__all__ = ["Chosen", "brain_series", "choose_images", "counted", "unknown_visits", "unmasked_visits"]

BRAIN_WORDS = frozenset(
    {"brain", "head", "skull", "neuro", "cranium", "cerebrum", "headneck", "whole", "wholebody"}
)
"""Body parts that hold a brain, as (0018,0015) has them."""

Visits = Mapping[Timepoint, list[SeriesRecord]]


@dataclass(frozen=True)
class Chosen:
    """The images of a visit that a network is given.

    Attributes:
        grid: key of the series on whose grid all are laid.
        keys: sequence -> series key, in the order of the series.
        notices: what was left out.
    """

    grid: str
    keys: Mapping[Contrast, str]
    notices: tuple[Notice, ...]


def unmasked_visits(series: Iterable[SeriesRecord], masks: Iterable[MaskRecord]) -> Visits:
    """The series of each visit to which no mask belongs, in order."""
    masked = {(m.patient_id, m.timepoint.number) for m in masks if m.timepoint is not None}
    found: dict[Timepoint, list[SeriesRecord]] = {}
    for one in series:
        if one.timepoint is not None and (one.patient_id, one.timepoint.number) not in masked:
            found.setdefault(one.timepoint, []).append(one)
    return dict(sorted(found.items(), key=lambda item: (item[0].patient_id, item[0].number)))


def counted(series: Iterable[SeriesRecord], masks: Iterable[MaskRecord]) -> tuple[int, int]:
    """How many visits came without a mask, and how many of these show MR of the brain."""
    visits = unmasked_visits(series, masks)
    return len(visits), sum(bool(brain_series(there)) for there in visits.values())


def unknown_visits(series: Iterable[SeriesRecord], masks: Iterable[MaskRecord]) -> int:
    """How many visits without a mask would show MR of the brain if an image's sequence, which nothing tells, were stated."""
    visits = unmasked_visits(series, masks).values()
    return sum(not brain_series(there) and any(map(_of_unknown_sequence, there)) for there in visits)


def brain_series(series: Iterable[SeriesRecord]) -> list[SeriesRecord]:
    """MR in a sequence that shows structure, of a body part that holds a brain or is not stated."""
    return [
        s
        for s in series
        if s.modality in (Modality.MR, Modality.UNKNOWN) and s.contrast in STRUCTURAL and _may_be_brain(s)
    ]


def choose_images(
    series: Sequence[SeriesRecord], alignment: Alignment, inputs: Sequence[Contrast]
) -> Chosen | None:
    """One series for each sequence, the finest, and the one on whose grid they are laid; None where there is none.

    The grid is that of the sequence that lesions are measured in first (T1c, T1, FLAIR, T2). What could not be registered
    within its visit is left out, which is told.
    """
    known = [s for s in series if s.contrast in inputs and s.key in alignment.from_common]
    believed = [s for s in known if alignment.within_date[s.key]]
    if not believed:
        believed = [s for s in known if s.key == _best(known)]
    if not believed:
        return None
    keys = {
        contrast: _best([s for s in believed if s.contrast == contrast]) for contrast in _contrasts(believed)
    }
    poor = sorted({str(s.contrast) for s in known} - {str(contrast) for contrast in keys})
    told = f"{', '.join(poor)} could not be registered within the visit: segmented without."
    notices = (Notice(Code.REGISTRATION_POOR, told),) if poor else ()
    return Chosen(_best(believed), keys, notices)


def _contrasts(series: Iterable[SeriesRecord]) -> list[Contrast]:
    return sorted(Counter(s.contrast for s in series), key=STRUCTURAL.index)


def _best(series: Sequence[SeriesRecord]) -> str:
    return choose_reference([(s.key, s.contrast, s.geometry) for s in series])


def _of_unknown_sequence(series: SeriesRecord) -> bool:
    may_be_mr = series.modality in (Modality.MR, Modality.UNKNOWN)
    return may_be_mr and series.contrast is Contrast.UNKNOWN and _may_be_brain(series)


def _may_be_brain(series: SeriesRecord) -> bool:
    stated = str(series.acquisition.get("body_part", "")).lower()
    words = set(re.split(r"[^a-z]+", stated)) - {""}
    return not words or bool(words & BRAIN_WORDS)
