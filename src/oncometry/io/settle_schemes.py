"""One guess for all label maps of an input: a visit with one label left means what the others mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from oncometry.core import Code, Notice, OncometryError, fitting_schemes
from oncometry.io.label_meaning import guessed_scheme
from oncometry.io.labelmap import LabelContent, read_label_file
from oncometry.io.manifest import FileKind, MaskKind, MaskRecord

__all__ = ["settle_schemes"]


def settle_schemes(masks: Sequence[MaskRecord]) -> tuple[MaskRecord, ...]:
    """Give NIfTI and NRRD masks whose scheme is a guess the scheme that fits all of them together.

    Alone, labels {1} would be a binary mask, though in its neighbors 1 is necrosis beside 2 and 3.
    Masks that name their labels, or hold another kind of values, are left as they are.
    """
    numbers = {m.key: found for m in masks if (found := _numbers(m))}
    union = set().union(*numbers.values()) if numbers else set()
    alone = {s.name for n in numbers.values() if (s := guessed_scheme(n))}
    together = fitting_schemes(union)
    if not together or len(numbers) < 2 or alone == {together[0].name}:
        return tuple(masks)
    chosen = together[0]
    others = ", ".join(s.name for s in together[1:]) or "none"
    what = (
        f"labels {sorted(union)} of {len(numbers)} masks together were taken as scheme {chosen.name} "
        f"({chosen.source}); others that fit: {others}. State it with --scheme."
    )
    return tuple(
        replace(m, scheme=chosen.name, notices=(*m.notices, Notice(Code.LABELS_GUESSED, what, str(m.path))))
        if m.key in numbers
        else m
        for m in masks
    )


def _numbers(mask: MaskRecord) -> set[int]:
    """Label values without names; empty where there are none or they say themselves what they are."""
    if mask.kind not in (MaskKind.NIFTI, MaskKind.NRRD) or mask.scheme_source != "guessed":
        return set()
    kind = FileKind.NIFTI if mask.kind is MaskKind.NIFTI else FileKind.NRRD
    try:
        content: LabelContent = read_label_file(mask.path, kind)
    except OncometryError:
        return set()
    if any(r.named or r.probability is not None for r in content.regions) or _odd(content):
        return set()
    return {r.number for r in content.regions}


def _odd(content: LabelContent) -> bool:
    return any(n.code is Code.LABELS_GUESSED for n in content.notices)
