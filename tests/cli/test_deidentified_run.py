"""`run --deidentify`: whatever a cohort holds, says or exports, no identifier is in it, and its numbers are the same."""

from __future__ import annotations

import gzip
import json
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import highdicom.seg
import nibabel as nib
import pandas as pd
import pydicom
import pytest
from pydicom.dataset import Dataset

from oncometry import Cohort
from oncometry.io.deidentify import Key

from ..small_cohort import DAYS, P1, P2, write_small_cohort

pytestmark = pytest.mark.one_engine

Command = Callable[..., Any]
"""The command line in this process: exit code, stdout, stderr."""
QUICK = "preprocessing:\n  bias_correction: false\n  register_sequences: false\n"
NAMES = {P1: "ZQALICEXK-1", P2: "ZQBOBXK-2"}
STANDARD = "1.2.840.10008."


@dataclass(frozen=True)
class Ran:
    """A cohort of planted originals, its exports, what was said, and what must not be in any of them."""

    folder: Path
    code: int
    said: str
    summary: dict[str, Any]
    identifiers: frozenset[bytes]

    @property
    def cohort(self) -> Path:
        return self.folder / "cohort"


def uids_in(dataset: Dataset) -> Iterator[str]:
    for element in dataset:
        if element.VR == "SQ":
            for item in element.value:
                yield from uids_in(item)
        elif element.VR == "UI" and element.value:
            values = [element.value] if isinstance(element.value, str) else element.value
            yield from (str(uid) for uid in values if not str(uid).startswith(STANDARD))


def plant(path: Path) -> frozenset[bytes]:
    """Identifiers of all kinds into a DICOM file; gives its UIDs."""
    dataset = pydicom.dcmread(path)
    dataset.SpecificCharacterSet = "ISO_IR 192"
    dataset.PatientID = NAMES[str(dataset.PatientID)]
    dataset.PatientName, dataset.PatientBirthDate = "ZQFAMILYXK^Zoë", "19440404"
    dataset.PatientComments = "lives in ZQSTREETXK 5, +31 20 1234567"
    dataset.InstitutionName, dataset.StationName = "ZQCLINICXK", "ZQSTATIONXK"
    dataset.ReferringPhysicianName, dataset.OperatorsName = "ZQDOCTORXK", "ZQOPERATORXK"
    dataset.AccessionNumber, dataset.StudyID, dataset.DeviceSerialNumber = (
        "ZQACCXK",
        "ZQSTUDYXK",
        "ZQSERIALXK",
    )
    if "SeriesDescription" in dataset:
        dataset.SeriesDescription = f"{dataset.SeriesDescription} ZQDESCRIPTIONXK"
    item = Dataset()
    item.RequestedProcedureDescription = "ZQPROCEDUREXK"
    dataset.RequestAttributesSequence = [item]
    dataset.private_block(0x0099, "ZQMAKERXK", create=True).add_new(1, "LO", "ZQPRIVATEXK")
    dataset.preamble = b"ZQPREAMBLEXK".ljust(128, b"\0")
    found = frozenset(uid.encode() for uid in uids_in(dataset))
    dataset.save_as(path)
    return found


def planted(folder: Path) -> tuple[Path, frozenset[bytes]]:
    write_small_cohort(folder)
    uids: set[bytes] = set()
    for path in sorted((folder / "scans").rglob("*.dcm")):
        uids |= plant(path)
    for path in sorted((folder / "scans").rglob("*.nii.gz")):
        image = nib.load(path)
        image.header["descrip"], image.header["aux_file"] = b"ZQDESCRIPXK", b"ZQAUXXK"
        image.header.extensions.append(nib.nifti1.Nifti1Extension("comment", b"ZQCOMMENTXK"))
        image.to_filename(path.with_name(path.name.replace(P2, NAMES[P2])))
        path.unlink()
    (folder / "scans" / "one").rename(folder / "scans" / "ZQFOLDERXK")
    (folder / "scans" / "ZQNOTESXK.txt").write_text("ZQNOTEXK")
    (folder / "scans" / "ZQCUTXK.dcm").write_bytes(path.read_bytes()[:200] if path.exists() else b"ZQ")
    sheet = folder / "clinical.csv"
    text = sheet.read_text("utf-8").replace(P1, NAMES[P1]).replace(P2, NAMES[P2])
    lines = text.replace("0003", "ZQTHIRDXK").splitlines()
    sheet.write_text(
        "\n".join([lines[0] + ",remarks", *(line + ",seen by ZQREMARKXK" for line in lines[1:])]) + "\n"
    )
    dates = {form for day in (*DAYS,) for form in (day.isoformat(), f"{day:%Y%m%d}")}
    return folder, frozenset(uids) | {date.encode() for date in dates} | {b"19440404"}


