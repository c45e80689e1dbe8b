"""`oncometry deidentify`: secrets are made last, and one process at a time writes into an output."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from oncometry.io.deidentify import Key
from oncometry.pipeline import one_writer

from ..io.deidentify.answer_key import base, save

Command = Callable[..., Any]
"""The command line in this process: exit code, stdout, stderr."""


@pytest.fixture
def scans(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    save(base(), tmp_path / "in" / "a.dcm")
    return tmp_path


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "oncometry.cli", "deidentify", *arguments]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["none", "-o", "out"], "no such file or folder"),
        (["in", "-o", "out", "--clinical", "none.csv"], "no such file or folder"),
        (["in", "-o", "in/out"], "lie in each other"),
        (["in", "-o", "full"], "the output holds something else"),
        (["in", "-o", "out", "--crosswalk", "there.csv"], "the crosswalk cannot be made"),
    ],
)
def test_a_mistake_makes_no_key_and_no_folder(
    scans: Path, oncometry: Command, arguments: list[str], says: str
) -> None:
    (scans / "full").mkdir()
    (scans / "full" / "mine.txt").write_text("mine")
    (scans / "there.csv").write_text("mine")
    before = sorted(scans.rglob("*"))
    refused = oncometry("deidentify", *arguments, "--key", "key", "--new-key")
    assert refused.code != 0
    assert says in refused.err
    assert sorted(scans.rglob("*")) == before


def test_a_key_that_is_there_is_used_without_new_key(scans: Path, oncometry: Command) -> None:
    Key.create(scans / "key")
    refused = oncometry(
        "deidentify", "in", "-o", "out", "--key", "key", "--new-key", "--crosswalk", "who.csv"
    )
    assert "Leave out --new-key" in refused.err
    assert not (scans / "who.csv").exists()
    done = oncometry("deidentify", "in", "-o", "out", "--key", "key", "--crosswalk", "who.csv", "--json")
    assert json.loads(done.out)["written"] == 1
    assert len(list((scans / "out" / "scans").rglob("*.dcm"))) == 1
    assert "ZQIDXK" in (scans / "who.csv").read_text()
    assert "ZQ" not in done.out + done.err


def test_a_second_process_waits_for_the_first(scans: Path) -> None:
    Key.create(scans / "key")
    started = command("in", "-o", "out", "--key", "key")
    with one_writer(scans / "out", print):
        second = subprocess.Popen(started, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL)
        assert second.stderr is not None
        with second.stderr:
            assert b"another process is writing" in second.stderr.readline()
        assert not (scans / "out" / "scans").exists()
    assert second.wait() == 0
    assert len(list((scans / "out" / "scans").rglob("*.dcm"))) == 1
