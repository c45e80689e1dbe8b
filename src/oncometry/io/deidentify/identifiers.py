"""What identifies the people of a file: their names and numbers, as they are looked for in what stays."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import permutations

from pydicom.datadict import dictionary_has_tag, dictionary_VR, tag_for_keyword
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset
from pydicom.multival import MultiValue

from oncometry.io.deidentify.words import cleaned

__all__ = ["TEXT_VRS", "Identifiers", "folded", "identifiers_of", "own_words", "values_of", "words_in"]

TEXT_VRS = frozenset(("AE", "CS", "LO", "LT", "PN", "SH", "ST", "UC", "UR", "UT"))
SHORTEST = 4
"""Letters of a name, or digits of a patient's number, that are looked for in any text."""
SHORTEST_NUMBER = 5
"""Letters and digits of a number that is looked for within others, and of those of orders and visits."""
_OWN_NAMES = frozenset(("PatientName", "PatientBirthName", "OtherPatientNames", "PatientMotherBirthName"))
_OWN_NUMBERS = frozenset(("PatientID", "OtherPatientIDs"))
_NUMBERS = frozenset(
    (
        "AccessionNumber", "AdmissionID", "FillerOrderNumberImagingServiceRequest", "MedicalRecordLocator",
        "PatientTelephoneNumbers", "PerformedProcedureStepID", "PlacerOrderNumberImagingServiceRequest",
        "RequestedProcedureID", "ScheduledProcedureStepID", "ServiceEpisodeID", "StudyID",
    )
)  # fmt: skip
_WANTED = frozenset(map(tag_for_keyword, (*_OWN_NUMBERS, *_NUMBERS, "PatientAddress", "PatientBirthDate")))
_NAMED_PARTS = 3
"""Family, given and middle name; prefix and suffix are no names."""
_WORD, _LETTERS = re.compile(r"[^\W_]+"), re.compile(r"[^\W\d_]+")
_TWO_LETTERS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "æ": "ae"})


@dataclass(frozen=True)
class Identifiers:
    """Words in lower case without accents.

    Attributes:
        own: of the patient's names.
        people: of the names of others in the file, of the address, and in the patient's ids.
        numbers: ids, letters and digits alone, without zeros in front.
        birth_dates: the patient's, as they came.
    """

    own: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()
    birth_dates: frozenset[str] = frozenset()

    def __or__(self, other: Identifiers) -> Identifiers:
        return Identifiers(
            self.own | other.own,
            self.people | other.people,
            self.numbers | other.numbers,
            self.birth_dates | other.birth_dates,
        )

    def contradicts(self, other: Identifiers) -> bool:
        """Whether both tell a birth date, or a name, and nothing of it is the same."""
        told = ((self.birth_dates, other.birth_dates), (self.own, other.own))
        return any(ours and theirs and not ours & theirs for ours, theirs in told)


def identifiers_of(dataset: Dataset) -> Identifiers:
    """From attributes at any depth."""
    own: set[str] = set()
    people: set[str] = set()
    numbers: set[str] = set()
    births: set[str] = set()
    for element in _elements(dataset):
        name = element.keyword
        if element.VR == "PN" or name in _OWN_NAMES:
            (own if name in _OWN_NAMES else people).update(_names(element))
        elif name in _OWN_NUMBERS:
            for text in values_of(element):
                numbers.update(_number(text, SHORTEST))
                people.update(word for word in _spelled(text) if not cleaned(word))
        elif name in _NUMBERS:
            numbers.update(
                *(_number(text, SHORTEST_NUMBER) for text in values_of(element) if re.search(r"\d", text))
            )
        elif name == "PatientAddress":
            people.update(*(_spelled(text) for text in values_of(element)))
        elif name == "PatientBirthDate":
            births.update(values_of(element))
    return Identifiers(
        frozenset(own),
        frozenset(w for w in people if len(w) >= SHORTEST),
        frozenset(numbers),
        frozenset(births),
    )


def own_words(patient_id: str) -> Identifiers:
    """Of a patient who is known by a name of a folder or file."""
    words = frozenset(word for word in words_in(patient_id) if not word.isdigit() and len(word) > 1)
    return Identifiers(words, numbers=frozenset(_number(patient_id, SHORTEST)))


def folded(text: str) -> str:
    """In lower case without accents."""
    apart = unicodedata.normalize("NFKD", text)
    return "".join(c for c in apart if not unicodedata.combining(c)).casefold()


def words_in(text: str) -> frozenset[str]:
    """Runs of letters and digits, and of letters alone: 'Smith2' holds 'smith2' and 'smith'."""
    plain = folded(text)
    return frozenset((*_WORD.findall(plain), *_LETTERS.findall(plain)))


def _elements(dataset: Dataset) -> Iterator[DataElement]:
    """Those that may identify, at any depth; no others are parsed."""
    for tag in list(dataset.keys()):
        if tag.is_private:
            continue
        vrs = {dataset.get_item(tag).VR, dictionary_VR(tag) if dictionary_has_tag(tag) else None}
        if "SQ" in vrs and dataset[tag].VR == "SQ":
            for item in dataset[tag].value:
                yield from _elements(item)
        elif ("PN" in vrs or tag in _WANTED) and dataset[tag].value:
            yield dataset[tag]


def values_of(element: DataElement) -> list[str]:
    """Each value of an attribute as text; none of one that is empty."""
    value = element.value
    if value is None or value == "":
        return []
    return list(map(str, value)) if isinstance(value, (list, tuple, MultiValue)) else [str(value)]


def _names(element: DataElement) -> Iterator[str]:
    """Words of names of two letters or more, also with two written as one ('smithjohn')."""
    for value in values_of(element):
        for group in value.split("="):
            parts = group.split("^")[:_NAMED_PARTS]
            spelled = [sorted(_spelled(part)) for part in parts if part]
            yield from (word for words in spelled for word in words)
            pairs = permutations(("".join(_LETTERS.findall(folded(part))) for part in parts[:2] if part), 2)
            yield from ("".join(pair) for pair in pairs if all(pair))


def _spelled(text: str) -> Iterable[str]:
    """Words of letters, with umlauts as one letter and as two."""
    composed = unicodedata.normalize("NFC", text).lower()
    words = _LETTERS.findall(folded(text)) + _LETTERS.findall(folded(composed.translate(_TWO_LETTERS)))
    return {word for word in words if len(word) > 1}


def _number(text: str, shortest: int) -> Iterator[str]:
    squashed = "".join(_WORD.findall(folded(text))).lstrip("0")
    if len(squashed) >= shortest:
        yield squashed
