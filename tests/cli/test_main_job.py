"""The commands one after another on the small cohort, as a user types them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import nibabel as nib
import numpy as np
import pytest

from ..small_cohort import P1, P2, labels_of, volume_ml

pytestmark = pytest.mark.one_engine

QUICK = "preprocessing:\n  bias_correction: false\n  register_sequences: false\n"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "quick.yaml"
    path.write_text(QUICK)
    return path


def test_from_a_folder_to_tables_pages_and_reasons(
    oncometry: Any, small_inputs: Path, tmp_path: Path, config: Path, database_url: str | None
) -> None:
    at = [] if database_url is None else ["--database", database_url]
    cohort, scans, sheet = tmp_path / "cohort", small_inputs / "scans", small_inputs / "clinical.csv"
    command = ["run", scans, "-o", cohort, "--clinical", sheet, "--config", config, "--json", *at]

    ran = oncometry(*command)
    summary = json.loads(ran.out)
    assert ran.code == 0
    assert summary["files"] == summary["used"] + summary["duplicate"] + summary["quarantined"]
    assert (summary["patients"], summary["timepoints"], summary["lesions"], summary["observations"]) == (
        2,
        4,
        3,
        4,
    )
    assert "measuring: 2/2" in ran.err
    assert summary["responses"] == {"volumetric": {"CR": 1, "PD": 1}}

    again = json.loads(oncometry(*command, "--quiet").out)
    assert (again["rows_added"], again["steps_run"]) == (0, 0)
    told = oncometry(*(word for word in command if word != "--json"), "--quiet").out
    assert "2 patients: CR 1, PD 1 at the last visit" in told.partition("responses (volumetric)")[2]

    page = Path(summary["report"]).read_text(encoding="utf-8")
    assert P1 in page
    assert "http://" not in page.replace("http://www.w3.org", "")

    exported = oncometry("export", cohort, "--to", "csv,parquet,xlsx", "-o", tmp_path / "tables", *at)
    assert exported.code == 0
    for place in (cohort, cohort / "report", tmp_path / "tables" / ".." / "cohort" / "tables"):
        among = oncometry("export", cohort, "-o", place, *at)
        assert (among.code, "among the cohort's own files" in among.err) == (2, True)
        assert not (place / "measurements.csv").exists()
    names = {Path(line).name for line in exported.out.split()}
    assert {"measurements.csv", "measurements.parquet"} <= names
    assert all(Path(line).is_file() for line in exported.out.split())

    why = oncometry("why", cohort, "measurement:1:volume_ml", "--json", *at)
    assert json.loads(why.out)["title"] == "measurement:1:volume_ml"
    told = oncometry("why", cohort, "measurement:1", *at).out
    assert max(map(len, told.splitlines())) < 400
    absent = oncometry("why", cohort, "measurement:99999", *at)
    assert (absent.code, absent.out) == (3, "")

    rows = json.loads(oncometry("clinical", sheet, cohort, "--json", *at).out)
    assert rows["rows_added"] == 0
    assert rows["counts"] == {"rows": 3, "matched": 2, "unmatched": 1, "conflicting": 0, "excluded": 0}

    assert oncometry("report", cohort, "--quiet", *at).out.strip() == summary["report"]
    assert oncometry("db", "check", cohort, *at).out.startswith("no faults: ")
    assert "nothing to do" in oncometry("db", "upgrade", cohort, *at).out
    backup = oncometry("db", "backup", cohort, *at).out.strip()
    assert oncometry("db", "restore", cohort, backup, *at).out.startswith(f"restored from {backup}; ")
    assert oncometry("db", "check", cohort, *at).out.startswith("no faults: ")
    examined = oncometry("doctor", cohort, "--json", *at).out
    assert json.loads(examined)["cohort"] == "sound"
    assert json.loads(examined)["patients"] == 2
    assert not any(told in examined for told in (P1, P2, str(tmp_path), str(small_inputs), "CENTER"))
    other = oncometry("report", cohort, "--database", "mysql+pymysql://u:secret@localhost/x")
    assert other.code == (2 if database_url is None else 1), "no such server there"
    assert "secret" not in other.err


def test_curate_gives_the_manifest_before_and_after(
    oncometry: Any, small_inputs: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "scans" / "broken_seg.nii.gz"
    broken.parent.mkdir()
    for name in ("one", "two"):
        (broken.parent / name).symlink_to(small_inputs / "scans" / name)
    broken.write_bytes(next((small_inputs / "scans").rglob("*.nii.gz")).read_bytes()[:-9])
    dry = oncometry("curate", broken.parent, "-o", tmp_path / "cohort", "--dry-run", "--json")
    assert not (tmp_path / "cohort").exists()
    wet = oncometry("curate", broken.parent, "-o", tmp_path / "cohort", "--json")
    assert dry.code == wet.code == 8
    one, other = json.loads(dry.out), json.loads(wet.out)
    assert one["files"] == other["files"]
    assert one["counts"] == {"files": 100 + 1, "used": 100, "duplicate": 0, "quarantined": 1}
    assert {s["patient_id"] for s in other["series"]} == {P1, P2}
    text = oncometry("curate", broken.parent, "-o", tmp_path / "cohort", "--dry-run").out
    assert "broken_seg.nii.gz  TRUNCATED" in text
    assert f"files {one['counts']['files']} =" in text


def test_what_was_refused_is_named(oncometry: Any, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "cut.nii.gz").write_bytes(b"\x1f\x8b" + b"\0" * 40)
    ran = oncometry("run", tmp_path / "in", "-o", tmp_path / "cohort", "--quiet")
    assert ran.code == 4
    assert ran.err.startswith("refused: ")
    assert "cut.nii.gz" in ran.err


def mask_file(path: Path, labels: np.ndarray) -> Path:
    nib.save(nib.Nifti1Image(labels, np.diag([3.2, 3.2, 8, 1.0])), path)
    return path


def test_one_mask(oncometry: Any, tmp_path: Path) -> None:
    mask = mask_file(tmp_path / "m.nii.gz", labels_of(P1, 1))
    ran = oncometry("measure", mask)
    rows = json.loads(ran.out)
    wholes = [row["volume_ml"] for row in rows if row["compartment"] == "whole"]
    assert wholes == pytest.approx(volume_ml(P1, 1))
    assert "LABELS_GUESSED" in ran.err
    assert oncometry("measure", mask, "--scheme", "brats-2023").err == ""
    listed = json.loads(oncometry("labels", mask, "--json").out)
    assert [row["label"] for row in listed["labels"]] == [1, 3]
    assert "brats-2023" in listed["fits"]


def test_masks_that_cannot_be_measured(oncometry: Any, tmp_path: Path) -> None:
    empty = mask_file(tmp_path / "empty.nii.gz", labels_of(P2, 1))
    ran = oncometry("measure", empty)
    assert (ran.code, ran.out) == (4, "")
    assert "MASK_EMPTY: " in ran.err
    assert "empty.nii.gz" in ran.err
    foreign = mask_file(tmp_path / "foreign.nii.gz", labels_of(P1, 0) * 3)
    ran = oncometry("measure", foreign, "--scheme", "brats-2023")
    assert (ran.code, ran.out) == (4, "")
    assert "LABEL_UNKNOWN" in ran.err
    assert "foreign.nii.gz" in ran.err
    assert "EMPTY: " in oncometry("labels", mask_bytes(tmp_path / "zero.nii.gz")).err
    assert "it is a folder" in oncometry("measure", tmp_path).err


def mask_bytes(path: Path) -> Path:
    path.write_bytes(b"")
    return path


def test_ambiguous_forms_are_refused_until_one_is_named(oncometry: Any, tmp_path: Path) -> None:
    image = nib.Nifti1Image(labels_of(P1, 0), None)
    image.set_sform(np.diag([3.2, 3.2, 8, 1.0]), 1)
    image.set_qform(np.diag([1.6, 3.2, 8, 1.0]), 1)
    path = tmp_path / "two_forms.nii.gz"
    nib.save(image, path)
    refused = oncometry("measure", path)
    assert refused.code == 4
    assert "GEOMETRY_AMBIGUOUS" in refused.err
    by_form = {
        form: json.loads(oncometry("measure", path, "--geometry", form).out)[0]["volume_ml"]
        for form in ("sform", "qform")
    }
    assert by_form["sform"] == pytest.approx(2 * by_form["qform"])


@pytest.mark.skipif(os.name != "posix", reason="a terminal's Ctrl-C is a signal to its process group")
def test_ctrl_c_stops_without_a_trace_and_the_same_command_goes_on(
    small_inputs: Path, tmp_path: Path, config: Path
) -> None:
    command = [
        sys.executable, "-m", "oncometry.cli", "run", small_inputs / "scans", "-o", tmp_path / "cohort",
        "--config", config, "--jobs", "2",
    ]  # fmt: skip
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as first:
        assert first.stderr is not None
        for line in first.stderr:
            if line.startswith("measuring"):
                break
        time.sleep(1.5)
        os.killpg(first.pid, signal.SIGINT)
        _, told = first.communicate(timeout=60)
    assert first.returncode == 1
    assert "run the same command again" in told
    assert "Traceback" not in told
    second = subprocess.run([*command, "--json"], check=False, capture_output=True, text=True)
    assert second.returncode == 0, second.stderr
    assert json.loads(second.stdout)["lesions"] == 3
