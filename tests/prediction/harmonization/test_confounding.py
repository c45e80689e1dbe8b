"""Outcome and site: told apart, or said that they are not."""

from __future__ import annotations

import numpy as np
import pytest

from oncometry.core import Code, SettingsError
from oncometry.prediction.harmonization import ComBat, check_not_outcome, site_outcome_confounding
from oncometry.prediction.outcome import Task, survival_outcome


def outcomes(shift: float, seed: int) -> dict[Task, np.ndarray]:
    """One of each kind, of 150 rows of three sites, the first site's shifted."""
    rng = np.random.default_rng(seed)
    hidden = rng.normal(size=150) + shift * (np.arange(150) < 50)
    return {
        Task.BINARY: (hidden > 0.3).astype(int),
        Task.ORDINAL: np.digitize(hidden, [-0.5, 0.5, 1.5]),
        Task.CONTINUOUS: hidden,
        Task.SURVIVAL: survival_outcome(rng.integers(0, 3, 150), np.exp(4 - hidden + rng.normal(size=150))),
    }


SITES = np.repeat(["A", "B", "C"], 50)


@pytest.mark.parametrize("task", list(Task))
def test_an_outcome_that_follows_the_site_is_told(task: Task) -> None:
    found = site_outcome_confounding(SITES, outcomes(2.0, 0)[task], task)
    assert [x.code for x in found.notices] == [Code.SITE_CONFOUNDED]
    assert found.association.p_value < 1e-3


@pytest.mark.parametrize("task", list(Task))
def test_an_outcome_that_does_not_is_mostly_not(task: Task) -> None:
    told = sum(
        bool(site_outcome_confounding(SITES, outcomes(0.0, i)[task], task).notices) for i in range(100)
    )
    assert told <= 12  # of 5 expected


def test_harmonizing_a_confounded_outcome_takes_its_signal() -> None:
    """What the notice is about: the site that has all events loses the difference that the disease makes."""
    rng = np.random.default_rng(1)
    sites, outcome = np.repeat(["A", "B"], 100), np.repeat([0, 1], 100)
    features = rng.normal(size=(200, 10)) + outcome[:, None]
    found = ComBat().fit(features, sites=sites).transform(features, sites=sites)
    assert np.abs(found[outcome == 1].mean() - found[outcome == 0].mean()) < 0.1
    (notice,) = site_outcome_confounding(sites, outcome, Task.BINARY).notices
    assert "effect 1.00" in notice.what


@pytest.mark.parametrize(
    "disguise",
    [lambda y: y, lambda y: 1 - y, lambda y: np.where(y == 1, 7.5, -2.0)],
    ids=["itself", "reversed", "recoded"],
)
def test_the_outcome_is_no_covariate(disguise) -> None:
    rng = np.random.default_rng(0)
    outcome = rng.integers(0, 2, 80)
    table = np.c_[rng.normal(size=80), disguise(outcome)]
    with pytest.raises(SettingsError, match="'treated'") as caught:
        check_not_outcome(table, outcome, ["age", "treated"])
    assert caught.value.code is Code.OUTCOME_IN_COVARIATES


def test_nor_are_its_logarithm_its_name_or_a_survival_time() -> None:
    rng = np.random.default_rng(0)
    change = rng.lognormal(size=60)
    with pytest.raises(SettingsError, match="the same values"):
        check_not_outcome(np.log(change)[:, None], change, ["x"])
    with pytest.raises(SettingsError, match="the same name"):
        check_not_outcome(rng.normal(size=(60, 1)), change, ["pcr"], outcome_name="pcr")
    events = rng.integers(0, 3, 60)
    for column, part in ((change, "time"), (events == 1, "event 1"), (events, "event")):
        with pytest.raises(SettingsError, match=f"the same {part}"):
            check_not_outcome(column[:, None].astype(float), survival_outcome(events, change), ["x"])


def test_a_correlated_covariate_is_allowed() -> None:
    rng = np.random.default_rng(0)
    outcome = rng.integers(0, 2, 80)
    table = np.c_[
        outcome + rng.normal(size=80), np.where(np.arange(80) == 3, 1 - outcome, outcome), np.ones(80)
    ]
    check_not_outcome(table, outcome, ["age", "nearly", "constant"])
