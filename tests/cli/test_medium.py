"""A medium as a hospital hands it out, with what lies on it beside the scans."""

from __future__ import annotations

from pathlib import Path

import pytest

from ..bad_input.good_patient import write_good_patient
from ..bad_input.make_dicom import write_dicomdir
from ..bad_input.make_nifti import nifti
from ..bad_input.volume_rows import NOISE

pytestmark = pytest.mark.one_engine


@pytest.fixture
def medium(tmp_path: Path) -> Path:
    """Eight slices in `image`, a directory, hidden files; the mask lies elsewhere."""
    write_good_patient(tmp_path / "made")
    (tmp_path / "made" / "image").rename(tmp_path / "cd")
    write_dicomdir(tmp_path / "cd")
    (tmp_path / "cd" / ".nomedia").touch()
    (tmp_path / "cd" / "._a.dcm").write_bytes(b"\x00\x05\x16\x07" + bytes(60))
    (tmp_path / "cd" / "cut.nii.gz").write_bytes(nifti(tmp_path / "x.nii.gz", NOISE).read_bytes()[:900])
    return tmp_path / "cd"


def test_it_is_read_without_a_word_of_what_lies_beside(oncometry, medium, tmp_path):
    (medium / "cut.nii.gz").unlink()
    ran = oncometry("curate", medium, tmp_path / "made" / "mask.dcm", "-o", tmp_path / "cohort")
    assert (ran.code, "refused:" in ran.err) == (0, False), ran.err


def test_a_mask_is_measured_on_it(oncometry, medium, tmp_path):
    ran = oncometry("measure", tmp_path / "made" / "mask.dcm", "--image", medium)
    assert ran.code == 0, ran.err
    assert '"intensity"' in ran.out


@pytest.mark.parametrize("left", [0, 300], ids=["no bytes", "cut"])
def test_but_not_if_a_slice_was_lost_on_it(oncometry, medium, tmp_path, left):
    slices = sorted(p for p in medium.iterdir() if p.name[0] != "." and p.suffix == ".dcm")
    named = slices[3].rename(medium / "IM0004")
    named.write_bytes(named.read_bytes()[:left])
    ran = oncometry("measure", tmp_path / "made" / "mask.dcm", "--image", medium)
    assert (ran.code, ran.out) == (4, "")
    assert "IM0004" in ran.err


@pytest.mark.parametrize("command", ["labels", "measure"])
def test_as_a_mask_it_is_a_folder(oncometry, medium, command):
    ran = oncometry(command, medium)
    assert (ran.code, ran.out) == (4, "")
    assert "it is a folder. Give the file of one mask." in ran.err


@pytest.mark.parametrize("command", ["labels", "measure"])
def test_one_setting_says_how_large_a_file_may_be(oncometry, tmp_path, command):
    """4 kB of voxels against a limit of 1 kB, and of none."""
    mask = nifti(tmp_path / "mask.nii.gz", (NOISE > 800).astype("uint8"))
    (tmp_path / "small.yaml").write_text("curate: {max_file_gib: 1.0e-07}\n")
    refused = oncometry(command, mask, "--config", tmp_path / "small.yaml")
    assert (refused.code, refused.out) == (4, "")
    assert "TOO_LARGE" in refused.err
    assert "max_file_gib" in refused.err
    assert oncometry(command, mask).code == 0
