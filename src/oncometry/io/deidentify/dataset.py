"""The actions, carried out on a data set and everything nested in it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

from pydicom.datadict import dictionary_has_tag
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset
from pydicom.multival import MultiValue

from oncometry.io.deidentify.dates import shifted
from oncometry.io.deidentify.grammar import capped_age, is_day_number, is_time, of_its_own_type
from oncometry.io.deidentify.identifiers import TEXT_VRS, values_of
from oncometry.io.deidentify.key import Key
from oncometry.io.deidentify.profile import Action, action_for, rules
from oncometry.io.deidentify.safe_private import safe_tags
from oncometry.io.deidentify.settings import ProfileOption
from oncometry.io.deidentify.subject import Subject
from oncometry.io.deidentify.words import cleaned, looks_identifying

__all__ = ["clean_dataset", "strip"]

_BINARY = frozenset(("OB", "OD", "OF", "OL", "OV", "OW", "UN"))
_PIXEL_DATA = frozenset((0x7FE00008, 0x7FE00009, 0x7FE00010))
_LUT_DATA = 0x00283006
_OVERLAY_OR_CURVE = (0x50, 0x60)
_CHARACTER_SET, _IMAGE_TYPE = 0x00080005, 0x00080008
_PATIENT_NAMES = (0x00100010, 0x00100020)
_LONG_TEXTS = frozenset(("LT", "ST", "UC", "UT"))
_CODE = {0x00080100: r"[!-~]{1,16}", 0x00080119: r"[!-~]{1,64}"}
"""Of coded entries: their values, which are no texts."""
_CODE_MEANING = 0x00080104
_SCHEMES = frozenset(
    (
        "DCM",
        "FMA",
        "IBSI",
        "ICD10",
        "ICDO3",
        "LN",
        "MDC",
        "NCIt",
        "RADLEX",
        "SCT",
        "SNM3",
        "SRT",
        "UCUM",
        "UMLS",
    )
)
"""Designators of public coding schemes (PS3.16 chapter 8)."""
_DUMMIES = {"DA": "19000101", "DT": "19000101000000", "TM": "000000", "AS": "000Y", "AE": "ANONYMOUS"}
_DUMMY_TEXT = "REMOVED"
_NUMBERS = frozenset(("DS", "FD", "FL", "IS", "SL", "SS", "SV", "UL", "US", "UV"))


class _Cleaner:
    def __init__(self, key: Key, subject: Subject, options: frozenset[ProfileOption]) -> None:
        self._key, self._subject, self._options = key, subject, options
        self._dates = ProfileOption.RETAIN_LONGITUDINAL_MODIFIED_DATES in options
        self._describes = ProfileOption.CLEAN_DESCRIPTORS in options
        self.emptied: Counter[str] = Counter()

    def clean(self, dataset: Dataset) -> None:
        coded = str(dataset.get("CodingSchemeDesignator", "")) in _SCHEMES
        for tag in list(dataset.keys()):
            if dataset[tag].is_private:
                self._safe(dataset[tag])
                continue
            element = dataset[tag] = of_its_own_type(dataset[tag])
            rule = rules().get(f"{tag:08X}")
            if tag in _PATIENT_NAMES:
                element.value = self._subject.pseudonym
            elif coded and (tag in _CODE or tag == _CODE_MEANING):
                self._code(element)
            elif rule is None:
                self._unlisted(dataset, element)
            else:
                self._carry_out(action_for(rule, self._options), rule.basic, dataset, element)

    def _carry_out(self, action: Action, basic: str, dataset: Dataset, element: DataElement) -> None:
        if action is Action.CLEAN and not self._can_clean(element):
            action = Action(basic.rstrip("*").split("/")[-1])
        if action is Action.REMOVE:
            del dataset[element.tag]
        elif action is Action.EMPTY:
            element.value = [] if element.VR == "SQ" else None
        elif action is Action.DUMMY:
            self._dummy(dataset, element)
        elif action is Action.UID and element.VR not in ("UI", "SQ"):
            del dataset[element.tag]
        elif action is Action.CLEAN and element.VR in TEXT_VRS:
            element.value = self._subject.descriptor(" ".join(values_of(element)))
        else:
            self._kept(element)

    def _can_clean(self, element: DataElement) -> bool:
        return element.VR in ("DA", "DT", "TM") or element.VR in TEXT_VRS - {"PN", "AE", "UR"}

    def _kept(self, element: DataElement) -> None:
        """A value that stays, with what in it may not: nested items, UIDs, dates, great ages."""
        if element.VR == "SQ":
            for item in element.value:
                self.clean(item)
        elif element.VR == "UI":
            element.value = _each(element.value, self._key.uid)
        elif element.VR in ("DA", "DT"):
            element.value = _each(element.value, self._moved) if self._dates else None
        elif element.VR == "TM":
            element.value = _each(element.value, _time) if self._dates else None
        elif element.VR == "AS":
            element.value = _each(element.value, capped_age)

    def _unlisted(self, dataset: Dataset, element: DataElement) -> None:
        """An attribute that the table does not name: binary only where it is pixels, text only where it is plain."""
        long = element.VR in _LONG_TEXTS
        if not _may_stay(element) or (long and not self._describes):
            del dataset[element.tag]
        elif long:
            element.value = self._subject.descriptor(" ".join(values_of(element)))
        elif element.VR in TEXT_VRS:
            self._plain(element)
        elif element.VR == "IS" and any(map(is_day_number, values_of(element))):
            element.value = None
        else:
            self._kept(element)

    def _plain(self, element: DataElement) -> None:
        if element.VR == "PN":
            element.value = None
        elif element.tag == _IMAGE_TYPE:  # words of the standard, and behind them words of the maker
            element.value = [text if not self._numbered(text) else "OTHER" for text in values_of(element)]
        elif self._tells(" ".join(values_of(element)), coded=element.VR == "CS"):
            self._empty(element)

    def _code(self, element: DataElement) -> None:
        """A value or meaning of a public coding scheme: its words are radiology's also where they are somebody's name."""
        text = " ".join(values_of(element))
        form = _CODE.get(element.tag)
        if form is not None:
            plain = re.fullmatch(form, text) is not None and not self._subject.named_in(text, coded=True)
        else:
            words = (word for word in text.split() if not cleaned(word))
            plain = not looks_identifying(text) and not self._subject.named_in(" ".join(words), coded=True)
        if not plain:
            self._empty(element)

    def _safe(self, element: DataElement) -> None:
        """A private attribute that is known: still no text that looks like what is looked for."""
        if element.VR in TEXT_VRS and self._tells(" ".join(values_of(element))):
            self._empty(element)

    def _numbered(self, text: str) -> bool:
        return any(char.isdigit() for char in text) and self._subject.named_in(text, coded=True)

    def _tells(self, text: str, *, coded: bool = False) -> bool:
        return looks_identifying(text) or self._subject.named_in(text, coded=coded)

    def _empty(self, element: DataElement) -> None:
        if element.value:
            self.emptied[f"{element.tag} {element.name}"] += 1
            element.value = None

    def _moved(self, value: str) -> str:
        return shifted(value, self._subject.days)

    def _dummy(self, dataset: Dataset, element: DataElement) -> None:
        if element.VR == "SQ":
            for item in element.value:
                self._blank(item)
        elif element.VR == "UI":
            element.value = _each(element.value, self._key.uid)
        elif element.VR in _BINARY:
            del dataset[element.tag]
        elif element.VR in _NUMBERS:
            element.value = 0
        else:
            element.value = _DUMMIES.get(element.VR, _DUMMY_TEXT)

    def _blank(self, dataset: Dataset) -> None:
        """Every value inside a sequence that asks for a dummy is one."""
        for tag in list(dataset.keys()):
            if dataset[tag].is_private:
                del dataset[tag]
            else:
                self._dummy(dataset, dataset[tag])


def clean_dataset(
    dataset: Dataset, key: Key, subject: Subject, options: frozenset[ProfileOption]
) -> Counter[str]:
    """Carry out the profile in place, at every depth, on what `strip` has left.

    Returns:
        Attributes that the table does not list -> how often one was emptied because of what it said.
    """
    cleaner = _Cleaner(key, subject, options)
    cleaner.clean(dataset)
    return cleaner.emptied


def strip(dataset: Dataset, options: frozenset[ProfileOption], *, nested: bool = False) -> None:
    """Drop, at every depth and without reading them, the elements of which nothing may stay whatever they hold.

    Pixels that are nested are icons and the like, never those that are measured.
    """
    safe = safe_tags(dataset) if ProfileOption.RETAIN_SAFE_PRIVATE in options else frozenset()
    for tag in list(dataset.keys()):
        if (_never_kept(tag) and tag not in safe) or (nested and tag in _PIXEL_DATA):
            del dataset[tag]
        elif dataset.get_item(tag).VR in ("SQ", None, "UN") and dataset[tag].VR == "SQ":
            for item in dataset[tag].value:
                strip(item, options, nested=True)


def _never_kept(tag: int) -> bool:
    """Private, overlays, curves, commands, meta elements astray, group lengths."""
    group, element = tag >> 16, tag & 0xFFFF
    return bool(group % 2) or group >> 8 in _OVERLAY_OR_CURVE or group < 8 or element == 0


def _each(value: object, change: Callable[[str], str]) -> object:
    if value is None or value == "":
        return value
    if isinstance(value, (list, tuple, MultiValue)):
        return [change(str(one)) for one in value]
    return change(str(value))


def _may_stay(element: DataElement) -> bool:
    """Of what the table does not name: no addresses, nothing binary but pixels; the character set is stated once."""
    binary = element.VR in _BINARY and element.tag not in _PIXEL_DATA | {_LUT_DATA}
    apart = element.VR == "UR" or element.tag == _CHARACTER_SET
    return dictionary_has_tag(element.tag) and not binary and not apart


def _time(value: str) -> str:
    return value if is_time(value) else ""
