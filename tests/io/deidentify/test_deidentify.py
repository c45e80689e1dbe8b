"""The answer key: identifiers planted in every place; none may be left, and what must stay stays."""

from __future__ import annotations

import csv
import datetime
import os
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pydicom
import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st
from pydicom.uid import CTImageStorage, ImplicitVRLittleEndian

import oncometry
from oncometry.core import Code, SettingsError
from oncometry.io import CurateSettings, Manifest, curate, isolation
from oncometry.io.deidentify import DeidentifySettings, Key, ProfileOption, batch, deidentify
from oncometry.io.deidentify.dates import shifted
from oncometry.io.deidentify.words import cleaned

from . import dying_reader
from .answer_key import base, outputs, plant, planted_file, retained, save, score, verdicts
from .expected_actions import ROWS, wrong_actions

KEY = Key(bytes(range(32)))
EVERY = DeidentifySettings(options=frozenset(ProfileOption))
NAMES = {
    "ISO_IR 192": "Зюзин^Åsa^Ωmega",
    "GB18030": "王蔷薇^小东",
    "ISO_IR 100": "Müllerßon^Jörg",
    "ISO_IR 144": "Люкceмбypг",
}


LESS = DeidentifySettings(
    options=frozenset((ProfileOption.RETAIN_LONGITUDINAL_MODIFIED_DATES, ProfileOption.CLEAN_DESCRIPTORS))
)


@pytest.mark.parametrize("chosen", [DeidentifySettings(), LESS, EVERY], ids=["basic", "dates, texts", "all"])
def test_every_required_action_is_done_and_no_identifier_is_left(
    tmp_path: Path, chosen: DeidentifySettings
) -> None:
    counted = score(tmp_path, KEY, chosen)
    assert counted.required.total() > 1200
    assert counted.missed == []
    assert not [token for token in counted.left if chosen is not EVERY or not retained(token)]


@pytest.mark.parametrize("chosen", [DeidentifySettings(), EVERY], ids=["basic", "all"])
def test_actions_are_those_read_by_hand_in_the_standard(tmp_path: Path, chosen: DeidentifySettings) -> None:
    assert len(ROWS) > 75
    assert wrong_actions(tmp_path, KEY, chosen) == []


def test_the_answer_key_sees_what_is_not_done(tmp_path: Path) -> None:
    original = planted_file(tmp_path / "a.dcm")
    seen = [right for _, _, right in verdicts(original, original, KEY, DeidentifySettings())]
    assert sum(seen) < 0.05 * len(seen)


@pytest.mark.parametrize("charset", NAMES)
def test_names_in_any_character_set_go(tmp_path: Path, charset: str) -> None:
    dataset = base()
    dataset.SpecificCharacterSet = charset
    name = NAMES[charset] if charset != "ISO_IR 144" else "Люксембург^Роза"
    dataset.PatientName = name
    dataset.Manufacturer = name.split("^")[0]
    save(dataset, tmp_path / "in" / "a.dcm")
    codec = {"ISO_IR 192": "utf-8", "GB18030": "gb18030", "ISO_IR 100": "latin-1", "ISO_IR 144": "iso8859-5"}
    deidentify([tmp_path / "in"], tmp_path / "out", KEY, EVERY)
    content = outputs(tmp_path / "out")[0].read_bytes()
    for part in name.split("^"):
        assert part.encode(codec[charset]) not in content
        assert part.encode() not in content


def test_a_name_in_japanese_goes(tmp_path: Path) -> None:
    dataset = base()
    dataset.SpecificCharacterSet = ["", "ISO 2022 IR 87"]
    dataset.PatientName = "Yamadaxk^Tarouxk=山田^太郎=やまだ^たろう"
    dataset.Manufacturer = "山田"
    save(dataset, tmp_path / "in" / "a.dcm")
    raw = (tmp_path / "in" / "a.dcm").read_bytes()
    assert "山田".encode("iso2022_jp")[:7] in raw
    deidentify([tmp_path / "in"], tmp_path / "out", KEY, EVERY)
    content = outputs(tmp_path / "out")[0].read_bytes()
    for word in ("Yamadaxk", "Tarouxk", "山田", "太郎", "やまだ", "たろう"):
        for codec in ("utf-8", "iso2022_jp", "shift_jis", "euc_jp"):
            assert word.encode(codec).strip(b"\x1b(B").removeprefix(b"$B") not in content