def apart(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "oncometry.cli", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    folder, identifiers = planted(tmp_path_factory.mktemp("run"))
    (folder / "quick.yaml").write_text(QUICK)
    done = apart(
        "run", folder / "scans", "-o", folder / "cohort", "--clinical", folder / "clinical.csv",
        "--config", folder / "quick.yaml", "--deidentify", "--key", folder / "key", "--new-key", "--json",
    )  # fmt: skip
    assert "Traceback" not in done.stderr, done.stderr
    exported = apart("export", folder / "cohort", "--to", "csv,parquet,xlsx", "-o", folder / "tables")
    why = apart("why", folder / "cohort", "measurement:1")
    checked = apart("db", "check", folder / "cohort")
    said = "".join(r.stdout + r.stderr for r in (done, exported, why, checked))
    return Ran(folder, done.returncode, said, json.loads(done.stdout), identifiers)


def told(ran: Ran, content: bytes) -> list[bytes]:
    """The identifiers in it."""
    return [token for token in ran.identifiers if token in content] + re.findall(rb"ZQ[A-Z]{3,}XK", content)


def contents(path: Path) -> Iterator[bytes]:
    """What a file says: its bytes, and what they are packed from."""
    content = path.read_bytes()
    yield content
    if content[:2] == b"\x1f\x8b":
        yield gzip.decompress(content)
    elif path.suffix == ".nrrd":
        yield gzip.decompress(content.split(b"\n\n", 1)[1])
    elif path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as packed:
            yield from (packed.read(name) for name in packed.namelist())
    elif path.suffix == ".parquet":
        yield pd.read_parquet(path).to_csv().encode()
    elif path.suffix in (".db", ".sqlite"):
        with sqlite3.connect(path) as database:
            yield "\n".join(database.iterdump()).encode()


def test_nothing_in_the_cohort_or_what_is_exported_identifies(ran: Ran) -> None:
    seen: set[str] = set()
    for place in ("cohort", "tables"):
        for path in (ran.folder / place).rglob("*"):
            inside = str(path.relative_to(ran.folder)).encode()
            assert not told(ran, inside), inside
            if path.is_file():
                seen.add(path.suffix)
                for content in contents(path):
                    assert not told(ran, content), path
    assert {".gz", ".json", ".html", ".csv", ".parquet", ".xlsx", ".dcm", ".tsv"} <= seen
    assert {".db", ".sqlite"} & seen


def test_nothing_that_is_said_identifies(ran: Ran) -> None:
    said = ran.said.replace(str(ran.folder), "")
    assert not told(ran, said.encode())


def test_what_is_left_out_is_told(ran: Ran) -> None:
    left = ran.summary["deidentified"]
    assert left["files"] == sum((left["written"], left["duplicates"], *left["quarantined"].values()))
    assert left["quarantined"]["NOT_AN_IMAGE"] >= 1
    assert left["files"] == sum(p.is_file() for p in (ran.folder / "scans").rglob("*")) + 1
    assert left["columns_left_out"] == ["table 1: column E"]
    assert ran.summary["quarantined"] == 0
    assert ran.summary["clinical"] == {
        "rows": 3,
        "matched": 2,
        "unmatched": 1,
        "conflicting": 0,
        "excluded": 0,
    }


def test_numbers_are_those_of_the_originals(ran: Ran, tmp_path: Path, oncometry: Command) -> None:
    originals = write_small_cohort(tmp_path)
    (tmp_path / "quick.yaml").write_text(QUICK)
    plain = oncometry(
        "run", originals / "scans", "-o", tmp_path / "cohort", "--config", tmp_path / "quick.yaml",
        "--clinical", originals / "clinical.csv",
    )  # fmt: skip
    assert plain.code == 0
    key = Key.read(ran.folder / "key")
    pseudonyms = {original: key.pseudonym(name) for original, name in NAMES.items()}
    tables = []
    for cohort in (tmp_path / "cohort", ran.cohort):
        with Cohort.open(cohort) as opened:
            tables.append(
                {name: opened.table(name) for name in ("measurements", "timepoints", "observations")}
            )
    before, after = tables
    for table in before.values():
        table["patient_id"] = table["patient_id"].map(pseudonyms).astype(object)
    for name, columns in {
        "measurements": ["patient_id", "lesion", "timepoint", "compartment", "volume_ml", "longest_mm"],
        "timepoints": ["patient_id", "timepoint", "day"],
        "observations": ["patient_id", "lesion", "timepoint", "status"],
    }.items():
        columns = [c for c in columns if c in before[name]]
        first, second = (
            t[name][columns].sort_values(columns).reset_index(drop=True) for t in (before, after)
        )
        pd.testing.assert_frame_equal(first, second, check_exact=True, check_dtype=False)
    assert len(before["measurements"]) > 3


def test_copies_are_dicom_that_others_read(ran: Ran) -> None:
    copies = list((ran.cohort / ".oncometry" / "deidentified" / "scans").rglob("*.dcm"))
    kinds = {}
    for path in copies:
        dataset = pydicom.dcmread(path)
        kinds[str(dataset.Modality)] = path
        assert dataset.PatientIdentityRemoved == "YES"
        assert dataset.file_meta.MediaStorageSOPInstanceUID == dataset.SOPInstanceUID
    assert set(kinds) == {"MR", "SEG", "RTSTRUCT"}
    segmentation = highdicom.seg.segread(kinds["SEG"])
    assert segmentation.number_of_segments == 2
    images = {str(pydicom.dcmread(path).SOPInstanceUID) for path in copies}
    assert {str(uid) for _, _, uid in segmentation.get_source_image_uids()} <= images


def test_again_adds_nothing_and_originals_stay_out(ran: Ran, oncometry: Command) -> None:
    common = (ran.folder / "scans", "-o", ran.cohort, "--config", ran.folder / "quick.yaml")
    key = ("--deidentify", "--key", ran.folder / "key")
    again = oncometry("run", *common, "--clinical", ran.folder / "clinical.csv", *key, "--json", "-q")
    summary = json.loads(again.out)
    assert (summary["rows_added"], summary["steps_run"]) == (0, 0)
    for arguments in (
        ("run", *common),
        ("curate", *common),
        ("clinical", ran.folder / "clinical.csv", ran.cohort),
    ):
        refused = oncometry(*arguments)
        assert refused.code == 2
        assert "de-identified data alone" in refused.err
    oncometry("curate", *common[:1], "-o", ran.folder / "plain")
    mixed = oncometry("run", common[0], "-o", ran.folder / "plain", *key)
    assert "not de-identified" in mixed.err
    shutil.rmtree(ran.folder / "plain")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--deidentify"], "--deidentify needs a key"),
        (["--key", "k"], "a key is for --deidentify"),
        (["--deidentify", "--key", "c/k", "--new-key"], "beside what it protects"),
        (["--deidentify", "--key", "none"], "the key cannot be read"),
    ],
)
def test_mistakes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, oncometry: Command, arguments: list[str], says: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text("a")
    refused = oncometry("run", "in", "-o", "c", *arguments)
    assert refused.code == 2
    assert says in refused.err


def test_a_dry_run_unpacks_nothing_where_others_read_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, oncometry: Command
) -> None:
    monkeypatch.chdir(tmp_path)
    write_small_cohort(tmp_path, visits=(0,))
    shutil.make_archive("in/a", "zip", tmp_path / "scans")
    Key.create(tmp_path / "key")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "the system's, which is not there"))
    before = sorted(tmp_path.iterdir())
    shown = oncometry("run", "in", "-o", "c", "--dry-run", "--deidentify", "--key", "key")
    assert shown.code == 0, shown.err
    assert sorted(tmp_path.iterdir()) == before
