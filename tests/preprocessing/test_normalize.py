"""Normalization, and what is left alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import SimpleITK as sitk

from oncometry.core import Code, Contrast, Image, Modality, Unit
from oncometry.preprocessing import PreprocessingSettings, foreground, normalize
from oncometry.preprocessing.foreground import otsu_threshold
from oncometry.preprocessing.sitk import to_sitk


def test_otsu_agrees_with_simpleitk(brain: Image) -> None:
    peer = sitk.OtsuThresholdImageFilter()
    peer.SetNumberOfHistogramBins(256)
    peer.Execute(to_sitk(brain))
    ours = otsu_threshold(brain.array)
    assert ours == pytest.approx(peer.GetThreshold(), abs=2 * float(np.ptp(brain.array)) / 256)


def test_zscore_over_the_foreground(brain: Image) -> None:
    inside = foreground(brain)
    result = normalize(brain, PreprocessingSettings())
    values = result.image.array[inside].astype(float)
    assert values.mean() == pytest.approx(0, abs=1e-4)
    assert values.std() == pytest.approx(1, abs=1e-4)
    step = result.steps[0].parameters
    undone = result.image.array * step["standard_deviation"] + step["mean"]
    np.testing.assert_allclose(undone, brain.array, atol=1e-2)


def test_percentile(brain: Image) -> None:
    inside = foreground(brain)
    result = normalize(brain, PreprocessingSettings(normalization="percentile")).image.array
    assert (result.min(), result.max()) == (0, 1)
    assert np.mean(result[inside] == 1) == pytest.approx(0.01, abs=0.002)


@pytest.mark.parametrize("factor", [0.1, 7.0])
def test_scale_of_the_scanner_does_not_matter(brain: Image, factor: float) -> None:
    for name in ("zscore", "percentile"):
        chosen = PreprocessingSettings(normalization=name)
        one = normalize(brain, chosen).image.array
        other = normalize(brain.with_array(brain.array * np.float32(factor)), chosen).image.array
        np.testing.assert_allclose(one, other, atol=2e-3)


def test_ct_is_windowed(ramp: Image) -> None:
    ct = replace(ramp, array=ramp.array * 50, modality=Modality.CT, unit=Unit.HU)
    result = normalize(ct, PreprocessingSettings(ct_window_hu=(-100, 100)))
    np.testing.assert_array_equal(result.image.array, np.clip(ct.array, -100, 100).astype(np.float32))
    assert result.steps[0].parameters["limits"] == [-100, 100]


@pytest.mark.parametrize(
    "meaning",
    [
        {"modality": Modality.PT, "unit": Unit.SUV_BW},
        {"contrast": Contrast.ADC},
        {"unit": Unit.MM2_PER_S},
    ],
)
def test_quantities_keep_their_unit(ramp: Image, meaning: dict[str, object]) -> None:
    image = replace(ramp, **meaning)
    result = normalize(image, PreprocessingSettings())
    assert result.image is image
    assert not result.steps


def test_nothing_is_done_where_nothing_is_asked(ramp: Image) -> None:
    assert normalize(ramp, PreprocessingSettings(normalization="none")).image is ramp


@pytest.mark.parametrize("name", ["zscore", "percentile"])
def test_no_contrast(ramp: Image, name: str) -> None:
    flat = ramp.with_array(np.full(ramp.array.shape, 3.0))
    result = normalize(flat, PreprocessingSettings(normalization=name))
    assert [n.code for n in result.notices] == [Code.CONSTANT]
    assert result.image is flat


@pytest.mark.parametrize("odd", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("name", ["zscore", "percentile"])
def test_voxels_that_are_not_finite_do_not_count(brain: Image, odd: float, name: str) -> None:
    array = brain.array.copy()
    array[100:110, 100:110, 15] = odd
    chosen = PreprocessingSettings(normalization=name)
    with_, without = (normalize(i, chosen).image.array for i in (brain.with_array(array), brain))
    ordinary = np.isfinite(array)
    np.testing.assert_allclose(with_[ordinary], without[ordinary], atol=0.01)
