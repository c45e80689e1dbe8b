"""Terms of a measurement's error against what they tell of: jittered masks, sampled ellipsoids, published limits."""

from __future__ import annotations

import math

import numpy as np
import pytest

from oncometry.core import Code, Compartment, Geometry, Notice, Quantity, Segment, Segmentation
from oncometry.measurement import LesionMeasurement, StandardError, measure, reader_spread
from oncometry.measurement.reader_spread import published
from oncometry.measurement.standard_error import CORRELATION_MM, JITTER_PIXELS, slice_loss, standard_errors

from .accuracy import ANY_SIZE, ellipsoid_errors
from .jitter import field, levels
from .phantoms import ball, circle, ellipsoid, segmentation

Q = Quantity
VALUES = {
    Q.LONGEST_DIAMETER_MM: "longest_diameter_mm",
    Q.SHORT_AXIS_MM: "short_axis_mm",
    Q.PRODUCT_MM2: "product_mm2",
    Q.VOLUME_ML: "volume_ml",
}


def whole(mask, spacing=(1, 1, 1)) -> LesionMeasurement:
    return measure(segmentation(mask, spacing), ANY_SIZE).lesions[0].whole


def lobed():
    """Two slices' longest lines are nearly equal, their perpendiculars are not."""
    flat = ellipsoid((60, 60, 50), (30, 30, 20), np.array([18, 14, 8.0]))
    thin = ellipsoid((60, 60, 50), (30, 30, 32), np.array([17.8, 6, 8.0]))
    return flat | thin


@pytest.mark.parametrize(
    "mask",
    [
        ellipsoid((56, 44, 40), (28, 22, 20), np.array([18, 11, 9.0])),
        ellipsoid((36, 30, 30), (18, 15, 15), np.array([9, 6, 6.0])),
        lobed(),
    ],
    ids=["large", "small", "lobed"],
)
def test_contour_terms_are_what_jitter_does(mask):
    """A closed form for what jitter costs; the benchmark of calibration does the same on real masks."""
    rng, spacing = np.random.default_rng(3), (1.0, 1.0, 1.0)
    distance, jitter = levels(mask, spacing), JITTER_PIXELS
    told = whole(mask).standard_errors
    moved = [distance + jitter * field(mask.shape, CORRELATION_MM, spacing, rng) < 0 for _ in range(60)]
    read = [whole(m) for m in moved]
    for quantity, name in VALUES.items():
        seen = np.std([getattr(m, name) for m in read], ddof=1)
        assert told[quantity].contour == pytest.approx(seen, rel=0.45), quantity


@pytest.mark.parametrize(("low", "high", "slice_mm"), [(10, 15, 3), (10, 15, 5), (15, 30, 5), (30, 60, 5)])
def test_slice_loss_is_that_of_ellipsoids(low, high, slice_mm):
    errors = ellipsoid_errors((0.5, 0.5, slice_mm), low, high, 300)
    told = np.sqrt(np.mean([slice_loss(int(n)) ** 2 for n in errors[:, 4]]))
    assert told == pytest.approx(np.sqrt(np.mean(errors[:, 3] ** 2)), rel=0.25)


def test_the_slice_term_of_a_volume_is_that_of_balls():
    """Radius 10 to 18 mm at any place between slices 5 mm apart."""
    rng, errors, told = np.random.default_rng(2), [], []
    for _ in range(150):
        radius = rng.uniform(10, 18)
        center = (22 + rng.uniform(-0.5, 0.5), 22 + rng.uniform(-0.5, 0.5), 25 + rng.uniform(-2.5, 2.5))
        found = whole(ball((44, 44, 11), center, radius, (1, 1, 5)), (1, 1, 5))
        errors.append(found.volume_ml * 1000 / (4 / 3 * np.pi * radius**3) - 1)
        told.append(found.standard_errors[Q.VOLUME_ML].slices / found.volume_ml)
    assert np.sqrt(np.mean(np.square(told))) == pytest.approx(np.std(errors), rel=0.35)


