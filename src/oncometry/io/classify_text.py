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
ENHANCED = re.compile(
    START
    + r"(?:(?:post|with|nach|km)[ _-]*(?:gad|gado|gd|contrast|con|km|c|injection)?|gad|gado(?:linium|vist)?"
    r"|gd|ce(?:-\w+)?|c\+|\+c|\+ c|\+gd|contrast|cemra|enhanced|portal|venous|arterial|t1ce|t1c|t1gd|t1post)"
    + r"(?![a-z])"
)
PLAIN = re.compile(START + r"(?:pre|without|wo|non|no|ohne|native)[ _-]*(?:contrast|gad|gd|con|km|c)?" + END)
RULES: tuple[tuple[Contrast, str], ...] = (
    (C.ADC, r"e?adc|apparent[ _-]diffusion"),
    (C.PERFUSION, r"perf(?:usion)?|dsc|dce|asl|r?cbv|r?cbf|mtt"),
    (C.DWI, r"dwi|dti|diff(?:usion)?|tracew?|b\d{3,4}"),
    (C.FLAIR, r"t2[ _-]*flair|flair|t2f|dark[ _-]?fluid|tirm[ _-]dark|fla"),
    (C.T1, r"t1[ _-]*flair"),
    (C.T1C, r"t1ce|t1c|t1gd|t1post|t1[ _-]?km|ce[ _-]?t1w?|t1\+c|t1w?-?ce"),
    (C.T2STAR, r"t2[ _-]*(?:star|\*)w?|swi|swan|gre[ _-]t2|bold|susceptib\w*|medic"),
    (C.T1, r"t1n?|t1w|t1[ _-]?\w*|mp[ _-]?rage|spgr|bravo|vibe|ir[ _-]?fspgr"),
    (C.T2, r"t2w?|t2[ _-]?tse\w*|t2[ _-]?fse\w*|t2\w*"),
    (C.PD, r"pdw?|proton[ _-]density"),
    (C.PET, r"pet|suv|fdg"),
    (C.CT_CONTRAST, r"cect|ct\+c|ct[ _-]?angio\w*|cta"),
    (C.CT, r"ct|ncct"),
)
PATTERNS = tuple((contrast, re.compile(START + f"(?:{pattern})" + END)) for contrast, pattern in RULES)


def contrast_in_text(texts: Iterable[str]) -> Claim | None:
    """The contrast that the first telling text names; T1 with a word for enhancement is T1c."""
    for text in texts:
        lowered = _spaced(text)
        for contrast, pattern in PATTERNS:
            match = pattern.search(lowered)
            if match is None:
                continue
            enhanced = contrast is C.T1 and enhanced_in_text((text,))
            why = f"{match.group()!r} in {text!r}"
            return Claim(C.T1C, f"{why} with {enhanced}") if enhanced else Claim(contrast, why)
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
    """Lower case, with the joints between words that names use turned to spaces."""
    return re.sub(r"[_./\\,;:()\[\]]+", " ", text.lower())
