"""NTCP models at known points, published sets in their quantity, fits that find again what data were made with."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from scipy.optimize import minimize
from scipy.stats import chi2, norm

from oncometry.core import Code, CorruptInputError, SettingsError
from oncometry.dose import (
    EFFECTIVE,
    PHYSICAL,
    DoseQuantity,
    Dvh,
    DvhTable,
    Fractionation,
    LogisticNtcp,
    LogLogistic,
    LymanKutcherBurman,
    RelativeSeriality,
    apply_set,
    as_eqd2,
    dvh_from_cumulative,
    dvh_of_columns,
    fit_logistic_ntcp,
    fit_ntcp,
    ntcp_set_named,
    ntcp_sets,
    ntcp_values,
    sets_for,
)


def dvh(doses: list[float], volumes: list[float], quantity: DoseQuantity = PHYSICAL) -> Dvh:
    mean = np.array(doses, dtype=float)
    edges = np.append(mean - 1e-6, mean[-1] + 1e-6)
    return Dvh(edges, np.array(volumes, dtype=float), mean, float(mean[0]), float(mean[-1]), quantity)


def uniform(*doses: float) -> DvhTable:
    return DvhTable(tuple(dvh([d], [10.0]) for d in doses))


@pytest.mark.parametrize(
    "model",
    [LymanKutcherBurman(45.0, 0.2, 0.5), LogLogistic(45.0, 1.2, 3.0), RelativeSeriality(45.0, 1.2, 0.3)],
    ids=lambda m: type(m).__name__,
)
def test_half_at_the_dose_for_half_and_growing(model: LymanKutcherBurman) -> None:
    found = model.probability(uniform(0.0, 20.0, 45.0, 60.0, 120.0))
    assert found[2] == pytest.approx(0.5, abs=1e-9)
    assert (np.diff(found) > 0).all()
    assert found.min() >= 0
    assert found.max() <= 1


def test_lkb_by_hand() -> None:
    """Half at 20 and half at 60 Gy: mean 40; n = 0.5 gives the root mean square."""
    table = DvhTable((dvh([20, 60], [5, 5]),))
    assert LymanKutcherBurman(50.0, 0.2, 1.0).probability(table)[0] == pytest.approx(norm.cdf(-1.0))
    rms = np.sqrt((20**2 + 60**2) / 2)
    assert LymanKutcherBurman(50.0, 0.2, 0.5).probability(table)[0] == pytest.approx(
        norm.cdf((rms - 50) / 10)
    )


def test_log_logistic_has_its_slope() -> None:
    model = LogLogistic(40.0, 1.3, 1.0)
    low, high = model.probability(uniform(39.99, 40.01))
    assert (high - low) / 0.02 * 40 == pytest.approx(1.3, rel=1e-4)


@pytest.mark.parametrize("s", [0.01, 0.3, 1.0, 3.0])
def test_relative_seriality_by_its_definition(s: float) -> None:
    table = DvhTable((dvh([5, 30, 55], [2, 5, 3]),))
    p = 2 ** -np.exp(np.e * 1.1 * (1 - np.array([5, 30, 55]) / 40.0))
    truth = (1 - np.prod((1 - p**s) ** np.array([0.2, 0.5, 0.3]))) ** (1 / s)
    assert RelativeSeriality(40.0, 1.1, s).probability(table)[0] == pytest.approx(truth, rel=1e-9)


def test_relative_seriality_far_out_is_0_and_1() -> None:
    found = RelativeSeriality(40.0, 2.0, 0.02).probability(uniform(0.0, 0.5, 200.0, 2000.0))
    assert np.isfinite(found).all()
    assert found[0] == pytest.approx(0.0, abs=1e-12)
    assert found[-1] == pytest.approx(1.0)


@pytest.mark.parametrize("wrong", [(0.0, 0.2, 1.0), (50.0, -0.1, 1.0), (50.0, 0.2, float("nan"))])
def test_parameters_that_are_none(wrong: tuple[float, float, float]) -> None:
    with pytest.raises(SettingsError):
        LymanKutcherBurman(*wrong)


def test_every_set_is_cited_and_named_once() -> None:
    names = [one.name for one in ntcp_sets()]
    assert len(set(names)) == len(names) >= 30
    for one in ntcp_sets():
        assert one.source
        assert not one.doi or one.doi.startswith("10.")
        assert one.checked in ("abstract", "second listing", "recalled")
        assert (one.fraction_gy is None) == (one.quantity != PHYSICAL)
        assert sets_for(one.structures[0].upper().replace(" ", "_"))
    with pytest.raises(SettingsError):
        ntcp_set_named("nobody-1999")


def test_the_abstract_of_ronjom_is_reproduced() -> None:
    """A risk of 25 % at 26, 38, 48 and 61 Gy for glands of 10, 15, 20 and 25 cc."""
    model = ntcp_set_named("ronjom-2013-thyroid").model
    doses, volumes = (26, 38, 48, 61), (10, 15, 20, 25)
    table = DvhTable(tuple(dvh([d], [v]) for d, v in zip(doses, volumes, strict=True)))
    assert model.probability(table) == pytest.approx([0.25] * 4, abs=0.06)


def test_a_set_is_applied_in_its_quantity() -> None:
    asked = ntcp_set_named("semenenko-2008-lungs")
    table, course = uniform(20.0), Fractionation(5)
    converted = DvhTable((as_eqd2(table.rows[0], 3.0, course),))
    expected = asked.model.probability(converted)
    assert apply_set(asked, table, course) == pytest.approx(expected)
    assert apply_set(asked, converted) == pytest.approx(expected)
    assert expected[0] > asked.model.probability(table)[0]
    other = DvhTable((as_eqd2(table.rows[0], 10.0, course),))
    weighted = DvhTable((dvh([20.0], [10.0], EFFECTIVE),))
    for wrong in (other, weighted):
        with pytest.raises(SettingsError) as caught:
            apply_set(asked, wrong, course)
        assert caught.value.code is Code.DOSE_QUANTITY
    with pytest.raises(SettingsError) as unknown:
        apply_set(asked, table)
    assert unknown.value.code is Code.FRACTIONS_UNKNOWN


def test_a_set_on_conventional_fractions_refuses_large_ones() -> None:
    asked, table = ntcp_set_named("quantec-2010-rectum"), uniform(36.0)
    with pytest.raises(SettingsError) as unknown:
        apply_set(asked, table)
    assert unknown.value.code is Code.FRACTIONS_UNKNOWN
    with pytest.raises(SettingsError) as large:
        apply_set(asked, table, Fractionation(6))
    assert large.value.code is Code.DOSE_QUANTITY
    plain = asked.model.probability(table)
    assert apply_set(asked, table, Fractionation(18)) == pytest.approx(plain)
    assert apply_set(asked, table, fractions_as_fitted=True) == pytest.approx(plain)
    eqd2 = asked.model.probability(DvhTable((as_eqd2(table.rows[0], 3.0, Fractionation(6)),)))
    assert apply_set(asked, table, Fractionation(6), alpha_beta_gy=3.0) == pytest.approx(eqd2)
    twice_a_day = ntcp_set_named("dawson-2002-liver-primary")
    with pytest.raises(SettingsError):
        apply_set(twice_a_day, table, Fractionation(6), alpha_beta_gy=3.0)


def test_values_of_a_structure_have_reasons() -> None:
    row, sets = uniform(30.0).rows[0], sets_for("Thyroid")
    found = ntcp_values(row, sets, None)
    assert {v.reason for v in found} == {Code.FRACTIONS_UNKNOWN}
    assert all(v.value is not None for v in ntcp_values(row, sets, Fractionation(15)))
    part = ntcp_values(row, sets, Fractionation(15), whole_course=False)
    assert {v.reason for v in part} == {Code.DOSE_NOT_COURSE}
    cut = Dvh(row.edges_gy, row.volume_cc, row.mean_gy, 30.0, 30.0, outside_cc=1.0)
    assert {v.reason for v in ntcp_values(cut, sets, Fractionation(15))} == {Code.DOSE_OUTSIDE_GRID}


def cohort(n: int = 240, seed: int = 0) -> DvhTable:
    rng = np.random.default_rng(seed)
    doses = np.arange(2.5, 80, 5.0)
    rows = []
    for middle, width in zip(rng.uniform(15, 65, n), rng.uniform(3, 25, n), strict=True):
        volume = np.exp(-(((doses - middle) / width) ** 2) / 2) + 1e-9
        rows.append(dvh(doses.tolist(), (volume / volume.sum() * rng.uniform(8, 30)).tolist()))
    return DvhTable(tuple(rows))


def test_a_fit_finds_what_the_data_were_made_with() -> None:
    table, truth = cohort(), LymanKutcherBurman(45.0, 0.25, 0.7)
    had = np.random.default_rng(7).random(len(table)) < truth.probability(table)
    fit = fit_ntcp("lkb", table, had)
    assert fit.log_likelihood >= -sum(
        -np.log(p if y else 1 - p) for p, y in zip(truth.probability(table), had, strict=True)
    )
    for parameter, value in zip(fit.parameters, (45.0, 0.25, 0.7), strict=True):
        low = 0.0 if parameter.low is None else parameter.low
        high = np.inf if parameter.high is None else parameter.high
        assert low < parameter.value < high
        assert low < value < high
    td50 = fit.parameters[0]

    def worse(x: np.ndarray) -> float:
        p = LymanKutcherBurman(td50.high or 0.0, *np.exp(x)).probability(table)
        return -float(np.log(np.where(had, p, 1 - p)).sum())

    best = -minimize(worse, np.log([0.3, 1.0]), method="Nelder-Mead").fun
    assert 2 * (fit.log_likelihood - best) == pytest.approx(chi2.ppf(0.95, 1), abs=0.05)
    with pytest.raises(SettingsError) as caught:
        fit.probability(DvhTable((dvh([30], [1], EFFECTIVE),)))
    assert caught.value.code is Code.DOSE_QUANTITY


@pytest.mark.parametrize(
    ("kind", "truth"),
    [
        ("log-logistic", LogLogistic(45.0, 1.0, 2.0)),
        ("relative-seriality", RelativeSeriality(50.0, 1.0, 0.5)),
    ],
)
def test_other_models_are_fitted_too(kind: str, truth: LogLogistic) -> None:
    table = cohort(120)
    made = truth.probability(table)
    had = np.random.default_rng(2).random(len(table)) < made
    fit = fit_ntcp(kind, table, had)
    assert fit.log_likelihood >= float(np.log(np.where(had, made, 1 - made)).sum()) - 1e-6
    assert np.abs(fit.probability(table) - made).mean() < 0.1


def test_logistic_fits_are_those_of_statsmodels() -> None:
    table = cohort(250)
    female = np.random.default_rng(3).integers(0, 2, 250).astype(float)
    truth = LogisticNtcp(-2.0, {"mean": 0.08, "volume": -0.1}, {"female": 0.8})
    made = truth.probability(table, {"female": female})
    had = (np.random.default_rng(4).random(250) < made).astype(float)
    fit = fit_logistic_ntcp(table, had, ["mean", "volume"], {"female": female})
    design = np.column_stack([np.ones(250), table.metric("mean"), table.metric("volume"), female])
    peer = sm.Logit(had, design).fit(disp=0)
    assert [p.value for p in fit.parameters] == pytest.approx(peer.params.tolist(), rel=1e-3)
    assert fit.log_likelihood == pytest.approx(peer.llf, abs=1e-6)
    for parameter, (low, high) in zip(fit.parameters, peer.conf_int(), strict=True):
        width = high - low
        assert parameter.low == pytest.approx(low, abs=0.1 * width)  # Wald's are symmetric, these are not
        assert parameter.high == pytest.approx(high, abs=0.1 * width)
    with pytest.raises(SettingsError) as caught:
        fit.probability(table)
    assert caught.value.code is Code.VALUE_MISSING


def test_the_whole_liver_is_not_the_liver_less_the_tumor() -> None:
    dawson = [one for one in ntcp_sets() if one.name.startswith("dawson-2002")]
    assert len(dawson) == 2
    assert all("liver" not in one.structures and "liver-gtv" in one.structures for one in dawson)


def test_outcomes_that_cannot_be_fitted() -> None:
    table = cohort(20)
    for outcome, code in (
        (np.ones(20), Code.CONSTANT),
        (np.arange(20), Code.CORRUPT),
        (np.ones(3), Code.CORRUPT),
    ):
        with pytest.raises(CorruptInputError) as caught:
            fit_ntcp("lkb", table, outcome)
        assert caught.value.code is code
    with pytest.raises(SettingsError):
        fit_ntcp("guess", table, np.arange(20) % 2)
    with pytest.raises(CorruptInputError) as constant:
        fit_logistic_ntcp(table, np.arange(20) % 2, ["mean"], {"site": np.ones(20)})
    assert constant.value.code is Code.CONSTANT
    with pytest.raises(SettingsError, match="'volume' is given twice"):
        fit_logistic_ntcp(table, np.arange(20) % 2, ["mean", "volume"], {"volume": np.arange(20.0)})
    with pytest.raises(SettingsError, match="'mean' is given twice"):
        fit_logistic_ntcp(table, np.arange(20) % 2, ["mean", "mean"])


def test_few_events_and_open_ends_are_said() -> None:
    table = uniform(*np.linspace(10, 60, 30))  # uniform doses say nothing of n
    had = np.arange(30) >= 26
    fit = fit_ntcp("lkb", table, np.roll(had, 1))
    assert {n.code for n in fit.notices} == {Code.TOO_SMALL, Code.UNDEFINED}
    assert fit.parameters[2].low is None
    assert fit.parameters[2].high is None


def test_tables_of_cumulative_volumes() -> None:
    """A ramp to 40 Gy and a block at 30: a column for each gray, doses in cGy."""
    at = np.arange(1, 51)
    ramp, block = np.clip(100 - at / 0.4, 0, 100), np.where(at <= 30, 100.0, 0.0)
    columns: dict[str, np.ndarray] = {
        f"Gland_V{d}": np.array([r, b]) for d, r, b in zip(at, ramp, block, strict=True)
    }
    columns |= {
        "Gland_volume": np.array([20.0, 8.0]),
        "Gland_min": np.array([0.0, 3000.0]),
        "Gland_max": np.array([4000.0, 3050.0]),
    }
    table = dvh_of_columns(columns, "Gland", "cGy")
    assert table.metric("mean") == pytest.approx([20.0, 30.25], abs=0.3)
    assert table.metric("V30Gy(%)") == pytest.approx([25.0, 100.0])
    assert table.metric("D2cc") == pytest.approx([36.0, 30.5], abs=0.6)
    assert table.metric("volume") == pytest.approx([20.0, 8.0])
    assert table.share.sum(axis=1) == pytest.approx([1.0, 1.0])
    with pytest.raises(CorruptInputError) as unit:
        dvh_of_columns(columns, "Gland", "Gy")
    assert unit.value.code is Code.CORRUPT
    with pytest.raises(SettingsError) as absent:
        dvh_of_columns(columns, "Lung", "cGy")
    assert absent.value.code is Code.COLUMN_MISSING
    with pytest.raises(SettingsError):
        dvh_of_columns(columns, "Gland", "rad")


def test_a_single_value_that_rises_is_taken_from_below_and_said() -> None:
    given = np.array([[100.0, 60.0, 5.0, 9.0, 0.0], [100.0, 50.0, 20.0, 10.0, 0.0]])
    table = dvh_from_cumulative(given, [10, 20, 30, 40, 50], [10.0, 10.0])
    assert [n.code for n in table.notices] == [Code.DVH_DIFFERS]
    assert table.metric("V40Gy(%)") == pytest.approx([5.0, 10.0])
    for wrong in ([[100.0, 40.0, 60.0, 70.0, 0.0]], [[120.0, 40, 30, 20, 0]], [[100.0, np.nan, 30, 20, 0]]):
        with pytest.raises(CorruptInputError) as caught:
            dvh_from_cumulative(wrong, [10, 20, 30, 40, 50], [10.0])
        assert caught.value.code is Code.CORRUPT
    with pytest.raises(SettingsError):
        DvhTable(())


def test_a_curve_that_does_not_reach_zero_needs_a_maximum() -> None:
    cut = np.array([[100.0, 60.0], [80.0, 0.4]])
    with pytest.raises(CorruptInputError, match=r"in 1 of 2 rows \(the first: 1\) 60 %") as caught:
        dvh_from_cumulative(cut, [20, 40], [10.0, 10.0])
    assert caught.value.code is Code.CORRUPT
    table = dvh_from_cumulative(cut, [20, 40], [10.0, 10.0], max_gy=[60.0, np.nan])
    assert table.metric("mean")[0] == pytest.approx(0.4 * 30 + 0.6 * 50)
    assert table.metric("max") == pytest.approx([60.0, 40.0])


@pytest.mark.parametrize(
    ("top", "are_parts"), [(1.0, True), (0.95, True), (0.8, False), (1.2, False), (100.0, False)]
)
def test_parts_of_one_are_not_percent(top: float, are_parts: bool) -> None:
    curves = top * np.array([[1.0, 0.9, 0.5, 0.0], [0.9, 0.2, 0.1, 0.0]])
    if are_parts:
        with pytest.raises(CorruptInputError, match="parts of 1, not percent"):
            dvh_from_cumulative(curves, [10, 20, 30, 40], [10.0, 10.0])
    else:
        assert len(dvh_from_cumulative(curves, [10, 20, 30, 40], [10.0, 10.0])) == 2


def test_a_row_whose_maximum_is_in_another_unit_is_taken_from_its_curve_and_said() -> None:
    curve = np.clip(100 - 1.5 * np.arange(1, 71), 0, 100)
    columns = {f"Gland_V{d}": np.full(4, curve[d - 1]) for d in range(1, 71)}
    columns |= {"Gland_volume": np.full(4, 12.0), "Gland_max": np.array([6600.0, 6600.0, 66.0, 6600.0])}
    table = dvh_of_columns(columns, "Gland", "cGy")
    assert [n.code for n in table.notices] == [Code.DVH_DIFFERS]
    assert "the first: 3" in table.notices[0].what
    assert table.metric("mean")[2] == pytest.approx(table.metric("mean")[0], abs=0.1)
