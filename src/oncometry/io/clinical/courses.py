"""Treatment courses and graded toxicities of a row."""

from __future__ import annotations

import re

from oncometry.core import Code
from oncometry.io.clinical.cells import Dialect, parse_grade, parse_number, parse_version
from oncometry.io.clinical.columns import Column, Role
from oncometry.io.clinical.result import Toxicity, Treatment
from oncometry.io.clinical.rows import Anchors, Draft, Layout, day_of

__all__ = ["OTHER", "UNTREATED", "row_toxicity", "row_treatment", "treatment_kind"]

UNTREATED = frozenset(
    {"none", "no", "0", "observation", "watchful waiting", "watch and wait", "no treatment", "not treated"}
    | {"untreated", "not assigned", "screen failure", "screening failure"}
)
"""What stands for no treatment; the arms of who is screened and not treated are those of CDISC's SDTM."""
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
PRESCRIPTION = re.compile(r"(\d+(?:\.\d+)?)\s*(c?gy)\s*(?:in|/|,)\s*(\d+)\s*(?:fractions?|fx)", re.IGNORECASE)


def treatment_kind(text: str) -> str:
    """What a treatment is, by words in its name: 'radiotherapy+chemotherapy' say; 'other' without any.

    The endings -mab, -nib, -platin, -citabine, -rubicin and -mustine are stems of the WHO's nonproprietary names. CRT alone is
    radiotherapy, conformal as it may be; CCRT, with chemotherapy, is both.
    """
    return "+".join(kind for kind, pattern in _PATTERNS if pattern.search(text.casefold())) or OTHER


def row_treatment(draft: Draft, layout: Layout, anchors: Anchors, dialect: Dialect) -> Treatment | None:
    """The course a row describes. Its start and end come from their own columns, never from the visit."""
    named = draft.get(layout.column(Role.TREATMENT))
    agent = draft.get(layout.column(Role.AGENT)) or named
    written = PRESCRIPTION.search(agent)
    dose = _dose_gy(draft, layout.column(Role.RADIATION_DOSE), dialect)
    if dose is None and written:
        dose = float(written[1]) / (100 if written[2].casefold() == "cgy" else 1)
    if draft.patient_id is None or agent.casefold() in UNTREATED or not (agent or dose):
        return None
    stated = draft.get(layout.column(Role.TREATMENT_KIND))
    kind = stated or (treatment_kind(f"{named} {agent}") if agent else "radiotherapy")
    start, end = (
        _course_day(draft, layout, layout.column(role), anchors, dialect)
        for role in (Role.TREATMENT_START, Role.TREATMENT_END)
    )
    if start is not None and end is not None and end < start:
        draft.remark(Code.DATES_IMPLAUSIBLE, f"the treatment ends on day {end}, before it starts ({start}).")
        start = end = None
    number = _fractions(draft, layout.column(Role.FRACTIONS), dialect)
    number = int(written[3]) if number is None and written else number
    return Treatment(draft.patient_id, kind, agent, start, end, dose, number, draft.row)


def row_toxicity(draft: Draft, layout: Layout) -> Toxicity | None:
    """The graded toxicity of a row; a term without a grade from 0 to 5 stays a value."""
    term, text = draft.get(layout.column(Role.TOXICITY_TERM)), draft.get(layout.column(Role.TOXICITY_GRADE))
    if draft.patient_id is None or not (term or text) or (term.casefold() == "none" and not text):
        return None
    grade = parse_grade(text)
    if not term or grade is None:
        what = f"toxicity {term!r} has grade {text!r}: a grade from 0 to 5 and a term make one."
        draft.remark(Code.COLUMN_GUESSED, what)
        return None
    version = parse_version(draft.get(layout.column(Role.CTCAE_VERSION)))
    return Toxicity(draft.patient_id, term, grade, version, draft.day, draft.row)


def _dose_gy(draft: Draft, column: Column | None, dialect: Dialect) -> float | None:
    dose = parse_number(draft.get(column), dialect)
    if column is None or dose is None or dose <= 0:
        return None
    return dose / 100 if column.unit == "cGy" else dose


def _fractions(draft: Draft, column: Column | None, dialect: Dialect) -> int | None:
    number = parse_number(draft.get(column), dialect)
    if number is None:
        return None
    if not (number.is_integer() and number > 0):
        draft.remark(Code.COLUMN_GUESSED, f"{number:g} fractions is no count: not used.")
        return None
    return int(number)


def _course_day(
    draft: Draft, layout: Layout, column: Column | None, anchors: Anchors, dialect: Dialect
) -> int | None:
    number = parse_number(draft.get(column), dialect)
    if column is not None and column.unit == "days":
        return int(number) if number is not None and number.is_integer() else None
    return day_of(draft, layout, column, anchors)
