"""What is measured is what was curated: a file that changes meanwhile gives a code, never a number."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import nibabel as nib
import numpy as np
import pytest

from oncometry import Cohort
from oncometry.core import Code, CorruptInputError, NothingFoundError
from oncometry.io import sha256_of
from oncometry.pipeline import RunRequest, SilentProgress, run
from oncometry.pipeline.sources import unchanged

from .conftest import QUICK, Inline

pytestmark = pytest.mark.one_engine


def test_the_same_bytes_pass(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"abc")
    with unchanged({path: sha256_of(path)}):
        assert path.read_bytes() == b"abc"


def test_other_bytes_of_the_same_size_and_time_are_noticed(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"abc")
    sha256, times = sha256_of(path), path.stat()
    path.write_bytes(b"abd")
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    with pytest.raises(CorruptInputError, match="since it was curated") as caught, unchanged({path: sha256}):
        pytest.fail("it was read")
    assert caught.value.code is Code.FILE_CHANGED


def test_a_file_written_to_while_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"abc")
    with pytest.raises(CorruptInputError, match="while it was read"), unchanged({path: sha256_of(path)}):
        path.write_bytes(b"abcd")


def test_a_file_that_is_gone(tmp_path: Path) -> None:
    with pytest.raises(NothingFoundError, match="no longer there"), unchanged({tmp_path / "a": "0"}):
        pytest.fail("it was read")


class Meddling(Inline):
    """Changes a file between curation and work."""

    def __init__(self, meddle: Callable[[], None]) -> None:
        self.meddle = meddle

    def submit(self, function: Callable[..., Any], /, *given: Any, **named: Any) -> Future[Any]:
        self.meddle()
        return super().submit(function, *given, **named)


def write_mask(path: Path, voxels: int) -> None:
    mask = np.zeros((20, 20, 10), np.uint8)
    mask[2 : 2 + voxels, 2:8, 2:8] = 1
    nib.save(nib.Nifti1Image(mask, np.eye(4)), path)


@pytest.mark.parametrize("changed", ["P1_mask.nii", "P1.nii"])
def test_a_run_takes_nothing_from_a_file_that_changed(tmp_path: Path, changed: str) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    image = np.random.default_rng(1).normal(100, 10, (20, 20, 10)).astype(np.int16)
    nib.save(nib.Nifti1Image(image, np.eye(4)), folder / "P1.nii")
    write_mask(folder / "P1_mask.nii", 4)
    other = tmp_path / "other.nii"
    if changed == "P1.nii":
        nib.save(nib.Nifti1Image(image + np.int16(1), np.eye(4)), other)
    else:
        write_mask(other, 8)

    request = RunRequest((folder,), tmp_path / "cohort", settings=QUICK)
    run(request, SilentProgress(), Meddling(lambda: shutil.copyfile(other, folder / changed) and None))

    with Cohort.open(tmp_path / "cohort") as cohort:
        failures = cohort.table("failures")
        assert set(failures["code"]) == {"FILE_CHANGED"}
        assert changed in failures["path"].iloc[0]
        if changed == "P1_mask.nii":
            assert len(cohort.table("measurements")) == 0
        else:
            assert len(cohort.table("volumes")) == 0
