"""What kind a treatment is of, by the words in its name."""

from __future__ import annotations

from oncometry.io.clinical.denials import treatment_given
from oncometry.io.clinical.treatment_words import PATTERNS

__all__ = ["OTHER", "treatment_kind"]

OTHER = "other"
"""The kind of a treatment whose name has no word of any."""


def treatment_kind(text: str) -> str:
    """What a treatment is, by words in its name: 'radiotherapy+chemotherapy' say; 'other' without any.

    What was not given is none (`treatment_given`). -mab, -nib, -platin, -citabine, -rubicin, -mustine, -relin and -lutamide are
    stems of the WHO's nonproprietary names. CRT alone is radiotherapy, conformal as it may be; CCRT, with chemotherapy, is both.
    """
    said = treatment_given(text).casefold()
    return "+".join(kind for kind, pattern in PATTERNS if pattern.search(said)) or OTHER
