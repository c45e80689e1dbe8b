"""Explanations out of fold: of the very model that was judged, adding up, and flat where labels mean nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.prediction.test_nested import material, splits_of

from oncometry.prediction.explained import explained_together
from oncometry.prediction.fold_explained import UNITS, ExplanationBudget, explain_fold, players_of
from oncometry.prediction.material import BEST
from oncometry.prediction.nested import judge_split

BUDGET = ExplanationBudget(background=8, permutations=3, permuted_rows=6, permuted_background=4)


@pytest.mark.parametrize("kind", ["binary", "survival", "continuous", "ordinal"])
def test_the_model_that_was_judged_is_the_one_explained(kind: str) -> None:
    made = material(kind, {"patients": 60, "features": 3})
    first = splits_of(made)
    features = next(s for s in made.sets if s.name == "combined")
    judged = next(
        j for j in judge_split(made, first[0]).judged if (j.model, j.features) == (BEST, "combined")
    )
    found = explain_fold(made, first[0], first, judged, features, BUDGET)
    assert found.unlike < 1e-9
    assert np.abs(found.shapley.residual).max() < 1e-8
    assert found.shapley.values.shape == (len(first[0].test), len(players_of(made.table, features)))
    assert found.permuted.shape == (3, len(players_of(made.table, features)))


def test_probabilities_of_a_model_without_decisions_are_found_again() -> None:
    made = material("binary", {"patients": 60, "features": 3}, models=["naive_bayes"])
    first = splits_of(made)
    features = next(s for s in made.sets if s.name == "combined")
    judged = next(
        j for j in judge_split(made, first[0]).judged if (j.model, j.features) == (BEST, "combined")
    )
    assert explain_fold(made, first[0], first, judged, features, BUDGET).unlike < 1e-9


def test_a_few_events_do_not_stop_the_labels_dealt_anew() -> None:
    """Of 40 patients 3 have the event: dealt anew, the training rows of an inner fold may have none."""
    made = material("binary", {"patients": 40, "features": 2})
    rare = np.zeros(40, dtype=np.int64)
    rare[[3, 17, 30]] = 1
    made = replace(made, outcome=replace(made.outcome, y=rare))
    first = splits_of(made)
    features = next(s for s in made.sets if s.name == "combined")
    many = replace(BUDGET, permutations=12, permuted_rows=2)
    for split in first:
        judged = next(
            j for j in judge_split(made, split).judged if (j.model, j.features) == (BEST, "combined")
        )
        found = explain_fold(made, split, first, judged, features, many)
        assert np.isfinite(found.permuted).all()


def test_indicators_of_one_column_come_and_go_together() -> None:
    made = material(features=[{"block": "clinical", "columns": ["age", "grade"], "categories": "grade"},
                              {"block": "radiomics", "columns": "texture_*"}])  # fmt: skip
    players = players_of(made.table, next(s for s in made.sets if s.name == "clinical"))
    assert players.names == ("age", "grade")
    assert len(players.columns[0]) == 1
    assert len(players.columns[1]) > 1


def test_what_tells_the_outcome_leads_and_labels_without_meaning_are_flat() -> None:
    made = material("binary", {"patients": 150, "features": 5, "signal": 3.0})
    first = splits_of(made)
    features = next(s for s in made.sets if s.name == "combined")
    parts = []
    for split in first:
        judged = next(
            j for j in judge_split(made, split).judged if (j.model, j.features) == (BEST, "combined")
        )
        parts.append(explain_fold(made, split, first, judged, features, BUDGET))
    players = players_of(made.table, features)
    found = explained_together(
        made.table, players, first, parts, (BEST, "combined", UNITS[made.outcome.task]), 8
    )
    top = int(np.argmax(found.shapley.importance))
    assert found.shapley.names[top] == "texture_0"
    assert found.over_chance is not None
    assert found.share_on_permuted is not None
    assert found.over_chance.by_chance[top] < 0.35 * found.shapley.importance[top]
    assert found.over_chance.concentration > found.over_chance.concentration_by_chance
    assert found.share_on_permuted < 0.6
    assert found.residual < 1e-8
    assert found.unlike < 1e-9


def test_where_sites_are_harmonized_the_row_keeps_its_own() -> None:
    made = material(
        "binary",
        {"patients": 90, "features": 3, "sites": 3},
        preprocessing={"harmonize": {"blocks": ["radiomics"]}},
        validation={"site": "site"},
    )
    first = splits_of(made)
    features = next(s for s in made.sets if s.name == "combined")
    judged = next(
        j for j in judge_split(made, first[0]).judged if (j.model, j.features) == (BEST, "combined")
    )
    found = explain_fold(made, first[0], first, judged, features, BUDGET)
    assert found.unlike < 1e-9
    assert np.abs(found.shapley.residual).max() < 1e-8
    assert len(np.unique(found.shapley.baseline)) == 3
