"""What is there before, during and after a run that does not go well."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest

import oncometry
from oncometry.core import Code, CorruptInputError, NothingFoundError, SettingsError
from oncometry.io.deidentify import Beside, Key, deidentify
from oncometry.io.files import sweep

from .answer_key import base, outputs, save

KEY = Key(bytes(range(32)))


def test_a_sheet_that_cannot_be_read_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    save(base(), tmp_path / "in" / "a.dcm")
    (tmp_path / "a.xlsx").write_bytes(b"PK\x03\x04 no workbook")
    with pytest.raises(CorruptInputError):
        deidentify([tmp_path / "in"], tmp_path / "out", KEY, beside=Beside(clinical=tmp_path / "a.xlsx"))
    with pytest.raises(NothingFoundError):
        deidentify([tmp_path / "in"], tmp_path / "out", KEY, beside=Beside(clinical=tmp_path / "b.csv"))
    assert not (tmp_path / "out").exists()


def test_what_was_written_before_a_late_failure_is_in_the_review(tmp_path: Path) -> None:
    save(base(), tmp_path / "in" / "a.dcm")
    (tmp_path / "a.csv").write_text("x,y\n1,2\n")
    with pytest.raises(SettingsError, match="no column of the sheet holds the patient"):
        deidentify([tmp_path / "in"], tmp_path / "out", KEY, beside=Beside(clinical=tmp_path / "a.csv"))
    assert len(outputs(tmp_path / "out")) == 1
    assert "Modality,CT,1" in (tmp_path / "out" / "review" / "review.csv").read_text()


def test_originals_of_archives_lie_in_the_output_and_are_swept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "the system's, which is not there"))
    save(base(), tmp_path / "packed" / "a.dcm")
    shutil.make_archive(str(tmp_path / "in" / "a"), "zip", tmp_path / "packed")
    aside, seen = tmp_path / "out" / ".unpacked.part", []

    def look(stage: str, _done: int, _total: int) -> None:
        if stage == "de-identifying":
            seen.extend(path.name for path in aside.rglob("*.dcm"))

    assert deidentify([tmp_path / "in"], tmp_path / "out", KEY, progress=look).written == 1
    assert len(seen) == 1
    assert not aside.exists()
    save(base(), aside / "left" / "by a killed process.dcm")
    assert sweep(tmp_path / "out") == 1
    assert not aside.exists()


def test_copies_of_another_version_that_are_not_made_anew_are_told(tmp_path: Path) -> None:
    for number in range(2):
        save(base(sop=f"1.3.999.5.{number}"), tmp_path / f"in{number}" / "a.dcm")
    deidentify([tmp_path / "in0"], tmp_path / "out", KEY)
    sign = tmp_path / "out" / "deidentification.json"
    sign.write_text(sign.read_text().replace(oncometry.__version__, "0.0.1"))
    assert deidentify([tmp_path / "in1"], tmp_path / "out", KEY).of_other_version == 1
    assert "0.0.1" in sign.read_text()
    both = deidentify([tmp_path / "in0", tmp_path / "in1"], tmp_path / "out", KEY)
    assert (both.written, both.of_other_version) == (2, 0)
    assert oncometry.__version__ in sign.read_text()


def test_a_file_that_is_reached_twice_is_counted_and_is_a_duplicate(tmp_path: Path) -> None:
    save(base(), tmp_path / "packed" / "a.dcm")
    archive = Path(shutil.make_archive(str(tmp_path / "in" / "a"), "zip", tmp_path / "packed"))
    shutil.copy(archive, tmp_path / "in" / "b.zip")
    (tmp_path / "in" / "link").symlink_to(tmp_path / "packed")
    (tmp_path / "in" / "same").symlink_to(tmp_path / "packed")
    done = deidentify([tmp_path / "in"], tmp_path / "out", KEY)
    assert (done.files, done.written, done.duplicates, done.opened) == (6, 1, 3, 2)
    assert done.files == done.written + done.duplicates + done.opened + done.quarantined.total()


def test_every_file_of_a_conflict_is_named(tmp_path: Path) -> None:
    for name, spacing_mm in (("a", 1), ("b", 2)):
        dataset = base()
        dataset.PixelSpacing = [spacing_mm, spacing_mm]
        save(dataset, tmp_path / "in" / name)
    done = deidentify([tmp_path / "in"], tmp_path / "out", KEY)
    assert {each.file for each in done.left_out} == {str(tmp_path / "in" / name) for name in "ab"}
    assert done.quarantined == {Code.DUPLICATE_CONFLICT: 2}