def test_a_short_name_is_looked_for_as_a_word(tmp_path: Path) -> None:
    dataset = base()
    dataset.PatientName, dataset.OtherPatientNames = "Li^Wu^^MR", ["Ct^Xu", "Yu"]
    dataset.ConvolutionKernel = "for Xu"
    dataset.ManufacturerModelName, dataset.Manufacturer = "Scanner of Li", "Lithium MR"
    save(dataset, tmp_path / "in" / "a.dcm")
    deidentify([tmp_path / "in"], tmp_path / "out", KEY)
    read = pydicom.dcmread(outputs(tmp_path / "out")[0])
    assert not read.get("ManufacturerModelName")
    assert not read.get("ConvolutionKernel")
    assert (read.Manufacturer, read.Modality) == ("Lithium MR", "CT")


def test_intervals_uids_and_pixels_are_kept(tmp_path: Path) -> None:
    for number, date in enumerate(("20200228", "20200301")):
        dataset = base(date=date, sop=f"1.3.999.2.{number}")
        dataset.FrameOfReferenceUID = "1.3.999.7"
        save(dataset, tmp_path / "in" / f"{number}.dcm")
    deidentify([tmp_path / "in"], tmp_path / "out", KEY, EVERY)
    read = [pydicom.dcmread(path) for path in outputs(tmp_path / "out")]
    dates = sorted(datetime.datetime.strptime(d.StudyDate, "%Y%m%d").date() for d in read)
    assert (dates[1] - dates[0]).days == 2
    assert len({d.StudyInstanceUID for d in read}) == len({d.FrameOfReferenceUID for d in read}) == 1
    assert len({d.SOPInstanceUID for d in read}) == 2
    assert all(d.PixelData == base().PixelData and d.SOPClassUID == CTImageStorage for d in read)
    assert {d.SeriesDescription for d in read} == {"AX T1 POST"}
    assert {c.CodeValue for c in read[0].DeidentificationMethodCodeSequence} >= {"113100", "113105", "113107"}
    assert read[0].PatientIdentityRemoved == "YES"
    assert read[0].LongitudinalTemporalInformationModified == "MODIFIED"


@effort(max_examples=200)
@given(st.dates(datetime.date(1900, 1, 1)), st.dates(datetime.date(1900, 1, 1)), st.text(min_size=1))
def test_a_shift_keeps_every_interval(first: datetime.date, second: datetime.date, patient: str) -> None:
    days = KEY.day_shift(patient)
    moved = [
        datetime.datetime.strptime(shifted(f"{d:%Y%m%d}", days), "%Y%m%d").date() for d in (first, second)
    ]
    assert moved[1] - moved[0] == second - first
    assert moved[0] - first == datetime.timedelta(days)


@given(st.text(min_size=1))
def test_a_keyed_uid_is_valid_and_the_key_matters(original: str) -> None:
    uid = KEY.uid("1.2." + original)
    assert pydicom.uid.UID(uid).is_valid
    assert uid == KEY.uid("1.2." + original) != Key(b"\1" * 32).uid("1.2." + original)


@pytest.mark.parametrize(
    ("attributes", "code"),
    [
        ({"BurnedInAnnotation": "YES"}, Code.BURNED_IN),
        ({"Modality": "US"}, Code.BURNED_IN),
        ({"SOPClassUID": "1.2.840.10008.5.1.4.1.1.7"}, Code.BURNED_IN),
        ({"SOPClassUID": "1.2.840.10008.5.1.4.1.1.77.1.4"}, Code.BURNED_IN),
        ({"ImageType": ["DERIVED", "SECONDARY", "SCREEN SAVE"]}, Code.BURNED_IN),
        ({"ConversionType": "DF"}, Code.BURNED_IN),
        ({"PhotometricInterpretation": "RGB"}, Code.BURNED_IN),
        ({"SOPClassUID": "1.2.840.10008.5.1.4.1.1.104.1"}, Code.NOT_RADIOLOGY),
        ({"SOPClassUID": "1.2.840.10008.5.1.4.1.1.88.33"}, Code.NOT_RADIOLOGY),
        ({"Rows": 4000}, Code.HEADER_INCONSISTENT),
        ({"StudyInstanceUID": ""}, Code.HEADER_INCONSISTENT),
    ],
)
def test_what_may_show_or_hide_a_name_is_quarantined(
    tmp_path: Path, attributes: dict[str, object], code: Code
) -> None:
    dataset = base()
    for name, value in attributes.items():
        setattr(dataset, name, value)
    save(dataset, tmp_path / "in" / "a.dcm")
    (tmp_path / "in" / "notes.txt").write_text("ZQ")
    done = deidentify([tmp_path / "in"], tmp_path / "out", KEY)
    assert done.quarantined == {code: 1, Code.NOT_AN_IMAGE: 1}
    assert (done.files, done.written) == (2, 0)
    assert not outputs(tmp_path / "out")


