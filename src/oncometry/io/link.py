"""Masks to the images they were drawn on; the way each was found is recorded."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from oncometry.core import Code, Contrast, Modality, Notice
from oncometry.core.geometry import FloatArray
from oncometry.io.contours import slice_distance_mm
from oncometry.io.manifest import MaskKind, MaskRecord, SeriesRecord
from oncometry.io.mask_references import MaskReferences, references_of
from oncometry.io.nifti import GeometryChoice
from oncometry.io.settle_schemes import settle_schemes

__all__ = ["link_masks"]

PLANE_MM = 0.1
MOST = 0.95
"""Share of a mask's planes that must lie on slices of the image."""

HINTS: dict[str, tuple[Modality, Contrast | None]] = {
    "ct": (Modality.CT, None),
    "pet": (Modality.PT, None),
    "pt": (Modality.PT, None),
    "mr": (Modality.MR, None),
    "mri": (Modality.MR, None),
    "t1": (Modality.MR, Contrast.T1),
    "t1n": (Modality.MR, Contrast.T1),
    "t1w": (Modality.MR, Contrast.T1),
    "t1c": (Modality.MR, Contrast.T1C),
    "t1ce": (Modality.MR, Contrast.T1C),
    "t1gd": (Modality.MR, Contrast.T1C),
    "t1post": (Modality.MR, Contrast.T1C),
    "t2": (Modality.MR, Contrast.T2),
    "t2w": (Modality.MR, Contrast.T2),
    "t2f": (Modality.MR, Contrast.FLAIR),
    "flair": (Modality.MR, Contrast.FLAIR),
    "adc": (Modality.MR, Contrast.ADC),
    "dwi": (Modality.MR, Contrast.DWI),
}
PREFERRED = (
    Contrast.T1C,
    Contrast.CT_CONTRAST,
    Contrast.CT,
    Contrast.PET,
    Contrast.FLAIR,
    Contrast.T2,
    Contrast.T1,
)
"""Among images on one grid that nothing tells apart: what tumors are usually drawn on, first."""


@dataclass(frozen=True)
class _Link:
    series: SeriesRecord
    linked_by: str
    notice: Notice | None = None


def link_masks(
    masks: Sequence[MaskRecord], series: Sequence[SeriesRecord], form: GeometryChoice = "strict"
) -> tuple[MaskRecord, ...]:
    """Link each mask to a series of its patient, or leave it without one and say why.

    In this order: by referenced instances or series; by frame of reference and planes (RTSTRUCT, SEG),
    with a `REFERENCES_ABSENT` notice; by grid (NIfTI, NRRD); by session and name. Among several, words
    in names ('PET', 't1c') decide, then the nearest planes, then what tumors are usually drawn on.
    A DICOM mask of a patient without images goes to the patient whose images it refers to, with a
    `PATIENT_CONFLICT` notice. Label schemes that are guessed are settled over masks of a kind together
    (`settle_schemes`).

    Args:
        form: the NIfTI form to trust.
    """
    return settle_schemes(tuple(_link_one(mask, series, form) for mask in masks), form)


def _link_one(mask: MaskRecord, series: Sequence[SeriesRecord], form: GeometryChoice) -> MaskRecord:
    own = [s for s in series if s.patient_id == mask.patient_id]
    references = references_of(mask, form)
    if mask.kind not in (MaskKind.RTSTRUCT, MaskKind.SEG):
        link = _by_grid(mask, references, own)
    elif own:
        link = _by_reference(references, own) or _by_frame(mask, references, own)
    else:
        link = _by_reference(references, series)
    if link is None:
        what = "no image of the patient fits it: it is measured on its own grid."
        return replace(mask, notices=(*mask.notices, Notice(Code.REFERENCE_MISSING, what, str(mask.path))))
    notices = (*mask.notices, link.notice) if link.notice else mask.notices
    linked = replace(mask, series_key=link.series.key, linked_by=link.linked_by, notices=notices)
    return linked if own else _moved(linked, link.series.patient_id)


def _moved(mask: MaskRecord, patient_id: str) -> MaskRecord:
    """The mask as the patient's whose images it names."""
    what = (
        f"it names the patient {mask.patient_id!r}, who has no image, and refers to images of "
        f"{patient_id!r}: taken for theirs."
    )
    notice = Notice(Code.PATIENT_CONFLICT, what, str(mask.path))
    return replace(mask, patient_id=patient_id, notices=(*mask.notices, notice))


def _by_reference(references: MaskReferences, own: Sequence[SeriesRecord]) -> _Link | None:
    """By instances that are here; by the series alone where no instance is named."""

    def shared(record: SeriesRecord) -> int:
        here = {i.sop_instance_uid for i in record.instances if i.sop_instance_uid}
        return len(references.instance_uids & here)

    found = [s for s in own if shared(s)]
    if not found and not references.instance_uids:
        found = [s for s in own if s.series_instance_uid in references.series_uids]
    if not found:
        return None
    return _Link(max(found, key=lambda s: (shared(s), -_off(references, s))), "reference")


