"""One command for each exit status, in a process of its own, and what it says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from .good_patient import write_good_patient
from .make_nifti import nifti
from .volume_rows import NOISE


def _oncometry(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "oncometry.cli", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)


@pytest.fixture
def cut(tmp_path: Path) -> Path:
    path = nifti(tmp_path / "cut" / "lesion_seg.nii.gz", (NOISE > 800).astype("uint8"))
    path.write_bytes(path.read_bytes()[:-200])
    return path


def test_a_cut_mask_alone_ends_with_4_and_says_what_where_and_what_to_do(cut: Path, tmp_path: Path) -> None:
    ran = _oncometry("run", cut.parent, "-o", tmp_path / "cohort")
    assert ran.returncode == 4, ran.stderr
    line = next(x for x in ran.stderr.splitlines() if x.startswith("refused: TRUNCATED"))
    assert all(part in line for part in ("lesion_seg.nii.gz", "cut short", "Copy the file again from its source"))
    assert "Traceback" not in ran.stderr
    measured = _oncometry("measure", cut)
    assert (measured.returncode, measured.stdout) == (4, "")
    assert measured.stderr.startswith("error: TRUNCATED")


def test_beside_a_good_patient_it_ends_with_8(cut: Path, tmp_path: Path) -> None:
    good = write_good_patient(tmp_path / "good")
    ran = _oncometry("run", good, cut.parent, "-o", tmp_path / "cohort")
    assert ran.returncode == 8, ran.stderr
    assert "1 quarantined" in ran.stdout
    assert "refused: TRUNCATED" in ran.stderr
    assert _oncometry("run", good, "-o", tmp_path / "other").returncode == 0


def test_texts_alone_end_with_3_and_a_wrong_option_with_2(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "notes.txt").write_text("x")
    assert _oncometry("run", tmp_path / "in", "-o", tmp_path / "cohort").returncode == 3
    assert _oncometry("run", tmp_path / "in", "-o", tmp_path / "cohort", "--geometry", "best").returncode == 2
