"""What a de-identified file says of itself, in DICOM: (0012,0062) to (0012,0064), (0028,0303)."""

from __future__ import annotations

from pydicom.dataset import Dataset

from oncometry.io.deidentify.key import Key
from oncometry.io.deidentify.profile import EDITION
from oncometry.io.deidentify.settings import ProfileOption

__all__ = ["already_marked", "mark", "method"]

# CID 7050 De-identification Method (PS3.16)
_BASIC = ("113100", "Basic Application Confidentiality Profile")
_CODES = {
    ProfileOption.CLEAN_DESCRIPTORS: ("113105", "Clean Descriptors Option"),
    ProfileOption.RETAIN_LONGITUDINAL_MODIFIED_DATES: (
        "113107",
        "Retain Longitudinal Temporal Information Modified Dates Option",
    ),
    ProfileOption.RETAIN_PATIENT_CHARACTERISTICS: ("113108", "Retain Patient Characteristics Option"),
    ProfileOption.RETAIN_DEVICE_IDENTITY: ("113109", "Retain Device Identity Option"),
    ProfileOption.RETAIN_SAFE_PRIVATE: ("113111", "Retain Safe Private Option"),
    ProfileOption.RETAIN_INSTITUTION_IDENTITY: ("113112", "Retain Institution Identity Option"),
}


def mark(dataset: Dataset, key: Key, options: frozenset[ProfileOption]) -> None:
    """Write the method with the standard's codes, and under which key (its fingerprint)."""
    dataset.SpecificCharacterSet = "ISO_IR 192"
    dataset.PatientIdentityRemoved = "YES"
    dataset.DeidentificationMethod = method(key)
    codes = [_BASIC, *(_CODES[option] for option in sorted(options))]
    dataset.DeidentificationMethodCodeSequence = [_code(*code) for code in codes]
    dates = ProfileOption.RETAIN_LONGITUDINAL_MODIFIED_DATES in options
    dataset.LongitudinalTemporalInformationModified = "MODIFIED" if dates else "REMOVED"


def already_marked(dataset: Dataset, key: Key) -> bool:
    """Whether this key's mark stands in the file."""
    said = dataset.get("DeidentificationMethod") or ""
    return dataset.get("PatientIdentityRemoved") == "YES" and method(key) in str(said)


def method(key: Key) -> str:
    """How, and under which key, in the words of DeidentificationMethod (0012,0063)."""
    return f"Oncometry PS3.15 {EDITION} key {key.fingerprint}"


def _code(value: str, meaning: str) -> Dataset:
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, "DCM", meaning
    return item
