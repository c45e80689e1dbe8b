"""The actions, carried out on a data set and everything nested in it."""

from __future__ import annotations

from collections.abc import Callable

from pydicom.datadict import dictionary_has_tag
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset
from pydicom.multival import MultiValue

from oncometry.io.deidentify.dates import shifted
from oncometry.io.deidentify.key import Key
from oncometry.io.deidentify.profile import Action, action_for, rules
from oncometry.io.deidentify.safe_private import safe_tags
from oncometry.io.deidentify.settings import ProfileOption
from oncometry.io.deidentify.subject import TEXT_VRS, Subject
from oncometry.io.deidentify.words import cleaned, looks_identifying

__all__ = ["clean_dataset", "strip"]

_BINARY = frozenset(("OB", "OD", "OF", "OL", "OV", "OW", "UN"))
_PIXEL_DATA = frozenset((0x7FE00008, 0x7FE00009, 0x7FE00010))
_LUT_DATA = 0x00283006
_OVERLAY_OR_CURVE = (0x50, 0x60)
_CHARACTER_SET = 0x00080005
_PATIENT_NAMES = (0x00100010, 0x00100020)
_DUMMIES = {"DA": "19000101", "DT": "19000101000000", "TM": "000000", "AS": "000Y", "AE": "ANONYMOUS"}
_DUMMY_TEXT = "REMOVED"
_NUMBERS = frozenset(("DS", "FD", "FL", "IS", "SL", "SS", "SV", "UL", "US", "UV"))
OLDEST = 89


class _Cleaner:
    def __init__(self, key: Key, subject: Subject, options: frozenset[ProfileOption]) -> None:
        self._key, self._subject, self._options = key, subject, options
        self._dates = ProfileOption.RETAIN_LONGITUDINAL_MODIFIED_DATES in options

    def clean(self, dataset: Dataset) -> None:
        for tag in list(dataset.keys()):
            element = dataset[tag]
            if element.is_private:
                self._safe(element)
                continue
            rule = rules().get(f"{tag:08X}")
            if tag in _PATIENT_NAMES:
                element.value = self._subject.pseudonym
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
            element.value = cleaned(str(element.value or ""))
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
        elif element.VR == "TM" and not self._dates:
            element.value = None
        elif element.VR == "AS":
            element.value = _each(element.value, _capped)

    def _unlisted(self, dataset: Dataset, element: DataElement) -> None:
        """An attribute that the table does not name: binary only where it is pixels, text only where it is plain."""
        known = dictionary_has_tag(element.tag)
        if not known or (element.VR in _BINARY and element.tag not in _PIXEL_DATA | {_LUT_DATA}):
            del dataset[element.tag]
        elif element.VR in TEXT_VRS:
            self._plain(dataset, element)
        else:
            self._kept(element)

    def _plain(self, dataset: Dataset, element: DataElement) -> None:
        text = str(element.value or "")
        if element.VR == "PN":
            element.value = None
        elif element.tag == _CHARACTER_SET:
            del dataset[element.tag]  # one character set, stated once at the top
        elif looks_identifying(text) or self._subject.named_in(text, coded=element.VR == "CS"):
            element.value = None

    def _safe(self, element: DataElement) -> None:
        """A private attribute that is known: still no text that looks like what is looked for."""
        text = str(element.value or "")
        if element.VR in TEXT_VRS and (looks_identifying(text) or self._subject.named_in(text)):
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


def clean_dataset(dataset: Dataset, key: Key, subject: Subject, options: frozenset[ProfileOption]) -> None:
    """Carry out the profile in place, at every depth, on what `strip` has left."""
    _Cleaner(key, subject, options).clean(dataset)


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


def _capped(age: str) -> str:
    """'093Y' becomes '090Y' (45 CFR 164.514(b)(2)(i)(C): ages over 89 are one category)."""
    return "090Y" if age.endswith("Y") and age[:-1].isdigit() and int(age[:-1]) > OLDEST else age
