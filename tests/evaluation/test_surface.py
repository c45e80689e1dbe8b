"""Surface distances: their plain definition, MONAI's metrics, DeepMind's surface-distance, and known shapes."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from oncometry.evaluation import surface_distances

from .definitions import border_voxels, nearest, surfels

PEER = 1e-6
SINGLE = 1e-4
"""MONAI interpolates its percentile in single precision: a rank is off by its rounding, times a step of mm."""
SIZE = st.integers(1, 6)
SPACING = st.tuples(*[st.sampled_from([0.4, 0.75, 1.0, 1.3, 3.0, 5.5])] * 3)


@st.composite
def masks(draw):
    """Two masks of one shape, neither empty, and a spacing."""
    shape = draw(st.tuples(SIZE, SIZE, SIZE))
    pair = [draw(arrays(bool, shape)) for _ in range(2)]
    for mask in pair:
        mask[tuple(draw(st.integers(0, n - 1)) for n in shape)] = True
    return *pair, draw(SPACING)


def far_from_a_step(distances, tolerance):
    """Whether no distance is so near the tolerance that float32 would see it on the other side."""
    both = np.concatenate([distances.predicted_mm, distances.truth_mm])
    return np.abs(both - tolerance).min() > 1e-4


@settings(max_examples=40)
@given(masks())
def test_distances_and_weights_are_those_of_the_definition(drawn):
    predicted, truth, spacing = drawn
    for convention, elements in (("voxels", border_voxels), ("surfels", lambda m: surfels(m, spacing))):
        found = surface_distances(predicted, truth, spacing, convention)
        (first, weights), (second, others) = elements(predicted), elements(truth)
        expected = sorted(zip(nearest(first, second, spacing), weights, strict=True))
        got = sorted(zip(found.predicted_mm, found.predicted_weights, strict=True))
        np.testing.assert_allclose(got, expected, rtol=1e-9, atol=1e-9)
        assert found.truth_mm.sum() == pytest.approx(nearest(second, first, spacing).sum(), rel=1e-9)
        assert found.truth_weights.sum() == pytest.approx(others.sum(), rel=1e-9)


@settings(max_examples=40)
@given(masks())
def test_the_other_way_round_is_the_same(drawn):
    predicted, truth, spacing = drawn
    for convention in ("voxels", "surfels"):
        one = surface_distances(predicted, truth, spacing, convention)
        other = surface_distances(truth, predicted, spacing, convention)
        assert one.percentile_mm() == other.percentile_mm()
        assert one.dice(1.0) == pytest.approx(other.dice(1.0), rel=1e-12)
        np.testing.assert_array_equal(one.predicted_mm, other.truth_mm)


@settings(max_examples=30)
@given(masks())
def test_monai(drawn):
    torch = pytest.importorskip("torch")
    metrics = pytest.importorskip("monai.metrics")
    utils = pytest.importorskip("monai.metrics.utils")
    predicted, truth, spacing = drawn
    ours = surface_distances(predicted, truth, spacing, "voxels")
    one, other = (torch.from_numpy(m[None, None].copy()) for m in (predicted, truth))
    more = {"include_background": True, "spacing": list(spacing)}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        worst = metrics.compute_hausdorff_distance(one, other, **more)
        most = metrics.compute_hausdorff_distance(one, other, percentile=95, **more)
        mean = metrics.compute_average_surface_distance(one, other, symmetric=True, **more)
        agreed = metrics.compute_surface_dice(one, other, [1.1], **more)
        _, found, _ = utils.get_edge_surface_distance(one[0, 0], other[0, 0], spacing=spacing, symmetric=True)
    assert ours.percentile_mm(100) == pytest.approx(worst.item(), rel=PEER, abs=PEER)
    assert ours.percentile_mm(95) == pytest.approx(most.item(), abs=SINGLE)
    in_double = max(torch.quantile(d.double(), 0.95).item() for d in found)
    assert ours.percentile_mm(95) == pytest.approx(in_double, rel=PEER, abs=PEER)
    assert ours.mean_mm() == pytest.approx(mean.item(), rel=PEER, abs=PEER)
    if far_from_a_step(ours, 1.1):
        assert ours.dice(1.1) == pytest.approx(agreed.item(), rel=PEER, abs=PEER)


@settings(max_examples=40)
@given(masks())
def test_surface_distance(drawn):
    peer = pytest.importorskip("surface_distance")
    predicted, truth, spacing = drawn
    ours = surface_distances(predicted, truth, spacing, "surfels")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = peer.compute_surface_distances(truth, predicted, spacing)
    for percent in (95, 100):
        assert ours.percentile_mm(percent) == pytest.approx(
            peer.compute_robust_hausdorff(theirs, percent), rel=PEER, abs=PEER
        )
    agreed = peer.compute_surface_dice_at_tolerance(theirs, 1.1)
    assert ours.dice(1.1) == pytest.approx(agreed, rel=PEER, abs=PEER)
    to_predicted, to_truth = peer.compute_average_surface_distance(theirs)
    mine = [
        np.average(ours.truth_mm, weights=ours.truth_weights),
        np.average(ours.predicted_mm, weights=ours.predicted_weights),
    ]
    np.testing.assert_allclose(mine, [to_predicted, to_truth], rtol=PEER, atol=PEER)


def ball(size, radius, center):
    index = np.indices((size,) * 3).reshape(3, -1).T
    return (((index - center) ** 2).sum(axis=1) <= radius**2).reshape((size,) * 3)


def test_a_shifted_ball_is_its_shift_away():
    one, other = ball(48, 12, (20, 24, 24)), ball(48, 12, (25, 24, 24))
    for convention in ("voxels", "surfels"):
        found = surface_distances(one, other, (2.0, 2.0, 2.0), convention)
        assert found.percentile_mm(100) == pytest.approx(10.0, abs=1e-9)
        assert found.dice(10.0) == 1.0


def test_larger_masks_agree_with_the_peers():
    """More threads than planes, long rows, one region inside the other."""
    ndimage = pytest.importorskip("scipy.ndimage")
    rng = np.random.default_rng(5)
    field = ndimage.gaussian_filter(rng.normal(size=(60, 41, 17)), (4, 4, 1))
    predicted, truth = field > 0.02, field > 0.05
    found = surface_distances(predicted, truth, (0.9, 1.1, 5.0), "voxels")
    outline = [m & ~ndimage.binary_erosion(m) for m in (predicted, truth)]
    far = ndimage.distance_transform_edt(~outline[1], sampling=(0.9, 1.1, 5.0))
    np.testing.assert_allclose(np.sort(found.predicted_mm), np.sort(far[outline[0]]), rtol=1e-9, atol=1e-9)


def test_an_empty_surface_is_infinitely_far():
    one, none = np.ones((2, 2, 2), bool), np.zeros((2, 2, 2), bool)
    for convention in ("voxels", "surfels"):
        found = surface_distances(one, none, (1.0, 1.0, 1.0), convention)
        assert np.isinf(found.predicted_mm).all()
        assert found.truth_mm.size == 0
