"""Voxel statistics: IBSI's values, independent formulas, regions on other grids."""

from __future__ import annotations

import csv
import json
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from oncometry.core import Code, Compartment, Geometry, Image, Modality, Unit
from oncometry.core.segmentation import bounding_box
from oncometry.measurement.histogram import MAXIMUM_BINS, histogram
from oncometry.measurement.intensity import intensity_statistics
from oncometry.measurement.region_voxels import coverage, region_in_image, region_voxels
from oncometry.measurement.result import IntensityStatistics
from oncometry.measurement.statistics import STATISTICS, describe

REFERENCE = Path(__file__).parents[1] / "reference"
ALL_VOXELS = (0, 0, 0)


def consensus() -> list[dict[str, str]]:
    lines = (REFERENCE / "ibsi_1_digital_phantom_statistics.csv").read_text().splitlines()
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))


def phantom() -> tuple[Image, np.ndarray]:
    stored = json.loads((REFERENCE / "ibsi_1_digital_phantom.json").read_text())
    array = np.array(stored["image"], dtype=np.int16).T
    geometry = Geometry(array.shape, np.diag([-1.0, -1.0, 1.0, 1.0]) @ np.array(stored["affine_ras_mm"]))
    return Image(array, geometry, Modality.CT, unit=Unit.HU, key="phantom"), np.array(stored["mask"]).T > 0


def whole(image: Image, mask: np.ndarray, **more: object) -> IntensityStatistics:
    start, box = bounding_box(mask)
    return intensity_statistics(
        image, start, mask[box], image.geometry, lesion=1, compartment=Compartment.WHOLE, **more
    )


@pytest.mark.parametrize("row", consensus(), ids=lambda row: row["name"])
def test_ibsi_consensus(row: dict[str, str]) -> None:
    value = whole(*phantom()).values[row["name"]]
    assert value is not None
    assert float(f"{value:.3g}") == float(row["value"])
    assert next(s for s in STATISTICS if s.name == row["name"]).ibsi_id == row["ibsi_id"]


def test_every_statistic_has_a_consensus_value() -> None:
    assert {s.name for s in STATISTICS} == {row["name"] for row in consensus()}
    assert len({s.ibsi_id for s in STATISTICS}) == len(STATISTICS)


@settings(max_examples=50, deadline=None)
@given(st.integers(3, 400), st.integers(0, 10_000), st.sampled_from([0.01, 1.0, 500.0]))
def test_agrees_with_scipy(count: int, seed: int, scale: float) -> None:
    x = np.random.default_rng(seed).gamma(2, scale, count)
    values, reasons = describe(x)
    assert not reasons
    assert values["skewness"] == pytest.approx(stats.skew(x), abs=1e-9)
    assert values["kurtosis"] == pytest.approx(stats.kurtosis(x), abs=1e-9)
    assert values["coefficient_of_variation"] == pytest.approx(stats.variation(x))
    assert values["interquartile_range"] == pytest.approx(stats.iqr(x))
    assert values["root_mean_square"] == pytest.approx(np.linalg.norm(x) / np.sqrt(count))


@pytest.mark.parametrize(
    ("x", "missing"),
    [
        ([], {s.name: Code.TOO_SMALL for s in STATISTICS}),
        ([5.0], {s.name: Code.TOO_SMALL for s in STATISTICS if s.spread}),
        ([5.0, 5.0, 5.0], {"skewness": Code.CONSTANT, "kurtosis": Code.CONSTANT}),
        ([0.1] * 7, {"skewness": Code.CONSTANT, "kurtosis": Code.CONSTANT}),
        ([5.0, np.nan], {s.name: Code.NONFINITE_VOXELS for s in STATISTICS}),
        ([5.0, np.inf], {s.name: Code.NONFINITE_VOXELS for s in STATISTICS}),
        (
            [-3.0, 3.0],
            {
                "coefficient_of_variation": Code.UNDEFINED,
                "quartile_coefficient_of_dispersion": Code.UNDEFINED,
                "robust_mean_absolute_deviation": Code.UNDEFINED,
            },
        ),
        ([1e200, 2e200], {"variance", "energy"}),
    ],
)
def test_values_that_are_not_there_have_a_reason(x: list[float], missing: dict[str, Code]) -> None:
    values, reasons = describe(np.array(x))
    if isinstance(missing, dict):
        assert reasons == missing
    else:
        assert missing <= set(reasons)
    assert {name for name, value in values.items() if value is None} == set(reasons)
    assert all(np.isfinite(v) for v in values.values() if v is not None)