def test_again_gives_the_same_bytes_and_the_output_is_refused_as_input(tmp_path: Path) -> None:
    dataset = base()
    plant(dataset)
    del dataset.EncapsulatedDocument
    dataset.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian
    save(dataset, tmp_path / "in" / "a.dcm")
    seen = []
    for _ in range(2):
        deidentify([tmp_path / "in"], tmp_path / "out", KEY, EVERY)
        seen.append({p: p.read_bytes() for p in (tmp_path / "out").rglob("*") if p.is_file()})
    assert seen[0] == seen[1]
    again = deidentify([tmp_path / "out"], tmp_path / "twice", KEY, EVERY)
    assert again.quarantined == {Code.ALREADY_DEIDENTIFIED: again.files}
    shutil.copytree(tmp_path / "out" / "scans", tmp_path / "moved")
    moved = deidentify([tmp_path / "moved"], tmp_path / "twice", KEY, EVERY)
    assert (moved.written, moved.quarantined) == (0, {Code.ALREADY_DEIDENTIFIED: 1})
    with pytest.raises(SettingsError, match="another key"):
        deidentify([tmp_path / "in"], tmp_path / "out", Key(b"\1" * 32))


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("AX T1 POST for Dr Zqsmith", "AX T1 POST"),
        ("GTV_2 3 4", "GTV 2"),
        ("lesion12 of Zqsmith 99", "lesion12 of"),
        ("DWI b1000 12345678", "DWI b1000"),
        ("ISOVUE300/100 by Zqsmith", "ISOVUE"),
        ("12 03 67", ""),
        ("Zqsmith", ""),
    ],
)
def test_a_descriptor_keeps_words_of_radiology(text: str, left: str) -> None:
    assert cleaned(text) == left


@given(st.text())
def test_cleaning_again_changes_nothing(text: str) -> None:
    assert cleaned(cleaned(text)) == cleaned(text)


def test_ages_over_89_are_one_category(tmp_path: Path) -> None:
    dataset = base()
    dataset.PatientAge = "097Y"
    save(dataset, tmp_path / "in" / "a.dcm")
    deidentify([tmp_path / "in"], tmp_path / "out", KEY, EVERY)
    assert pydicom.dcmread(outputs(tmp_path / "out")[0]).PatientAge == "090Y"


def test_two_contents_under_one_uid_are_both_quarantined(tmp_path: Path) -> None:
    for number in range(2):
        dataset = base()
        dataset.PixelData = bytes([number]) * 32
        save(dataset, tmp_path / "in" / f"{number}.dcm")
    done = deidentify([tmp_path / "in"], tmp_path / "out", KEY)
    assert (done.written, done.quarantined) == (0, {Code.DUPLICATE_CONFLICT: 2})
    assert (tmp_path / "out" / "review" / "review.csv").read_text() == "tag,name,value,count\n"


def test_the_review_shows_every_text_that_is_left(tmp_path: Path) -> None:
    save(base(), tmp_path / "in" / "a.dcm")
    deidentify([tmp_path / "in"], tmp_path / "out", KEY, EVERY)
    rows = list(csv.DictReader((tmp_path / "out" / "review" / "review.csv").read_text().splitlines()))
    assert ("Series Description", "AX T1 POST", "1") in {(r["name"], r["value"], r["count"]) for r in rows}


def test_a_key_is_secret_and_never_replaced(tmp_path: Path) -> None:
    Key.create(tmp_path / "key")
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600
    with pytest.raises(SettingsError, match="cannot be made"):
        Key.create(tmp_path / "key")
    assert Key.read(tmp_path / "key").fingerprint == Key.read(tmp_path / "key").fingerprint


def test_the_reader_tells_no_value_of_the_file(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    content = save(base(), tmp_path / "in" / "a.dcm").read_bytes()
    # a UID and a date that hold words: pydicom warns, quoting them
    content = content.replace(b"1.3.999.1.2", b"ZQ LEAK XK ").replace(b"20200228", b"ZQDATEXK")
    (tmp_path / "in" / "a.dcm").write_bytes(content)
    deidentify([tmp_path / "in"], tmp_path / "out", KEY, EVERY)
    assert "ZQ" not in caplog.text
    assert all(b"ZQ" not in p.read_bytes() for p in (tmp_path / "out").rglob("*") if p.is_file())


def test_a_bomb_costs_only_itself(tmp_path: Path) -> None:
    good = save(base(), tmp_path / "in" / "good.dcm").read_bytes()
    opening = b"\x40\x00\x30\xa7SQ\0\0\xff\xff\xff\xff" + b"\xfe\xff\x00\xe0\xff\xff\xff\xff"
    (tmp_path / "in" / "deep.dcm").write_bytes(good + opening * 100_000)
    (tmp_path / "in" / "cut.dcm").write_bytes(good[:-5])
    done = deidentify([tmp_path / "in"], tmp_path / "out", KEY)
    assert (done.files, done.written) == (3, 1)
    assert done.quarantined == {Code.TOO_DEEP: 1, Code.TRUNCATED: 1}


@pytest.mark.linux
def test_a_reader_that_dies_takes_nothing_along(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        save(base(sop=f"1.3.999.5.{number}"), tmp_path / "in" / f"{number}.dcm")
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))
    monkeypatch.setattr(dying_reader.take, "__module__", "dying_reader")
    monkeypatch.setattr(batch, "take", dying_reader.take)
    isolation._pool_of.cache_clear()  # earlier readers do not know of the module
    done = deidentify([tmp_path / "in"], tmp_path / "out", KEY)
    isolation._pool().close()
    isolation._pool_of.cache_clear()
    assert (done.written, done.quarantined) == (2, {Code.CORRUPT: 1})


