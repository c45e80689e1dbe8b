"""What a region's name says: 'GTV_Mass' is a tumor, 'edema' its edema, 'PTV' and 'liver' are none of it."""

from __future__ import annotations

import re

from oncometry.core import Compartment

__all__ = ["compartment_of", "is_generic"]

C = Compartment
GENERIC = re.compile(r"(?:(?:roi|segment|segmentation|label|mask|seg|structure|region|untitled)\s*)*\d*")
PLANNED = re.compile(
    r"\b(?:[a-z]?ptv|[a-z]?ctv|[a-z]?itv|prv|ring|margin|minus|without|normal|healthy|background|no)"
    r"(?:\b|[a-z]?\d)|\b\d+\s*mm\b"
)
WORDS: tuple[tuple[re.Pattern[str], Compartment], ...] = tuple(
    (re.compile(pattern), compartment)
    for pattern, compartment in (
        (r"\bcavity\b|\bresection\b|\brc\b", C.CAVITY),
        (r"edema|\bed\b|\bsnfh\b|\bperitumou?ral\b|\bflair\b", C.EDEMA),
        (r"necro|\bncr\b|\bnc\b", C.NECROSIS),
        (r"\bnon ?enhancing|\bnetc?\b|\bnecrosis\b", C.NON_ENHANCING),
        (r"\bcyst|\bcc\b", C.CYST),
        (r"\benhanc|\bet\b", C.ENHANCING),
        (r"\bcore\b|\btc\b", C.CORE),
        (
            r"\bi?gtv|tumou?r|\blesions?\b|\bneoplasm|metasta|\bmets?\b|\bmass\b|\bnodules?\b"
            r"|cancer|carcinoma|sarcoma|lymphoma|glioma|glioblastoma|malignan|\bwt\b",
            C.WHOLE,
        ),
    )
)


def is_generic(name: str) -> bool:
    """Whether a name says nothing: 'ROI-1', 'Segment_2', 'label 3', '7', ''."""
    return GENERIC.fullmatch(_plain(name)) is not None


def compartment_of(*names: str | None) -> Compartment | None:
    """The compartment that a region's label, or else its coded meaning, names; None if none does.

    A part of a tumor ('Necrosis') wins over the tumor ('Neoplasm'); planning volumes (PTV, CTV,
    margins, 'brain minus GTV') are `OTHER`.
    """
    found = [c for c in (_one(name) for name in names if name) if c is not None]
    specific = [c for c in found if c is not C.WHOLE]
    return specific[0] if specific else found[0] if found else None


def _one(name: str) -> Compartment | None:
    plain = _plain(name)
    if PLANNED.search(plain) or re.search(r"[a-z]\s*-\s*i?gtv", name.lower()):
        return C.OTHER
    return next((compartment for pattern, compartment in WORDS if pattern.search(plain)), None)


def _plain(name: str) -> str:
    """Lower case, words apart: 'GTV_Mass-PET' is 'gtv mass pet'."""
    split = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return re.sub(r"[\W_]+", " ", split).strip().lower()
