"""Intensity statistics, histogram and volume histogram against their definitions, the phantom and MIRP."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oncometry import _native
from oncometry.features import intensity_histogram as histogram
from oncometry.features import intensity_statistics as statistics
from oncometry.features import intensity_volume_histogram as volume_histogram
from oncometry.features.definition import intensity as definition
from oncometry.features.intensity_volume_histogram import IvhMethod, IvhSettings

from .regions import agrees, levels_of, phantom_levels, phantom_values, small_regions
from .shapes import irregular, mirp_values, phantom_region

DEFINITE = IvhSettings()
numbers = st.floats(-1e4, 1e4).map(lambda x: round(x, 6)) | st.sampled_from([0.0, 1.0, 2.0])
"""Apart by so much that squares of their differences are not 0."""


def by_tag(table, values) -> dict[str, float]:
    return dict(zip((feature.tag for feature in table), values, strict=True))


def statistics_of(values) -> dict[str, float]:
    return by_tag(statistics.TABLE, statistics.intensity_statistics(np.asarray(values, dtype=float)))


def ivh_of(values, settings=DEFINITE) -> dict[str, float]:
    found = volume_histogram.intensity_volume_histogram(np.asarray(values, dtype=float), settings)
    return by_tag(volume_histogram.TABLE, found)


def assert_same(found: dict[str, float], expected: dict[str, float], size: float = 1.0) -> None:
    assert found.keys() == expected.keys()
    for tag, value in expected.items():
        assert found[tag] == pytest.approx(value, rel=1e-7, abs=1e-9 * size, nan_ok=True), tag


def phantom_found() -> dict[str, float]:
    region = phantom_region()
    values = region.image[region.morphological == 1]
    levels = by_tag(histogram.TABLE, histogram.intensity_histogram(phantom_levels()))
    return statistics_of(values) | levels | ivh_of(values)


@pytest.mark.parametrize(("prefix", "count"), [("stat_", 18), ("ih_", 23), ("ivh_", 6)])
def test_phantom(prefix, count):
    expected = phantom_values(prefix)
    found = phantom_found()
    assert len(expected) == count
    for tag, (printed, tolerance) in expected.items():
        assert agrees(found[tag], printed, tolerance), (tag, found[tag])


def test_mirp():
    image, mask, _ = irregular()
    values = image[mask == 1].astype(float)
    bins = np.minimum(np.floor(16 * (values - values.min()) / np.ptp(values)), 15).astype(int) + 1
    placed = np.zeros(mask.shape, dtype=int)
    placed[mask == 1] = bins
    found = statistics_of(values) | ivh_of(values)
    found |= by_tag(histogram.TABLE, histogram.intensity_histogram(levels_of(placed, 16)))
    expected = mirp_values(("stat_", "ih_", "ivh_"))
    assert len(expected) == 18 + 23 + 7
    for tag, value in expected.items():
        assert found[tag] == pytest.approx(value, rel=2e-5), tag  # MIRP counts in single precision


@given(st.lists(numbers, min_size=1, max_size=40))
def test_statistics_are_those_of_the_definition(values):
    spread = max(values) - min(values)
    found, expected = statistics_of(values), definition.intensity_statistics(values)
    if 0 < spread < 1e-3 * max(map(abs, values)):  # what rounding leaves of the moments is no measure
        found, expected = (
            {t: d[t] for t in ("stat_mean", "stat_max", "stat_p90")} for d in (found, expected)
        )
    for tag in ("stat_cov", "stat_qcod"):  # rounding decides whether a sum near 0 is 0
        found.pop(tag, None), expected.pop(tag, None)
    assert_same(found, expected, size=max(1.0, spread) ** 2)


@pytest.mark.parametrize("count", [1023, 1024, 1025, 20_000])
def test_percentiles_of_many_values_and_one_far_off(count):
    values = np.random.default_rng(count).lognormal(0, 2, count)
    values[7] = 1e9
    found = statistics_of(values)
    for tag, percent in (("stat_p10", 10), ("stat_median", 50), ("stat_p90", 90)):
        assert found[tag] == pytest.approx(np.percentile(values, percent), rel=1e-12), tag


@given(small_regions())
def test_histogram_is_that_of_the_definition(levels):
    inside = levels.array[levels.array > 0].tolist()
    found = by_tag(histogram.TABLE, histogram.intensity_histogram(levels))
    if not inside:
        assert np.isnan(list(found.values())).all()
        return
    assert_same(found, definition.intensity_histogram(inside, levels.count))


@given(st.lists(st.integers(-50, 50), min_size=1, max_size=30), st.none() | st.integers(-60, -50))
def test_definite_volume_histogram_is_that_of_the_definition(values, lower):
    low = min(values) if lower is None else lower
    grid = [float(g) for g in range(low, max(values) + 1)]
    found = ivh_of(values, IvhSettings(lower=lower))
    if len(grid) == 1:
        assert np.isnan(list(found.values())).all()
    else:
        assert_same(found, definition.intensity_volume_histogram(values, grid))


def test_volume_histogram_in_bins_of_a_width_has_their_middles():
    """Bins of 20 from the lower bound of the re-segmentation range to its upper bound."""
    values = [401, 419, 420, 455, 999.5]
    grid = [410.0 + 20 * bin_ for bin_ in range(40)]
    expected = definition.intensity_volume_histogram([410, 410, 430, 450, 990], grid)
    found = ivh_of(values, IvhSettings(IvhMethod.WIDTH, step=20, lower=400, upper=1200))
    assert_same(found, expected)


def test_volume_histogram_in_a_number_of_bins_has_their_numbers():
    values = [0.0, 0.9, 1.0, 5.5, 10.0]
    expected = definition.intensity_volume_histogram([1, 1, 2, 6, 10], list(range(1, 11)))
    assert_same(ivh_of(values, IvhSettings(IvhMethod.NUMBER, number=10)), expected)


@pytest.mark.parametrize("settings", [IvhSettings(step=0), IvhSettings(IvhMethod.NUMBER, number=0)])
def test_no_step_is_refused(settings):
    with pytest.raises(ValueError, match="must be positive"):
        ivh_of([1, 2], settings)


@pytest.mark.parametrize("values", [[0.1] * 10, [0.1]])
def test_equal_intensities_spread_by_exactly_nothing(values):
    found = statistics_of(values)
    zero = ("var", "skew", "kurt", "iqr", "range", "mad", "rmad", "medad", "cov", "qcod")
    assert all(found[f"stat_{name}"] == 0 for name in zero)
    assert found["stat_mean"] == found["stat_median"] == 0.1


def test_a_mean_of_zero_has_no_coefficient_of_variation():
    found = statistics_of([-1, 1])
    assert np.isnan(found["stat_cov"])
    assert np.isnan(found["stat_qcod"])


def test_nothing_is_known_of_no_values():
    assert np.isnan(list(statistics_of([]).values())).all()
    assert np.isnan(list(ivh_of([]).values())).all()


@pytest.mark.parametrize("count", [1, 2, 9, 1023, 1024, 1025, 5000])
@pytest.mark.parametrize("kind", ["spread", "integers", "outlier", "alike but one"])
def test_quantiles_are_selected_exactly(count, kind):
    rng = np.random.default_rng(count)
    values = {
        "spread": rng.normal(0, 1, count),
        "integers": rng.integers(0, 7, count).astype(float),
        "outlier": np.append(rng.normal(0, 1, count - 1), 1e12),
        "alike but one": np.append(np.zeros(count - 1), 1.0),
    }[kind]
    found = _native.describe(values)[4:11]
    np.testing.assert_allclose(found, np.percentile(values, (0, 10, 25, 50, 75, 90, 100)), rtol=1e-14)


@pytest.mark.parametrize("count", [255, 256, 2600])
def test_levels_are_counted_in_bytes_and_in_words(count):
    inside = np.random.default_rng(0).integers(0, count + 1, (5, 6, 71))
    levels = levels_of(inside, count)
    np.testing.assert_array_equal(
        _native.level_counts(levels.array, count), np.bincount(inside.ravel(), minlength=count + 1)[1:]
    )


def test_quantiles_of_values_whose_range_is_more_than_a_double_holds():
    values = np.array([-1.7e308, -1e308, 0.0, 1.0, 1.7e308])
    assert _native.describe(values)[4:11:3].tolist() == [-1.7e308, 0.0, 1.7e308]


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_values_that_are_not_finite_are_refused(value):
    with pytest.raises(ValueError, match="not finite"):
        _native.describe(np.array([1.0, value]))


def test_intensities_far_apart_need_no_histogram_of_all_between():
    found = ivh_of([0.0, 1e12])
    assert found["ivh_v10"] == found["ivh_v90"] == 0.5
    assert found["ivh_i90"] == 1.0
    assert found["ivh_i10"] == 1e12 + 1