def test_meaning_goes_along() -> None:
    image, mask = phantom()
    found = whole(image, mask)
    assert (found.series_key, found.unit, found.lesion, found.compartment) == (
        "phantom",
        Unit.HU,
        1,
        Compartment.WHOLE,
    )
    assert found.values["voxels"] == mask.sum() == 74
    assert found.values["coverage"] == 1


# regions on other grids


def turned(degrees: float, center: np.ndarray, move: tuple[float, ...]) -> np.ndarray:
    angle = np.radians(degrees)
    matrix = np.eye(4)
    matrix[:2, :2] = [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]
    matrix[:3, 3] = center + np.asarray(move) - matrix[:3, :3] @ center
    return matrix


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 9999), st.floats(-40, 40), st.tuples(*[st.floats(-6, 6)] * 3))
def test_a_voxel_belongs_if_its_center_does(seed: int, degrees: float, move: tuple[float, ...]) -> None:
    rng = np.random.default_rng(seed)
    grid = Geometry.from_parts((12, 10, 7), (1.0, 1.3, 3.0), (2, 3, 4))
    other = Geometry.from_parts(
        (9, 11, 10), (1.7, 0.8, 2.0), (1, 4, 3), np.diag([-1, 1, 1]) if seed % 2 else None
    )
    image = Image(rng.normal(size=other.shape), other)
    mask = rng.random(grid.shape) < 0.5
    start, box = bounding_box(mask)
    matrix = turned(degrees, np.array([8.0, 9.0, 12.0]), move)
    where, found = region_in_image(other, start, mask[box], grid, matrix)
    full = np.zeros(other.shape, bool)
    full[tuple(slice(s, s + n) for s, n in zip(where, found.shape, strict=True))] = found
    places = other.to_world(np.moveaxis(np.indices(other.shape), 0, -1))
    index = grid.to_index(places @ matrix[:3, :3].T + matrix[:3, 3])
    nearest = np.floor(index + 0.5).astype(int)
    inside = ((nearest >= 0) & (nearest < grid.shape)).all(axis=-1)
    expected = mask[tuple(np.moveaxis(np.clip(nearest, 0, np.array(grid.shape) - 1), -1, 0))] & inside
    sure = (np.abs(index - np.floor(index) - 0.5) > 1e-4).all(axis=-1)
    np.testing.assert_array_equal(full[sure], expected[sure])
    values = region_voxels(image, start, mask[box], grid, matrix)
    np.testing.assert_array_equal(np.sort(values), np.sort(image.array[full]))


def test_the_own_grid_gives_the_own_voxels_in_raster_order() -> None:
    image, mask = phantom()
    start, box = bounding_box(mask)
    values = region_voxels(image, start, mask[box], image.geometry)
    assert values.dtype == image.array.dtype
    np.testing.assert_array_equal(values, image.array.T[mask.T])


def test_centers_on_the_border_between_two_voxels_are_counted_once() -> None:
    fine = Geometry.from_parts((10, 10, 10), (1, 1, 1))
    image = Image(np.ones(fine.shape), fine)
    coarse = Geometry.from_parts((5, 10, 10), (2, 1, 1), (1.0, 0, 0))
    left = region_voxels(image, (0, 0, 0), np.ones((2, 10, 10), bool), coarse).size
    right = region_voxels(image, (2, 0, 0), np.ones((3, 10, 10), bool), coarse).size
    everything = region_voxels(image, (0, 0, 0), np.ones((5, 10, 10), bool), coarse).size
    assert left + right == everything == 1000


