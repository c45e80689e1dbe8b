"""Scores by lesion: the challenge's rules, written plainly, and cases counted by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from oncometry.core import Compartment, Geometry, Segment, Segmentation
from oncometry.evaluation import EvaluationSettings, RegionPair, evaluate_pair, lesionwise, paired_regions

SHAPE = (30, 26, 22)
EIGHTEEN = ndimage.generate_binary_structure(3, 2)
TWENTY_SIX = np.ones((3, 3, 3))


def pair_of(predicted, truth, spacing=(1.0, 1.0, 1.0)):
    geometry = Geometry.from_parts(predicted.shape, spacing)
    one, other = (
        Segmentation(geometry, (Segment.from_mask(1, "tumor", Compartment.WHOLE, m),))
        for m in (predicted, truth)
    )
    (pair,) = paired_regions(one, other)
    return pair


def cube(*corners):
    """A mask with a cube of side n at each (i, j, k, n)."""
    mask = np.zeros(SHAPE, bool)
    for i, j, k, n in corners:
        mask[i : i + n, j : j + n, k : k + n] = True
    return mask


def plainly(predicted, truth, dilation=3, least=50.0):
    """Dice, TP, FP and FN by the rules, each lesion grown by itself on the whole grid of 1 mm."""
    grown = ndimage.binary_dilation(truth, EIGHTEEN, iterations=dilation) if dilation else truth
    lesions, count = ndimage.label(grown, TWENTY_SIX)
    components, parts = ndimage.label(predicted, TWENTY_SIX)
    scores, taken, hits, missed = [], set(), 0, 0
    for lesion in range(1, count + 1):
        mine = truth & (lesions == lesion)
        around = ndimage.binary_dilation(mine, EIGHTEEN, iterations=dilation) if dilation else mine
        with_it = set(np.unique(components[around])) - {0}
        taken |= with_it
        if mine.sum() <= least:
            continue
        theirs = np.isin(components, list(with_it))
        scores.append(2 * (theirs & mine).sum() / (theirs.sum() + mine.sum()))
        hits, missed = hits + bool(with_it), missed + (not with_it)
    made_up = parts - len(taken)
    total = len(scores) + made_up
    return (sum(scores) / total if total else 1.0), hits, made_up, missed


CUBES = st.lists(
    st.tuples(st.integers(0, 24), st.integers(0, 20), st.integers(0, 16), st.integers(1, 6)), max_size=6
)


@settings(max_examples=50)
@given(CUBES, CUBES, st.sampled_from([0, 1, 3]))
def test_the_rules(predicted, truth, dilation):
    predicted, truth = cube(*predicted), cube(*truth)
    found = lesionwise(pair_of(predicted, truth), EvaluationSettings(dilation_voxels=dilation))
    counted = found.dice, found.true_positives, found.false_positives, found.false_negatives
    assert counted == pytest.approx(plainly(predicted, truth, dilation))


def test_missed_and_made_up_lesions_are_penalized():
    truth = cube((2, 2, 2, 5), (20, 2, 2, 5))
    predicted = cube((2, 2, 2, 5), (2, 18, 14, 4))
    found = lesionwise(pair_of(predicted, truth))
    assert (found.true_positives, found.false_positives, found.false_negatives) == (1, 1, 1)
    assert found.dice == pytest.approx(1 / 3)
    assert found.hd95_mm == pytest.approx(2 * 374 / 3)
    assert found.f1 == pytest.approx(2 / 4)


def test_lesions_that_touch_when_grown_are_one():
    truth = cube((2, 2, 2, 5), (12, 2, 2, 5))
    assert len(lesionwise(pair_of(truth, truth)).lesions) == 1
    assert len(lesionwise(pair_of(truth, truth), EvaluationSettings(dilation_voxels=1)).lesions) == 2


def test_small_lesions_neither_count_nor_make_false_positives():
    truth = cube((2, 2, 2, 3))
    hit, missed = lesionwise(pair_of(truth, truth)), lesionwise(pair_of(cube(), truth))
    for found in (hit, missed):
        assert (found.true_positives, found.false_positives, found.false_negatives) == (0, 0, 0)
        assert (found.dice, found.hd95_mm, found.f1) == (1.0, 0.0, 1.0)
    large = lesionwise(pair_of(truth, truth, (2.0, 2.0, 2.0)))
    assert large.true_positives == 1


def test_distances_of_a_lesion_are_between_surfels():
    found = lesionwise(pair_of(cube((2, 2, 2, 5)), cube((4, 2, 2, 5))))
    assert found.hd95_mm == pytest.approx(2.0)


@pytest.mark.parametrize(
    ("predicted", "truth", "empty", "scores"),
    [
        ((), (), "both", (1.0, 0.0, 1.0, 0.0)),
        (((2, 2, 2, 5),), (), "truth", (0.0, 374.0, 0.0, 374.0)),
        ((), ((2, 2, 2, 5),), "prediction", (0.0, 374.0, 0.0, 374.0)),
        (((2, 2, 2, 5),), ((2, 2, 2, 5),), "", (1.0, 0.0, 1.0, 0.0)),
    ],
)
def test_conventions_of_empty_masks(predicted, truth, empty, scores):
    found = evaluate_pair(pair_of(cube(*predicted), cube(*truth)))
    assert found.empty == empty
    assert (found.dice, found.hd95_mm, found.surface_dice, found.mean_surface_distance_mm) == scores
    assert (found.lesion_dice, found.lesion_hd95_mm) == scores[:2]


def test_counts_and_volumes():
    found = evaluate_pair(pair_of(cube((2, 2, 2, 4)), cube((3, 2, 2, 4)), (1.0, 2.0, 5.0)))
    assert (found.voxels_tp, found.voxels_fp, found.voxels_fn) == (48, 16, 16)
    assert found.dice == pytest.approx(0.75)
    assert found.sizes.volume_truth_ml == pytest.approx(0.64)
    row = found.to_row()
    assert row["volume_bias_ml"] == 0.0
    assert row["volume_bias_percent"] == 0.0


def test_a_box_at_the_edge_of_the_grid_grows_no_further():
    truth = cube((0, 0, 0, 6), (24, 20, 16, 6))
    found = lesionwise(pair_of(truth, truth))
    assert isinstance(pair_of(truth, truth), RegionPair)
    assert len(found.lesions) == 2
