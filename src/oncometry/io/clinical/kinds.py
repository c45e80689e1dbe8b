"""What kind a treatment is of, by the words in its name."""

from __future__ import annotations

import re

__all__ = ["OTHER", "treatment_given", "treatment_kind"]

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
_PATTERNS = tuple(
    (kind, re.compile("|".join([*filter(None, [within]), *([_NO_LETTER.format(whole)] if whole else [])])))
    for kind, within, whole in KINDS
)
_CLAUSE = re.compile(r"[,;/+&()]|\b(?:and|but|then)\b", re.IGNORECASE)
_NOT_DONE = "given|done|received?|have|had|treated|irradiated|undergo|undergone|delivered|administered|started|performed|applied"
_REFUSED = re.compile(
    rf"\b(?:declin(?:e|ed|es)|refus(?:e|ed|es|al)|omitted|withheld|cancell?ed|not (?:{_NOT_DONE}))\b",
    re.IGNORECASE,
)
_WITHOUT = re.compile(r"\b(?:no(?!\.)|without|never)\b.*", re.IGNORECASE)


def treatment_given(text: str) -> str:
    """What a treatment's name says was given: 'surgery' of 'surgery, no RT', nothing of 'declined RT'.

    A clause that says of something that it was declined or not done says of nothing that it was; of another the words before
    'no', 'without' or 'never' count. Text that denies nothing comes back as it is.
    """
    if not (_REFUSED.search(text) or _WITHOUT.search(text)):
        return text
    clauses = (_WITHOUT.sub("", part).strip() for part in _CLAUSE.split(text) if not _REFUSED.search(part))
    return ", ".join(filter(None, clauses))


def treatment_kind(text: str) -> str:
    """What a treatment is, by words in its name: 'radiotherapy+chemotherapy' say; 'other' without any.

    What was not given is none (`treatment_given`). -mab, -nib, -platin, -citabine, -rubicin, -mustine, -relin and -lutamide are
    stems of the WHO's nonproprietary names. CRT alone is radiotherapy, conformal as it may be; CCRT, with chemotherapy, is both.
    """
    said = treatment_given(text).casefold()
    return "+".join(kind for kind, pattern in _PATTERNS if pattern.search(said)) or OTHER
