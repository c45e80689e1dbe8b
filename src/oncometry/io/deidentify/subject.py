"""Who a file is about: the pseudonym, the day shift, and the words that identify."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pydicom.dataset import Dataset

from oncometry.io.deidentify.key import Key
from oncometry.io.deidentify.profile import rules

__all__ = ["TEXT_VRS", "Subject", "subject_of"]

TEXT_VRS = frozenset(("AE", "CS", "LO", "LT", "PN", "SH", "ST", "UC", "UR", "UT"))
SHORTEST = 4


@dataclass(frozen=True)
class Subject:
    """A patient.

    Attributes:
        original_id: as it came; of a file without PatientID its study's UID.
        pseudonym: what stands instead.
        days: by which dates move.
        identifiers: words of names, ids, addresses, in lower case.
    """

    original_id: str
    pseudonym: str
    days: int
    identifiers: frozenset[str]

    def named_in(self, text: str) -> bool:
        """Whether the text holds one of the identifiers."""
        lowered = text.lower()
        return any(identifier in lowered for identifier in self.identifiers)


def subject_of(dataset: Dataset, key: Key) -> Subject:
    """From PatientID and every identifying attribute at any depth."""
    original = str(dataset.get("PatientID") or "").strip() or str(dataset.get("StudyInstanceUID", ""))
    words = frozenset(word.lower() for word in _identifying_words(dataset))
    return Subject(original, key.pseudonym(original), key.day_shift(original), words)


def _identifying_words(dataset: Dataset) -> Iterator[str]:
    table = rules()
    for element in dataset:
        if element.VR == "SQ":
            for item in element.value:
                yield from _identifying_words(item)
            continue
        rule = table.get(f"{element.tag:08X}")
        named = element.VR == "PN" or (rule is not None and rule.identifies)
        if named and element.VR in TEXT_VRS - {"CS"} and element.value:
            for word in re.split(r"[\s^=\\,;]+", str(element.value)):
                if len(word) >= SHORTEST:
                    yield word
