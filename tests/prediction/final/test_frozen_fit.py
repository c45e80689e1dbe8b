"""A fit as numbers says what the chain and the model said that it was made of."""

from __future__ import annotations

import numpy as np
import pytest
from tests.prediction.final.made_models import made_models

from oncometry.prediction.feature_sets import FeatureSet
from oncometry.prediction.final.frozen_fit import FrozenFit, frozen_fit
from oncometry.prediction.fold.prepared import prepare, ready_fold
from oncometry.prediction.ledger import FitLedger, Scope
from oncometry.prediction.material import Material
from oncometry.prediction.nested import fitted
from oncometry.prediction.predicted import predicted_by

KINDS = [
    ("binary", None, 3),
    ("binary", "svm", 0),
    ("survival", None, 0),
    ("continuous", None, 0),
    ("ordinal", None, 0),
]


def by_hand(material: Material, fit: FrozenFit) -> tuple[FrozenFit, object, np.ndarray]:
    """Chain and model once more, as they were before they were numbers."""
    features: FeatureSet = material.sets[-1]
    table, settings = material.table, material.experiment.preprocessing
    ledger = FitLedger(Scope(0, 0), frozenset())
    ready = ready_fold(table, table, settings, ledger, None)
    prepared = prepare(ready, material.outcome.y, material.outcome.task, table.patients, settings, ledger)
    candidate = next(iter(material.models.values()))[0]
    columns = prepared.columns(features, candidate.select)
    rows = np.arange(len(table.patients))
    estimator = fitted(material, ready.train[:, columns], rows, candidate)
    frozen = frozen_fit(ready.chain, columns, estimator, fit.platt, material.outcome.task)
    return frozen, estimator, ready.train[:, columns]


@pytest.mark.parametrize(("kind", "model", "sites"), KINDS)
def test_it_says_what_the_fitted_chain_said(kind: str, model: str | None, sites: int) -> None:
    made, (stored, *_) = made_models(kind, model, sites)
    material = made.material
    frozen, estimator, given = by_hand(material, stored.fit)
    table = material.table
    assert (frozen.effects is not None) == (sites > 0)
    again = FrozenFit.from_state(*frozen.state(), len(table.columns))
    np.testing.assert_allclose(again.transform(table.values, table.sites), given, rtol=0, atol=1e-12)
    task, times, horizon = material.outcome.task, material.times_days, material.outcome.horizon_days
    expected = predicted_by(estimator, given, task, times, horizon)
    found = again.predict(table.values, table.sites, task, times, horizon)
    np.testing.assert_allclose(found.score, expected.score, rtol=0, atol=1e-12)
    if kind in ("survival", "ordinal"):
        np.testing.assert_allclose(found.probability, expected.probability, rtol=0, atol=1e-12)
    if kind == "survival":
        np.testing.assert_allclose(found.free, expected.free, rtol=0, atol=1e-12)


@pytest.mark.parametrize(("kind", "sites"), [("binary", 3), ("survival", 0)])
def test_the_stored_model_is_that_of_all_rows(kind: str, sites: int) -> None:
    """Columns that no fit looks at are left out of the card, and places follow."""
    made, (stored, *_) = made_models(kind, None, sites)
    frozen, _, _ = by_hand(made.material, stored.fit)
    names = [made.material.table.columns[p].name for p in frozen.places]
    assert [stored.card.columns[p].name for p in stored.fit.places] == names
    kept = [made.material.table.names.index(c.name) for c in stored.card.columns]
    values = made.material.table.values
    np.testing.assert_allclose(
        stored.said(stored.fit, values[:, kept], made.material.table.sites).score,
        stored.said(frozen, values, made.material.table.sites).score,
        rtol=0, atol=1e-12,
    )  # fmt: skip


def test_a_row_of_another_site_stays_as_it_is() -> None:
    _made, (stored, *_) = made_models("binary", None, 3)
    values = np.array([[c.reference for c in stored.card.columns]])
    there = stored.fit.transform(values, np.array(["S0"]))
    elsewhere = stored.fit.transform(values, np.array(["nowhere"]))
    plain = (values[:, stored.fit.places] - stored.fit.centers) / stored.fit.scales
    np.testing.assert_array_equal(elsewhere, plain)
    assert np.abs(there - elsewhere).max() > 0


def test_refits_differ_and_are_as_many_as_asked() -> None:
    _, (stored, *_) = made_models("binary")
    assert len(stored.refits) == stored.card.refits == 20
    values = np.array([[c.high for c in stored.card.columns]])
    assert len({float(stored.said(r, values, None).score[0]) for r in stored.refits}) == 20