def test_terms_add_in_quadrature_and_a_readers_bias_cancels_in_change():
    error = StandardError(contour=3.0, slices=4.0, reader=12.0, reader_bias=84.0)
    assert error.total == pytest.approx(85.0)
    assert error.correlation == pytest.approx((84 / 85) ** 2)
    assert error.minimum_detectable_change == pytest.approx(1.96 * math.sqrt(2) * 13)
    as_stated = 1.96 * math.sqrt(2 * (1 - error.correlation)) * error.total
    assert error.minimum_detectable_change == pytest.approx(as_stated)


def test_published_limits_are_of_the_difference_of_two_readings():
    spread = reader_spread(Q.LONGEST_DIAMETER_MM, 30)
    between = (25.4 + 22.1) / 2 / 1.96 / math.sqrt(2) / 100
    assert math.hypot(spread.own, spread.bias) == pytest.approx(between)
    assert spread.own == pytest.approx((16.1 + 17.8) / 2 / 1.96 / math.sqrt(2) / 100)
    assert math.hypot(*vars(reader_spread(Q.SHORT_AXIS_MM, 12)).values()) == pytest.approx(0.078, abs=2e-4)
    assert reader_spread(Q.LONGEST_DIAMETER_MM, 9.99).own > spread.own
    volumes = [reader_spread(Q.VOLUME_ML, ml).own for ml in (1, 40, 200)]
    assert volumes == sorted(volumes, reverse=True)
    assert reader_spread(Q.TOTAL_LESION_GLYCOLYSIS_ML, 30) is None


def test_the_table_covers_every_size_and_says_where_each_row_stands():
    for quantity in {p.quantity for p in published()}:
        rows = sorted((p for p in published() if p.quantity is quantity), key=lambda p: p.from_mm)
        assert [p.from_mm for p in rows] == [0, *(p.to_mm for p in rows[:-1])]
        assert rows[-1].to_mm == math.inf
    assert {p.evidence for p in published()} <= {"abstract", "derived", "memory"}
    assert all(p.source and (p.between or p.within) for p in published())


def test_every_measurement_has_its_errors_and_only_real_ones():
    spacing = (1, 1, 3)
    mask = ball((60, 60, 20), (30, 30, 30), 14, spacing)
    found = whole(mask, spacing)
    assert set(found.standard_errors) == set(VALUES)
    assert found.to_row()["standard_errors"]["volume_ml"]["total"] > 0
    segment = Segment.from_mask(1, "tumor", Compartment.WHOLE, mask)
    doubt = Notice(Code.SPACING_IMPLAUSIBLE, "of 1 mm, where 10 are likely")
    untrusted = Segmentation(Geometry.from_parts(mask.shape, spacing), (segment,), notices=(doubt,))
    assert measure(untrusted, ANY_SIZE).lesions[0].whole.to_row()["standard_errors"] == {}


def test_contours_and_voxels_of_one_ball_are_as_sure():
    spacing, center, radius = (1, 1, 3), (30, 30), 14.0
    heights = [k * 3.0 for k in range(20) if abs(k * 3 - 30) < radius]
    contours = tuple(circle(np.sqrt(radius**2 - (z - 30) ** 2), center, z) for z in heights)
    mask = ball((60, 60, 20), (*center, 30), radius, spacing)
    drawn = measure(segmentation(mask, spacing, contours=contours)).lesions[0].whole
    assert drawn.source == "contours"
    for quantity, error in whole(mask, spacing).standard_errors.items():
        assert drawn.standard_errors[quantity].total == pytest.approx(error.total, rel=0.05)


def test_more_slices_and_smaller_pixels_make_it_surer():
    lines = np.array([[20.0, 15.0]] * 2 + [[10.0, 8.0]])
    coarse = standard_errors(lines, 3000, 1000, pixel_mm=1.0)
    fine = standard_errors(np.repeat(lines, 3, axis=0), 3000, 1000, pixel_mm=0.5)
    for quantity in VALUES:
        assert fine[quantity].contour < coarse[quantity].contour
        assert fine[quantity].slices < coarse[quantity].slices
