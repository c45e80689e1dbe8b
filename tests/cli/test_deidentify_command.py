"""`oncometry deidentify`: secrets are made last, and one process at a time writes into an output."""

from __future__ import annotations

import csv
import json
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from oncometry.io.deidentify import Key
from oncometry.pipeline import one_writer

from ..io.deidentify.answer_key import base, save

pytestmark = pytest.mark.one_engine

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
        (["in", "-o", "out", "--crosswalk", "listed.csv"], "the list of files left out cannot be made"),
        (
            ["in", "-o", "out", "--crosswalk", "key"],
            "--key and --crosswalk name one file. Give each its own.",
        ),
        (["in", "-o", "key"], "it would lie in the output"),
        (["in", "-o", "key/out"], "--output would lie below --key, which is a file."),
        (["in", "-o", "out", "--clinical", "there.csv", "--crosswalk", "full/../there.csv"], "name one file"),
        (["in", "-o", "there.csv", "--clinical", "there.csv"], "--output and --clinical name one file"),
        (["in", "-o", "out", "--crosswalk", "in/who.csv"], "in/who.csv: it would lie in the input"),
        (["full", "-o", "out", "--masks", "in", "--crosswalk", "in/who.csv"], "it would lie in the input"),
        (["in", "-o", "out", "--clinical", "full"], "full: it is a folder, not a sheet"),
        (["in", "-o", "out", "--column", "grade"], "--column names a column of a sheet, and there is none"),
        (
            ["in", "-o", "out", "--clinical", "there.csv", "--column", "grades"],
            "no column of the sheet is called 'grades'. There are 'patient_id', 'grade', 'größe'.",
        ),
        (
            ["in", "-o", "out", "--clinical", "there.csv", "--column", "gre"],
            "no column of the sheet is called 'gre'",
        ),
        (
            ["in", "-o", "out", "--clinical", "there.csv", "--column", "Größe"],
            "the header 'größe' may identify, so the column cannot stay. Rename it",
        ),
    ],
)
def test_a_mistake_makes_no_key_and_no_folder(
    scans: Path, oncometry: Command, arguments: list[str], says: str
) -> None:
    (scans / "full").mkdir()
    (scans / "full" / "mine.txt").write_text("mine")
    (scans / "there.csv").write_text("patient_id,grade,größe\nZQIDXK,2,3\n")
    (scans / "listed-left-out.csv").write_text("mine")
    before = sorted(scans.rglob("*"))
    refused = oncometry("deidentify", *arguments, "--key", "key", "--new-key")
    assert refused.code == (3 if "NOTHING_FOUND" in refused.err else 2)
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


@pytest.mark.parametrize("command", [["deidentify"], ["run", "--deidentify"]])
@pytest.mark.parametrize("given", ["in", "in/a.dcm"])
def test_a_key_among_the_input_is_refused(
    scans: Path, oncometry: Command, command: list[str], given: str
) -> None:
    (scans / "masks").mkdir()
    Key.create(scans / "in" / "key")
    for place in (f"{given}/key" if given == "in" else given, "masks/key"):
        refused = oncometry(*command, given, "--masks", "masks", "-o", "out", "--key", place)
        assert (refused.code, refused.out) == (2, "")
        assert f"{place}: it would lie in the input" in refused.err
    assert not (scans / "out").exists()


def test_a_column_is_found_in_whichever_table_and_way_it_is_named(scans: Path, oncometry: Command) -> None:
    (scans / "a.csv").write_text("about\npatient_id,IDH status\nZQIDXK,mutant\n")
    done = oncometry(
        "deidentify",
        "in",
        "-o",
        "out",
        "--key",
        "key",
        "--new-key",
        "--clinical",
        "a.csv",
        "--column",
        "idh-status",
    )
    assert done.code == 0
    (table,) = (scans / "out" / "clinical").glob("*.csv")
    assert "mutant" in table.read_text()


def test_which_files_are_left_out_stands_beside_the_crosswalk_alone(scans: Path, oncometry: Command) -> None:
    burned = base(patient="ZQOTHERXK", sop="1.3.999.1.4")
    burned.BurnedInAnnotation = "YES"
    save(burned, scans / "packed" / "ZQBURNEDXK.dcm")
    shutil.make_archive(str(scans / "in" / "ZQPACKEDXK"), "zip", scans / "packed")
    (scans / "in" / "ZQNOTESXK.txt").write_text("notes")
    (scans / "in" / os.fsdecode(b"ZQ\xfcXK.txt")).write_text("notes of another encoding")
    (scans / "in" / "ZQLOOPXK").symlink_to(scans / "in")
    first = ("deidentify", "in", "-o", "out", "--key", "key")
    plain = oncometry(*first, "--new-key")
    assert "--crosswalk FILE" in plain.err
    done = oncometry(*first, "--crosswalk", "secrets.csv", "--json")
    assert json.loads(done.out)["quarantined"] == {"BURNED_IN": 1, "NOT_AN_IMAGE": 2, "UNREADABLE": 1}
    assert "secrets-left-out.csv says which and why" in done.err
    place = scans / "secrets-left-out.csv"
    with place.open(encoding="utf-8", newline="") as stream:
        listed = {(row["file"], row["code"]): row["what"] for row in csv.DictReader(stream)}
    top = scans / "in"
    assert listed.keys() == {
        (f"{top}/ZQPACKEDXK.zip!ZQBURNEDXK.dcm", "BURNED_IN"),
        (f"{top}/ZQNOTESXK.txt", "NOT_AN_IMAGE"),
        (f"{top}/ZQ\\udcfcXK.txt", "NOT_AN_IMAGE"),
        (f"{top}/ZQLOOPXK", "UNREADABLE"),
    }
    assert (
        "BurnedInAnnotation (0028,0301) is YES" in listed[f"{top}/ZQPACKEDXK.zip!ZQBURNEDXK.dcm", "BURNED_IN"]
    )
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert "ZQ" not in plain.out + plain.err + done.out + done.err
    assert not [path for path in (scans / "out").rglob("*") if path.is_file() and b"ZQ" in path.read_bytes()]


@pytest.mark.parametrize(
    ("files", "code"),
    [(("scan", "text"), 0), (("text",), 3), (("cut",), 4), (("cut", "text"), 4), (("scan", "cut"), 8)],
)
def test_what_is_no_image_is_no_fault_and_what_is_cut_is_one(
    scans: Path, oncometry: Command, files: tuple[str, ...], code: int
) -> None:
    whole = (scans / "in" / "a.dcm").read_bytes()
    contents = {"scan": whole, "text": b"read me", "cut": whole[: len(whole) - 8]}
    for name in files:
        (scans / "given").mkdir(exist_ok=True)
        (scans / "given" / name).write_bytes(contents[name])
    Key.create(scans / "key")
    assert oncometry("deidentify", "given", "-o", "out", "--key", "key").code == code
    if "scan" not in files:
        assert oncometry("run", "given", "-o", "cohort", "-q").code == code
        clean = oncometry("run", "given", "-o", "clean", "-q", "--deidentify", "--key", "key")
        assert clean.code == code
        assert f"none of the {len(files)} files could be de-identified" in clean.err
