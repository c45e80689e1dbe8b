"""What kind a treatment is of, by the words in its name."""

from __future__ import annotations

import re

__all__ = ["OTHER", "treatment_kind"]

OTHER = "other"
"""The kind of a treatment whose name has no word of any."""
_NO_LETTER = r"(?<![a-z])(?:{})(?![a-z])"
KINDS = (
    (
        "surgery",
        r"(?<!radio)(?<!radio[ -])surg|resect|biops|otomy|ectom(?:y|ies)|excision|debulk",
        "turbt|turp",
    ),
    (
        "radiotherapy",
        r"radiat|radiother|radio[ -]?surg|chemorad|brachyther|tomother|teletherapy|(?:gamma|cyber)[ -]?knife|vmat|imrt",
        "rt|rtx|ebrt|xrt|ctrt|rtct|c?crt|3d-?crt|wbrt|f?srt|hfsrt|igrt|impt|sbrt|sabr|srs|hdr|ldr|tbi|apbi|c?gy|"
        r"protons?(?![ -]*pump)|carbon[ -]?ions?|rapid[ -]?arc|electron[ -]beams?",
    ),
    (
        "chemotherapy",
        r"chemo|temozolomid|temodal|temodar|mustin|platin|taxel|vin(?:crist|blast|orelb)in|citabin|uracil|rubicin|"
        r"(?:irino|topo)tecan|etoposid|phosphamid|ifosfamid|melphalan|busulfan|carbazin|trexed|methotrexat|mitomycin|"
        "bleomycin|eribulin|hydroxyurea|tegafur|trifluridin|folfox|folfiri|taxotere|taxol|xeloda",
        "tmz|ccnu|bcnu|pcv|ctrt|rtct|ccrt|5-?fu|xelox|capox|r?-?chop|abvd|cddp|mtx",
    ),
    ("antibody", "", "[a-z]*mab"),
    ("kinase inhibitor", "", "[a-z]*nib"),
    ("steroid", r"dexameth|steroid|prednis", ""),
)
"""Kind, what its words have in them, and its whole words: no letter before or behind."""
_PATTERNS = tuple(
    (kind, re.compile("|".join([*filter(None, [within]), *([_NO_LETTER.format(whole)] if whole else [])])))
    for kind, within, whole in KINDS
)


def treatment_kind(text: str) -> str:
    """What a treatment is, by words in its name: 'radiotherapy+chemotherapy' say; 'other' without any.

    The endings -mab, -nib, -platin, -citabine, -rubicin and -mustine are stems of the WHO's nonproprietary names. CRT alone is
    radiotherapy, conformal as it may be; CCRT, with chemotherapy, is both.
    """
    return "+".join(kind for kind, pattern in _PATTERNS if pattern.search(text.casefold())) or OTHER
