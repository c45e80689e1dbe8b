"""Folders that are hard to read: locked ones, and one with very many files."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from oncometry.core import Code
from oncometry.io import CurateSettings, curate

MANY = 100_000
AS_ANYBODY = ("setpriv", "--bounding-set", "-dac_override,-dac_read_search") if os.geteuid() == 0 else ()
"""Root reads whatever it wants, unless it gives that up."""


@pytest.mark.skipif(
    bool(AS_ANYBODY) and shutil.which("setpriv") is None, reason="root needs setpriv for this"
)
def test_a_locked_folder_is_named_and_the_rest_is_done(tmp_path: Path) -> None:
    """By the command, in a process that may not read it."""
    inputs = tmp_path / "in"
    (inputs / "locked").mkdir(parents=True)
    (inputs / "note.txt").write_text("x")
    (inputs / "locked" / "hidden.dcm").write_bytes(b"x")
    (inputs / "locked").chmod(0)
    command = [
        *AS_ANYBODY,
        Path(sys.executable).with_name("oncometry"),
        "curate",
        inputs,
        "-o",
        tmp_path / "cohort",
    ]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    (inputs / "locked").chmod(0o700)
    assert "refused: UNREADABLE: locked: it cannot be looked at (Permission denied)" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert ran.returncode == 4


@pytest.mark.slow
def test_a_folder_of_very_many_files_is_counted_file_by_file(tmp_path: Path) -> None:
    inputs = tmp_path / "in"
    inputs.mkdir()
    for number in range(MANY):
        (inputs / f"{number:06}.dcm").touch()
    manifest = curate([inputs], CurateSettings(), workspace=tmp_path / "work")
    assert len(manifest.files) == MANY
    assert {record.code for record in manifest.files} == {Code.EMPTY}
