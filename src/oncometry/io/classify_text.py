"""What names and descriptions say about a series."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from oncometry.core import Contrast

__all__ = ["Claim", "contrast_in_text", "enhanced_in_text"]

C = Contrast


@dataclass(frozen=True)
class Claim:
    """A contrast, and the reason to believe in it."""

    contrast: Contrast
    why: str


START, END = r"(?<![a-z0-9])", r"(?![a-z0-9])"
SIGNS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), meaning)
    for pattern, meaning in (
        (r"(?<![a-z0-9])w ?/ ?o(?![a-z0-9])", " without "),
        (r"(?<![a-z0-9])w ?/(?! ?wo?(?![a-z]))", " with "),
        (r"(?<![a-z0-9])c ?\+(?![a-z0-9])|\+ ?(?:c|gd|gad|km)(?![a-z0-9])", " with contrast "),
        (r"(?<![a-z0-9])c-(?![a-z0-9])|(?<=[ _])-c(?![a-z0-9])", " without contrast "),
    )
)
"""Signs that are words, before punctuation is taken for spaces."""
AGENT = r"(?:gad\w*|gd|contrast|con|km|c|injection|inj|contraste)"
JOINT = r"[ _-]*(?:the |iv |i v )?"
BESIDE = (
    r"(?:t1\w*|tse|fse|se|gre|fl[23]d|mprage|mp2rage|vibe|spgr|fspgr|bravo|space|fs|fatsat|sat|ax\w*|sag\w*"
    r"|cor\w*|tra\w*|[23]d)"
)
NOT_AGENT = r"(?![ _-]*(?:op|rt|tx|surg|treat|chemo|radi|therap|resec|biops|ablat|day|week|month|\d))"
"""What follows 'post' where it tells of a treatment."""
ENHANCED = re.compile(
    START
    + rf"(?:(?:post|with|nach|w){JOINT}{AGENT}|post(?=[ _-]*$)|{BESIDE}[ _-]+post{NOT_AGENT}|post(?=[ _-]{BESIDE}{END})"
    r"|gad|gado\w*|gd|ce(?:-\w+)?|km|contrast|cemra|enhanced|portal\w*|venous|ven(?= phase)|arteri(?:al|el\w*)"
    r"|t1ce|t1c|t1gd|t1post)"
    r"(?![a-z])"
)
PLAIN = re.compile(
    START + rf"(?:(?:pre|without|wo|non|no|un|ohne|nativ|native){JOINT}(?:{AGENT}|enhanced)"
    r"|wo|ohne|nativ|native|pre(?![ _-]*(?:op|rt|tx|surg|treat|chemo|radi))|without(?![ _-]*(?:fs|fat|sat|mpr)))"
    + END
)
RULES: tuple[tuple[Contrast, str], ...] = (
    (C.ADC, r"e?adc|apparent[ _-]diffusion"),
    (C.PERFUSION, r"perf(?:usion)?|dsc|dce|asl|r?cbv|r?cbf|mtt"),
    (C.DWI, r"dwi|dti|diff(?:usion)?|tracew?|b\d{3,4}"),
    (C.T1, r"t1[ _-]*flair"),
    (C.FLAIR, r"t2[ _-]*flair|flair|t2f|dark[ _-]?fluid|tirm[ _-]dark|fla"),
    (C.T1C, r"t1ce|t1c|t1gd|t1post|t1[ _-]?km|ce[ _-]?t1w?|t1w?-?ce"),
    (C.T2STAR, r"t2[ _-]*(?:star|\*)w?|swi|swan|gre[ _-]t2|bold|susceptib\w*|medic"),
    (C.T1, r"t1n?|t1w|t1[ _-]?\w*|mp[ _-]?rage|spgr|bravo|vibe|ir[ _-]?fspgr"),
    (C.T2, r"t2w?|t2[ _-]?tse\w*|t2[ _-]?fse\w*|t2\w*"),
    (C.PD, r"pdw?|proton[ _-]density"),
    (C.PET, r"pet|suv|fdg"),
    (C.CT_CONTRAST, r"cect|ct[ _-]?angio\w*|cta"),
    (C.CT, r"ct|ncct"),
)
WITH_AGENT = {C.T1: C.T1C, C.CT: C.CT_CONTRAST}
PATTERNS = tuple((contrast, re.compile(START + f"(?:{pattern})" + END)) for contrast, pattern in RULES)


def contrast_in_text(texts: Iterable[str]) -> Claim | None:
    """The contrast that the first telling text names; T1 or CT with a word for enhancement is enhanced."""
    for text in texts:
        lowered = _spaced(text)
        for contrast, pattern in PATTERNS:
            match = pattern.search(lowered)
            if match is None:
                continue
            enhanced = enhanced_in_text((text,)) if contrast in WITH_AGENT else ""
            why = f"{match.group()!r} in {text!r}"
            return Claim(WITH_AGENT[contrast], f"{why} with {enhanced}") if enhanced else Claim(contrast, why)
    return None


def enhanced_in_text(texts: Iterable[str]) -> str:
    """The words that say that a contrast agent was given; '' where none do."""
    for text in texts:
        lowered = _spaced(text)
        match = ENHANCED.search(lowered)
        if match is not None and PLAIN.search(lowered) is None:
            return repr(match.group())
    return ""


def _spaced(text: str) -> str:
    """Lower case, signs for words turned to words, and the joints that names use turned to spaces."""
    spaced = text.lower()
    for sign, meaning in SIGNS:
        spaced = sign.sub(meaning, spaced)
    return re.sub(r"[_./\\,;:()\[\]\s]+", " ", spaced)
