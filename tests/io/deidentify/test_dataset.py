"""Values that are not what their attribute is for, names of people in what stays, and words that are nobody's name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pydicom
import pytest
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset, FileDataset

from oncometry.core import Code, CorruptInputError, UnsupportedError
from oncometry.io.deidentify import DeidentifySettings, Key, ProfileOption, deidentify
from oncometry.io.deidentify.file import clean_file

from .answer_key import base, outputs, save

KEY = Key(bytes(range(32)))
FOLLOWED = frozenset((ProfileOption.RETAIN_LONGITUDINAL_MODIFIED_DATES, ProfileOption.CLEAN_DESCRIPTORS))
EVERY = frozenset(ProfileOption)


@pytest.fixture(autouse=True)
def _any_value(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files hold values that the standard does not allow."""
    monkeypatch.setattr(pydicom.config.settings, "writing_validation_mode", pydicom.config.IGNORE)
    monkeypatch.setattr(pydicom.config.settings, "reading_validation_mode", pydicom.config.IGNORE)


def cleaned(folder: Path, dataset: FileDataset, options: frozenset[ProfileOption] = FOLLOWED) -> Dataset:
    return clean_file(save(dataset, folder / "a.dcm"), KEY, DeidentifySettings(options=options)).dataset


def with_values(**values: Any) -> FileDataset:
    dataset = base()
    for name, value in values.items():
        setattr(dataset, name, value)
    return dataset


@pytest.mark.parametrize(
    ("name", "value", "left"),
    [
        ("SeriesTime", "SMITH JOHN", ""),
        ("SeriesTime", "12:30:59", "12:30:59"),
        ("SeriesTime", "123059.123456", "123059.123456"),
        ("SeriesTime", "19440404", ""),
        ("SeriesDate", "20200101-20200228", ""),
        ("SeriesDate", "2020", ""),
        ("AcquisitionDateTime", "20200228120000 SMITH", ""),
        ("PatientAge", "093y", ""),
        ("PatientAge", "95", ""),
        ("PatientAge", "SMIT", ""),
        ("PatientAge", "1140M", ""),
        ("PatientAge", "999M", "999M"),
        ("PatientAge", "095Y", "090Y"),
        ("AcquisitionNumber", "19440404", ""),
    ],
)
def test_a_value_of_another_form_is_not_kept(tmp_path: Path, name: str, value: str, left: str) -> None:
    found = cleaned(tmp_path, with_values(**{name: value}), EVERY).get(name)
    assert str(found or "") == left


@pytest.mark.parametrize(
    ("tag", "value", "left"),
    [(0x00101010, "095Y", "090Y"), (0x00080021, "2020-02-28 SMITH", ""), (0x00080031, "SMITH", "")],
)
def test_the_type_of_a_value_is_the_dictionarys(tmp_path: Path, tag: int, value: str, left: str) -> None:
    dataset = base()
    dataset[tag] = DataElement(tag, "LO", value)
    assert str(cleaned(tmp_path, dataset, EVERY)[tag].value or "") == left


def test_a_number_that_is_text_takes_the_file_out(tmp_path: Path) -> None:
    dataset = base()
    dataset.add(DataElement(0x00280034, "LO", "SMITH"))
    with pytest.raises(CorruptInputError):
        cleaned(tmp_path, dataset)


def test_a_uid_is_the_standards_only_where_the_standard_lists_it(tmp_path: Path) -> None:
    dataset = with_values(SeriesInstanceUID="1.2.840.10008.19440404.12345")
    found = cleaned(tmp_path, dataset)
    assert found.SeriesInstanceUID.startswith("2.25.")
    assert found.SOPClassUID == base().SOPClassUID


PEOPLE = {
    "another value": ({"OperatorsName": ["JANSEN^PIET", "VISSER^KEES"]}, "read by visser"),
    "another id": ({"OtherPatientIDs": ["ZQ1", "MRN778899"]}, "MRN778899"),
    "double name": ({"PatientName": "SMITH-JONES^MARY"}, "Smith 2"),
    "umlaut": ({"PatientName": "MÜLLER^MARIA"}, "MUELLER 2"),
    "no umlaut": ({"PatientName": "MÜLLER^MARIA"}, "muller2"),
    "as one word": ({"PatientName": "SMITH^MARY"}, "marysmith"),
    "zeros": ({"PatientID": "0012345"}, "MR 12345"),
    "dashes": ({"PatientID": "123-45"}, "MR12345"),
    "month": ({}, "12-MAR-1985"),
    "month first": ({}, "Mar 12 1985"),
    "number": ({}, "MRN 1234567"),
    "uid": ({}, "of 1.3.999.1.1.5.6"),
    "doctor": ({}, "Dr Jansen"),
}


@pytest.mark.parametrize("who", PEOPLE)
def test_who_is_told_in_a_text_is_found(tmp_path: Path, who: str) -> None:
    values, text = PEOPLE[who]
    dataset = with_values(
        **values, SpecificCharacterSet="ISO_IR 192", SequenceName=text, Manufacturer="Siemens"
    )
    for options in (frozenset(), FOLLOWED):
        found = cleaned(tmp_path, dataset, options)
        assert not found.SequenceName
        assert found.Manufacturer == "Siemens"


def test_a_name_known_from_another_file_of_the_patient_is_found(tmp_path: Path) -> None:
    named, unnamed = base(sop="1.3.999.1.3"), base(sop="1.3.999.1.4")
    unnamed.PatientName, unnamed.SequenceName = "", "Zqfamilyxk"
    save(named, tmp_path / "in" / "b.dcm")
    save(unnamed, tmp_path / "in" / "a.dcm")
    done = deidentify([tmp_path / "in"], tmp_path / "out", KEY)
    assert (done.written, done.notices) == (2, {})
    assert done.emptied == {"(0018,0024) Sequence Name": 1}
    assert all(b"familyxk" not in path.read_bytes().lower() for path in outputs(tmp_path / "out"))


