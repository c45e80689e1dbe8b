"""ComBat: equal to neuroCombat where that is defined, honest where it is not."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from neuroCombat import neuroCombat

from oncometry.core import Code, SettingsError
from oncometry.prediction.harmonization import ComBat


def cohort(seed: int = 0, n: int = 120, p: int = 40) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Features with effects of three sites and of age and sex (age as neuroCombat keeps it, in single precision)."""
    rng = np.random.default_rng(seed)
    sites = rng.choice(["A", "B", "C"], n)
    covariates = np.c_[rng.integers(0, 2, n), rng.normal(60, 10, n).astype(np.float32)].astype(float)
    shift = rng.normal(0, 2, (3, p))[np.searchsorted(["A", "B", "C"], sites)]
    scale = rng.uniform(0.5, 2, (3, p))[np.searchsorted(["A", "B", "C"], sites)]
    features = (rng.normal(size=(n, p)) * scale + shift + 0.05 * covariates[:, 1:]) * rng.uniform(0.1, 50, p)
    return features, sites, covariates


@pytest.mark.parametrize("reference", [None, "B"])
@pytest.mark.parametrize("parametric", [True, False])
def test_equals_neurocombat(reference: str | None, parametric: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(np, "int", int, raising=False)  # the peer still asks for it
    features, sites, covariates = cohort()
    table = pd.DataFrame({"site": sites, "sex": covariates[:, 0], "age": covariates[:, 1]})
    theirs = neuroCombat(
        features.T.copy(), table, "site", ["sex"], ["age"], parametric=parametric, ref_batch=reference
    )["data"].T
    model = ComBat(parametric=parametric, reference_site=reference, covariates=("sex", "age"))
    ours = model.fit(features, sites=sites, covariates=covariates).transform(
        features, sites=sites, covariates=covariates
    )
    scale = features.std(axis=0)
    np.testing.assert_allclose(ours / scale, theirs / scale, rtol=0, atol=1e-8)
    assert np.abs(ours - features).max() > 1  # and it did something


def test_without_covariates_equals_neurocombat() -> None:
    features, sites, _ = cohort(1)
    theirs = neuroCombat(features.T.copy(), pd.DataFrame({"site": sites}), "site")["data"].T
    ours = ComBat().fit(features, sites=sites).transform(features, sites=sites)
    np.testing.assert_allclose(ours / features.std(0), theirs / features.std(0), rtol=0, atol=1e-8)


@given(seed=st.integers(0, 1000))
def test_a_row_does_not_depend_on_its_company(seed: int) -> None:
    features, sites, _ = cohort(seed, n=90, p=6)
    model = ComBat().fit(features[:60], sites=sites[:60])
    together = model.transform(features[60:], sites=sites[60:])
    alone = np.vstack([model.transform(features[i : i + 1], sites=sites[i : i + 1]) for i in range(60, 90)])
    np.testing.assert_allclose(together, alone, rtol=1e-12, atol=1e-12)


@given(seed=st.integers(0, 1000), factor=st.floats(1e-6, 1e6), added=st.floats(-100, 100))
def test_units_do_not_matter(seed: int, factor: float, added: float) -> None:
    features, sites, _ = cohort(seed, n=80, p=5)
    plain = ComBat().fit(features, sites=sites).transform(features, sites=sites)
    moved = features * factor + added * factor
    other = ComBat().fit(moved, sites=sites).transform(moved, sites=sites)
    np.testing.assert_allclose(other / factor - added, plain, rtol=1e-6, atol=1e-6 * features.std())


def test_the_sites_effects_are_gone_and_the_covariates_stay() -> None:
    features, sites, covariates = cohort(2, n=3000, p=20)
    model = ComBat(covariates=("sex", "age"))
    found = model.fit(features, sites=sites, covariates=covariates).transform(
        features, sites=sites, covariates=covariates
    )
    slope = np.linalg.lstsq(np.c_[np.ones(3000), covariates], found, rcond=None)[0][2]
    np.testing.assert_allclose(slope, model.coefficients_[1], rtol=0.05)
    left = found - covariates @ model.coefficients_
    spread = left.std(axis=0)
    for site in "ABC":
        assert np.abs(left[sites == site].mean(0) - left.mean(0)).max() < 0.05 * spread.max()
        np.testing.assert_allclose(left[sites == site].std(0), spread, rtol=0.05)


def test_the_reference_site_keeps_its_values() -> None:
    features, sites, _ = cohort(3)
    found = ComBat(reference_site="C").fit(features, sites=sites).transform(features, sites=sites)
    np.testing.assert_array_equal(found[sites == "C"], features[sites == "C"])
    assert (np.abs(found - features)[sites == "A"] > 1e-6).all()


def test_the_outcome_is_never_looked_at() -> None:
    features, sites, _ = cohort(4)
    with_y = ComBat().fit(features, (features[:, 0] > 0).astype(int), sites=sites)
    np.testing.assert_array_equal(with_y.shift_, ComBat().fit(features, sites=sites).shift_)


def test_an_unseen_site_is_refused() -> None:
    features, sites, _ = cohort()
    model = ComBat().fit(features, sites=sites)
    with pytest.raises(SettingsError, match="Z") as caught:
        model.transform(features, sites=np.where(np.arange(len(sites)) == 5, "Z", sites))
    assert caught.value.code is Code.SITE_UNSEEN


@pytest.mark.parametrize("policy", ["pass_through", "reference"])
def test_an_unseen_site_stays_and_is_told(policy: str) -> None:
    features, sites, _ = cohort()
    model = ComBat(unseen=policy).fit(features, sites=sites)
    largest = max("ABC", key=lambda site: (sites == site).sum())
    assert model.reference_site_ == (largest if policy == "reference" else None)
    strange = np.where(sites == "A", "Z", sites)
    found = model.transform(features, sites=strange)
    np.testing.assert_array_equal(found[sites == "A"], features[sites == "A"])
    (notice,) = model.notices_for(strange)
    assert notice.code is Code.SITE_UNSEEN
    assert "Z" in notice.what
    assert model.notices_for(sites) == ()


def test_a_site_with_two_patients() -> None:
    features, sites, _ = cohort()
    sites = np.where(np.isin(np.arange(len(sites)), [3, 7]), "tiny", sites)
    with pytest.raises(SettingsError, match=r"tiny \(2\)") as caught:
        ComBat().fit(features, sites=sites)
    assert caught.value.code is Code.SITE_TOO_SMALL
    model = ComBat(unseen="pass_through").fit(features, sites=sites)
    assert [x.code for x in model.notices_] == [Code.SITE_TOO_SMALL]
    others = sites != "tiny"
    without = ComBat().fit(features[others], sites=sites[others])
    np.testing.assert_array_equal(model.shift_, without.shift_)


def test_sites_are_counted_by_patient() -> None:
    features, sites, _ = cohort()
    patients = np.arange(len(sites))
    patients[sites == "A"] = patients[sites == "A"][0]  # one patient, many lesions
    with pytest.raises(SettingsError, match=r"A \(1\)"):
        ComBat().fit(features, sites=sites, groups=patients)


def test_a_single_site() -> None:
    features, _, _ = cohort()
    one = np.full(len(features), "A")
    with pytest.raises(SettingsError, match="nothing to bring together"):
        ComBat().fit(features, sites=one)
    model = ComBat(unseen="pass_through").fit(features, sites=one)
    np.testing.assert_array_equal(model.transform(features, sites=one), features)
    assert [x.code for x in model.notices_] == [Code.SITE_TOO_SMALL]


def test_a_constant_feature_is_left_and_does_not_sway_the_others() -> None:
    features, sites, _ = cohort()
    spoilt = features.copy()
    spoilt[:, 4] = 7.25
    spoilt[sites == "B", 9] = 0.1
    model = ComBat().fit(spoilt, sites=sites)
    found = model.transform(spoilt, sites=sites)
    np.testing.assert_array_equal(found[:, [4, 9]], spoilt[:, [4, 9]])
    kept = np.delete(np.arange(40), [4, 9])
    alone = ComBat().fit(features[:, kept], sites=sites).transform(features[:, kept], sites=sites)
    np.testing.assert_allclose(found[:, kept], alone, rtol=1e-10)
    (notice,) = model.notices_
    assert notice.code is Code.CONSTANT
    assert "4, 9" in notice.what


def test_one_feature_and_copies_of_one() -> None:
    features, sites, _ = cohort()
    for table in (features[:, :1], np.repeat(features[:, :1], 3, axis=1)):
        found = ComBat().fit(table, sites=sites).transform(table, sites=sites)
        assert np.isfinite(found).all()
        means = [found[sites == site].mean() for site in "ABC"]
        assert np.ptp(means) < 0.05 * features[:, 0].std()


def test_many_rows_do_not_make_the_weights_vanish() -> None:
    features, sites, _ = cohort(5, n=6000, p=5)
    found = ComBat(parametric=False).fit(features, sites=sites).transform(features, sites=sites)
    assert np.isfinite(found).all()


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda x, s, c: (np.where(np.arange(40) == 3, np.nan, x), s, c), Code.VALUE_MISSING),
        (lambda x, s, c: (x, [None, *s[1:]], c), Code.VALUE_MISSING),
        (lambda x, s, c: (x, s[:-1], c), Code.SETTINGS),
        (lambda x, s, c: (x, s, c[:, :1]), Code.SETTINGS),
        (lambda x, s, c: (x, s, np.c_[c[:, 0], s == "A"]), Code.SITE_CONFOUNDED),
    ],
)
def test_bad_input_has_a_code(spoil, code: Code) -> None:
    features, sites, covariates = spoil(*cohort())
    with pytest.raises(SettingsError) as caught:
        ComBat(covariates=("sex", "age")).fit(features, sites=sites, covariates=covariates)
    assert caught.value.code is code


def test_options_are_checked() -> None:
    features, sites, _ = cohort()
    for model in (ComBat(unseen="guess"), ComBat(minimum_per_site=1)):
        with pytest.raises(SettingsError):
            model.fit(features, sites=sites)
    with pytest.raises(SettingsError, match="'Q'"):
        ComBat(reference_site="Q").fit(features, sites=sites)


@pytest.mark.parametrize("options", [{}, {"unseen": "reference"}, {"covariates": ("sex", "age")}])
def test_state_and_back(options: dict[str, object], tmp_path) -> None:
    features, sites, covariates = cohort()
    given = {"covariates": covariates} if "covariates" in options else {}
    model = ComBat(**options).fit(features, sites=sites, **given)
    parameters, arrays = model.state()
    np.savez(tmp_path / "arrays.npz", **arrays)
    with np.load(tmp_path / "arrays.npz", allow_pickle=False) as read:
        back = ComBat.from_state(json.loads(json.dumps(parameters)), dict(read))
    np.testing.assert_array_equal(
        back.transform(features, sites=sites, **given), model.transform(features, sites=sites, **given)
    )
    assert back.get_params() == model.get_params()
    assert back.notices_ == model.notices_
