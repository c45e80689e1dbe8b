"""Contours drawn twice, or over one another: areas of circles by formula, and filling of pixel centers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from numpy.typing import NDArray

from oncometry.core import Code, Compartment, Geometry, Segment, Segmentation
from oncometry.io import MaskTags, read_mask_file, write_rtstruct
from oncometry.io.structure_grid import fill_region
from oncometry.measurement import measure

GRID = Geometry.from_parts((80, 80, 12), (1.0, 1.0, 3.0))
HEIGHTS = (6.0, 9.0, 12.0)
Array = NDArray[np.float64]


def circle(radius: float, x: float = 40.3, points: int = 720) -> Array:
    t = np.linspace(0, 2 * np.pi, points, endpoint=False)
    return np.column_stack([x + radius * np.cos(t), 39.6 + radius * np.sin(t)])


def region(*outlines: Array, exclusive: bool = False) -> Any:
    contours = [np.column_stack([o, np.full(len(o), z)]) for z in HEIGHTS for o in outlines]
    return fill_region(contours, GRID, "GTV", exclusive=exclusive)


def lens(radius: float, other: float, apart: float) -> float:
    """Area that two circles share."""
    a = (apart**2 + radius**2 - other**2) / (2 * apart)
    b = apart - a
    half = np.sqrt(radius**2 - a**2)
    return float(radius**2 * np.arccos(a / radius) + other**2 * np.arccos(b / other) - apart * half)


def pixels(filled: Any) -> float:
    return np.count_nonzero(filled.mask) / len(HEIGHTS)


ROUND = circle(10)


@pytest.mark.parametrize(
    "again",
    [
        ROUND,
        np.roll(ROUND, 5, axis=0),
        ROUND[::-1],
        np.round(ROUND, 2),
        circle(10, points=150),
        circle(10, x=40.35),
    ],
    ids=["same", "rolled", "reversed", "rounded", "fewer points", "shifted"],
)
@pytest.mark.parametrize("exclusive", [False, True])
def test_a_contour_drawn_twice_counts_once_and_is_said(again: Array, exclusive: bool) -> None:
    once, twice = region(ROUND, exclusive=exclusive), region(ROUND, again, exclusive=exclusive)
    np.testing.assert_array_equal(twice.mask, once.mask)
    assert len(twice.contours) == len(HEIGHTS)
    assert [n.code for n in twice.notices] == [Code.CONTOURS_OVERLAP]
    assert "GTV: 3 contours repeat" in twice.notices[0].what
    assert not once.notices


@pytest.mark.parametrize("apart", [0.5, 3.0, 8.0, 19.0])
def test_contours_that_partly_overlap_are_united_and_said(apart: float) -> None:
    """Down to a copy set off by half a pixel, which is neither a repeat nor a hole."""
    both = region(ROUND, circle(10, 40.3 + apart))
    assert pixels(both) == pytest.approx(200 * np.pi - lens(10, 10, apart), rel=0.01)
    assert [n.code for n in both.notices] == [Code.CONTOURS_OVERLAP]
    assert "on 3 planes" in both.notices[0].what


def test_what_two_exclusive_contours_share_is_outside() -> None:
    both = region(ROUND, circle(10, 48.3), exclusive=True)
    assert pixels(both) == pytest.approx(200 * np.pi - 2 * lens(10, 10, 8), rel=0.01)
    assert not both.notices


@pytest.mark.parametrize("exclusive", [False, True])
def test_nested_contours_are_holes_and_islands_as_drawn(exclusive: bool) -> None:
    drawn = [circle(20), circle(12)[::-1], circle(5)]
    ring = region(*drawn, exclusive=exclusive)
    assert pixels(ring) == pytest.approx(np.pi * (400 - 144 + 25), rel=0.01)
    assert not ring.notices
    for kept, outline in zip(ring.contours, drawn * 3, strict=True):
        np.testing.assert_array_equal(kept[:, :2], outline)


def test_keyholes_and_neighbors_stay_as_drawn() -> None:
    outer, inner = circle(10, 25.3), circle(4, 25.3)
    keyhole = np.concatenate([outer, outer[:1], inner[::-1], inner[-1:]])
    touching = circle(10, 45.3)
    filled = region(keyhole, touching)
    assert pixels(filled) == pytest.approx(np.pi * (200 - 16), rel=0.01)
    assert not filled.notices


def test_a_hole_of_one_contour_stays_a_hole_where_another_overlaps_it() -> None:
    """Of a ring and a disk that cuts into its hole, the disk is all inside."""
    both = region(circle(20), circle(10), circle(6, 58.3))
    hole = np.pi * 100
    assert pixels(both) == pytest.approx(np.pi * (400 + 36) - hole - lens(20, 6, 18), rel=0.01)
    cut = region(circle(20), circle(10), circle(12, 58.3))
    inside = np.pi * (400 + 144) - hole - lens(20, 12, 18) + lens(10, 12, 18)
    assert pixels(cut) == pytest.approx(inside, rel=0.01)


@pytest.mark.parametrize("reverse", [False, True])
def test_a_file_with_every_contour_twice_measures_the_same(
    made_study: Any, mask_tags: MaskTags, tmp_path: Path, reverse: bool
) -> None:
    path = tmp_path / "rt.dcm"
    write_rtstruct(made_study.segmentation, made_study.slices, path, mask_tags)
    before = measure(read_mask_file(path, made_study.image.geometry))
    dataset = pydicom.dcmread(path)
    for roi in dataset.ROIContourSequence:
        for contour in list(roi.ContourSequence):
            points = np.array(contour.ContourData, dtype=float).reshape(-1, 3)
            copy = pydicom.Dataset()
            copy.ContourGeometricType = contour.ContourGeometricType
            copy.ContourData = (points[::-1] if reverse else np.roll(points, 5, axis=0)).ravel().tolist()
            roi.ContourSequence.append(copy)
    dataset.save_as(path)
    read = read_mask_file(path, made_study.image.geometry)
    assert {n.code for n in read.notices} == {Code.CONTOURS_OVERLAP}
    assert len(read.notices) == 3
    after = measure(read)
    assert [x.whole.volume_ml for x in after.lesions] == [x.whole.volume_ml for x in before.lesions]
    assert before.lesions


def test_united_contours_are_measured_as_their_union() -> None:
    """As drawn, not only as filled; and a file of them, written again, holds the same region."""
    both = region(ROUND, circle(10, 48.3))
    segment = Segment(1, "GTV", Compartment.WHOLE, both.start, both.mask, contours=both.contours)
    (lesion,) = measure(Segmentation(GRID, (segment,))).lesions
    expected_ml = (200 * np.pi - lens(10, 10, 8)) * 9 / 1000
    assert lesion.whole.volume_ml == pytest.approx(expected_ml, rel=1e-4)
    assert lesion.whole.longest_diameter_mm == pytest.approx(28, abs=1e-3)
    again = fill_region(both.contours, GRID, "GTV")
    assert not again.notices
    np.testing.assert_array_equal(again.mask, both.mask)


def test_contours_without_an_area_are_said() -> None:
    line = np.array([[30.2, 30.2], [40.2, 30.2], [50.2, 30.2]])
    flat = region(line)
    assert not flat.mask.any()
    assert [n.code for n in flat.notices] == [Code.TOO_SMALL]
