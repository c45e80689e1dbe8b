"""A population's parameters come back, forecasts hold what they say, and states keep all."""

from __future__ import annotations

import json

import numpy as np
import pytest

from oncometry.core import Code, SettingsError
from oncometry.prediction.growth import (
    Prior,
    Scatter,
    SizeUnit,
    fit_each,
    fit_population,
    forecast,
    forecast_fit,
    law_named,
    population_from_state,
    posterior,
    reference_population,
    size_series,
)
from oncometry.prediction.growth.courses import courses_of
from oncometry.prediction.growth.linearized import linearized
from oncometry.prediction.growth.population import _distance

from .made_courses import draw_courses, exponential_prior

SCATTER = Scatter(error=0.03, wander=0.10, freedom=5.0)
TRUE = exponential_prior(SCATTER)


@pytest.fixture(scope="module")
def taught():
    """Learned from 300 lesions."""
    return fit_population(
        draw_courses("exponential", TRUE, 300, np.random.default_rng(1)), law_named("exponential")
    )


@pytest.fixture(scope="module")
def others():
    """Of lesions that it has not seen."""
    return draw_courses("exponential", TRUE, 300, np.random.default_rng(2))


def test_parameters_come_back(taught):
    prior = taught.prior
    assert prior.mean[0] == pytest.approx(TRUE.mean[0], abs=0.06)
    assert prior.mean[1] == pytest.approx(TRUE.mean[1], abs=0.0004)
    np.testing.assert_allclose(np.sqrt(np.diag(prior.covariance)), [0.3, 0.002], rtol=0.25)
    assert prior.scatter.error == pytest.approx(0.03, rel=0.25)
    assert prior.scatter.wander == pytest.approx(0.10, rel=0.2)
    assert 3 < prior.scatter.freedom < 10


def test_a_linear_population_agrees_with_its_exact_likelihood():
    """Of a law that is linear on the scale but for the constant, steps from the optimum only lose likelihood."""
    scatter = Scatter(0.05, 0.05, 150.0)
    series = draw_courses("exponential", exponential_prior(scatter), 120, np.random.default_rng(4))
    found = fit_population(series, law_named("exponential"))
    courses = courses_of(series)
    at = posterior(found, series).at
    linear = linearized(law_named("exponential"), courses, at)

    def likelihood(mean, covariance):
        missed = (courses.values - linear.expected(mean)) * courses.known
        spread = found.prior.scatter.of(courses) + linear.spread(covariance)
        distance, log_root = _distance(spread, missed)
        counts, freedom = courses.known.sum(axis=1), found.prior.scatter.freedom
        return -np.sum(log_root + (freedom + counts) / 2 * np.log1p(distance / freedom))

    best = likelihood(found.prior.mean, found.prior.covariance)
    for step in ([0.05, 0], [-0.05, 0], [0, 0.0006], [0, -0.0006]):
        assert likelihood(found.prior.mean + np.array(step), found.prior.covariance) < best
    for factor in (0.6, 1.6):
        assert likelihood(found.prior.mean, found.prior.covariance * factor) < best


@pytest.mark.parametrize("level", [0.5, 0.9])
def test_the_next_reading_of_others_lies_in_the_interval_as_often_as_it_says(taught, others, level):
    past = [one.until(len(one.days) - 1) for one in others]
    said = forecast(posterior(taught, past), [one.days[-1:] for one in others], level)
    held = [s.low[0] <= one.sizes[-1] <= s.high[0] for s, one in zip(said, others, strict=True)]
    assert np.mean(held) == pytest.approx(level, abs=0.05)


def test_pooling_beats_fits_of_one_lesion(taught, others):
    past = [one.until(3) for one in others if len(one.days) > 4]
    whole = [one for one in others if len(one.days) > 4]
    pooled = forecast(posterior(taught, past), [one.days[4:5] for one in whole])
    alone = [
        forecast_fit(f, one.days[4:5])
        for f, one in zip(fit_each(past, law_named("exponential")), whole, strict=True)
    ]
    missed = [
        np.mean([abs(s.sizes[0] - one.sizes[4]) for s, one in zip(said, whole, strict=True)])
        for said in (pooled, alone)
    ]
    assert missed[0] < 0.9 * missed[1]


