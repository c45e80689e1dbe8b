"""Deformable registration: known deformations are undone, bad ones refused, growth left alone."""

from __future__ import annotations

import numpy as np
import pytest
import SimpleITK as sitk

from oncometry.core import Geometry, Image
from oncometry.preprocessing import Deformation, Registration, deform
from oncometry.preprocessing.deform import _doubt

from .deformed import Pair, brain_on, turned_and_deformed

SHAPE = (44, 52, 40)


@pytest.fixture(scope="module")
def pair(template: Image) -> Pair:
    return turned_and_deformed(template, brain_on(template, SHAPE, 4.0), 1, 6.0)


def rigid_of(pair: Pair, matrix: np.ndarray | None = None) -> Registration:
    return Registration("fixed", "moving", pair.rigid if matrix is None else matrix, 0.5, 0.2, "rigid")


@pytest.fixture(scope="module")
def found(pair: Pair) -> Registration:
    return deform(pair.fixed, pair.moving, rigid_of(pair))


def test_a_known_deformation_is_undone(pair: Pair, found: Registration) -> None:
    assert (found.method, found.refused) == ("deformable", "")
    assert found.deformation is not None
    points, matrix = pair.landmarks(97), pair.rigid
    errors = []
    for places in (points, found.deformation.carry(points)):
        away = places @ matrix[:3, :3].T + matrix[:3, 3] - pair.carry(points)
        errors.append(np.linalg.norm(away, axis=1).mean())
    assert errors[0] > 2
    assert errors[1] < 1
    np.testing.assert_array_equal(found.matrix, matrix)


def test_what_is_told_of_it(found: Registration) -> None:
    deformation = found.deformation
    assert deformation is not None
    low, high = deformation.jacobian
    assert 0.3 <= low < 1 < high <= 3
    assert 0 < deformation.inverse_error_mm < 1


def test_back_undoes_carry(pair: Pair, found: Registration) -> None:
    assert found.deformation is not None
    points = pair.landmarks(501)
    np.testing.assert_allclose(found.deformation.back(found.deformation.carry(points)), points, atol=1e-4)


def test_the_same_on_any_number_of_threads(pair: Pair, found: Registration) -> None:
    before = sitk.ProcessObject.GetGlobalDefaultNumberOfThreads()
    sitk.ProcessObject.SetGlobalDefaultNumberOfThreads(2 if before == 1 else 1)
    try:
        again = deform(pair.fixed, pair.moving, rigid_of(pair))
    finally:
        sitk.ProcessObject.SetGlobalDefaultNumberOfThreads(before)
    assert found.deformation is not None
    assert again.deformation is not None
    np.testing.assert_array_equal(again.deformation.displacement_mm, found.deformation.displacement_mm)


def test_images_that_share_nothing_are_not_deformed(pair: Pair) -> None:
    noise = np.random.default_rng(1).normal(50, 20, pair.fixed.array.shape).astype(np.float32)
    rigid = rigid_of(pair)
    kept = deform(pair.fixed, pair.moving.with_array(noise), rigid)
    assert kept.refused
    assert (kept.method, kept.deformation, kept.quality) == ("rigid", None, rigid.quality)


def test_without_deformation_there_is_no_gain(template: Image) -> None:
    still = turned_and_deformed(template, brain_on(template, SHAPE, 4.0), 2, 0.0)
    kept = deform(still.fixed, still.fixed, rigid_of(still, np.eye(4)))
    assert "no gain" in kept.refused


def test_growth_is_not_registered_away(pair: Pair) -> None:
    """A bright ball that doubles its radius, in a brain that does not move."""
    grid = pair.fixed.geometry
    places = grid.to_world(np.moveaxis(np.indices(grid.shape), 0, -1))
    away = np.linalg.norm(places - pair.landmarks(1).mean(axis=0) - np.array([20.0, 20.0, 10.0]), axis=-1)
    small, large = (pair.fixed.with_array(np.where(away < r, 250, pair.fixed.array)) for r in (8, 20))
    rigid = rigid_of(pair, np.eye(4))
    about = places[away < 32]
    masked = deform(small, large, rigid, [places[away < 8], places[away < 20]])
    assert masked.deformation is None or _largest(masked.deformation, about) < 0.5
    bare = deform(small, large, rigid)
    assert bare.deformation is None or _largest(bare.deformation, about) > 1


def _largest(deformation: Deformation, points: np.ndarray) -> float:
    return float(np.linalg.norm(deformation.carry(points) - points, axis=1).max())


def test_few_slices_are_not_deformed(pair: Pair) -> None:
    thin = pair.fixed.with_array(
        pair.fixed.array[:, :, :8], Geometry((*SHAPE[:2], 8), pair.fixed.geometry.affine)
    )
    assert "fewer than 12 voxels" in deform(thin, thin, rigid_of(pair)).refused


@pytest.mark.parametrize(
    ("jacobian", "inverse_error_mm", "move_mm", "after", "said"),
    [
        ((0.5, 2.0), 0.2, 5.0, 0.6, ""),
        ((-0.1, 2.0), 0.2, 5.0, 0.6, "volumes change by factors of -0.10 to 2.00"),
        ((0.5, 3.5), 0.2, 5.0, 0.6, "volumes change by factors of 0.50 to 3.50"),
        ((0.5, 2.0), 1.5, 5.0, 0.6, "there and back leaves 1.5 mm"),
        ((0.5, 2.0), 0.2, 30.0, 0.6, "it moves by 30 mm"),
        ((0.5, 2.0), 0.2, 5.0, 0.5, "no gain"),
    ],
)
def test_a_bad_one_is_refused_with_the_reason(
    jacobian: tuple[float, float], inverse_error_mm: float, move_mm: float, after: float, said: str
) -> None:
    field = np.zeros((3, 2, 2, 2))
    field[0] = move_mm
    refused = _doubt(Deformation(np.eye(4), field, jacobian, inverse_error_mm), 0.5, after)
    assert said in refused
    assert bool(refused) == bool(said)
