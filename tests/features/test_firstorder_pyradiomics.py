"""First order by PyRadiomics' names, against its baselines."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk

from oncometry.features.firstorder_pyradiomics import TABLE_PYRADIOMICS, firstorder_pyradiomics
from oncometry.features.intensity_statistics import TABLE, intensity_statistics

from .pyradiomics import CASES, DATA, baseline, case_levels, needs_data
from .regions import levels_of

NAMES = [feature.name for feature in TABLE_PYRADIOMICS]


@needs_data
@pytest.mark.parametrize("case", CASES)
def test_baseline(case):
    folder = Path(DATA) / "imaging" / "pyradiomics"
    image = sitk.ReadImage(folder / f"{case}_image.nrrd")
    mask = sitk.GetArrayFromImage(sitk.ReadImage(folder / f"{case}_label.nrrd")) == 1
    values = sitk.GetArrayFromImage(image)[mask]
    volume = float(np.prod(image.GetSpacing()))
    found = dict(zip(NAMES, firstorder_pyradiomics(values, case_levels(case), volume, 2000), strict=True))
    expected = baseline("firstorder")[case]
    assert len(expected) == 18
    assert {name: found[name] for name in expected} == pytest.approx(expected, rel=1e-6)


def test_the_same_as_ibsi_where_the_identifier_is_the_same():
    values = np.random.default_rng(0).normal(50, 20, 300)
    levels = levels_of((values // 25).astype(int).clip(0).reshape(3, 10, 10) + 1)
    found = dict(zip(TABLE_PYRADIOMICS, firstorder_pyradiomics(values, levels, 2.0), strict=True))
    by_id = dict(zip((f.ibsi_id for f in TABLE), intensity_statistics(values), strict=True))
    shared = [feature for feature in TABLE_PYRADIOMICS if feature.ibsi_id in by_id]
    assert len(shared) == 12
    for feature in shared:
        assert found[feature] == pytest.approx(by_id[feature.ibsi_id], rel=1e-12)
    other = {feature.name: value for feature, value in found.items()}
    assert other["Kurtosis"] == pytest.approx(by_id["IPH6"] + 3)
    assert other["Energy"] == by_id["N8CA"] == other["TotalEnergy"] / 2


def test_the_shift_moves_energy_and_root_mean_square_alone():
    values = np.array([-3.0, 1.0, 4.0, 4.0])
    levels = levels_of(np.array([[[1, 2, 3, 3]]]))
    plain, shifted = (firstorder_pyradiomics(values, levels, 1.0, shift) for shift in (0, 10))
    changed = [name for name, a, b in zip(NAMES, plain, shifted, strict=True) if a != b]
    assert changed == ["Energy", "TotalEnergy", "RootMeanSquared"]
    assert shifted[0] == pytest.approx(np.sum((values + 10) ** 2))


def test_equal_intensities_have_no_skewness_and_one_level():
    found = dict(
        zip(
            NAMES, firstorder_pyradiomics(np.full(8, 0.1), levels_of(np.ones((2, 2, 2), int)), 1), strict=True
        )
    )
    assert found["Variance"] == found["Skewness"] == found["Kurtosis"] == found["MeanAbsoluteDeviation"] == 0
    assert found["Uniformity"] == 1
    assert found["Entropy"] == pytest.approx(0, abs=1e-15)


def test_nothing_is_known_of_no_values():
    assert np.isnan(firstorder_pyradiomics(np.zeros(0), levels_of(np.zeros((1, 1, 1), int), 1), 1)).all()
