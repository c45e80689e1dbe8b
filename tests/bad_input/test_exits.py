"""A command for each exit status, and what it says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ..cli.conftest import oncometry as oncometry
from .good_patient import write_good_patient
from .make_nifti import nifti
from .volume_rows import NOISE

TRUNCATED = ("TRUNCATED", "lesion_seg.nii.gz", "before its checksum", "Copy the file again from its source")


@pytest.fixture
def cut(tmp_path: Path) -> Path:
    path = nifti(tmp_path / "cut" / "lesion_seg.nii.gz", (NOISE > 800).astype("uint8"))
    path.write_bytes(path.read_bytes()[:-200])
    return path


def test_a_cut_mask_alone_ends_with_4_and_says_what_where_and_what_to_do(cut: Path, tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "oncometry.cli",
        "curate",
        str(cut.parent),
        "-o",
        str(tmp_path / "cohort"),
    ]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert ran.returncode == 4, ran.stderr
    (line,) = [x for x in ran.stderr.splitlines() if x.startswith("refused")]
    assert all(part in line for part in TRUNCATED)
    assert "Traceback" not in ran.stderr


def test_measured_alone_it_ends_with_4(oncometry: Any, cut: Path) -> None:
    measured = oncometry("measure", cut)
    assert (measured.code, measured.out) == (4, "")
    assert measured.err.startswith("error: TRUNCATED")


def test_beside_a_good_patient_it_ends_with_8(oncometry: Any, cut: Path, tmp_path: Path) -> None:
    good = write_good_patient(tmp_path / "good")
    ran = oncometry("curate", good, cut.parent, "-o", tmp_path / "cohort")
    assert ran.code == 8, ran.err
    assert "1 quarantined" in ran.out
    assert "refused: TRUNCATED" in ran.err
    assert oncometry("curate", good, "-o", tmp_path / "other").code == 0


def test_texts_alone_end_with_3_and_a_wrong_option_with_2(oncometry: Any, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "notes.txt").write_text("x")
    assert oncometry("curate", tmp_path / "in", "-o", tmp_path / "cohort").code == 3
    assert oncometry("curate", tmp_path / "in", "-o", tmp_path / "cohort", "--geometry", "best").code == 2
