"""One lesion's own fit: finds what made it, agrees with scipy, and says what it cannot know."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import least_squares as scipy_least_squares

from oncometry.core import Code, SettingsError
from oncometry.prediction.growth import LAWS, fit_each, forecast_fit, law_named, size_series

DAYS = np.arange(9) * 45.0
TRUTH = {
    "exponential": [3.4, -0.002],
    "linear": [3.4, 0.003],
    "logistic": [3.0, 1.8, np.log(0.012)],
    "classical-bertalanffy": [3.0, -1.5, np.log(0.01)],
    "gompertz": [3.0, 2.5, np.log(0.008)],
    "regression-growth": [3.6, np.log(0.008), np.log(0.0015)],
    "growth-only": [3.0, np.log(0.002)],
    "regression-only": [3.0, np.log(0.002)],
}


def made(name, noise=0.0, seed=0):
    law = law_named(name)
    sizes = np.exp(law.log_size(np.array([TRUTH[name]]), DAYS[None], 1))[0]
    rng = np.random.default_rng(seed)
    return size_series("P", "L", DAYS, (sizes + 5) * np.exp(noise * rng.normal(size=len(DAYS))) - 5, "mm")


@pytest.mark.parametrize("name", TRUTH)
def test_a_course_without_error_gives_its_parameters_back(name):
    fit = fit_each([made(name)], law_named(name))[0]
    np.testing.assert_allclose(fit.coordinates, TRUTH[name], rtol=1e-4, atol=1e-6)
    later = np.array([500.0])
    expected = np.exp(law_named(name).log_size(np.array([TRUTH[name]]), later[None], 1))[0]
    np.testing.assert_allclose(forecast_fit(fit, later).sizes, expected, rtol=1e-3)


@pytest.mark.parametrize("name", sorted(LAWS))
def test_no_worse_than_scipy(name):
    """scipy's trust region from the best of our starts' ends, and from the truth's neighborhood, finds nothing lower."""
    law = law_named(name)
    series = made("regression-growth", noise=0.05, seed=3)
    fit = fit_each([series], law)[0]
    h = np.log(series.sizes + 5)

    def residuals(at):
        return np.log(np.exp(law.log_size(at[None], series.days[None], 1))[0] + 5) - h

    low = [-12, *(p.low for p in law.shape)]
    high = [12, *(p.high for p in law.shape)]
    ours = np.sum(residuals(fit.coordinates) ** 2)
    rng = np.random.default_rng(1)
    for _ in range(6):
        start = [h[0], *(rng.uniform(p.low, p.high) * 0.5 + 0.5 * p.usual for p in law.shape)]
        theirs = scipy_least_squares(residuals, np.clip(start, low, high), bounds=(low, high))
        assert ours <= 2 * theirs.cost * (1 + 1e-3) + 1e-9


def test_lesions_do_not_touch_each_other():
    one, two = made("gompertz", 0.05, 1), made("regression-growth", 0.05, 2).until(4)
    law = law_named("gompertz")
    together = fit_each([one, two], law)
    for alone, with_other in zip((one, two), together, strict=True):
        np.testing.assert_allclose(fit_each([alone], law)[0].coordinates, with_other.coordinates, rtol=1e-5)


def test_intervals_hold_the_truth_as_often_as_they_say():
    law, held = law_named("exponential"), []
    fits = fit_each([made("exponential", 0.06, seed) for seed in range(400)], law)
    for fit in fits:
        rate = fit.parameters[1]
        held.append(rate.low <= TRUTH["exponential"][1] <= rate.high)
    assert 0.92 <= np.mean(held) <= 0.98


def test_forecasts_hold_the_next_reading_as_often_as_they_say():
    law = law_named("exponential")
    series = [made("exponential", 0.06, seed) for seed in range(400)]
    held = []
    for fit, whole in zip(fit_each([s.until(7) for s in series], law), series, strict=True):
        said = forecast_fit(fit, DAYS[7:], level=0.8)
        held.append((said.low <= whole.sizes[7:]) & (whole.sizes[7:] <= said.high))
    assert 0.75 <= np.mean(held) <= 0.85


def test_no_more_visits_than_parameters_have_no_interval():
    fit = fit_each([made("gompertz", 0.05).until(3)], law_named("gompertz"))[0]
    assert fit.error is None
    assert {p.reason for p in fit.parameters} == {Code.TOO_SMALL}
    said = forecast_fit(fit, [200.0])
    assert np.isfinite(said.sizes).all()
    assert np.isnan(said.low).all()


