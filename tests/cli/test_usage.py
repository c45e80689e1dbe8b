"""Help says what a command takes, gives, and an example; mistakes are answered in one line with the right code."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from oncometry.cli.lesions_command import VERBS

pytestmark = pytest.mark.one_engine

COMMANDS = [
    ["run"],
    ["curate"],
    ["measure"],
    ["segment"],
    ["evaluate"],
    ["features"],
    ["dose"],
    ["labels"],
    ["clinical"],
    ["deidentify"],
    ["report"],
    ["export"],
    ["assess"],
    ["growth"],
    ["experiment", "run"],
    ["experiment", "check"],
    ["experiment", "columns"],
    ["predict"],
    ["reliability"],
    ["lesions"],
    *(["lesions", verb] for verb in VERBS if verb != "list"),
    ["why"],
    ["demo"],
    ["train"],
    ["networks", "list"],
    ["networks", "install"],
    ["networks", "convert"],
    ["doctor"],
    ["db", "upgrade"],
    ["db", "check"],
    ["config", "show"],
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_help_has_an_example(oncometry, command):
    ran = oncometry(*command, "--help")
    assert ran.code == 0
    assert f"Example: oncometry {' '.join(command)}" in " ".join(ran.out.split())


def test_all_commands_are_listed(oncometry):
    listed = oncometry("--help").out
    assert all(command[0] in listed for command in COMMANDS)


@pytest.mark.parametrize("group", ["networks", "db", "config", "experiment"])
def test_lines_of_commands_are_whole(oncometry, group):
    listed = oncometry(group, "--help").out.partition("Commands:")[2]
    assert listed.count("\n") > 1
    assert "..." not in listed


def test_it_runs_as_a_module():
    ran = subprocess.run(
        [sys.executable, "-m", "oncometry", "--version"], capture_output=True, text=True, check=True
    )
    assert ran.stdout.startswith("oncometry 0.")


def test_version(oncometry):
    assert oncometry("--version").out.startswith("oncometry 0.")


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["run"], 2, "Missing argument"),
        (["run", "nowhere", "-o", "c"], 3, "NOTHING_FOUND: nowhere: there is no such file or folder."),
        (["run", ".", "-o", "c"], 2, "lies inside the input"),
        (["run", "empty"], 2, "Missing option"),
        (["run", "text.txt", "-o", "full"], 1, "NOT_A_COHORT: full"),
        (["run", "empty", "-o", "c", "--scheme", "brats"], 2, "no label scheme named 'brats'"),
        (["run", "empty", "-o", "c", "--geometry", "best"], 2, "curate.geometry"),
        (["run", "empty", "-o", "c", "--slices", "best"], 2, "curate.slices"),
        (["run", "empty", "-o", "c", "--config", "none.yaml"], 2, "SETTINGS: none.yaml"),
        (["run", "empty", "-o", "c", "--jobs", "0"], 2, "--jobs"),
        (["deidentify", "empty", "-o", "c", "--key", "none.key"], 2, "none.key: the key cannot be read"),
        (["deidentify", "empty", "-o", "c", "--key", "c/k", "--new-key"], 2, "beside what it protects"),
        (["measure", "nowhere.nii.gz"], 3, "nowhere.nii.gz"),
        (["measure", "text.txt"], 4, "text.txt"),
        (["labels", "text.txt"], 4, "text.txt"),
        (["report", "nowhere"], 3, "NOTHING_FOUND: nowhere: there is no such cohort."),
        (["report", "full"], 1, "NOT_A_COHORT: full: this is no cohort."),
        (["why", "full", "measurement:1"], 1, "NOT_A_COHORT"),
        (
            ["export", "full", "--to", "pdf", "-o", "x"],
            2,
            "--to takes bids, cdisc, csv, dicom, markups, parquet, xlsx, got 'pdf'.",
        ),
        (["clinical", "none.xlsx", "full"], 3, "none.xlsx"),
        (["demo", "-o", "d", "--seed", "-1"], 2, "--seed"),
        (["demo", "-o", "d", "--patients", "5001"], 2, "--patients"),
        (["measure", "text.txt", "--join", "inf"], 2, "measurement.join_mm: should be a finite number"),
        (
            ["run", "empty", "-o", "c", "--config", "inf.yaml"],
            2,
            "curate.max_file_gib: should be a finite",
        ),
        (["frobnicate"], 2, "No such command"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_mistakes(oncometry, tmp_path, monkeypatch, arguments, code, says):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "something").write_text("else")
    (tmp_path / "text.txt").write_text("not an image")
    (tmp_path / "inf.yaml").write_text("curate: {max_file_gib: .inf}\n")
    ran = oncometry(*arguments)
    assert ran.code == code
    assert says in " ".join(ran.err.split())
    assert "Traceback" not in ran.err
    assert ran.out == ""


def test_an_empty_folder_exits_3(oncometry, tmp_path):
    (tmp_path / "empty").mkdir()
    assert oncometry("run", tmp_path / "empty", "-o", tmp_path / "c", "--quiet").code == 3


def test_config_show_can_be_loaded_back(oncometry, tmp_path):
    shown = oncometry("config", "show").out
    (tmp_path / "a.yaml").write_text(shown)
    assert oncometry("config", "show", "--config", tmp_path / "a.yaml").out == shown
    assert json.loads(oncometry("config", "show", "--schema").out)["type"] == "object"
