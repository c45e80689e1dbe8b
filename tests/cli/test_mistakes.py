"""What a new user types wrong, and what is said; all of it as typed: benchmarks/reliability_mistakes.py."""

from __future__ import annotations

import errno
import os
import runpy
from collections import Counter
from pathlib import Path

import nibabel as nib
import numpy as np
import pytest

from oncometry.cli.app import COMMANDS
from oncometry.core import StoreError
from oncometry.io import write_text

pytestmark = pytest.mark.storeless

MISTAKES = runpy.run_path(str(Path(__file__).parents[2] / "benchmarks" / "mistakes.py"))["MISTAKES"]


def test_ten_mistakes_are_tried_of_every_command():
    tried = Counter(mistake.typed.split()[0] for mistake in MISTAKES)
    assert {name: tried[name] for name in COMMANDS if tried[name] < 10} == {}
    assert len({mistake.typed for mistake in MISTAKES}) == len(MISTAKES)


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["clinical", "empty", "text.txt"], 3, "empty: it is a folder, not a sheet. Give the sheet first"),
        (["demo", "-o", "text.txt"], 2, "text.txt: it is a file, not a folder. Name a new or empty folder."),
        (["demo", "-o", "new", "--anatomy", "none.nii.gz", "-q"], 3, "NOTHING_FOUND: none.nii.gz"),
        (["demo", "-o", "new", "--anatomy", "text.txt", "-q"], 4, "NOT_AN_IMAGE: text.txt"),
        (["demo", "-o", "new", "--anatomy", "image.nii.gz", "-q"], 4, "an image, not a label map."),
        (["config", "show", "--config", "empty"], 2, "empty: it is a folder, not a configuration file."),
        (["config", "show", "--config", "image.nii.gz"], 2, "ends in .yaml, .yml, .toml, .json, not '.gz'"),
        (["config", "show", "--config", "bytes.yaml"], 2, "bytes.yaml: the configuration cannot be parsed"),
        (["config", "show", "--config", "open.yaml"], 2, "but got '<stream end>', in line 2."),
        (["report", "text.txt"], 1, "NOT_A_COHORT: text.txt: this is no cohort."),
        (["why", "measurement:1", "empty"], 3, "Give the folder that `oncometry run INPUT -o COHORT` made."),
        (["measure", "image.nii.gz", "--image", "pipe"], 4, "UNREADABLE: "),
        (["measure", "pipe"], 4, "UNREADABLE: "),
        (["labels", "pipe"], 4, "UNREADABLE: "),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_what_is_said(oncometry, tmp_path, monkeypatch, arguments, code, says):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "text.txt").write_text("not an image")
    (tmp_path / "open.yaml").write_text("curate: [unfinished\n")
    (tmp_path / "bytes.yaml").write_bytes(b"\x1f\x8b\x08")
    noise = np.random.default_rng(1).integers(0, 4000, (24, 24, 12)).astype(np.int16)
    nib.save(nib.Nifti1Image(noise, np.eye(4)), tmp_path / "image.nii.gz")
    ran = oncometry(*arguments)
    assert (ran.code, ran.out) == (code, "")
    assert says in " ".join(ran.err.split())


def test_deidentify_says_what_it_leaves_out(oncometry, tmp_path):
    (tmp_path / "in").mkdir()
    key = ("-o", tmp_path / "out", "--key", tmp_path / "key")
    empty = oncometry("deidentify", tmp_path / "in", *key, "--new-key")
    assert (empty.code, "there are no files in what was given" in empty.err) == (3, True)
    (tmp_path / "in" / "a.dcm").write_bytes(bytes(200))
    left = oncometry("deidentify", tmp_path / "in", *key)
    assert (left.code, "left out: CORRUPT: 1 of 1 files" in left.err) == (4, True)


@pytest.mark.parametrize(
    ("number", "code"),
    [(errno.EACCES, "UNREADABLE"), (errno.ENOENT, "UNREADABLE"), (errno.ENOSPC, "WRITE_FAILED")],
)
def test_what_the_system_refuses_is_not_all_of_writing(oncometry, tmp_path, monkeypatch, number, code):
    def refuse(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number), "locked/a.nii.gz")

    monkeypatch.setattr("oncometry.cli.measure_command.check_first", refuse)
    ran = oncometry("measure", tmp_path / "a.nii.gz")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith(f"error: {code}: locked/a.nii.gz: the system refused: ")


def test_a_file_where_a_folder_should_be(tmp_path: Path):
    (tmp_path / "tables").write_text("mine")
    with pytest.raises(StoreError, match="A file stands where a folder should be"):
        write_text(tmp_path / "tables" / "files.csv", "x")
