"""Radiological orientation from direction cosines alone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from oncometry.core import Geometry
from oncometry.report.display_plane import direction_letters, plane_of, plane_through

AXES = {"L": (1, 0, 0), "R": (-1, 0, 0), "P": (0, 1, 0), "A": (0, -1, 0), "H": (0, 0, 1), "F": (0, 0, -1)}


def grid(i: str, j: str, k: str) -> Geometry:
    """A grid whose axes point at the named directions."""
    direction = np.column_stack([AXES[i], AXES[j], AXES[k]]).astype(float)
    return Geometry.from_parts((40, 30, 20), (0.5, 1.0, 5.0), (3.0, 4.0, 5.0), direction)


@pytest.mark.parametrize(
    ("axes", "name", "edges"),
    [
        ("LPH", "axial", ("R", "L", "A", "P")),
        ("RAH", "axial", ("R", "L", "A", "P")),
        ("PLH", "axial", ("R", "L", "A", "P")),
        ("LAF", "axial", ("R", "L", "A", "P")),
        ("LFP", "coronal", ("R", "L", "H", "F")),
        ("RHA", "coronal", ("R", "L", "H", "F")),
        ("HRA", "coronal", ("R", "L", "H", "F")),
        ("PFL", "sagittal", ("A", "P", "H", "F")),
        ("AHL", "sagittal", ("A", "P", "H", "F")),
        ("HPR", "sagittal", ("A", "P", "H", "F")),
    ],
)
def test_any_axis_order_is_shown_radiologically(
    axes: str, name: str, edges: tuple[str, str, str, str]
) -> None:
    plane = plane_through(grid(*axes), np.array([5.0, 5.0, 9.0]))
    assert plane.name == name
    assert plane.edges == edges


@given(st.integers(0, 2**31))
def test_plane_lies_in_the_slice_and_keeps_millimeters(seed: int) -> None:
    direction = Rotation.random(random_state=seed).as_matrix()
    geometry = Geometry.from_parts((40, 30, 20), (0.5, 1.0, 5.0), (3.0, 4.0, 5.0), direction)
    point = geometry.to_world([10.2, 11.7, 6.4])
    plane = plane_through(geometry, point, 9)
    across, below = np.meshgrid([-8.0, 0.0, 7.0], [-3.0, 4.0])
    world = plane.to_world(across, below)
    assert geometry.to_index(world)[..., 2] == pytest.approx(9.0)
    assert plane.to_plane(world) == pytest.approx(np.stack([across, below], axis=-1))
    assert abs(plane.right @ plane.down) < 1e-12


def test_oblique_edges_name_both_directions() -> None:
    turn = Rotation.from_euler("x", 30, degrees=True).as_matrix()
    geometry = Geometry.from_parts((10, 10, 10), (1, 1, 1), direction=turn)
    plane = plane_through(geometry, np.zeros(3))
    assert plane.name == "oblique axial"
    assert plane.edges == ("R", "L", "AF", "PH")


def test_letters_of_a_small_tilt_stay_single() -> None:
    assert direction_letters(np.array([0.99, 0.1, -0.1])) == "L"
    assert direction_letters(np.array([0.0, -0.6, 0.8])) == "HA"


def test_plane_of_an_outline_equals_the_slice_it_was_drawn_on() -> None:
    geometry = grid("L", "F", "P")
    outline = geometry.to_world([[1, 2, 7], [20, 3, 7], [22, 25, 7], [4, 20, 7]])
    plane = plane_of(outline)
    assert plane.name == "coronal"
    assert plane.edges == ("R", "L", "H", "F")
    assert geometry.to_index(plane.to_world(np.array([3.0]), np.array([-2.0])))[0, 2] == pytest.approx(7.0)
