"""Categories of response, and their codes in arrays."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["CATEGORIES", "Category", "Scope"]


class Category(StrEnum):
    """What a visit, or a part of what was seen at it, is called (CDISC codelist ONCRSR where it has the term)."""

    CR = "CR"
    PR = "PR"
    MR = "MR"
    SD = "SD"
    PD = "PD"
    NE = "NE"
    NON_CR_NON_PD = "NON-CR/NON-PD"
    NONE = "NONE"
    ICR = "iCR"
    IPR = "iPR"
    ISD = "iSD"
    IUPD = "iUPD"
    ICPD = "iCPD"
    CMR = "CMR"
    PMR = "PMR"
    SMD = "SMD"
    PMD = "PMD"

    @property
    def code(self) -> int:
        """Its place in `CATEGORIES`: what arrays hold (int8)."""
        return _CODES[self]


CATEGORIES: tuple[Category, ...] = tuple(Category)
_CODES = {category: code for code, category in enumerate(CATEGORIES)}


class Scope(StrEnum):
    """What a category is of. `NONE` is the category of a scope that holds nothing: no non-target lesion, say.

    `IMAGING` is what the scans alone say, beside an overall category that also asks for steroids and clinical state.
    """

    TARGET = "target"
    NON_TARGET = "non-target"
    NEW = "new"
    IMAGING = "imaging only"
    OVERALL = "overall"
    BEST_OVERALL = "best overall"