def test_what_readings_cannot_tell_has_no_interval():
    """Of a lesion that stays as it is nothing tells how fast growth slows."""
    flat = size_series("P", "L", DAYS, np.full(len(DAYS), 20.0), "mm")
    slowing = fit_each([flat], law_named("gompertz"))[0].parameters[2]
    assert slowing.reason is Code.UNDEFINED
    assert slowing.low is None


FOUR = size_series("P", "L", [0, 42, 84, 126], [20, 22, 25, 27], "mm")


@pytest.mark.parametrize("name", sorted(LAWS))
def test_bounds_of_the_search_are_no_ends_of_intervals(name):
    law = law_named(name)
    for series in (FOUR, made("exponential", 0.05, 1), made("regression-growth", 0.1, 2).until(5)):
        fit = fit_each([series], law)[0]
        for shape, found in zip(law.shape, fit.parameters[1:], strict=True):
            low, high = shape.value(np.array([shape.low, shape.high]))
            assert found.low is None or low * (1 + 1e-9) < found.low < found.value
            assert found.high is None or found.value < found.high < high * (1 - 1e-9)
            assert (found.reason is None) == (None not in (found.low, found.high))


def test_four_visits_do_not_tell_a_final_volume():
    for name in ("gompertz", "logistic", "classical-bertalanffy"):
        initial, final, slowing = fit_each([FOUR], law_named(name))[0].parameters
        assert initial.reason is None
        assert (final.low, final.high, final.reason) == (None, None, Code.UNDEFINED)
        assert (slowing.low, slowing.high, slowing.reason) == (None, None, Code.UNDEFINED)


def test_an_interval_may_have_one_end():
    """What lies beyond the search at one end does not take the other away."""
    law, truth = law_named("gompertz"), [3.0, 4.0, np.log(0.003)]
    days = np.arange(6) * 30.0
    sizes = np.exp(law.log_size(np.array([truth]), days[None], 1))[0]
    noise = np.exp(0.01 * np.random.default_rng(1).normal(size=len(days)))
    final = fit_each([size_series("P", "L", days, (sizes + 5) * noise - 5, "mm")], law)[0].parameters[1]
    assert final.low is not None
    assert final.high is None
    assert final.reason is Code.UNDEFINED


def test_what_is_held_at_its_bound_leaves_the_others_their_intervals():
    """Regression-growth of a lesion that only grows is growth alone."""
    both = fit_each([FOUR], law_named("regression-growth"))[0]
    alone = fit_each([FOUR], law_named("growth-only"))[0]
    assert both.parameters[1].reason is Code.UNDEFINED
    assert both.freedom == alone.freedom == 2
    assert both.parameters[2].reason is None
    np.testing.assert_allclose(
        [both.parameters[2].low, both.parameters[2].high],
        [alone.parameters[1].low, alone.parameters[1].high],
        rtol=2e-3,
    )
    said = [forecast_fit(fit, [168.0]) for fit in (both, alone)]
    np.testing.assert_allclose(said[0].high, said[1].high, rtol=1e-3)


def test_intervals_beside_a_held_parameter_hold_the_truth_as_often_as_they_say():
    fits = fit_each([made("growth-only", 0.03, seed) for seed in range(600)], law_named("regression-growth"))
    rates = [fit.parameters[2] for fit in fits if fit.parameters[1].value < 1.001e-6]
    assert len(rates) > 200
    assert 0.92 <= np.mean([rate.low <= 0.002 <= rate.high for rate in rates]) <= 0.98


def test_the_right_law_has_the_least_criterion():
    series = made("regression-growth", 0.02, 5)
    scores = {name: fit_each([series], law_named(name))[0].aicc for name in ("linear", "regression-growth")}
    assert scores["regression-growth"] < scores["linear"]


def test_a_level_that_is_none_is_refused():
    fit = fit_each([made("exponential")], law_named("exponential"))[0]
    with pytest.raises(SettingsError, match="between 0 and 1, got 90"):
        forecast_fit(fit, [100.0], level=90)


def test_units_are_not_mixed():
    volume = size_series("P", "L", DAYS, np.full(len(DAYS), 2.0), "ml")
    with pytest.raises(SettingsError, match="of one unit"):
        fit_each([volume, made("exponential")], law_named("exponential"))
