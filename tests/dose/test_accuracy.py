"""Histograms of phantoms against their truth: the stack of contour prisms, clipped exactly."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from oncometry.core import Compartment, Segment, Segmentation
from oncometry.dose import dvh_of, geud_gy, structure_of, structure_of_contours
from oncometry.dose.dvh import Dvh
from oncometry.io.dose_values import read_dose
from oncometry.io.rtstruct import read_structures
from oncometry.io.structure_grid import own_grid

from .files import write_dose, write_structures
from .phantoms import (
    POSITIONS,
    Stack,
    axes_of,
    circle,
    cylinder,
    dose_from,
    linear_dose,
    ring,
    sphere,
    tilted,
)

DOSE_TOLERANCE = 0.005
"""Of the highest dose."""
SHARES = (0.02, 0.5, 0.95, 0.98)
ORIGIN = np.array([10.0, -20.0, 30.0])
DIRECTIONS = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1], [0.4, 0.5, -0.77]])


def scaled(stack: Stack, direction: np.ndarray, span_gy: float = 60.0) -> tuple[np.ndarray, float, float]:
    """A gradient along `direction` that runs over `span_gy` within the stack, and the ends of what it adds."""
    low, high = stack.extent(direction)
    gradient = direction * span_gy / (high - low)
    return gradient, *stack.extent(gradient)


def hold(
    dvh: Dvh, stack: Stack, gradient: np.ndarray, middle: float, *, tolerance: float = DOSE_TOLERANCE
) -> None:
    """Everything that is measured against the truth."""
    low, high = stack.extent(gradient)
    most = high + middle
    volume = stack.volume_cc
    assert dvh.structure_cc == pytest.approx(volume, rel=0.01 if volume >= 0.5 else 0.03)
    assert dvh.min_gy == pytest.approx(low + middle, abs=tolerance * most)
    assert dvh.max_gy == pytest.approx(most, abs=tolerance * most)
    for share in SHARES:
        truth = stack.dose_of(gradient, share * volume) + middle
        assert dvh.dose_of(share * dvh.covered_cc) == pytest.approx(truth, abs=tolerance * most), share
    at = 0.3 * low + 0.7 * high
    truth = stack.volume_above(gradient, at) / volume
    assert dvh.percent_of(at + middle) / 100 == pytest.approx(truth, abs=0.005)


@pytest.mark.parametrize(
    ("volume_cc", "step_mm"), [(0.1, 1.0), (0.1, 3.0), (0.5, 2.0), (5.0, 3.0), (500.0, 3.0)]
)
@pytest.mark.parametrize("direction", DIRECTIONS[[0, 2, 3]], ids=["across", "along", "oblique"])
def test_spheres(volume_cc: float, step_mm: float, direction: np.ndarray) -> None:
    stack = sphere(volume_cc, step_mm, tilted(0), ORIGIN)
    gradient, low, _ = scaled(stack, direction)
    dose = linear_dose(stack, gradient, 5 - low, tilted(0))
    hold(dvh_of(dose, structure_of_contours(stack.contours, stack.geometry)), stack, gradient, 5 - low)


@pytest.mark.slow
@pytest.mark.parametrize("volume_cc", [0.1, 0.2, 0.5, 1.0, 2.0, 10.0, 50.0, 200.0, 500.0])
@pytest.mark.parametrize("step_mm", [1.0, 2.0, 3.0, 5.0])
@pytest.mark.parametrize("degrees", [0, 10, 37])
@pytest.mark.parametrize("spacing_mm", [1.0, 2.5, 4.0])
def test_sweep_of_spheres(volume_cc: float, step_mm: float, degrees: float, spacing_mm: float) -> None:
    stack = sphere(volume_cc, step_mm, tilted(degrees), ORIGIN)
    for direction in DIRECTIONS:
        gradient, low, _ = scaled(stack, direction)
        dose = linear_dose(stack, gradient, 5 - low, tilted(degrees / 3), spacing_mm)
        hold(dvh_of(dose, structure_of_contours(stack.contours, stack.geometry)), stack, gradient, 5 - low)


@pytest.mark.parametrize("shape", [cylinder, ring])
@pytest.mark.parametrize("degrees", [0, 31])
def test_cylinders_and_holes_in_oblique_planes(shape: object, degrees: float) -> None:
    stack = shape(18.0, 9, 2.0, tilted(degrees), ORIGIN)  # type: ignore[operator]
    for direction in DIRECTIONS[[1, 3]]:
        gradient, low, _ = scaled(stack, direction)
        dose = linear_dose(stack, gradient, 5 - low, tilted(11))
        hold(dvh_of(dose, structure_of_contours(stack.contours, stack.geometry)), stack, gradient, 5 - low)


def test_a_keyhole_is_a_hole() -> None:
    """An outline that goes to the hole and back along one edge."""
    outer, hole = circle(20.0), circle(8.0, 60)[::-1]
    keyhole = np.vstack([outer, outer[:1], hole, hole[:1]])
    plain = Stack(((outer, hole),) * 5, 3.0, tilted(0), ORIGIN)
    keyed = Stack(((keyhole,),) * 5, 3.0, tilted(0), ORIGIN)
    gradient, low, _ = scaled(plain, DIRECTIONS[3])
    dose = linear_dose(plain, gradient, 5 - low, tilted(0))
    hold(dvh_of(dose, structure_of_contours(keyed.contours, plain.geometry)), plain, gradient, 5 - low)


@pytest.mark.parametrize("position", POSITIONS)
@pytest.mark.parametrize(
    "form", [{}, {"absolute": True}, {"descending": True}, {"absolute": True, "descending": True}]
)
def test_files_of_all_patient_positions(position: str, form: dict[str, bool], tmp_path: Path) -> None:
    """The anatomy lies still; the grid of the dose runs as the scanner's axes do for the position."""
    stack = ring(15.0, 7, 2.5, tilted(0), ORIGIN)
    gradient, low, _ = scaled(stack, DIRECTIONS[3])
    made = linear_dose(stack, gradient, 25 - low, axes_of(position))
    np.maximum(made.values_gy, 0, out=made.values_gy)  # far outside of the ring
    path = write_dose(tmp_path / "dose.dcm", made, **form)
    dose = read_dose(path)
    np.testing.assert_allclose(dose.geometry.affine, made.geometry.affine, atol=1e-4)
    np.testing.assert_allclose(dose.values_gy, made.values_gy, atol=1e-4)
    (roi,) = read_structures(write_structures(tmp_path / "s.dcm", {"ring": stack.contours})).rois
    grid = own_grid(roi.contours, "1.9")
    structure = structure_of_contours(roi.contours, grid, roi.name, roi.number)
    hold(dvh_of(dose, structure), stack, gradient, 25 - low)


