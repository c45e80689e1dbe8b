"""One split judged: honest on noise, better than chance where there is something to learn, and no leak goes unseen."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from tests.prediction.made_tables import made_sheet

from oncometry.core import Code, SettingsError, StoreError
from oncometry.pipeline.experiment.material import made_material
from oncometry.pipeline.experiment.sources import Sources
from oncometry.prediction import nested, permuted
from oncometry.prediction.declaration import Experiment
from oncometry.prediction.fold.strength import associations
from oncometry.prediction.fold_concordance import concordance
from oncometry.prediction.material import BEST, Material
from oncometry.prediction.nested import judge_split
from oncometry.prediction.permuted import dealt_anew, fold_points, permuted_concordance
from oncometry.prediction.splits import nested_splits

ENDPOINTS: dict[str, dict[str, Any]] = {
    "binary": {"column": "response", "positive": ["yes"]},
    "survival": {"time": "time", "event": "dead", "observed": ["1"]},
    "continuous": {"column": "volume"},
    "ordinal": {"column": "grade", "order": ["0", "1", "2", "3", "4"]},
}


def experiment(kind: str = "binary", **more: Any) -> Experiment:
    volume = [] if kind == "continuous" else [{"block": "volume", "columns": "volume"}]
    return Experiment.model_validate(
        {
            "name": "made",
            "tables": [{"file": "made.csv", "patient": "id"}],
            "endpoint": {"name": "end", "kind": kind, **ENDPOINTS[kind]},
            "features": [
                {"block": "clinical", "columns": ["age", "sex"]},
                *volume,
                {"block": "radiomics", "columns": "texture_*"},
            ],
            "models": more.pop("models", None)
            or {
                "binary": ["logistic"],
                "survival": ["cox"],
                "continuous": ["linear"],
                "ordinal": ["ordinal"],
            }[kind],
            "validation": {
                "folds": 3,
                "inner_folds": 2,
                "repeats": 1,
                "candidates": 2,
                **more.pop("validation", {}),
            },
            **more,
        }
    )


def material(kind: str = "binary", sheet: dict[str, Any] | None = None, **more: Any) -> Material:
    return made_material(experiment(kind, **more), Sources(made_sheet(**(sheet or {})))).material


def splits_of(made: Material) -> list[Any]:
    chosen = made.experiment.validation
    strata, patients = made.outcome.strata, made.table.patients
    return nested_splits(
        strata, patients, chosen.folds, chosen.inner_folds, chosen.repeats, made.experiment.seed
    )


@pytest.mark.parametrize("kind", list(ENDPOINTS))
def test_every_set_and_model_is_judged_on_rows_that_no_fit_saw(kind: str) -> None:
    made = material(kind, {"patients": 90})
    split = splits_of(made)[0]
    result = judge_split(made, split)
    sets = {one.features for one in result.judged}
    assert sets == {s.name for s in made.sets}
    assert {one.model for one in result.judged if one.features == "combined"} == {*made.models, BEST}
    tested = set(made.table.patients[split.test])
    assert result.ledger
    for row in result.ledger:
        assert not tested & set(row.patients), row.what
    for one in result.judged:
        assert one.predicted.score.shape == split.test.shape
        assert np.isfinite(one.predicted.score).all()
        if one.predicted.probability is not None:
            assert (one.predicted.probability >= 0).all()
            assert (one.predicted.probability <= 1 + 1e-9).all()


def test_what_can_be_learned_is_learned() -> None:
    made = material(sheet={"patients": 200, "signal": 3.0})
    split = splits_of(made)[0]
    judged = {(j.model, j.features): j for j in judge_split(made, split).judged}
    y = made.outcome.y[split.test]
    assert concordance(y, judged[BEST, "radiomics"].predicted.score, made.outcome.task) > 0.8
    assert concordance(y, judged["majority", "nothing"].predicted.score, made.outcome.task) == 0.5


def test_the_same_split_again_gives_the_same_numbers() -> None:
    made = material()
    split = splits_of(made)[1]
    one, again = judge_split(made, split), judge_split(made, split)
    for a, b in zip(one.judged, again.judged, strict=True):
        assert (a.predicted.score == b.predicted.score).all()
        assert a.chosen == b.chosen


def test_test_outcomes_and_test_features_of_others_change_nothing() -> None:
    made = material()
    split = splits_of(made)[0]
    before = judge_split(made, split)
    y = made.outcome.y.copy()
    y[split.test] = 1 - y[split.test]
    values = made.table.values.copy()
    values[split.test[1:]] *= 100
    other = replace(made, outcome=replace(made.outcome, y=y), table=replace(made.table, values=values))
    after = judge_split(other, split)
    for a, b in zip(before.judged, after.judged, strict=True):
        assert a.predicted.score[0] == b.predicted.score[0]
        assert a.chosen == b.chosen


def test_a_canary_planted_in_the_training_rows_is_caught() -> None:
    """A patient that is tested, copied into training under its own id: the ledger refuses the first fit."""
    made = material()
    split = splits_of(made)[0]
    leaky = replace(split, train=np.append(split.train, split.test[0]))
    with pytest.raises(StoreError) as caught:
        judge_split(made, leaky)
    assert caught.value.code is Code.LEAK


def test_selection_outside_the_folds_is_caught_by_permuted_labels(monkeypatch: pytest.MonkeyPatch) -> None:
    """The classic leak: features chosen by all labels. On permuted labels it still seems to work, and that is told."""
    made = material(sheet={"patients": 40, "features": 400, "signal": 0.0})
    first = splits_of(made)
    largest = max(made.sets, key=lambda s: len(s.blocks))
    honest = permuted_concordance(made, [fold_points(made, s, first, largest) for s in first], largest)
    assert abs(honest.mean - 0.5) < 0.06

    def peeking(ready: Any, y: Any, task: Any, patients: Any, settings: Any, ledger: Any) -> Any:
        prepared = original(ready, y, task, patients, settings, ledger)
        everyone = ready.chain.transform(made.table)
        labels = current["y"]
        return replace(prepared, strength=associations(everyone, labels, task))

    original, current = permuted.prepare, {"y": made.outcome.y}
    deal = permuted.dealt_anew

    def remember(patients: Any, splits: Any, seed: Any) -> Any:
        source = deal(patients, splits, seed)
        current["y"] = made.outcome.y[source]
        return source

    monkeypatch.setattr(permuted, "prepare", peeking)
    monkeypatch.setattr(permuted, "dealt_anew", remember)
    leaking = permuted_concordance(made, [fold_points(made, s, first, largest) for s in first], largest)
    assert leaking.mean > 0.7


def test_labels_dealt_anew_stay_in_their_fold_and_with_their_patient() -> None:
    made = material(sheet={"patients": 60})
    first = splits_of(made)
    source = dealt_anew(made.table.patients, first, (1, 1))
    for split in first:
        assert sorted(source[split.test]) == sorted(split.test)
    assert (source != np.arange(60)).any()
    assert (dealt_anew(made.table.patients, first, (1, 1)) == source).all()


def test_probabilities_are_calibrated_by_rows_that_the_model_did_not_see() -> None:
    made = material(sheet={"patients": 400, "signal": 2.0})
    split = splits_of(made)[0]
    one = next(j for j in judge_split(made, split).judged if (j.model, j.features) == (BEST, "combined"))
    y = made.outcome.y[split.test]
    assert abs(one.predicted.probability.mean() - y.mean()) < 0.08
    plain = material(
        sheet={"patients": 400, "signal": 2.0}, preprocessing={"calibrate": False, "resample": "oversample"}
    )
    assert nested.judge_split(plain, split).judged


def test_where_events_compete_the_best_is_one_that_knows_it() -> None:
    sheet = made_sheet(patients=90)
    sheet.columns["dead"][::4] = 2.0  # type: ignore[index]
    declared = experiment("survival", models=["cox", "fine_gray"])
    declared = declared.model_copy(
        update={"endpoint": declared.endpoint.model_copy(update={"competing": ("2",)})}
    )
    made = made_material(declared, Sources(sheet))
    assert Code.COMPETING_IGNORED in {n.code for n in made.notices}
    judged = judge_split(made.material, splits_of(made.material)[0]).judged
    assert {j.chosen.model for j in judged if j.model == BEST} == {"fine_gray"}


def test_calibration_and_permuted_labels_are_in_the_ledger() -> None:
    made = material(validation={"permutations": 100})
    split = splits_of(made)[0]
    train = tuple(sorted(made.table.patients[split.train]))
    seen = {r.what: r.patients for r in judge_split(made, split).ledger if r.scope.inner is None}
    assert seen["calibration of logistic on combined"] == train
    assert "calibration of logistic on nothing" not in seen
    machine = material(models=["svm"], preprocessing={"calibrate": False})
    noted = {r.what for r in judge_split(machine, split).ledger if r.scope.inner is None}
    assert "calibration of svm on combined" in noted, "its decisions are no probabilities"
    largest = max(made.sets, key=lambda s: len(s.blocks))
    points = fold_points(made, split, splits_of(made), largest)
    permuted_rows = permuted_concordance(made, [points], largest).ledger
    assert {r.what for r in permuted_rows} >= {
        "permuted labels: selection",
        "permuted labels: logistic on combined",
    }
    assert all(r.patients == train for r in permuted_rows)


def test_classes_of_one_size_are_refused_where_nothing_brings_probabilities_back() -> None:
    for kind, why in (("ordinal", "categories"), ("survival", "no classes"), ("continuous", "no classes")):
        with pytest.raises(SettingsError, match=why) as caught:
            material(kind, preprocessing={"resample": "smote"})
        assert caught.value.code is Code.SETTINGS
    declared = experiment(preprocessing={"calibrate": False, "resample": "oversample"})
    told = made_material(declared, Sources(made_sheet())).notices
    assert Code.PROBABILITIES_SHIFTED in [n.code for n in told]
    calm = made_material(experiment(preprocessing={"resample": "oversample"}), Sources(made_sheet())).notices
    assert Code.PROBABILITIES_SHIFTED not in [n.code for n in calm]