def test_a_region_outside_the_image_says_so() -> None:
    image, mask = phantom()
    start, box = bounding_box(mask)
    away = Geometry(image.geometry.shape, image.geometry.affine + np.eye(4, k=3) * 500)
    found = intensity_statistics(image, start, mask[box], away, lesion=1, compartment=Compartment.WHOLE)
    assert found.values["voxels"] == 0
    assert found.values["coverage"] == 0
    assert set(found.reasons.values()) == {Code.GEOMETRY_MISMATCH}
    assert found.histogram is None


def test_a_region_mostly_outside_is_not_described_and_one_mostly_inside_is() -> None:
    image = Image(np.ones((10, 10, 10)), Geometry.from_parts((10, 10, 10), (1, 1, 1)))
    region = np.ones((10, 10, 10), bool)
    for shift, described in ((7.0, False), (3.0, True)):
        grid = Geometry.from_parts((10, 10, 10), (1, 1, 1), (shift, 0, 0))
        found = intensity_statistics(image, ALL_VOXELS, region, grid, lesion=1, compartment=Compartment.WHOLE)
        assert found.values["coverage"] == pytest.approx(1 - shift / 10)
        assert (found.values["mean"] is not None) == described


def test_coverage_through_a_matrix() -> None:
    grid = Geometry.from_parts((10, 10, 10), (1, 1, 1))
    matrix = np.eye(4)
    matrix[0, 3] = 4.0
    assert coverage(grid, ALL_VOXELS, np.ones((10, 10, 10), bool), grid, matrix) == pytest.approx(0.6)


def test_an_empty_region() -> None:
    image, _ = phantom()
    found = intensity_statistics(
        image,
        ALL_VOXELS,
        np.zeros((0, 0, 0), bool),
        image.geometry,
        lesion=0,
        compartment=Compartment.CORE,
    )
    assert set(found.reasons.values()) == {Code.TOO_SMALL}
    assert found.values["voxels"] == 0


def test_a_region_finer_than_the_image_takes_the_image_s_voxels() -> None:
    pet = Image(np.arange(1000.0).reshape(10, 10, 10), Geometry.from_parts((10, 10, 10), (4, 4, 4)))
    ct = Geometry.from_parts((40, 40, 40), (1, 1, 1), (-1.5, -1.5, -1.5))
    region = np.zeros(ct.shape, bool)
    region[8:16, 8:16, 8:16] = True
    values = region_voxels(pet, ALL_VOXELS, region, ct)
    np.testing.assert_array_equal(np.sort(values), np.sort(pet.array[2:4, 2:4, 2:4].ravel()))


# histogram


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.floats(-3000, 3000, width=32), min_size=1, max_size=200),
    st.sampled_from([Unit.HU, Unit.SUV_BW, Unit.ARBITRARY]),
)
def test_every_voxel_is_in_a_bin(values: list[float], unit: Unit) -> None:
    found = histogram(np.array(values), unit)
    assert found is not None
    assert sum(found.counts) == len(values)
    assert len(found.edges) == len(found.counts) + 1 <= MAXIMUM_BINS + 1
    assert found.edges[0] <= min(values) <= max(values) <= found.edges[-1]
    assert (np.diff(found.edges) > 0).all()


def test_edges_are_stated_by_unit() -> None:
    x = np.array([-7.0, 12.0, 33.0])
    assert histogram(x, Unit.HU).edges == (-10, 0, 10, 20, 30, 40)
    assert histogram(x / 20, Unit.SUV_BW).edges[:3] == (-0.5, -0.25, 0)
    assert len(histogram(x, Unit.ARBITRARY).counts) == 64
    assert histogram(np.array([3.0, 3.0]), Unit.ARBITRARY).edges == (2.5, 3.5)
    assert histogram(np.array([1.0, np.nan]), Unit.HU) is None


def test_a_large_region_is_fast() -> None:
    grid = Geometry.from_parts((240, 240, 155), (1, 1, 1))
    rng = np.random.default_rng(0)
    image = Image(rng.normal(size=grid.shape).astype(np.float32), grid, key="large")
    region = np.zeros(grid.shape, bool)
    region[60:160, 60:160, 30:130] = True
    start, box = bounding_box(region)
    begun = time.process_time()
    whole_region = region[box]
    intensity_statistics(image, start, whole_region, grid, lesion=1, compartment=Compartment.WHOLE)
    assert time.process_time() - begun < 2
