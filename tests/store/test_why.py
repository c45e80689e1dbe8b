"""Any value back to what it was made of."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import pytest

from oncometry.core import Code, NothingFoundError
from oncometry.store import Store, Trace

from .build import (
    VOLUME_ERROR,
    Plan,
    analyzed,
    clinical_step,
    curate_step,
    forecasts,
    manifest,
    result,
    sheet,
    step,
)
from .build_experiment import experiment, experiment_step
from .build_response import fill_responses

PLAN = Plan()


@pytest.fixture
def filled(store: Store) -> Store:
    found = manifest(PLAN)
    store.add_manifest(found, curate_step(found))
    store.add_patient(result(PLAN))
    read = sheet(PLAN.patient)
    store.add_clinical(read, clinical_step(read))
    store.add_reliability(analyzed())
    fill_responses(store)
    record = experiment(PLAN.patient)
    store.add_experiment(record, experiment_step(record))
    store.add_growth(forecasts(Plan().patient), step("growth", "cohort"))
    return store


def kinds(trace: Trace) -> set[str]:
    return {node.kind for node in trace.walk()}


def test_every_measurement_reaches_its_pixels(filled: Store) -> None:
    rows = filled.table("measurements")
    by_mask = {s.mask.key: s for s in result(PLAN).segmentations}
    for row in rows.to_dict("records"):
        trace = filled.why(f"{row['value_id']}:volume_ml")
        assert trace.facts["volume_ml"] == row["volume_ml"]
        nodes = list(trace.walk())
        mask = next(n for n in nodes if n.kind == "mask")
        assert (mask.title, mask.facts["sha256"]) == (row["mask_key"], by_mask[row["mask_key"]].file.sha256)
        assert [n.title for n in nodes if n.kind == "lesion"] == [row["lesion"]]
        assert [n.title for n in nodes if n.kind == "patient"] == [PLAN.patient]
        assert [n.title for n in nodes if n.kind == "time point"] == [str(row["timepoint"])]
        uids = [n.title for n in nodes if n.kind == "instance"]
        assert uids == [f"{row['series_key']}.{k}" for k in range(3)]
        assert all(n.facts["file"] for n in nodes if n.kind == "instance")
        steps = {n.title: n for n in nodes if n.kind == "step"}
        assert {"measure", "convert", "follow"} <= set(steps)
        assert steps["measure"].facts["parameters"] == {"join_mm": 2.0}
        assert steps["measure"].facts["version"] == "oncometry 0.1.0"


def test_the_error_of_a_size_and_the_change_beyond_it_are_columns(filled: Store) -> None:
    row = filled.table("measurements").query("volume_ml > 1").iloc[0]
    assert row["volume_standard_error_ml"] == VOLUME_ERROR.total
    assert row["volume_detectable_change_ml"] == VOLUME_ERROR.minimum_detectable_change
    assert math.isnan(row["longest_diameter_standard_error_mm"])
    for column in ("volume_standard_error_ml", "volume_detectable_change_ml"):
        assert filled.why(f"{row['value_id']}:{column}").facts[column] == row[column]


def test_a_change_leads_to_its_baseline(filled: Store) -> None:
    rows = filled.table("measurements")
    later = rows.query("timepoint == 3 and compartment == 'whole' and lesion == 'L1'").iloc[0]
    first = rows.query("timepoint == 1 and compartment == 'whole' and lesion == 'L1'").iloc[0]
    trace = filled.why(f"{later.value_id}:diameter_change_percent")
    assert trace.facts["diameter_change_percent"] == pytest.approx(-10)
    assert [n.title for n in trace.sources if n.kind == "value"] == [first.value_id]


WANTED = {
    "measurements": {"patient", "lesion", "mask", "series", "instance", "file", "step", "volume"},
    "intensities": {"patient", "lesion", "mask", "series", "instance", "file", "step", "volume"},
    "histograms": {"patient", "lesion", "mask", "series", "instance", "file", "step", "volume"},
    "features": {"patient", "lesion", "mask", "series", "instance", "file", "step", "volume", "spec"},
    "reliability": {"spec", "perturbation", "step"},
    "dvhs": {"patient", "dose", "mask", "step"},
    "dvh_metrics": {"patient", "dose", "mask", "step"},
    "ntcp_values": {"patient", "dose", "mask", "step"},
    "dose_features": {"patient", "dose", "mask", "step", "spec"},
    "growth_forecasts": {"patient", "value", "lesion", "mask", "series", "step"},
    "experiments": {"declaration", "step"},
    "experiment_predictions": {"patient", "split", "declaration", "step"},
    "experiment_metrics": {"declaration", "step"},
    "experiment_explanations": {"declaration", "step"},
    "experiment_clusters": {"patient", "declaration", "step"},
    "segments": {"patient", "time point", "mask", "series", "step"},
    "segmentations": {"patient", "time point", "mask", "series", "step"},
    "registrations": {"patient", "time point", "series", "instance", "step"},
    "relations": {"patient", "time point", "mask", "step"},
    "timepoints": {"patient", "step"},
    "artifacts": {"step"},
    "clinical_values": {"patient", "row", "sheet", "step"},
    "treatments": {"patient", "row", "sheet", "step"},
    "events": {"patient", "row", "sheet", "step"},
    "toxicities": {"patient", "row", "sheet", "step"},
    "responses": {"patient", "time point", "rule", "mask", "series", "instance", "step"},
    "readings": {"patient", "time point", "step"},
    "decisions": {"patient"},
}
NAMED_OTHERWISE = {"files", "patients", "series", "acquisition", "volumes", "doses", "lesions", "observations",
                   "clinical_rows", "steps", "failures", "software", "features_wide", "roles",
                   "response_inputs", "response_probabilities", "experiment_splits", "experiment_ledger",
                   "experiment_models"}  # fmt: skip
"""Tables without a computed number: their rows have a hash, a UID, a key or a place in a sheet."""


def test_every_table_with_computed_numbers_can_be_asked(filled: Store) -> None:
    assert set(filled.tables()) == set(WANTED) | NAMED_OTHERWISE
    assert {name for name in filled.tables() if "value_id" in filled.table(name)} == set(WANTED)


@pytest.mark.parametrize("table", WANTED)
def test_every_row_is_followed_back(filled: Store, table: str) -> None:
    rows = filled.table(table).to_dict("records")
    assert rows
    for row in rows:
        trace = filled.why(row["value_id"])
        assert trace.title == row["value_id"]
        assert WANTED[table] <= kinds(trace)
        shared = set(trace.facts) & set(row) - {"date", "made"}
        assert all(trace.facts[name] == row[name] for name in shared if row[name] == row[name] is not None)
    again = json.loads(json.dumps(trace.to_json(), default=str))
    assert again["title"] == trace.title
    assert str(trace).startswith(f"value: {trace.title}\n")
    assert len(repr(trace)) < 200


def test_long_lists_are_cut_in_text_only() -> None:
    sources = tuple(Trace("instance", str(n), {}) for n in range(100))
    trace = Trace("series", "s", {}, sources)
    assert len(trace.to_text().splitlines()) == 10
    assert "92 more" in trace.to_text()
    assert len(trace.to_json()["sources"]) == 100


@pytest.mark.parametrize(
    "value",
    [
        "",
        "measurement",
        "measurement:",
        "measurement:x",
        "measurement:99999",
        "measurement:1:nothing",
        "intensity:1:mean",
        "clinical:-1",
        "lesion:1",
        "measurement:99999999999999999999",
        "measurement:²",
        "registration:99999",
        "toxicity:0",
        "mask:1:path",
    ],
)
def test_values_that_are_not_there(filled: Store, value: str) -> None:
    with pytest.raises(NothingFoundError) as caught:
        filled.why(value)
    assert caught.value.code is Code.NOTHING_FOUND


def test_a_decision_says_what_undoes_it_while_that_holds(filled: Store) -> None:
    made = filled.decisions()
    first, undo = made[0], next(d for d in made if d.undoes == made[0].number)
    assert filled.why(first.value_id).facts["undone by"] == [undo.value_id]
    assert filled.why(undo.value_id).facts["undoes"] == first.value_id
    assert {"undone by", "undoes"}.isdisjoint(filled.why(made[1].value_id).facts)
    filled.add_decisions([replace(undo, undoes=undo.number)])
    assert "undone by" not in filled.why(first.value_id).facts
