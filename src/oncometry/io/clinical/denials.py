"""What of a treatment's name was given, and what it says was declined or not given. English is read."""

from __future__ import annotations

import re
from itertools import dropwhile

from oncometry.io.clinical.treatment_words import PATTERNS

__all__ = ["UNTREATED", "treatment_given"]

UNTREATED = frozenset(
    {"none", "no", "0", "observation", "watchful waiting", "watch and wait", "no treatment", "not treated"}
    | {"untreated", "not assigned", "screen failure", "screening failure"}
)
"""What stands for no treatment; the arms of who is screened and not treated are those of CDISC's SDTM."""
_TREATMENT = rf"\w*?(?:{'|'.join(pattern.pattern for _, pattern in PATTERNS)})"
_FINDINGS = (
    r"residual|residuum|evidence|signs?|recurren\w+|relapses?|progression|tumou?rs?|disease|lesions?|"
    r"metasta\w+|enhancement|complications?|toxicit\w+|side[ -]effects?|response|changes?|interruptions?|"
    r"delays?|contra-?indications?|deficits?|seizures?|symptoms?"
)
_NO_FINDING = re.compile(
    r"\b(?:no|without|w/o)"
    r"(?:\s+(?:known|further|new|gross|local|distant|visible|viable|measurable|major|clear))*"
    rf"(?=(?P<all>(?:\s+(?:{_FINDINGS})\b)+))(?P=all)(?!(?:\s+|-)(?:{_TREATMENT}|treat|therap|direct))(?:\s+of\s+\w+)?",
    re.IGNORECASE,
)
"""'No residual tumor' is a finding after a treatment; 'no tumor resection' is none of it. All findings in a row are taken at
once, without going back: by a lookahead, for possessive quantifiers are wrong in Python before 3.11.5."""
_NOT = r"\b(?:not|never|cannot|\w+n['’]t|(?:did|do|does|has|have|had|is|was|were)nt)"
_DONE = (
    r"given|done|receiv(?:e|ed|ing)|have|had|get|got|treated(?: (?:with|by))?|undergo(?:ne)?|"
    r"delivered|administered|start(?:ed)?|performed|applied|offered|indicated|recommended|planned|"
    r"possible|feasible|taken?|want(?:ed)?|wish(?:ed)?(?: for)?|consent(?:ed)?(?: to)?|agreed?(?: to)?|"
    r"(?:(?:good|suitable) )?candidates?(?: for)?|(?:eligible|fit|suitable)(?: for)?|amenable(?: to)?"
)
_DENIAL = re.compile(
    r"(?P<without>\b(?:no(?!\.\s*\d|\s+\d+\s*[:,])|without|w/o|neither|instead of|rather than)\b|^\W*nor\b|"
    rf"{_NOT}\s+(?:(?:yet|an?)\s+)*(?={_TREATMENT}))|"
    rf"{_NOT}\s+(?:(?:yet|been|be|to|currently|ever|an?)\s+)*(?:{_DONE})\b|\bnever\b|[:=]\s*none\b|"
    r"\b(?:declin(?:e|ed|es|ing)|refus(?:e|ed|es|ing))(?: to (?:have|undergo|receive|get|start|take))?\b|"
    r"\brefusal(?: of)?\b|\b(?:omitted|withheld|cancell?ed|contra-?indicated)\b|"
    r"\b(?:ineligible|unfit|unsuitable)(?: for)?\b",
    re.IGNORECASE,
)
_SENTENCE = re.compile(
    r"[;\n]|\.\s+(?!\d)|\b(?:but|then|however|followed by)\b|"
    r"(?:,|\band\b)\s*(?:and\s+)?(?=(?:received|underwent|had|got|started|only|just)\b)",
    re.IGNORECASE,
)
_ASIDE = re.compile(r"\(([^()]*)\)")
_DASH = re.compile(r"\s[-–—]+\s")
_JOINED = re.compile(r"[/+&]|\b(?:and|or|nor)\b", re.IGNORECASE)
_ITEM_ENDS = re.compile(rf",|{_JOINED.pattern}", re.IGNORECASE)
_OR = r"[^,]*(?:\b(?:and|or|nor)\b|&)[^,]*"
_LIST = re.compile(rf"(?:[^,]*,)*?{_OR}(?:,\s*(?:and|or|nor)\b[^,]*)*|[^,]*", re.IGNORECASE)
"""What a denial before it is of: up to a comma, but 'RT, chemotherapy or surgery' is one list."""
_WHY = re.compile(
    r"\s*(?:by|due|because|owing|secondary|since|as|per|despite|for|to|at|in|on|"
    r"until|after|before|yet|when|while)\b",
    re.IGNORECASE,
)
_SAYS_NOTHING = frozenset({
    "", "patient", "patients", "pt", "pts", "subject", "she", "he", "they", "the", "it", "there",
    "tumor", "tumour", "lesion", "has", "had", "have", "is", "was", "were", "been", "did", "does", "do",
    "received", "given", "with", "and", "or", "to", "but", "then",
})  # fmt: skip
_MARKS = " \t.,:=-–—+/&()"


