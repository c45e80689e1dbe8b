"""Gray levels (IBSI manual 2.7), and re-segmentation (2.5)."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from oncometry.core import SettingsError
from oncometry.features.discretize import discretize, level_numbers
from oncometry.features.intensity_settings import AsLevels, FixedBinNumber, FixedBinSize, IntensitySettings
from oncometry.features.pyradiomics_discretize import pyradiomics_levels
from oncometry.features.pyradiomics_spec import PyradiomicsSettings
from oncometry.features.resegment import resegment

WHOLE = hnp.arrays(np.int16, st.integers(1, 60), elements=st.integers(-1024, 3000))
REAL = hnp.arrays(np.float64, st.integers(1, 60), elements=st.floats(-100, 100, width=32))


@given(WHOLE, st.integers(1, 300))
def test_fixed_number_by_the_formula(values: np.ndarray, count: int) -> None:
    numbers, levels = level_numbers(values, FixedBinNumber(count=count), None)
    low, high = int(values.min()), int(values.max())
    wanted = [
        count if v == high != low else int(np.floor(count * (int(v) - low) / max(high - low, 1))) + 1
        for v in values
    ]
    assert levels == count
    assert numbers.tolist() == wanted


@given(WHOLE, st.sampled_from([0.5, 2.5, 25.0, 7.0]))
def test_fixed_size_by_the_formula(values: np.ndarray, width: float) -> None:
    numbers, count = level_numbers(values, FixedBinSize(width=width), -1024)
    assert numbers.tolist() == [int(np.floor((int(v) + 1024) / width)) + 1 for v in values]
    assert count == numbers.max()


@given(WHOLE)
def test_whole_numbers_fall_where_the_same_real_numbers_do(values: np.ndarray) -> None:
    for settings in (FixedBinNumber(count=32), FixedBinSize(width=2.5)):
        whole, _ = level_numbers(values, settings, -1024)
        real, _ = level_numbers(values.astype(float), settings, -1024)
        np.testing.assert_array_equal(whole, real)


@given(WHOLE | REAL, st.sampled_from([0.1, 0.3, 25.0, 5.0]))
def test_widths_of_pyradiomics_are_numpys_digitize(values: np.ndarray, width: float) -> None:
    numbers, _ = pyradiomics_levels(values, PyradiomicsSettings(bin_width=width))
    low, high = float(values.min()), float(values.max())
    edges = np.arange(low - low % width, high + 2 * width, width)
    np.testing.assert_array_equal(numbers, np.digitize(values, edges))


@given(WHOLE | REAL, st.sampled_from([1, 3, 16, 64]))
def test_counts_of_pyradiomics_are_numpys_histogram(values: np.ndarray, count: int) -> None:
    numbers, _ = pyradiomics_levels(values, PyradiomicsSettings(bin_count=count))
    edges = np.histogram(values, count)[1]
    edges[-1] += 1
    np.testing.assert_array_equal(numbers, np.digitize(values, edges))


def test_levels_lie_in_their_box_with_a_border() -> None:
    mask = np.array([[[1, 0, 1], [1, 1, 0]]], np.uint8)
    levels = discretize(np.array([3, 1, 2, 3]), mask, AsLevels(), None)
    assert levels.array.dtype == np.uint8
    np.testing.assert_array_equal(levels.array[1, 1:-1, 1:-1], [[3, 0, 1], [2, 3, 0]])
    assert levels.array.sum() == 9
    many = discretize(np.array([3, 1, 2, 2600]), mask, AsLevels(), None)
    assert (many.array.dtype, many.count) == (np.uint16, 2600)


@pytest.mark.parametrize("values", [[0, 1], [1.5, 2], [-1, 3]])
def test_values_that_are_no_levels_are_refused(values: list[float]) -> None:
    with pytest.raises(SettingsError, match="whole numbers from 1 on"):
        level_numbers(np.array(values), AsLevels(), None)


def test_more_levels_than_can_be_numbered_are_refused() -> None:
    with pytest.raises(SettingsError, match="100001 gray levels"):
        level_numbers(np.array([0.0, 10000.0]), FixedBinSize(width=0.1), 0)
    with pytest.raises(SettingsError, match="gray levels"):
        pyradiomics_levels(np.array([0.0, 1e9]), PyradiomicsSettings(bin_width=0.1))


def test_a_range_includes_its_bounds() -> None:
    image = np.array([[[-1000.0, 0, 1, 2, 3, 400, 401]]])
    settings = IntensitySettings(range=(0, 400), discretize=FixedBinNumber(count=2))
    kept = resegment(image, np.ones(image.shape, np.uint8), settings)
    assert image[kept == 1].tolist() == [0, 1, 2, 3, 400]


def test_outliers_are_told_from_the_whole_region() -> None:
    image = np.array([[[0.0, 10, 20, 30, 40, 1000, 7]]])
    mask = np.array([[[1, 1, 1, 1, 1, 1, 0]]], np.uint8)
    values = image[mask == 1]
    settings = IntensitySettings(range=(5, 500), outlier_sigma=0.43, discretize=FixedBinNumber(count=2))
    low, high = values.mean() - 0.43 * values.std(), values.mean() + 0.43 * values.std()
    assert 20 < low < 30
    assert high < 500
    kept = resegment(image, mask, settings)
    assert image[kept == 1].tolist() == [30, 40]
