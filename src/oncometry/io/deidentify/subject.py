"""Who a file is about: the pseudonym, the day shift, and whether a text tells it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property

from oncometry.io.deidentify.identifiers import (
    SHORTEST,
    SHORTEST_NUMBER,
    Identifiers,
    folded,
    words_in,
)
from oncometry.io.deidentify.key import Key
from oncometry.io.deidentify.words import cleaned

__all__ = ["Subject", "subject_of"]


@dataclass(frozen=True)
class Subject:
    """A patient.

    Attributes:
        original_id: as it came; of a file without PatientID a placeholder of its study, as curation has it.
        pseudonym: what stands instead.
        days: by which dates move.
        identifiers: what identifies, of all files of the patient.
    """

    original_id: str
    pseudonym: str
    days: int
    identifiers: Identifiers = field(default_factory=Identifiers, repr=False)

    def named_in(self, text: str, *, coded: bool = False) -> bool:
        """Whether a text holds one of the names as a word, or one of the numbers; in a coded string no short name."""
        words = words_in(text)
        if words & (self.identifiers.own | self.identifiers.people) - (self._short if coded else frozenset()):
            return True
        if any(word.lstrip("0") in self.identifiers.numbers for word in words):
            return True
        return self._numbers is not None and self._numbers.search(_squashed(text)) is not None

    def descriptor(self, text: str) -> str:
        """Words of radiology that are not the patient's name ('White')."""
        return " ".join(word for word in cleaned(text).split() if not words_in(word) & self._own)

    @cached_property
    def _own(self) -> frozenset[str]:
        return self.identifiers.own | self.identifiers.numbers

    @cached_property
    def _short(self) -> frozenset[str]:
        return frozenset(word for word in self.identifiers.own if len(word) < SHORTEST)

    @cached_property
    def _numbers(self) -> re.Pattern[str] | None:
        """Numbers long enough to be told within others, however they are written apart."""
        long = sorted(number for number in self.identifiers.numbers if len(number) >= SHORTEST_NUMBER)
        return re.compile(rf"(?<!\d)0*(?:{'|'.join(long)})(?!\d)") if long else None


def subject_of(original_id: str, identifiers: Identifiers, key: Key) -> Subject:
    """With the pseudonym and the shift that the key gives."""
    return Subject(original_id, key.pseudonym(original_id), key.day_shift(original_id), identifiers)


def _squashed(text: str) -> str:
    return re.sub(r"[\W_]+", "", folded(text))