def test_uniform_dose_is_itself() -> None:
    stack = cylinder(12.0, 6, 3.0, tilted(20), ORIGIN)
    dose = linear_dose(stack, np.zeros(3), 20.0, tilted(0))
    dvh = dvh_of(dose, structure_of_contours(stack.contours, stack.geometry))
    for share in (0.0, *SHARES, 1.0):
        assert dvh.dose_of(share * dvh.covered_cc) == pytest.approx(20.0, rel=1e-9)
    assert (dvh.percent_of(20.0), dvh.percent_of(20.001)) == (100.0, 0.0)
    assert dvh.average_gy == pytest.approx(20.0, rel=1e-9)
    assert [geud_gy(dvh, a) for a in (-300, -1, 1, 8, 500)] == pytest.approx([20.0] * 5)


def test_two_levels_of_dose_are_not_blended() -> None:
    """Half at 10 Gy, half at 30 Gy, parted between two planes of the grid."""
    stack = cylinder(15.0, 10, 2.0, tilted(0), np.zeros(3))
    wide = linear_dose(stack, np.zeros(3), 10.0, tilted(0), 0.5)
    dose = dose_from(wide.geometry, lambda x: np.where(x[..., 2] > 0, 30.0, 10.0))
    dvh = dvh_of(dose, structure_of_contours(stack.contours, stack.geometry))
    assert dvh.dose_of(0.4 * dvh.covered_cc) == pytest.approx(30.0, abs=0.01)
    assert dvh.dose_of(0.6 * dvh.covered_cc) == pytest.approx(10.0, abs=0.01)
    assert dvh.percent_of(20.0) == pytest.approx(50.0, abs=1.3)


def test_dose_that_falls_as_a_gaussian_has_the_mean_of_its_integral() -> None:
    """A mean against quadrature: the trilinear dose, not only a linear one."""
    stack = sphere(30.0, 2.0, tilted(15), ORIGIN)
    wide = linear_dose(stack, np.zeros(3), 1.0, tilted(0), 2.0)
    dose = dose_from(wide.geometry, lambda x: 60 * np.exp(-((x - ORIGIN) ** 2).sum(-1) / 2 / 12.0**2))
    dvh = dvh_of(dose, structure_of_contours(stack.contours, stack.geometry))
    rng = np.random.default_rng(0)
    radius = np.abs(np.concatenate([p[0] for p in stack.polygons])).max()
    points = rng.uniform(-radius, radius, (400_000, 2))
    total = volume = 0.0
    for height, (polygon,) in zip(stack.heights, stack.polygons, strict=True):
        limit = np.linalg.norm(polygon[0])
        inside = points[(points**2).sum(1) < limit**2]
        z = height + rng.uniform(-1, 1, len(inside))
        total += (60 * np.exp(-((inside**2).sum(1) + z**2) / 2 / 12.0**2)).sum()
        volume += len(inside)
    assert dvh.average_gy == pytest.approx(total / volume, abs=0.005 * 60)


@pytest.mark.parametrize("direction", DIRECTIONS[[2, 3]])
def test_masks_are_their_voxels(direction: np.ndarray) -> None:
    """A box of voxels is a stack of square prisms."""
    axes = tilted(17)
    square = np.array([[-12.0, -9.0], [12.0, -9.0], [12.0, 9.0], [-12.0, 9.0]])
    stack = Stack(((square,),) * 5, 4.0, axes, ORIGIN)
    inside = np.zeros((300, 300, 5), dtype=bool)
    inside[138:162, 141:159] = True
    geometry = stack.geometry.crop((0, 0, 0), (300, 300, 5))
    shifted = geometry.affine.copy()
    shifted[:3, 3] = geometry.to_world([0.5, 0.5, 0])  # centers at half millimeters
    grid = type(geometry)(geometry.shape, shifted, "1.9")
    segment = Segment.from_mask(1, "box", Compartment.OTHER, inside)
    gradient, low, _ = scaled(stack, direction)
    dose = linear_dose(stack, gradient, 5 - low, tilted(0))
    hold(dvh_of(dose, structure_of(Segmentation(grid, (segment,)), 1)), stack, gradient, 5 - low)
