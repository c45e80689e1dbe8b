"""The words that tell what kind a treatment is of."""

from __future__ import annotations

import re

__all__ = ["PATTERNS"]

_NO_LETTER = r"(?<![a-z])(?:{})(?![a-z])"
KINDS = (
    (
        "surgery",
        r"(?<!radio)(?<!radio[ -])surg|resect|biops|otomy|ectom(?:y|ies)|excision|debulk",
        "turbt|turp",
    ),
    (
        "radiotherapy",
        r"radiat|radiother|radio[ -]?surg|chemorad|brachyther|seed[ -]?implant|tomother|teletherapy|"
        "(?:gamma|cyber)[ -]?knife|vmat|imrt",
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
    (
        "endocrine",
        r"rozol|oxifen|relin|lutamid|abirateron|fulvestrant|exemestan|megestrol|endocrine|hormon(?:e|al)[ -]?ther",
        "adt|lhrh",
    ),
)
"""Kind, what its words have in them, and its whole words: no letter before or behind."""
PATTERNS = tuple(
    (kind, re.compile("|".join([*filter(None, [within]), *([_NO_LETTER.format(whole)] if whole else [])])))
    for kind, within, whole in KINDS
)
"""Kind, and what is looked for in a name of small letters."""