def test_later_files_join_earlier_ones(tmp_path: Path) -> None:
    for number in range(2):
        dataset = base(sop=f"1.3.999.5.{number}")
        dataset.SeriesDescription = ("AX", "SAG")[number]
        save(dataset, tmp_path / f"in{number}" / "a.dcm")
        deidentify([tmp_path / f"in{number}"], tmp_path / "out", KEY, EVERY)
    assert len(outputs(tmp_path / "out")) == 2
    review = (tmp_path / "out" / "review" / "review.csv").read_text()
    assert all(f"Series Description,{word},1" in review for word in ("AX", "SAG"))


def test_another_content_under_a_uid_of_an_earlier_run_takes_both_away(tmp_path: Path) -> None:
    for number in range(2):
        dataset = base()
        dataset.PixelData = bytes([number]) * 32
        save(dataset, tmp_path / f"in{number}" / "a.dcm")
    assert deidentify([tmp_path / "in0"], tmp_path / "out", KEY).written == 1
    done = deidentify([tmp_path / "in1"], tmp_path / "out", KEY)
    assert (done.written, done.quarantined) == (0, {Code.DUPLICATE_CONFLICT: 1})
    assert not outputs(tmp_path / "out")


def test_what_another_version_wrote_is_written_anew(tmp_path: Path) -> None:
    save(base(), tmp_path / "in" / "a.dcm")
    deidentify([tmp_path / "in"], tmp_path / "out", KEY)
    written, sign = outputs(tmp_path / "out")[0], tmp_path / "out" / "deidentification.json"
    now = written.read_bytes()
    written.write_bytes(b"as another version made it")
    sign.write_text(sign.read_text().replace(oncometry.__version__, "0.0.1"))
    assert deidentify([tmp_path / "in"], tmp_path / "out", KEY).written == 1
    assert written.read_bytes() == now
    assert oncometry.__version__ in sign.read_text()


def test_other_options_need_another_folder(tmp_path: Path) -> None:
    save(base(), tmp_path / "in" / "a.dcm")
    deidentify([tmp_path / "in"], tmp_path / "out", KEY)
    with pytest.raises(SettingsError, match="options"):
        deidentify([tmp_path / "in"], tmp_path / "out", KEY, EVERY)


@pytest.mark.data
@pytest.mark.slow
def test_curation_finds_in_real_data_what_it_found_before(tmp_path: Path) -> None:
    """People, visits, contrasts, masks with their schemes and links, of each folder of public data."""
    data = os.environ.get("ONCOMETRY_DATA")
    if data is None:
        pytest.skip("ONCOMETRY_DATA is not set: the real data are not here")
    folders = [f for f in sorted((Path(data) / "imaging").iterdir()) if f.is_dir() and f.name != SPLIT]
    assert folders
    for folder in folders:
        deidentify([folder], tmp_path / folder.name, KEY, LESS)
        manifests = [
            curate([place], CurateSettings(), workspace=tmp_path / "work" / folder.name / str(number))
            for number, place in enumerate((folder, tmp_path / folder.name / "scans"))
        ]
        before, after = (
            found(manifest, change) for manifest, change in zip(manifests, (KEY.pseudonym, str), strict=True)
        )
        assert before == after, folder.name


SPLIT = "rt-utils"
"""One series of three studies, without a patient's id: three people, and refused as such."""


def found(manifest: Manifest, name: Callable[[str], str]) -> list[Counter[tuple[object, ...]]]:
    """What curation says, with patients renamed."""
    return [
        Counter((name(s.patient_id), s.timepoint.number, s.contrast) for s in manifest.series),
        Counter(
            (name(m.patient_id), m.timepoint.number, m.kind, m.scheme, m.linked_by) for m in manifest.masks
        ),
        Counter((name(t.patient_id), t.number, t.day) for t in manifest.timepoints),
    ]
