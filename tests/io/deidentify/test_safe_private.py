"""Private attributes: those of scanners that the standard lists stay where that is asked for, and no others."""

from __future__ import annotations

from pathlib import Path

import pydicom
import pytest
from pydicom.dataset import Dataset
from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian

from oncometry.io.deidentify import DeidentifySettings, Key, ProfileOption, deidentify

from .answer_key import base, outputs, save

KEY = Key(bytes(range(32)))
SAFE = DeidentifySettings(options=frozenset((ProfileOption.RETAIN_SAFE_PRIVATE,)))


def plant(dataset: Dataset) -> None:
    """A listed attribute, and beside it all that a block may hide."""
    block = dataset.private_block(0x7053, "Philips PET Private Group", create=True)
    block.add_new(0x00, "DS", "0.0005")
    block.add_new(0x10, "LO", "ZQUNLISTEDXK")
    siemens = dataset.private_block(0x0019, "SIEMENS MR HEADER", create=True)
    siemens.add_new(0x0C, "IS", 1000)
    siemens.add_new(0x0D, "CS", "ZQIDXK")
    siemens.add_new(0x0E, "LO", "ZQOTHERVRXK")
    dataset.private_block(0x0019, "ZQ_IMPOSTOR_XK", create=True).add_new(0x0C, "IS", 77)


@pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, ImplicitVRLittleEndian])
@pytest.mark.parametrize("nested", [False, True])
def test_what_the_standard_lists_stays_and_nothing_else(tmp_path: Path, syntax: str, nested: bool) -> None:
    dataset = base()
    dataset.file_meta.TransferSyntaxUID = syntax
    place = Dataset() if nested else dataset
    plant(place)
    if nested:
        dataset.DerivationCodeSequence = [place]
    save(dataset, tmp_path / "in" / "a.dcm")
    deidentify([tmp_path / "in"], tmp_path / "out", KEY, SAFE)
    (path,) = outputs(tmp_path / "out")
    assert b"ZQ" not in path.read_bytes()
    read = pydicom.dcmread(path)
    found = read.DerivationCodeSequence[0] if nested else read
    assert found.private_block(0x7053, "Philips PET Private Group")[0x00].value == 0.0005
    assert found.private_block(0x0019, "SIEMENS MR HEADER")[0x0C].value == 1000
    kept = sorted(int(e.tag) for e in found if e.is_private and e.tag & 0xFFFF > 0xFF)
    assert kept == [0x0019100C, 0x0019100D, 0x70531000]
    assert not found[0x0019100D].value
    assert "113111" in {code.CodeValue for code in read.DeidentificationMethodCodeSequence}


def test_without_the_option_none_stays(tmp_path: Path) -> None:
    dataset = base()
    plant(dataset)
    save(dataset, tmp_path / "in" / "a.dcm")
    deidentify([tmp_path / "in"], tmp_path / "out", KEY)
    assert not [e for e in pydicom.dcmread(outputs(tmp_path / "out")[0]) if e.is_private]


def test_a_private_value_that_cannot_be_read_spoils_no_file(tmp_path: Path) -> None:
    dataset = base()
    dataset.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian
    # the dictionary says FD, eight bytes each
    dataset.private_block(0x0019, "SIEMENS MR HEADER", create=True).add_new(0x0E, "LO", "ZQ")
    save(dataset, tmp_path / "in" / "a.dcm")
    assert deidentify([tmp_path / "in"], tmp_path / "out", KEY).written == 1


def test_the_review_shows_what_private_attributes_times_and_ages_hold(tmp_path: Path) -> None:
    dataset = base()
    plant(dataset)
    dataset.SeriesTime, dataset.PatientAge = "123059", "061Y"
    save(dataset, tmp_path / "in" / "a.dcm")
    deidentify([tmp_path / "in"], tmp_path / "out", KEY, DeidentifySettings(options=frozenset(ProfileOption)))
    review = (tmp_path / "out" / "review" / "review.csv").read_text().splitlines()
    assert {
        '"(7053,1000)",[SUV Scale Factor],0.0005,1',
        '"(0019,100C)",[B_value],1000,1',
        '"(0008,0031)",Series Time,a time of day,1',
        '"(0010,1010)",Patient\'s Age,061Y,1',
    } <= {line.replace("100c", "100C") for line in review}