def _by_frame(mask: MaskRecord, references: MaskReferences, own: Sequence[SeriesRecord]) -> _Link | None:
    """By frame of reference and planes, the series it names before others, though its images are not here."""
    frame = mask.frame_of_reference_uid
    same = [s for s in own if frame and s.geometry.frame_of_reference_uid == frame]
    fits = [s for s in same if references.points is not None and _fit(references.points, s) is not None]
    named = [s for s in fits if s.series_instance_uid in references.series_uids]
    if not fits:
        return None
    hinted = named or _hinted(references, fits)
    chosen = min(hinted, key=lambda s: (round(_off(references, s), 3), _rank(s), s.key))
    what = (
        f"none of the {len(references.instance_uids)} images it refers to is here: placed by frame of reference "
        f"and planes (to {_off(references, chosen):.3f} mm) on {chosen.modality} {chosen.description!r}, "
        f"{_told_apart(len(fits) - 1, bool(named))}."
    )
    return _Link(chosen, "frame of reference", Notice(Code.REFERENCES_ABSENT, what, str(mask.path)))


def _told_apart(others: int, named: bool) -> str:
    if named:
        return "the series it names"
    return f"told apart from {others} others by names and planes" if others else "the only one that fits"


def _by_grid(mask: MaskRecord, references: MaskReferences, own: Sequence[SeriesRecord]) -> _Link | None:
    visit = [s for s in own if _same_visit(mask, s)]
    grid = references.grid
    same = [s for s in visit if grid is not None and s.geometry.matches(grid)]
    if same:
        return _one_visit(references, same, "grid")
    if mask.session is None and mask.acquired is None and len({_visit(s) for s in visit}) > 1:
        return _one_visit(references, visit, "file name")
    if not visit:
        return None
    return _Link(_best(references, visit), "session" if mask.session or mask.acquired else "file name")


def _one_visit(references: MaskReferences, found: Sequence[SeriesRecord], linked_by: str) -> _Link | None:
    """Of several visits only one that the names single out: the wrong visit would be worse than none."""
    if len({_visit(s) for s in found}) > 1:
        scores = {s.key: _shared_words(references, s) for s in found}
        top = [s for s in found if scores[s.key] == max(scores.values())]
        if len({_visit(s) for s in top}) > 1:
            return None
        found, linked_by = top, "file name"
    return _Link(_best(references, found), linked_by)


def _best(references: MaskReferences, found: Sequence[SeriesRecord]) -> SeriesRecord:
    return min(_hinted(references, found), key=lambda s: (-_shared_words(references, s), _rank(s), s.key))


def _visit(record: SeriesRecord) -> object:
    return record.session or record.study_instance_uid or record.study_date or record.acquired


def _same_visit(mask: MaskRecord, record: SeriesRecord) -> bool:
    if mask.session and record.session:
        return mask.session == record.session
    days = {record.study_date, record.acquired} - {None}
    return not (mask.acquired and days) or mask.acquired in days


def _fit(points: FloatArray, record: SeriesRecord) -> float | None:
    """Greatest distance in mm from planes to the nearest slices, None where they do not fit the image.

    Planes fit if nearly all lie on slices to 0.1 mm and within the image's extent.
    """
    if not len(points):
        return None
    level = record.geometry.to_index(points)[:, 2]
    off = np.abs(level - np.rint(level)) * slice_distance_mm(record.geometry)
    on = (off <= PLANE_MM) & (level > -0.5) & (level < record.geometry.shape[2] - 0.5)
    return float(off[on].max()) if on.mean() >= MOST else None


def _off(references: MaskReferences, record: SeriesRecord) -> float:
    off = None if references.points is None else _fit(references.points, record)
    return np.inf if off is None else off


def _rank(record: SeriesRecord) -> int:
    return PREFERRED.index(record.contrast) if record.contrast in PREFERRED else len(PREFERRED)


def _hinted(references: MaskReferences, found: Sequence[SeriesRecord]) -> list[SeriesRecord]:
    """Those that the first word that tells anything names; all where no word does."""
    for text in references.words:
        hints = [HINTS[w] for w in _words(text) if w in HINTS]
        for modality, contrast in sorted(hints, key=lambda h: h[1] is None):
            named = [s for s in found if s.contrast is contrast] if contrast else []
            named = named or [s for s in found if s.modality is modality]
            if named:
                return named
    return list(found)


def _shared_words(references: MaskReferences, record: SeriesRecord) -> int:
    first = record.instances[0].path
    there = {w for text in (first.name, first.parent.name, record.description) for w in _words(text)}
    return len(there & {w for text in references.words for w in _words(text)})


def _words(text: str) -> list[str]:
    return [w for w in re.split(r"[^a-z0-9]+", text.lower()) if w]
