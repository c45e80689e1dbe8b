"""`oncometry experiment` as a user meets it."""

from __future__ import annotations

import csv
import hashlib
import json
import runpy
from pathlib import Path

import pytest
from tests.prediction.made_tables import made_sheet

from oncometry import Cohort
from oncometry.io import write_text
from oncometry.pipeline import CohortFolder, Settings
from oncometry.store import Store

pytestmark = pytest.mark.storeless

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
MISTAKES = [
    m for m in runpy.run_path(str(BENCHMARKS / "mistakes.py"))["MISTAKES"] if m.typed.startswith("experiment")
]
DECLARED = """
name: made-response
title: "A made table: response"
tables: [{file: made.csv, patient: patient}]
endpoint: {name: response, kind: binary, column: response, positive: ["yes"]}
features:
  - {block: clinical, columns: [age, sex]}
  - {block: volume, columns: [volume], log: [volume]}
  - {block: radiomics, columns: ["texture_*"]}
models: [logistic]
validation: {folds: 3, inner_folds: 2, repeats: 1, candidates: 2, bootstrap: 200, site: site}
final: {bootstrap: 20}
groups: {resamples: 20, draws: 20, most: 3}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = made_sheet(patients=60, features=6, signal=2.0, sites=3)
    names = list(made.columns)
    with (tmp_path / "made.csv").open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["patient", *names])
        for i, patient in enumerate(made.patients):
            writer.writerow([patient, *(made.columns[n][i] for n in names)])
    (tmp_path / "made.yaml").write_text(DECLARED)
    return tmp_path


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda m: m.typed)
def test_mistakes(oncometry, tmp_path, monkeypatch, mistake):
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    for name, content in runpy.run_path(str(BENCHMARKS / "reliability_mistakes.py"))["learned"]().items():
        (tmp_path / name).write_text(content)
    (tmp_path / "sheet.csv").write_text("patient_id,sex\n001,F\n")
    (tmp_path / "unknown.yaml").write_text("curate: {schema: brats-2023}\n")
    (tmp_path / "text.txt").write_text("not an image\n")
    (tmp_path / "empty").mkdir()
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "thesis.doc").write_text("mine")
    ran = oncometry(*mistake.typed.split())
    assert ran.code == mistake.exit
    assert mistake.says in ran.err + ran.out


def check_that_no_fit_saw_whom_it_was_tested_on(done: Path) -> None:
    ledger = json.loads((done / "ledger.json").read_text())
    tested: dict[tuple[str, str], set[str]] = {}
    with (done / "splits.csv").open() as stream:
        for row in csv.DictReader(stream):
            tested.setdefault((row["repeat"], row["fold"]), set()).add(row["test_patient"])
    assert len(ledger["fits"]) > 50
    noted = {what for what, *_ in ledger["fits"]}
    assert {
        "calibration of logistic on combined",
        "permuted labels: logistic on combined",
        "explanation: logistic on combined",
        "explanation: permuted labels: calibration of logistic on combined",
    } <= noted
    every = set().union(*tested.values())
    final = [(fold, inner, group) for what, repeat, fold, inner, group in ledger["fits"]
             if repeat == -2 and what == "logistic on combined"]  # fmt: skip
    of_all = [group for fold, inner, group in final if fold == 0 and inner is None]
    assert [set(ledger["patients"][group]) for group in of_all] == [every]
    refits = [set(ledger["patients"][group]) for fold, _, group in final if fold > 0]
    assert len(refits) > 10
    assert all(seen < every for seen in refits)
    for what, repeat, fold, _, group in ledger["fits"]:
        if repeat >= 0:
            assert not tested[str(repeat), str(fold)] & set(ledger["patients"][group]), what


def test_a_run_leaves_everything_leaks_nothing_and_says_the_same_again(oncometry, folder, monkeypatch):
    monkeypatch.chdir(folder)
    written: list[str] = []

    def noted(path: Path, text: str) -> None:
        written.append(path.name)
        write_text(path, text)

    monkeypatch.setattr("oncometry.pipeline.experiment.write.write_text", noted)
    checked = json.loads(oncometry("experiment", "check", "made.yaml", "--json").out)
    assert checked["patients"] == 60
    assert checked["features"] == {"clinical": 2, "volume": 1, "radiomics": 6}
    ran = oncometry("experiment", "run", "made.yaml", "-o", "done", "--json", "-q", "-j", "1")
    assert ran.code == 0
    assert len(written) == len(set(written))
    assert written[-1] == "experiment.json"
    told = json.loads(ran.out)
    names = {(m["features"], m["metric"]) for m in told["metrics"]}
    for features in ("nothing", "clinical", "volume", "radiomics", "clinical + volume", "combined"):
        assert (features, "auc") in names
    assert ("combined - clinical + volume", "auc_difference") in names
    assert ("combined, permuted labels", "auc") in names
    assert ("combined", "site_held_out_auc") in names
    assert told["headline"][0]["metric"] == "auc_difference"
    assert all(m["reason"] or m["value"] is not None for m in told["metrics"])
    for name in (
        "index.html",
        "metrics.json",
        "predictions.csv",
        "splits.csv",
        "ledger.json",
        "experiment.json",
    ):
        assert (folder / "done" / name).is_file()
    with Cohort.open(folder / "done") as kept:
        metrics = kept.table("experiment_metrics")
        assert metrics["value"].dropna().tolist() == pytest.approx(
            [m["value"] for m in told["metrics"] if m["value"] is not None]
        )
        assert kept.table("experiment_predictions")["patient_id"].nunique() == 60
        fits = kept.table("experiment_ledger")
        final = fits[fits["repetition"] == -1]
        assert set(final["fold"]) == {1}
        assert "logistic on combined" in set(final["fitted_object"])
        assert set(final["patients"]) == {60}
        trace = str(kept.why(metrics["value_id"].iloc[0]).to_json())
        assert hashlib.sha256((folder / "made.csv").read_bytes()).hexdigest() in trace
        assert kept.check() == []
        rows = len(kept.table("experiments"))
    check_that_no_fit_saw_whom_it_was_tested_on(folder / "done")
    page = (folder / "done" / "index.html").read_text()
    assert "Groups of patients" in page
    assert "Permuted labels" in page
    assert "DECLARED_OTHERWISE" not in ran.err
    before = (folder / "done" / "predictions.csv").read_bytes()
    again = oncometry("experiment", "run", "made.yaml", "-o", "done", "--json", "-q", "-j", "1")
    assert json.loads(again.out)["metrics"] == told["metrics"]
    with Cohort.open(folder / "done") as kept:
        assert (rows, len(kept.table("experiments"))) == (1, 1)
    assert (folder / "done" / "predictions.csv").read_bytes() == before
    assert "DECLARED_OTHERWISE" not in again.err
    few = (
        DECLARED.replace("{folds: 3,", "{folds: 20,") + "where: {site: [S0, S1]}\n"
    )  # ends before anything is fitted
    (folder / "made.yaml").write_text(few)
    changed = oncometry("experiment", "run", "made.yaml", "-o", "done", "-q", "-j", "1")
    assert changed.code == 2
    assert "TOO_FEW_PATIENTS" in changed.err
    assert "DECLARED_OTHERWISE: done: this folder held" in changed.err
    assert "validation.folds was 3, now 20; where.site is new" in changed.err


@pytest.mark.mariadb
def test_on_tables_it_is_kept_on_a_server_of_its_own(oncometry, folder, monkeypatch, mariadb_url):
    monkeypatch.chdir(folder)
    small = DECLARED.replace(", site: site", "").split("groups:")[0]
    (folder / "made.yaml").write_text(small.replace('  - {block: radiomics, columns: ["texture_*"]}\n', ""))
    asked = ("experiment", "run", "made.yaml", "-q", "-j", "1")
    served = ("--database", mariadb_url)
    assert oncometry(*asked, "-o", "done", *served).code == 0
    assert not list((folder / "done").glob("*.db"))
    for cohort in (folder / "done", folder / "done"):
        with Cohort.open(cohort) as kept:
            assert kept.table("experiment_predictions")["patient_id"].nunique() == 60
            assert len(kept.table("experiments")) == 1
            assert kept.check() == []
        assert oncometry(*asked, "-o", "done").code == 0
    other = oncometry(*asked, "-o", "other", *served)
    assert other.code == 1
    assert "NOT_A_COHORT" in other.err
    assert "every experiment on tables" in other.err
    assert not (folder / "other").exists()
    assert oncometry("db", "check", "done", *served).code == 0


@pytest.mark.mariadb
def test_a_server_that_does_not_let_in_is_told_before_the_work(oncometry, folder, monkeypatch, mariadb_url):
    monkeypatch.chdir(folder)
    done = folder / "done"
    (done / "parts").mkdir(parents=True)
    with Store.begin(done, mariadb_url) as store:
        CohortFolder(done, mariadb_url.replace("root@", "nobody@")).begin(Settings(), store.identifier)
    ran = oncometry("experiment", "run", "made.yaml", "-o", "done", "-q", "-j", "1")
    assert ran.code == 1
    assert "Check user and password" in ran.err
    assert not list((done / "parts").iterdir())


def test_columns_are_listed(oncometry, folder, monkeypatch):
    monkeypatch.chdir(folder)
    listed = json.loads(oncometry("experiment", "columns", "made.csv", "--patient", "patient", "--json").out)
    kinds = {row["column"]: (row["kind"], row["patients"]) for row in listed}
    assert "patient" not in kinds
    assert "id" not in {kind for kind, _ in kinds.values()}
    assert kinds["age"] == ("number", 60)
    assert kinds["sex"] == ("text", 60)


def test_columns_of_ids_are_no_features(oncometry, folder, monkeypatch):
    monkeypatch.chdir(folder)
    unsaid = oncometry("experiment", "columns", "made.csv")
    assert unsaid.code == 2
    assert "Name it with --patient. It may be 'patient'." in unsaid.err
    other = oncometry("experiment", "columns", "made.csv", "--patient", "age")
    (line,) = [line for line in other.out.splitlines() if line.split()[0] == "patient"]
    assert line.split()[:3] == ["patient", "id", "60"]
    assert "kind id: other in each row" in other.err