def test_forecasts_are_those_of_the_exact_gaussian():
    """With no spread of parameters the forecast is kriging of a Brownian path: the last reading is carried on, by hand."""
    scatter = Scatter(error=1e-4, wander=0.2, freedom=200.0)
    prior = Prior(np.array([3.4, 0.0]), np.diag([1e-10, 1e-12]), scatter)
    series = size_series("P", "L", [0, 40, 90], np.exp(3.4) + np.array([0.0, 2.0, 5.0]), "mm")
    population = population_from_state(
        {
            "law": "exponential",
            "unit": "mm",
            "error": 1e-4,
            "wander": 0.2,
            "freedom": 200.0,
            "log_likelihood": 0.0,
            "readings": 0,
            "lesions": 0,
            "patients": [],
        },
        {"mean": prior.mean, "covariance": prior.covariance},
    )
    known = posterior(population, [series])
    said = forecast(known, [[150.0]], level=0.9)[0]
    assert said.sizes[0] == pytest.approx(series.sizes[-1], rel=1e-4)
    deviation = np.log((said.high[0] + 5) / (said.sizes[0] + 5)) / 1.6525  # t of 203
    assert deviation == pytest.approx(known.scale[0] * 0.2 * np.sqrt(60 / 100), rel=0.01)


def test_quiet_lesions_have_narrow_intervals(taught):
    days = np.arange(8) * 42.0
    quiet = size_series("A", "1", days, np.full(8, 30.0), "mm")
    restless = size_series("B", "1", days, [30, 42, 28, 45, 30, 41, 27, 30], "mm")
    said = forecast(posterior(taught, [quiet, restless]), [[336.0], [336.0]])
    widths = [s.high[0] - s.low[0] for s in said]
    assert widths[0] < 0.5 * widths[1]


def test_intervals_widen_with_time(taught, others):
    known = posterior(taught, others[:5])
    for said in forecast(known, [one.days[-1] + np.array([1.0, 40.0, 120.0, 360.0]) for one in others[:5]]):
        ratio = np.log(said.high + 5) - np.log(said.low + 5)
        assert (np.diff(ratio) > 0).all()


def test_lesions_do_not_touch_each_other(taught, others):
    together = forecast(posterior(taught, others[:6]), [[400.0]] * 6)
    for n in range(6):
        alone = forecast(posterior(taught, [others[n]]), [[400.0]])[0]
        np.testing.assert_allclose(together[n].sizes, alone.sizes, rtol=1e-8)


def test_a_state_gives_the_same_forecasts(taught, others):
    plain, arrays = taught.state()
    plain = json.loads(json.dumps(plain))
    again = population_from_state(plain, {name: array.copy() for name, array in arrays.items()})
    for one, two in zip(
        *(forecast(posterior(p, others[:4]), [[300.0]] * 4) for p in (taught, again)), strict=True
    ):
        np.testing.assert_allclose(one.sizes, two.sizes, rtol=1e-12)
        np.testing.assert_allclose(one.high, two.high, rtol=1e-12)


def test_a_state_of_another_law_is_refused(taught):
    plain, arrays = taught.state()
    with pytest.raises(SettingsError, match="has 3 coordinates"):
        population_from_state({**plain, "law": "gompertz"}, arrays)


def test_too_few_patients_are_told(others):
    with pytest.raises(SettingsError) as caught:
        fit_population(others[:19], law_named("exponential"))
    assert caught.value.code is Code.TOO_FEW_PATIENTS


def test_units_are_not_mixed(taught):
    volume = size_series("P", "L", [0, 40, 80], [1, 2, 3], "ml")
    with pytest.raises(SettingsError, match="sizes in ml"):
        posterior(taught, [volume])


def test_the_right_law_has_the_least_bic():
    prior = Prior(
        np.array([3.4, np.log(0.006), np.log(0.002)]), np.diag([0.09, 0.1, 0.1]), Scatter(0.02, 0.01, 20.0)
    )
    series = draw_courses("regression-growth", prior, 80, np.random.default_rng(6), (6, 9))
    scores = {
        name: fit_population(series, law_named(name)).bic for name in ("exponential", "regression-growth")
    }
    assert scores["regression-growth"] < scores["exponential"]


def test_the_reference_population_is_of_diameters():
    population = reference_population()
    assert population.unit is SizeUnit.MM
    assert population.lesions == 622
    assert 20 < np.exp(population.prior.mean[0]) < 50
    assert population.patients == ()
