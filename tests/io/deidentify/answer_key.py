"""The answer key: identifiers planted in every place that can hold one, and what has to become of each."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pydicom
from pydicom.datadict import dictionary_has_tag, dictionary_VR
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian

from oncometry.io.deidentify import DeidentifySettings, Key, deidentify
from oncometry.io.deidentify.dates import shifted
from oncometry.io.deidentify.profile import Action, action_for, rules

TEXT = ("AE", "CS", "LO", "LT", "PN", "SH", "ST", "UC", "UR", "UT")
PATIENT = "ZQIDXK"
OURS = frozenset((0x00100010, 0x00100020, 0x00120062, 0x00120063, 0x00120064, 0x00280303, 0x00080005))
"""What de-identification itself writes."""
PARTS = 7
"""Listed sequences hold one of as many parts of the table."""
TOKENS = re.compile(rb"ZQ(?:\d{5}|[A-Z]{2,})XK|1\.3\.999\.|19770707|20200228|097Y")


_RETAINED_TEXT = """
    00080080 00080081 00081010 00081040 00100040 00100043 00100046 00100047 00102160 00102162 001021A0 00102203 00120030
    00120031 00120060 00120081 0016004F 00160050 00160051 00181000 00181004 00181005 00181007 00181008 00181009 00181010
    00181011 0018700A 00189367 00189371 00189373 00203401 00321020 00400010 00400011 00400242 00500020 04000563 04000564
    30080105 300A00B2 300A0216 3010002D 30100043
