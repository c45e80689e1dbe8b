"""What a bad input is: how it is made, and what must come of it. The tests and docs/concepts/io.md both read this."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from oncometry.io import CurateSettings

__all__ = ["BadInput", "Outcome", "Row"]


STRICT = CurateSettings()


class Outcome(StrEnum):
    """What becomes of it, as docs/concepts/io.md says it."""

    REFUSED = "set aside, and the rest is done"
    ASIDE = "set aside: not what is measured"
    DUPLICATE = "counted as a duplicate"
    NOTICED = "used, and said"
    SEPARATED = "taken apart, and said"
    ACCEPTED = "used"
    SHORTENED = "the longest run of slices is used, the rest set aside, and said"
    WITHHELD = "used; what cannot be trusted is null, with the code"


@dataclass(frozen=True)
class BadInput:
    """One variant of a row.

    Attributes:
        name: of the variant, in a few words.
        make: writes it into an empty folder.
        code: what is said; None where nothing is.
        outcome: what becomes of it.
        told: parts of the message: the value that came, what to do.
        settings: of curation, where the variant is about a choice.
    """

    name: str
    make: Callable[[Path], object]
    code: str | None
    outcome: Outcome = Outcome.REFUSED
    told: tuple[str, ...] = ()
    settings: CurateSettings = STRICT


@dataclass(frozen=True)
class Row:
    """One line of the table: what arrives, in a few words, and all its variants."""

    what: str
    variants: tuple[BadInput, ...]
