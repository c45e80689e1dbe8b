"""Metrics by name, gEUD, and conversion to BED and EQD2, on histograms that can be worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oncometry.core import Code, SettingsError
from oncometry.dose import (
    DEFAULT_METRICS,
    EFFECTIVE,
    Dvh,
    Fractionation,
    as_bed,
    as_eqd2,
    bed_gy,
    eqd2_gy,
    geud,
    geud_gy,
    measure_metrics,
    metric_named,
)


def ramp(cc: float = 10.0, top_gy: float = 50.0, bins: int = 500) -> Dvh:
    """The same volume at every dose from 0 to `top_gy`."""
    edges = np.linspace(0, top_gy, bins + 1)
    return Dvh(edges, np.full(bins, cc / bins), (edges[:-1] + edges[1:]) / 2, 0.0, top_gy)


@pytest.mark.parametrize(
    ("text", "name", "key", "unit", "value"),
    [
        ("D2%", "D2%", "d2_percent_gy", "Gy", 49.0),
        ("d 95 %", "D95%", "d95_percent_gy", "Gy", 2.5),
        ("D2cc", "D2cc", "d2cc_gy", "Gy", 40.0),
        ("D0.1cm3", "D0.1cc", "d0_1cc_gy", "Gy", 49.5),
        ("V20Gy(%)", "V20Gy(%)", "v20gy_percent", "%", 60.0),
        ("v20gy(CC)", "V20Gy(cc)", "v20gy_cc", "cc", 6.0),
        ("Mean", "mean", "mean_gy", "Gy", 25.0),
        ("min", "min", "min_gy", "Gy", 0.0),
        ("max", "max", "max_gy", "Gy", 50.0),
        ("volume", "volume", "volume_cc", "cc", 10.0),
        ("gEUD(1)", "gEUD(1)", "geud_a1_gy", "Gy", 25.0),
        ("gEUD(-10)", "gEUD(-10)", "geud_a_minus10_gy", "Gy", None),
    ],
)
def test_names_and_values(text: str, name: str, key: str, unit: str, value: float | None) -> None:
    metric = metric_named(text)
    assert (metric.name, metric.key, metric.unit) == (name, key, unit)
    (found,) = measure_metrics(ramp(), [metric])
    if value is not None:
        assert found.value == pytest.approx(value, abs=1e-6)


@pytest.mark.parametrize(
    "text", ["D2", "V20", "V20Gy", "V20%", "D101%", "D-2%", "", "dose", "gEUD", "D2 cc %"]
)
def test_names_that_leave_their_unit_open_are_refused(text: str) -> None:
    with pytest.raises(SettingsError) as caught:
        metric_named(text)
    assert caught.value.code is Code.SETTINGS
    assert repr(text) in str(caught.value)


def test_more_volume_than_there_is_has_no_dose() -> None:
    (found,) = measure_metrics(ramp(cc=1.5), [metric_named("D2cc")])
    assert (found.value, found.reason) == (None, Code.TOO_SMALL)


def test_what_lies_outside_is_in_the_volume_and_in_nothing_else() -> None:
    dvh = ramp()
    partly = Dvh(dvh.edges_gy, dvh.volume_cc, dvh.mean_gy, 0.0, 50.0, outside_cc=10.0)
    values = {
        v.metric.name: v.value for v in measure_metrics(partly, [metric_named(n) for n in DEFAULT_METRICS])
    }
    assert (values["volume"], partly.outside_fraction) == (20.0, 0.5)
    assert values["V20Gy(%)"] == pytest.approx(60.0)
    assert values["mean"] == pytest.approx(25.0)


@given(st.floats(0, 100), st.floats(0, 100))
def test_more_volume_gets_less_dose(one: float, other: float) -> None:
    dvh = ramp()
    low, high = sorted((one, other))
    assert dvh.dose_of(low / 100 * 10) >= dvh.dose_of(high / 100 * 10)
    assert dvh.percent_of(low / 2) >= dvh.percent_of(high / 2)


@pytest.mark.parametrize("a", [-1000.0, -200.0, -5.0, -1.0, 0.0, 0.5, 1.0, 8.0, 300.0, 5000.0])
def test_geud_of_two_doses(a: float) -> None:
    """Half at 20, half at 60 Gy; large exponents in extended precision."""
    found = float(geud(np.array([[20.0, 60.0]]), np.array([[1.0, 1.0]]), a)[0])
    if a == 0:
        truth = np.sqrt(20.0 * 60.0)
    else:
        d = np.array([20, 60], dtype=np.longdouble)
        log = np.longdouble(a) * np.log(d)
        top = log.max()
        truth = float(np.exp((top + np.log(np.exp(log - top).sum() / 2)) / a))
    assert found == pytest.approx(truth, rel=1e-12)


def test_no_volume_has_no_geud() -> None:
    doses, volumes = np.array([[20.0, 60.0], [20.0, 60.0]]), np.array([[0.0, 0.0], [1.0, 1.0]])
    for a in (-5.0, 0.0, 1.0, 8.0):
        found = geud(doses, volumes, a)
        assert np.isnan(found).tolist() == [True, False]


def test_geud_at_its_ends() -> None:
    dvh = ramp()
    assert geud_gy(dvh, float("inf")) == 50.0
    assert geud_gy(dvh, float("-inf")) == 0.0
    assert geud_gy(dvh, 1e5) == pytest.approx(50.0, abs=0.1)
    zeros = np.array([[0.0, 30.0]])
    assert geud(zeros, np.array([[1.0, 1.0]]), -5.0)[0] == 0.0  # a part without dose is spared
    assert geud(zeros, np.array([[1.0, 1.0]]), 2.0)[0] == pytest.approx(30 / np.sqrt(2))
    assert geud(zeros, np.array([[0.0, 1.0]]), -5.0)[0] == pytest.approx(30.0)  # no volume, no dose
    with pytest.raises(SettingsError):
        geud(zeros, np.ones((1, 2)), float("nan"))


@given(st.lists(st.floats(0.1, 90), min_size=2, max_size=8), st.floats(-50, 50), st.floats(-50, 50))
def test_geud_grows_with_a_and_stays_within(doses: list[float], one: float, other: float) -> None:
    dose = np.array([doses])
    low, high = (float(geud(dose, np.ones_like(dose), a)[0]) for a in sorted((one, other)))
    assert low <= high * (1 + 1e-7)
    assert min(doses) * (1 - 1e-7) <= low
    assert high <= max(doses) * (1 + 1e-7)


def test_bed_and_eqd2_by_hand() -> None:
    """60 Gy in 20 fractions of 3 Gy, alpha/beta 3: BED 120, EQD2 72."""
    assert bed_gy(np.array([60.0]), 20, 3.0) == pytest.approx([120.0])
    assert eqd2_gy(np.array([60.0]), 20, 3.0) == pytest.approx([72.0])
    assert eqd2_gy(np.array([60.0]), 30, 3.0) == pytest.approx([60.0])
    wide = as_eqd2(ramp(top_gy=60.0), 3.0, Fractionation(20))
    assert wide.max_gy == pytest.approx(72.0)
    assert str(wide.quantity) == "EQD2(3)"
    assert wide.dose_of(5.0) == pytest.approx(30 * (1.5 + 3) / 5)
    assert wide.average_gy == pytest.approx(
        np.mean([d * (d / 20 + 3) / 5 for d in np.linspace(0, 60, 200001)]), abs=1e-3
    )
    assert as_bed(ramp(top_gy=60.0), 3.0, Fractionation(20)).max_gy == pytest.approx(120.0)


def test_fractions_are_never_guessed() -> None:
    with pytest.raises(SettingsError) as caught:
        as_eqd2(ramp(), 3.0, None)
    assert caught.value.code is Code.FRACTIONS_UNKNOWN
    with pytest.raises(SettingsError) as none:
        Fractionation(0)
    assert none.value.code is Code.FRACTIONS_UNKNOWN


def test_only_physical_dose_is_converted() -> None:
    converted = as_eqd2(ramp(), 3.0, Fractionation(25))
    weighted = Dvh(ramp().edges_gy, ramp().volume_cc, ramp().mean_gy, 0.0, 50.0, EFFECTIVE)
    for dvh in (converted, weighted):
        with pytest.raises(SettingsError) as caught:
            as_eqd2(dvh, 3.0, Fractionation(25))
        assert caught.value.code is Code.DOSE_QUANTITY
    for wrong in (0.0, -3.0, float("nan"), float("inf")):
        with pytest.raises(SettingsError):
            as_bed(ramp(), wrong, Fractionation(25))
