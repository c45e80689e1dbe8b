"""Experiments in the store: whole, once, sealed, and every fitted object back to the patients that it saw."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import text

from oncometry.core import StoreError
from oncometry.prediction.record import ExperimentRecord, PredictionRow
from oncometry.store import Store

from .build import Plan, curate_step, manifest
from .build_experiment import experiment, experiment_step

PATIENTS = ("A", "B", "C", "D")


@pytest.fixture
def known(store: Store) -> Store:
    """A store that knows four patients."""
    found = manifest(*(Plan(patient=name) for name in PATIENTS))
    store.add_manifest(found, curate_step(found))
    return store


def add(store: Store, record: ExperimentRecord, version: str = "0.1.0") -> int:
    return store.add_experiment(record, experiment_step(record, version))


def test_rows_come_back_as_they_were(known: Store) -> None:
    sent = experiment(*PATIENTS)
    assert add(known, sent) > 30
    (row,) = known.table("experiments").to_dict("records")
    assert (row["experiment"], row["endpoint"], row["declaration"]) == (
        sent.name,
        sent.endpoint,
        sent.declaration,
    )
    assert (row["software"], row["version"], row["created"].year) == ("oncometry", "0.1.0", 2026)
    back = known.table("experiment_predictions")
    for given, found in zip(sent.predictions, back.to_dict("records"), strict=True):
        assert [found[name] for name in ("model", "features", "repetition", "fold", "target", "value")] == [
            *(given.model, given.features, given.repetition, given.fold, given.target, given.value),
        ]
        assert found["patient_id"] == given.patient
        assert found["observed"] == given.observed or (
            given.observed is None and found["observed"] != found["observed"]
        )
    metrics = known.table("experiment_metrics")
    assert metrics["metric"].tolist() == ["auc", "calibration_slope"]
    assert metrics.loc[0, ["value", "low", "high"]].tolist() == [0.625, 0.5, 0.75]
    assert metrics["reason"].tolist() == [None, "TOO_SMALL"]
    explained = known.table("experiment_explanations")
    assert explained["patient_id"].tolist() == ["A", None]
    assert explained["at_value"].tolist()[1] == 3.5
    assert known.table("experiment_clusters")["patient_id"].tolist() == list(PATIENTS)
    assert known.table("experiment_models").loc[0, "path"] == "models/logistic"


def test_the_ledger_leads_to_the_patients(known: Store) -> None:
    sent = experiment(*PATIENTS)
    add(known, sent)
    ledger, members = known.table("experiment_ledger"), known.table("experiment_splits")
    for given, found in zip(sent.ledger, ledger.to_dict("records"), strict=True):
        of_it = members[(members["split"] == found["split"]) & (members["role"] == found["role"])]
        assert set(of_it["patient_id"]) == set(given.patients)
        assert (found["fitted_object"], found["patients"]) == (given.fitted_object, len(given.patients))
    assert ledger["role"].tolist() == ["train", "train", "train", "train", "seen", "seen"]
    outer = members[members["kind"] == "outer"]
    assert set(zip(outer["fold"], outer["patient_id"], outer["role"], strict=True)) == {
        (one.fold, one.patient, one.role) for one in sent.splits
    }


def test_the_same_again_adds_nothing_by_whichever_version(known: Store) -> None:
    sent = experiment(*PATIENTS)
    add(known, sent)
    assert add(known, sent) == 0
    tables = {name: len(known.table(name)) for name in known.tables() if name.startswith("experiment")}
    add(known, sent, "0.2.0")  # the step is another, what it found is not
    assert tables == {name: len(known.table(name)) for name in tables}


def test_another_result_replaces_and_another_name_stands_beside(known: Store) -> None:
    add(known, experiment(*PATIENTS))
    before = known.table("experiment_predictions")
    add(known, experiment(*PATIENTS, shift=0.5))
    after = known.table("experiment_predictions")
    assert set(after["value_id"]).isdisjoint(before["value_id"])
    assert after["value"].tolist() == [0.75] * 4
    assert known.why(before["value_id"].iloc[0]).facts["current"] is False
    add(known, experiment(*PATIENTS, name="another"))
    assert known.table("experiments")["experiment"].tolist() == ["response at 6 weeks", "another"]
    assert not [f for f in known.check() if f.code.value != "FILE_MISSING"]


def test_why_leads_to_the_fold_the_declaration_and_the_step(known: Store) -> None:
    sent = experiment(*PATIENTS)
    add(known, sent)
    told = known.why(known.table("experiment_predictions")["value_id"].iloc[0])
    assert [source.kind for source in told.sources] == ["patient", "split", "declaration", "step"]
    assert told.sources[1].facts == {"kind": "outer", "repetition": 1, "fold": 1}
    assert told.sources[2].facts["declaration"] == sent.declaration
    metric = known.why(known.table("experiment_metrics")["value_id"].iloc[0])
    assert [source.kind for source in metric.sources] == ["declaration", "step"]
    assert metric.facts["value"] == 0.625


@pytest.mark.parametrize(
    "spoil",
    [
        lambda r: replace(r, clusters=(replace(r.clusters[0], patient="nobody"),)),
        lambda r: replace(r, predictions=(PredictionRow("m", "f", 9, 9, "A", "1", 0.5, None),)),
        lambda r: replace(r, metrics=(replace(r.metrics[0], value=float("nan")),)),
        lambda r: replace(r, predictions=(r.predictions[0], r.predictions[0])),
    ],
    ids=["patient", "fold", "nan", "twice"],
)
def test_what_does_not_fit_is_refused_whole(
    known: Store, spoil: Callable[[ExperimentRecord], ExperimentRecord]
) -> None:
    with pytest.raises(StoreError):
        add(known, spoil(experiment(*PATIENTS)))
    assert known.table("experiments").empty
    assert known.table("experiment_metrics").empty


@pytest.mark.parametrize(
    "table", ["prediction", "split_member", "fit_ledger", "metric", "cluster_assignment"]
)
def test_a_changed_row_is_found(known: Store, table: str) -> None:
    add(known, experiment(*PATIENTS))
    column = {"prediction": "value", "metric": "low", "cluster_assignment": "stability"}.get(table, "role")
    other = "'train'" if column == "role" else "0.123"
    with known._engine.begin() as connection:
        connection.execute(text(f"UPDATE {table} SET {column} = {other} WHERE {column} <> {other}"))
    assert "SEAL_BROKEN" in {finding.code.value for finding in known.check()}