def treatment_given(text: str) -> str:
    """What a treatment's name says was given: 'surgery' of 'surgery, no RT', nothing of 'declined RT'.

    A denial before a list is of all of it ('no surgery/RT'); one behind is of what 'and', '/' or '+' join
    ('chemo/RT declined'). A comma ends both, but not in 'no RT, chemo or surgery'. Where it is not clear
    what is denied, all that may be is. Text that denies nothing comes back as it is.
    """
    plain = _NO_FINDING.sub(" ", text)
    if not _DENIAL.search(plain):
        return text
    given: list[str] = []
    for sentence in _SENTENCE.split(_ASIDE.sub(_aside, _DASH.sub(", ", plain))):
        _add_given(sentence, given)
    items = (_trimmed(item) for some in given for item in re.split(r"[+&]|\band\b", some))
    return ", ".join(item for item in items if item and item.casefold() not in UNTREATED)


def _aside(found: re.Match[str]) -> str:
    """What stands in brackets: a sentence of its own where it denies, else part of what is before it."""
    return f";{found[1]};" if _DENIAL.search(found[1]) else re.sub("[,;]", "/", found[1])


def _add_given(sentence: str, given: list[str]) -> None:
    """Add the lists that a sentence says were given; '' for each that was not."""
    while found := _DENIAL.search(sentence):
        *others, before = sentence[: found.start()].split(",")
        given += filter(_trimmed, others)
        sentence = sentence[found.end() :]
        follows = _DENIAL.search(sentence)
        denied = sentence[: follows.start()] if follows else sentence
        item = _ITEM_ENDS.split(denied, maxsplit=1)[0]
        if _trimmed(item) and not _WHY.match(item):
            given += [_before(before, bool(found["without"])), ""]
            sentence = _LIST.sub("", denied, count=1) + sentence[len(denied) :]
        else:
            if given and not _trimmed(before):
                given.pop()
            given.append("")
            sentence = sentence[len(item) :]
    given += filter(_trimmed, sentence.split(","))


def _before(text: str, without: bool) -> str:
    """What was given of the words before a denial: 'surgery' of 'surgery and patient declined RT'."""
    if without:
        return "" if text.rstrip().endswith(":") else text
    joins = list(_JOINED.finditer(text))
    return text[: joins[-1].start()] if joins else ""


def _trimmed(text: str) -> str:
    """Less the words at both ends that name no treatment."""
    words = list(dropwhile(_says_nothing, text.split()))
    return " ".join([*dropwhile(_says_nothing, reversed(words))][::-1]).strip(_MARKS)


def _says_nothing(word: str) -> bool:
    return word.strip(_MARKS).casefold() in _SAYS_NOTHING
