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
        short_names: words of names too short to be looked for within others ('Li', 'Wu').
    """

    original_id: str
    pseudonym: str
    days: int
    identifiers: frozenset[str]
    short_names: frozenset[str] = frozenset()

    def named_in(self, text: str) -> bool:
        """Whether the text holds one of the identifiers."""
        lowered = text.lower()
        short = self.short_names.intersection(re.findall(r"[^\W\d_]+", lowered)) if self.short_names else ()
        return bool(short) or any(identifier in lowered for identifier in self.identifiers)


def subject_of(dataset: Dataset, key: Key) -> Subject:
    """From PatientID and every identifying attribute at any depth."""
    original = str(dataset.get("PatientID") or "").strip() or str(dataset.get("StudyInstanceUID", ""))
    words = frozenset(word.lower() for word in _identifying_words(dataset))
    short = frozenset(_short_names(dataset))
    return Subject(original, key.pseudonym(original), key.day_shift(original), words, short)


def _short_names(dataset: Dataset) -> Iterator[str]:
    """Words of two and three letters of the patient's family, given and middle names; prefixes are no names."""
    names = [
        dataset.get("PatientName"),
        dataset.get("PatientBirthName"),
        *(dataset.get("OtherPatientNames") or ()),
    ]
    for name in names:
        for group in str(name or "").lower().split("="):
            for part in group.split("^")[:3]:
                yield from (word for word in re.findall(r"[^\W\d_]+", part) if 1 < len(word) < SHORTEST)


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
