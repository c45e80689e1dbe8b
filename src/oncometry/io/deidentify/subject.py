"""Who a file is about: the pseudonym, the day shift, and the words that identify."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pydicom.dataset import Dataset
from pydicom.multival import MultiValue

from oncometry.io.deidentify.key import Key
from oncometry.io.deidentify.profile import rules
from oncometry.io.patient_id import patient_id_of

__all__ = ["TEXT_VRS", "Subject", "subject_of"]

TEXT_VRS = frozenset(("AE", "CS", "LO", "LT", "PN", "SH", "ST", "UC", "UR", "UT"))
SHORTEST = 4
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True)
class Subject:
    """A patient.

    Attributes:
        original_id: as it came; of a file without PatientID a placeholder of its study, as curation has it.
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

    def named_in(self, text: str, *, coded: bool = False) -> bool:
        """Whether the text holds one of the identifiers; in a coded string ('MR') no short name is looked for."""
        lowered = text.lower()
        words = frozenset() if coded or not self.short_names else frozenset(_WORD.findall(lowered))
        return bool(words & self.short_names) or any(known in lowered for known in self.identifiers)


def subject_of(dataset: Dataset, key: Key) -> Subject:
    """From PatientID and every identifying attribute at any depth."""
    original = patient_id_of(dataset)
    words = frozenset(word.lower() for word in _identifying_words(dataset))
    short = frozenset(_short_names(dataset))
    return Subject(original, key.pseudonym(original), key.day_shift(original), words, short)


def _short_names(dataset: Dataset) -> Iterator[str]:
    """Words of two and three letters of the patient's family, given and middle names; prefixes are no names."""
    keywords = ("PatientName", "PatientBirthName", "OtherPatientNames")
    for value in (dataset.get(keyword) for keyword in keywords):
        names = value if isinstance(value, (list, tuple, MultiValue)) else [value]
        groups = [group for name in names for group in str(name or "").lower().split("=")]
        parts = [part for group in groups for part in group.split("^")[:3]]
        yield from (word for part in parts for word in _WORD.findall(part) if 1 < len(word) < SHORTEST)


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
