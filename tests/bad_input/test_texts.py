"""Text of the input where people and programs read it: terminal, pages, tables, names of files."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from .make_dicom import dataset, save
from .make_nifti import ball, nifti

ESCAPE = "\x1b[31mred\x07"
TEXTS = (f"../../x<script>alert(1)</script>{ESCAPE}", f'=HYPERLINK("http://x","y"){ESCAPE}')


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The command in a process of its own on two patients of such names; the cohort and all that was shown."""
    root = tmp_path_factory.mktemp("texts")
    scans = root / "in" / "scans"
    for number, text in enumerate(TEXTS):
        for n in range(4):
            made = dataset(
                3.0 * n, PatientID=text, PatientName=text, SeriesDescription=text, StudyDescription=text
            )
            for keyword in ("SOPInstanceUID", "SeriesInstanceUID", "StudyInstanceUID", "FrameOfReferenceUID"):
                setattr(
                    made,
                    keyword,
                    f"1.2.3.{number}.{len(keyword)}" + (f".{n}" if keyword[0:3] == "SOP" else ""),
                )
            made.file_meta.MediaStorageSOPInstanceUID = made.SOPInstanceUID
            made.SpecificCharacterSet = "ISO_IR 192"
            save(made, scans / str(number) / f"{n}.dcm")
    (scans / f"{ESCAPE}.dcm").write_bytes(b"\0" * 128 + b"DICM" + b"x" * 60)
    nifti(scans / "=1+1_seg.nii.gz", ball(), dim=[3, 20, 0, 12, 1, 1, 1, 1])
    with (root / "sheet.csv").open("w", encoding="utf-8", newline="") as stream:
        rows = [("patient_id", "date", "response"), *((text, "2020-03-01", text) for text in TEXTS)]
        csv.writer(stream).writerows(rows)
    (root / "quick.yaml").write_text(
        "preprocessing:\n  bias_correction: false\n  register_sequences: false\n"
    )
    command = [
        sys.executable,
        "-m",
        "oncometry.cli",
        "run",
        scans,
        "-o",
        root / "cohort",
        "--clinical",
        root / "sheet.csv",
        "--config",
        root / "quick.yaml",
    ]
    done = subprocess.run([*map(str, command)], capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 8, done.stderr
    export = [
        sys.executable,
        "-m",
        "oncometry.cli",
        "export",
        root / "cohort",
        "--to",
        "csv,xlsx",
        "-o",
        root / "tables",
    ]
    tables = subprocess.run([*map(str, export)], capture_output=True, text=True, timeout=300, check=True)
    return root, done.stdout + done.stderr + tables.stdout + tables.stderr


def test_the_terminal_gets_no_control_characters(ran: tuple[Path, str]) -> None:
    _, shown = ran
    assert "\x1b" not in shown
    assert "\x07" not in shown
    assert "TRUNCATED" in shown
    assert "EMPTY" in shown


def test_nothing_lies_outside_the_cohort_or_bears_the_text(ran: tuple[Path, str]) -> None:
    root, _ = ran
    assert sorted(p.name for p in root.iterdir()) == ["cohort", "in", "quick.yaml", "sheet.csv", "tables"]
    assert not (root.parent / "x").exists()
    for path in (root / "cohort").rglob("*"):
        assert path.name.isprintable()
        assert not set(path.name) & set('<>="\\;$`')
        assert ".." not in path.parts


def test_pages_show_the_text_and_run_nothing(ran: tuple[Path, str]) -> None:
    root, _ = ran
    pages = [p.read_text(encoding="utf-8") for p in (root / "cohort").rglob("*.html")]
    assert pages
    assert all("<script>alert" not in page and "\x1b" not in page for page in pages)
    assert any("&lt;script&gt;alert(1)&lt;/script&gt;" in page for page in pages)


def test_no_cell_of_a_table_is_a_formula(ran: tuple[Path, str]) -> None:
    root, _ = ran
    books = list((root / "tables").rglob("*.xlsx"))
    assert books
    for path in books:
        for sheet in openpyxl.load_workbook(path):
            for row in sheet.iter_rows():
                assert all(cell.data_type != "f" for cell in row)
    files = [*(root / "tables").rglob("*.csv"), *(root / "cohort").rglob("*.csv")]
    texts = [
        t for p in files for row in csv.reader(io.StringIO(p.read_text(encoding="utf-8-sig"))) for t in row
    ]
    assert not [t for t in texts if t.startswith(("=", "@", "\t", "\r"))]
    assert any("HYPERLINK" in t for t in texts)


def test_side_files_are_json_that_holds_the_text(ran: tuple[Path, str]) -> None:
    root, _ = ran
    for path in (root / "cohort").rglob("*.json"):
        assert "\x1b" not in path.read_text(encoding="utf-8")
        json.loads(path.read_text(encoding="utf-8"))