def test_the_patients_own_name_is_no_word_of_radiology(tmp_path: Path) -> None:
    dataset = with_values(PatientName="WHITE^MARY", SeriesDescription="CT CHEST WHITE M b1944 b1000")
    assert cleaned(tmp_path, dataset).SeriesDescription == "CT CHEST b1000"
    dataset.PatientName = "BLACK^MARY"
    assert cleaned(tmp_path, dataset).SeriesDescription == "CT CHEST WHITE b1000"


def test_harmless_words_stay(tmp_path: Path) -> None:
    dataset = with_values(
        InstitutionName="PRIMARY CARE TUMOR CENTER",
        PatientName="AXIAL^TUMOR",
        PatientID="ID12345",
        ImageType=["ORIGINAL", "PRIMARY", "AXIAL", "ID12345"],
        ManufacturerModelName="Primary 3T",
    )
    code, segment = Dataset(), Dataset()
    code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning = "128462008", "SCT", "Metastatic Tumor"
    segment.SegmentNumber, segment.SegmentLabel, segment.SegmentDescription = 1, "Neoplasm", "seen by Jansen"
    segment.SegmentedPropertyTypeCodeSequence = [code]
    dataset.SegmentSequence = [segment]
    found = cleaned(tmp_path, dataset)
    assert list(found.ImageType) == ["ORIGINAL", "PRIMARY", "AXIAL", "OTHER"]
    assert found.ManufacturerModelName == "Primary 3T"
    (kept,) = found.SegmentSequence
    assert (kept.SegmentLabel, kept.SegmentDescription) == ("Neoplasm", "")
    (meaning,) = kept.SegmentedPropertyTypeCodeSequence
    assert (meaning.CodeValue, meaning.CodeMeaning) == ("128462008", "Metastatic Tumor")


def test_a_code_is_no_place_for_a_patient(tmp_path: Path) -> None:
    dataset = with_values(PatientID="4711815")
    codes = []
    for value, scheme, meaning in (("4711815", "SCT", "Tumor of Zqfamilyxk"), ("1", "99ZQ", "12-MAR-1985")):
        code = Dataset()
        code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning = value, scheme, meaning
        codes.append(code)
    dataset.DerivationCodeSequence = codes
    first, second = cleaned(tmp_path, dataset).DerivationCodeSequence
    assert {first.CodeValue, first.CodeMeaning, second.CodeMeaning} <= {"", None}


@pytest.mark.parametrize("tag", [0x00081190, 0x0040E010, 0x00404073, 0x00287FE0, 0x0040A160])
def test_addresses_and_long_texts_go(tmp_path: Path, tag: int) -> None:
    dataset = base()
    vr = pydicom.datadict.dictionary_VR(tag)
    dataset.add(DataElement(tag, vr, "https://pacs.example/wado?studyUID=1.2.840.113619.2.5.1 Jansen"))
    for options in (frozenset(), FOLLOWED):
        found = cleaned(tmp_path, dataset, options)
        assert tag not in found or not found[tag].value


@pytest.mark.parametrize("difference", [{"PatientName": "DOE^JANE"}, {"PatientBirthDate": "19800101"}])
def test_one_id_for_two_people_is_told(tmp_path: Path, difference: dict[str, str]) -> None:
    for number in range(2):
        dataset = base(sop=f"1.3.999.1.{number}")
        dataset.PatientBirthDate = "19440404"
        for name, value in difference.items() if number else ():
            setattr(dataset, name, value)
        save(dataset, tmp_path / "in" / f"{number}.dcm")
    done = deidentify([tmp_path / "in"], tmp_path / "out", KEY)
    assert (done.written, done.notices) == (2, {Code.PATIENT_CONFLICT: 1})


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"SOPClassUID": "1.2.840.10008.5.1.4.1.1.4.2"}, Code.UNSUPPORTED_TYPE),
        ({"SOPClassUID": "1.2.840.10008.5.1.4.1.1.66.3"}, Code.UNSUPPORTED_TYPE),
        ({"Modality": "CR"}, Code.BURNED_IN),
        ({"Modality": "XA"}, Code.BURNED_IN),
        ({"Modality": "BMD"}, Code.BURNED_IN),
        ({"Modality": "CR", "BurnedInAnnotation": "NO"}, None),
        ({"ImageType": ["DERIVED", "SECONDARY", "OTHER", "DOSE_INFO"]}, Code.BURNED_IN),
    ],
)
def test_what_would_be_empty_or_drawn_on_is_left_out(
    tmp_path: Path, values: dict[str, object], code: Code | None
) -> None:
    dataset = with_values(**values)
    if code is None:
        cleaned(tmp_path, dataset)
        return
    with pytest.raises(UnsupportedError) as refused:
        cleaned(tmp_path, dataset)
    assert refused.value.code is code


def test_a_transfer_syntax_of_ones_own_is_left_out(tmp_path: Path) -> None:
    dataset = base()
    del dataset.PixelData
    dataset.file_meta.TransferSyntaxUID = "1.3.999.5.19440404"
    dataset.save_as(tmp_path / "a.dcm", implicit_vr=False, little_endian=True)
    with pytest.raises(UnsupportedError, match="transfer syntax"):
        clean_file(tmp_path / "a.dcm", KEY, DeidentifySettings())
