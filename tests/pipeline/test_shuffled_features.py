"""Shuffled voxels: the same regions with the same values, and nothing of the picture left."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oncometry.core import Code, Compartment, Geometry, Image, Modality, NothingFoundError, Segment
from oncometry.pipeline import CohortFolder, SilentProgress
from oncometry.pipeline.experiment.cohort_sheet import cohort_sheet
from oncometry.pipeline.shuffled_features import shuffled_sheet
from oncometry.pipeline.shuffled_region import shuffle_voxels
from oncometry.prediction.sheet import PatientSheet

from ..small_cohort import volume_ml
from .conftest import QUICK, run_inline

pytestmark = pytest.mark.one_engine

module = import_module("oncometry.pipeline.shuffled_region")

SPEC = {"families": ["morphology", "intensity_statistics", "glcm"], "aggregations": ["3D_comb"]}
CORRELATION = "radiomics.T1c.whole.cm_corr_3D_comb@1"


@pytest.fixture(scope="module")
def imaged(small_inputs: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    cohort = tmp_path_factory.mktemp("imaged") / "cohort"
    chosen = QUICK.changed({"features": {"spec": SPEC}})
    summary = run_inline(small_inputs / "scans", cohort, settings=chosen)
    assert summary.failures == ()
    return cohort


@pytest.fixture(scope="module")
def real(imaged: Path) -> PatientSheet:
    with CohortFolder.open(imaged).store() as store:
        return cohort_sheet(store)


@pytest.fixture(scope="module")
def shuffled(imaged: Path, real: PatientSheet) -> PatientSheet:
    return _shuffled(imaged, [name for name in real.columns if "radiomics." in name])


def _shuffled(cohort: Path, names: list[str], seed: int = 3, jobs: int = 1) -> PatientSheet:
    with CohortFolder.open(cohort).store() as store:
        return shuffled_sheet(store, names, seed, jobs, SilentProgress())


def test_how_images_were_made_and_what_was_measured_in_them(real: PatientSheet) -> None:
    for image in ("T1", "T1c"):
        np.testing.assert_allclose(real.columns[f"scan.{image}.spacing_k_mm"], 8.0)
        np.testing.assert_allclose(real.columns[f"scan.{image}.spacing_i_mm"], 3.2)
    for row, patient in enumerate(real.patients):
        for visit in (0, 1):
            found = real.columns[f"size.whole.volume_ml@{visit + 1}"][row]
            assert found == pytest.approx(sum(volume_ml(patient, visit)), rel=0.02, abs=1e-9)
    assert not [notice for notice in real.notices if "manual reads" in notice.what.casefold()]


def test_the_columns_are_those_of_the_real_ones(real: PatientSheet, shuffled: PatientSheet) -> None:
    assert shuffled.patients.tolist() == real.patients.tolist()
    assert len(shuffled.columns) > 500
    for name, cells in shuffled.columns.items():
        np.testing.assert_array_equal(np.isnan(cells), np.isnan(real.columns[name]), err_msg=name)
        assert shuffled.days.get(name) == real.days.get(name)


def test_shape_and_histogram_stay_and_texture_becomes_noise(
    real: PatientSheet, shuffled: PatientSheet
) -> None:
    for name, cells in shuffled.columns.items():
        if "stat_" in name or name.rpartition(".")[2].startswith(
            ("morph_volume", "morph_diam", "morph_sphericity")
        ):
            np.testing.assert_allclose(cells, real.columns[name], rtol=1e-9, atol=1e-9, err_msg=name)
    assert np.nanmin(np.abs(real.columns[CORRELATION])) > 0.05
    assert np.nanmax(np.abs(shuffled.columns[CORRELATION])) < 0.05


def test_the_seed_decides_and_nothing_else(imaged: Path, shuffled: PatientSheet) -> None:
    alone = _shuffled(imaged, [CORRELATION])
    np.testing.assert_array_equal(alone.columns[CORRELATION], shuffled.columns[CORRELATION])
    other = _shuffled(imaged, [CORRELATION], seed=4)
    assert (other.columns[CORRELATION] != shuffled.columns[CORRELATION]).all()
    assert dict(other.origin) == {"shuffled voxels, seed": "4"}


def test_what_was_shuffled_is_not_shuffled_again(
    imaged: Path, shuffled: PatientSheet, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: Any, **__: Any) -> Any:
        raise AssertionError

    monkeypatch.setattr(module, "extract", never)
    again = _shuffled(imaged, list(shuffled.columns))
    for name, cells in again.columns.items():
        np.testing.assert_array_equal(cells, shuffled.columns[name])


def test_processes_give_the_same(imaged: Path, shuffled: PatientSheet) -> None:
    two = _shuffled(imaged, list(shuffled.columns), jobs=2)
    for name, cells in two.columns.items():
        np.testing.assert_array_equal(cells, shuffled.columns[name])


def test_columns_that_are_no_radiomics_are_left_away(imaged: Path) -> None:
    with pytest.raises(NothingFoundError, match="shuffled"):
        _shuffled(imaged, ["size.whole.volume_ml@1", "radiomics.T1c.tail.stat_mean@1"])


def test_features_are_those_of_the_largest_lesion_bit_by_bit(imaged: Path, real: PatientSheet) -> None:
    """The wide table of the store is another way to the same numbers."""
    with CohortFolder.open(imaged).store() as store:
        wide = store.table("features_wide")
        measured = store.table("measurements")
    compared = 0
    for row, patient in enumerate(real.patients):
        first = measured[(measured["patient_id"] == patient) & (measured["timepoint"] == 1)]
        largest = first[first["compartment"] == "whole"].sort_values("volume_ml")["lesion"].iloc[-1]
        own = wide[(wide["patient_id"] == patient) & (wide["lesion"] == largest)]
        for _, region in own.iterrows():
            stem = f"radiomics.{region['contrast']}.{region['compartment']}"
            for tag in ("stat_mean", "cm_corr_3D_comb", "morph_volume"):
                name = f"{stem}.{tag}@{region['timepoint']}"
                found = real.columns[name][row] if name in real.columns else np.nan
                assert found == region[tag] or (np.isnan(found) and np.isnan(region[tag])), name
                compared += 1
    assert compared >= 24


def test_a_lesion_that_is_gone_is_told_and_not_a_gap_by_chance(
    real: PatientSheet, shuffled: PatientSheet
) -> None:
    gone = [float(not volume_ml(patient, 1)) for patient in real.patients]
    assert sorted(gone) == [0, 1]
    for stem in ("radiomics.T1c.whole", "delta.radiomics.T1.whole"):
        np.testing.assert_array_equal(real.columns[f"{stem}.vanished@2"], gone)
        np.testing.assert_array_equal(np.isnan(real.columns[f"{stem}.stat_mean@2"]), np.array(gone) == 1)
        assert real.days[f"{stem}.vanished@2"] == 60
    assert not [name for name in real.columns if name.endswith("vanished@1")]
    assert not [name for name in shuffled.columns if "vanished" in name], "it has no voxels"
    told = [n.what for n in real.notices if n.code is Code.ABSENT]
    assert any("features of T1c.whole at visit 2: of 1 patients the lesion is gone" in what for what in told)


def test_the_matrix_of_regions_is_the_wide_table(imaged: Path) -> None:
    with CohortFolder.open(imaged).store() as store:
        wide, regions = store.table("features_wide"), store.feature_regions()
        order = regions["extraction_id"].tolist()[::-1]
        found = store.region_features(order)
        nothing = store.region_features([])
    assert nothing.numbers.shape == (0, 0)
    np.testing.assert_array_equal(found.numbers.T[::-1], wide[list(found.names)].to_numpy())


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**31), shape=st.tuples(*[st.integers(1, 5)] * 3), part=st.floats(0.0, 1.0))
def test_values_change_places_within_the_region_alone(
    seed: int, shape: tuple[int, int, int], part: float
) -> None:
    rng = np.random.default_rng(seed)
    grid = Geometry.from_parts((8, 8, 8), (1, 1, 1), (0, 0, 0), np.eye(3))
    values = rng.normal(size=grid.shape)
    segment = Segment(1, "x", Compartment.WHOLE, (2, 1, 3), rng.random(shape) < part)
    image = Image(values.copy(), grid, Modality.MR)
    made = shuffle_voxels(image, segment, rng)
    np.testing.assert_array_equal(image.array, values)
    inside = np.zeros(grid.shape, bool)
    inside[segment.box] = segment.array
    np.testing.assert_array_equal(made.array[~inside], values[~inside])
    np.testing.assert_array_equal(np.sort(made.array[inside]), np.sort(values[inside]))
    if inside.sum() > 30:
        assert (made.array[inside] != values[inside]).any()
