"""Saliency: of an answer that is known voxel by voxel, and of a network whose rule is known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy import ndimage
from tests.segmentation.made_network import TUMOR_LPS_MM, centered, head, threshold_weights, written

from oncometry.core import Code, Contrast, Image, LabelError, SettingsError
from oncometry.segmentation.inference_settings import InferenceSettings
from oncometry.segmentation.own_network import OwnNetwork
from oncometry.segmentation.saliency import (
    SaliencySettings,
    _windows,
    occlusion_saliency,
    region_probability,
)

GEOMETRY = centered((21, 18, 11), (2.0, 2.5, 4.0))
SETTINGS = SaliencySettings(patch_mm=12.0, blur_mm=8.0)


def images(seed: int = 0) -> dict[Contrast, Image]:
    rng = np.random.default_rng(seed)
    return {
        c: Image(rng.uniform(1, 2, GEOMETRY.shape).astype(np.float32), GEOMETRY, contrast=c)
        for c in (Contrast.T1, Contrast.FLAIR)
    }


def ball(radius_mm: float, center_mm: tuple[float, float, float] = (6.0, 4.0, 0.0)) -> np.ndarray:
    grid = np.stack(np.meshgrid(*(np.arange(n) for n in GEOMETRY.shape), indexing="ij"), axis=-1)
    return np.linalg.norm(GEOMETRY.to_world(grid) - center_mm, axis=-1) < radius_mm


def test_windows_sum_to_one_everywhere():
    for patch_mm in (5.0, 12.0, 200.0):
        total = np.zeros(GEOMETRY.shape)
        for place, window in _windows(Image(total, GEOMETRY), patch_mm):
            total[place] += window
        np.testing.assert_allclose(total, 1.0, atol=1e-12)


def test_of_a_linear_answer_it_is_the_sum_over_windows():
    """The fall of a patch is the weighted sum of what blurring takes away there; written out."""
    shown = images()
    weights = np.random.default_rng(1).normal(size=GEOMETRY.shape)

    def answer(given):
        return float((given[Contrast.FLAIR].array * weights).sum())

    found = occlusion_saliency(shown, answer, SETTINGS)
    flair = shown[Contrast.FLAIR].array.astype(np.float64)
    sigma = [8.0 / s for s in GEOMETRY.spacing_mm]
    blurred = ndimage.gaussian_filter(flair, sigma)
    taken = (flair - blurred) * weights
    expected = np.zeros(GEOMETRY.shape)
    for place, window in _windows(shown[Contrast.FLAIR], 12.0):
        expected[place] += (taken[place] * window).sum() * window
    np.testing.assert_allclose(found.fall.array, expected, atol=1e-3)
    assert found.answer == answer(shown)
    assert found.by_sequence[Contrast.FLAIR] == pytest.approx(taken.sum(), abs=1e-3)
    assert found.by_sequence[Contrast.T1] == 0


def test_it_is_where_the_answer_looks_and_nowhere_else():
    shown = images()
    seen = ball(5.0)
    bright = np.where(seen, 10.0, shown[Contrast.FLAIR].array).astype(np.float32)
    shown[Contrast.FLAIR] = shown[Contrast.FLAIR].with_array(bright)
    found = occlusion_saliency(shown, lambda given: float(given[Contrast.FLAIR].array[seen].mean()), SETTINGS)
    fall = found.fall.array
    assert fall[seen].min() > 0
    assert fall[seen].mean() > 10 * np.abs(fall[~ball(20.0)]).mean()
    assert seen[np.unravel_index(fall.argmax(), fall.shape)]
    assert not fall[~ball(5.0 + 12.0 * np.sqrt(3))].any()
    assert found.by_sequence[Contrast.FLAIR] > 1


def test_what_is_no_tissue_stays_and_is_not_asked():
    shown = images()
    brain = ball(14.0, (0, 0, 0))
    shown = {c: image.with_array(image.array * brain) for c, image in shown.items()}
    asked = []

    def answer(given):
        asked.append(given[Contrast.T1].array)
        return float(given[Contrast.T1].array.sum())

    found = occlusion_saliency(shown, answer, SETTINGS)
    assert all((array[~brain] == 0).all() for array in asked)
    assert all(array[brain].min() > 0.9 and array[brain].max() < 2.1 for array in asked)
    assert len(asked) == found.patches + 3
    few = occlusion_saliency(shown, answer, SETTINGS, within=ball(2.0, (0, 0, 0)))
    assert 0 < few.patches < found.patches / 2
    assert np.array_equal(few.fall.array != 0, (few.fall.array != 0) & (found.fall.array != 0))


def test_a_network_looks_at_the_tumor_it_finds(tmp_path: Path):
    """Its rule is known: whole tumor by FLAIR, core by contrast-enhanced T1."""
    written(tmp_path, threshold_weights())
    network = OwnNetwork.read(tmp_path / "made.json", InferenceSettings(backend="onnxruntime", threads=1))
    geometry = centered((35, 36, 37), (2, 2, 2))
    shown = head(geometry)
    found = network.segment(shown).regions["WT"].array > 0.5
    near = ndimage.binary_dilation(found, iterations=4)
    settings = SaliencySettings(patch_mm=32.0, blur_mm=20.0)
    saliency = occlusion_saliency(shown, region_probability(network, "WT", found), settings, within=found)
    fall = saliency.fall.array
    assert saliency.answer > 0.9
    assert fall[found].mean() > 3 * abs(fall[~near].mean())
    middle = geometry.to_world(np.array(ndimage.center_of_mass(np.maximum(fall, 0))))
    assert np.linalg.norm(middle - TUMOR_LPS_MM) < 3.0
    looked = saliency.by_sequence
    assert looked[Contrast.FLAIR] > 0.3
    assert max(abs(looked[c]) for c in looked if c is not Contrast.FLAIR) < 0.02


def test_what_is_wrong_is_told():
    shown = images()
    with pytest.raises(SettingsError, match="finite number"):
        occlusion_saliency(shown, lambda given: float("nan"), SETTINGS)
    with pytest.raises(SettingsError, match="needs an image"):
        occlusion_saliency({}, lambda given: 0.0)
    with pytest.raises(SettingsError, match="mask of shape"):
        occlusion_saliency(shown, lambda given: 0.0, within=np.ones((2, 2, 2), bool))
    with pytest.raises(SettingsError, match="empty"):
        region_probability(None, "WT", np.zeros(GEOMETRY.shape, bool))


def test_a_region_that_is_not_there_is_told(tmp_path: Path):
    written(tmp_path, threshold_weights())
    network = OwnNetwork.read(tmp_path / "made.json", InferenceSettings(backend="onnxruntime", threads=1))
    shown = head(centered((35, 36, 37), (2, 2, 2)))
    answer = region_probability(network, "XX", np.ones((35, 36, 37), bool))
    with pytest.raises(LabelError) as error:
        answer(shown)
    assert error.value.code is Code.LABEL_UNKNOWN
    assert "WT" in error.value.what