"""
RETAINED = frozenset(int(tag, 16) for tag in _RETAINED_TEXT.split())
"""Texts that the options for institution, device and patient characteristics retain, read by hand in Table E.1-1."""


def retained(token: bytes) -> bool:
    """Whether a token stands in an attribute that an option retains."""
    number = re.fullmatch(rb"ZQ(\d{5})XK", token)
    return number is not None and int(list(rules())[int(number[1])], 16) in RETAINED


def planted(vr: str, number: int) -> object:
    """A token nothing else holds."""
    if vr in TEXT:
        return f"ZQ{number:05d}XK"
    return {
        "DA": "19770707", "DT": "19770707131415", "TM": "131415", "AS": "097Y", "UI": f"1.3.999.{number}",
        "IS": 7, "DS": 7.0, "US": 7, "UL": 7, "FL": 7.0, "FD": 7.0, "SL": 7, "SS": 7,
    }.get(vr, f"ZQ{number:05d}XK".encode())  # fmt: skip


def plant(dataset: Dataset, depth: int = 1, every: int = 1, first: int = 0) -> None:
    """A token in every attribute of the table, at the top and in a sequence, and in part of them in each listed one."""
    for number, tag in enumerate(rules()):
        if number % every != first:
            continue
        if not tag.isalnum() or "x" in tag or tag == "PRIVATE" or tag[:4] in ("0000", "0002", "FFFC"):
            continue
        value = int(tag, 16)
        vr = dictionary_VR(value).split(" or ")[0] if dictionary_has_tag(value) else "LO"
        if value in dataset:
            continue
        if vr != "SQ":
            dataset.add_new(value, vr, planted(vr, number))
        elif depth:
            item = Dataset()
            plant(item, depth - 1, every=PARTS, first=number % PARTS)
            dataset.add_new(value, "SQ", [item])
    if depth:
        item = Dataset()
        plant(item, depth - 1)
        dataset.SharedFunctionalGroupsSequence = [item]  # one that the table does not list
    private = dataset.private_block(0x0099, "ZQ_MAKER_XK", create=True)
    item = Dataset()
    item.PatientComments = "ZQPRIVATEXK"
    private.add_new(1, "LO", "ZQPRIVATEXK")
    private.add_new(2, "SQ", [item])
    dataset.add_new(0x60003000, "OW", b"ZQOVERLAYXK!")
    dataset.add_new(0x50003000, "OW", b"ZQCURVEXK!!!")


def base(*, patient: str = "ZQIDXK", date: str = "20200228", sop: str = "1.3.999.1.3") -> FileDataset:
    """A small CT slice with its UIDs."""
    dataset = FileDataset(None, {}, preamble=b"ZQPREAMBLEXK".ljust(128, b"\0"))
    meta = dataset.file_meta = FileMetaDataset()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.SourceApplicationEntityTitle = "ZQSOURCEXK"
    dataset.SpecificCharacterSet = "ISO_IR 192"
    dataset.SOPClassUID, dataset.SOPInstanceUID = CTImageStorage, sop
    dataset.StudyInstanceUID, dataset.SeriesInstanceUID = "1.3.999.1.1", "1.3.999.1.2"
    dataset.PatientID, dataset.PatientName = patient, "ZQFAMILYXK^ZQGIVENXK"
    dataset.Modality, dataset.StudyDate, dataset.SeriesDate = "CT", date, date
    dataset.SeriesDescription = "AX T1 POST for Dr ZQFAMILYXK"
    dataset.Rows = dataset.Columns = 4
    dataset.BitsAllocated = dataset.BitsStored = 16
    dataset.HighBit, dataset.PixelRepresentation, dataset.SamplesPerPixel = 15, 0, 1
    dataset.PhotometricInterpretation = "MONOCHROME2"
    dataset.PixelData = np.arange(16, dtype=np.uint16).tobytes()
    return dataset


def save(dataset: FileDataset, path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    dataset.save_as(path, enforce_file_format=True)
    return path


def outputs(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.dcm"))


def planted_file(path: Path) -> FileDataset:
    """A file with a token in every attribute of the table, at the top and in each sequence; gives what it holds."""
    dataset = base()
    plant(dataset)
    for name in ("EncapsulatedDocument", "BurnedInAnnotation", "ConversionType"):
        if name in dataset:
            delattr(dataset, name)
    save(dataset, path)
    return pydicom.dcmread(path)


@dataclass
class Score:
    """Actions that the profile requires, those done, and planted identifiers that are left in any byte.

    Attributes:
        missed: path of attributes, and the action that was not done.
    """

    required: Counter[Action] = field(default_factory=Counter)
    done: Counter[Action] = field(default_factory=Counter)
    missed: list[tuple[str, Action]] = field(default_factory=list)
    left: set[bytes] = field(default_factory=set)


def score(folder: Path, key: Key, settings: DeidentifySettings) -> Score:
    """De-identify the planted file and count, action by action."""
    original = planted_file(folder / "in" / "ZQPATHXK.dcm")
    deidentify([folder / "in"], folder / "out", key, settings)
    (written,) = outputs(folder / "out")
    counted = Score()
    for path, action, right in verdicts(original, pydicom.dcmread(written), key, settings):
        counted.required[action] += 1
        counted.done[action] += right
        if not right:
            counted.missed.append((path, action))
    for file in (folder / "out").rglob("*"):
        said = str(file.relative_to(folder)).encode() + (file.read_bytes() if file.is_file() else b"")
        counted.left.update(TOKENS.findall(said))
    return counted


def verdicts(
    before: Dataset, after: Dataset | None, key: Key, settings: DeidentifySettings, above: str = ""
) -> Iterator[tuple[str, Action, bool]]:
    """(path, action, whether it was done) of each listed attribute; `after` None: the item is gone."""
    for element in before:
        path = f"{above}/{element.tag:08X}"
        rule = rules().get(f"{element.tag:08X}")
        if element.tag in OURS or (rule is None and element.VR != "SQ" and not element.is_private):
            continue
        action = Action.REMOVE if rule is None else action_for(rule, settings.options)
        if element.is_private:
            yield path, Action.REMOVE, after is None or element.tag not in after
        elif element.VR == "SQ":
            yield from _of_sequence(element, after, action, key, settings, path)
        else:
            yield path, action, _done(element, after, action, key, rule.basic)


def _of_sequence(
    element: DataElement,
    after: Dataset | None,
    action: Action,
    key: Key,
    settings: DeidentifySettings,
    path: str,
) -> Iterator[tuple[str, Action, bool]]:
    there = None if after is None else after.get(element.tag)
    items = [] if there is None else there.value
    listed = f"{element.tag:08X}" in rules()
    if listed and action not in (Action.KEEP, Action.UID):
        texts = [str(e.value).encode() for item in items for e in item.iterall()]
        yield path, action, not (items if action is Action.REMOVE else any(map(TOKENS.search, texts)))
        return
    for number, item in enumerate(element.value):
        yield from verdicts(item, items[number] if number < len(items) else None, key, settings, path)


def _done(element: DataElement, after: Dataset | None, action: Action, key: Key, basic: str) -> bool:
    value = None if after is None or element.tag not in after else after[element.tag].value
    if after is None or (value in (None, "", b"") and action is not Action.KEEP):
        return (
            action is not Action.DUMMY
            or after is None
            or element.VR in ("OB", "OW", "UN", "OF", "OD", "OL", "OV")
        )
    if action is Action.KEEP:
        # UIDs, dates and great ages are changed wherever they stand, so that they agree
        return bool(value == element.value or (value and element.VR in ("AS", "UI", "DA", "DT")))
    if action is Action.UID:
        return bool(value == key.uid(str(element.value)))
    if action is Action.CLEAN and element.VR in ("DA", "DT", "TM"):
        wanted = str(element.value)
        return bool(value == (wanted if element.VR == "TM" else shifted(wanted, key.day_shift(PATIENT))))
    if action is Action.REMOVE:
        return False
    return not TOKENS.search(str(value).encode()) and (value != element.value or element.value == 0)
