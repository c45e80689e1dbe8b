"""What restoring scores on another grid is, in plain NumPy: all of them are interpolated there, then decided about."""

from __future__ import annotations

from itertools import product
from typing import NamedTuple

import numpy as np
from hypothesis import strategies as st

from oncometry.core.geometry import FloatArray, Index

__all__ = ["Case", "cases", "check_classes", "check_regions", "classes", "interpolated", "regions"]

SLACK = 1e-6
TIE = 1e-5
FAINT = 1024
LEFT_OUT = -1
"""For a voxel about which rounding decides."""


class Case(NamedTuple):
    """Scores (c, i, j, k), and where voxels (i, j, k, 1) of a target of that shape lie among them, (3, 4)."""

    scores: np.ndarray
    matrix: FloatArray
    shape: Index


def interpolated(case: Case) -> tuple[FloatArray, np.ndarray]:
    """(c, i, j, k) on the target, and (i, j, k) whether the scores reach there."""
    index = np.stack(np.meshgrid(*map(np.arange, case.shape), indexing="ij"), axis=-1)
    place = index @ case.matrix[:, :3].T + case.matrix[:, 3]
    size = np.array(case.scores.shape[1:])
    reached = ((place >= -0.5 - SLACK) & (place <= size - 0.5 + SLACK)).all(axis=-1)
    place = np.clip(place, 0, size - 1)
    low = np.floor(place).astype(int)
    part = place - low
    values = np.zeros((len(case.scores), *case.shape))
    for corner in product((0, 1), repeat=3):
        weight = np.where(corner, part, 1 - part).prod(axis=-1)
        at = np.minimum(low + corner, size - 1)
        values += weight * case.scores.astype(np.float64)[(slice(None), *np.moveaxis(at, -1, 0))]
    return values, reached


def classes(case: Case) -> np.ndarray:
    """(i, j, k): the channel of the highest score, 0 where there is none."""
    values, reached = interpolated(case)
    labels = np.where(reached, values.argmax(axis=0), 0)
    if len(values) > 1:
        second, first = np.sort(values, axis=0)[-2:]
        labels[reached & (first - second < TIE)] = LEFT_OUT
    return labels


def regions(case: Case, above: list[float], labels: list[int]) -> tuple[np.ndarray, FloatArray]:
    """(i, j, k) labels and (c, i, j, k) probabilities."""
    values, reached = interpolated(case)
    found = np.zeros(case.shape, int)
    for logits, threshold, label in zip(values, above, labels, strict=True):
        found[reached & (logits > threshold)] = label
        found[reached & (np.abs(logits - threshold) < TIE)] = LEFT_OUT
    return found, np.where(reached, np.round(FAINT / (1 + np.exp(-values))) / FAINT, 0)


def check_classes(kernels, case: Case, threads: int = 1) -> None:
    found = np.array(kernels.restore_classes(case.scores, case.matrix, case.shape, threads)).T
    expected = classes(case)
    sure = expected != LEFT_OUT
    np.testing.assert_array_equal(found[sure], expected[sure])


def check_regions(kernels, case: Case, threads: int = 1) -> None:
    count = len(case.scores)
    above, labels = [0.3 * n - 0.4 for n in range(count)], [7 + n for n in range(count)]
    found, likely = kernels.restore_regions(case.scores, case.matrix, case.shape, above, labels, threads)
    expected, probabilities = regions(case, above, labels)
    # A label that is left out is so in its own region; where an inner one wins all the same, it is not.
    sure = expected != LEFT_OUT
    np.testing.assert_array_equal(np.array(found).T[sure], expected[sure])
    parts = np.moveaxis(np.array(likely).T, -1, 0) * FAINT
    np.testing.assert_array_equal(parts, parts.round())
    wrong = parts != probabilities * FAINT
    assert np.abs(parts - probabilities * FAINT).max() <= 1
    values = FAINT / (1 + np.exp(-interpolated(case)[0]))
    assert (np.abs(values[wrong] % 1 - 0.5) < 0.01).all()


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Grids that share their axes, whole steps among them, and such that do not."""
    size, shape = (draw(st.tuples(*[st.integers(1, most)] * 3)) for most in (6, 20))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    scores = rng.normal(0, 3, (draw(st.integers(1, 5)), *size)).astype(
        draw(st.sampled_from([np.float32, np.float16]))
    )
    order = draw(st.permutations(range(4)))
    scores = np.ascontiguousarray(scores.transpose(order)).transpose(np.argsort(order))
    if draw(st.booleans()):
        scores = scores[:, ::-1, :, ::-1]
    kind = draw(st.sampled_from(["whole steps", "aligned", "oblique"]))
    matrix = np.zeros((3, 4))
    if kind == "oblique":
        matrix[:, :3] = rng.normal(0, 0.3, (3, 3))
    else:
        scale = np.ones(3) if kind == "whole steps" else rng.uniform(0.1, 1.8, 3)
        matrix[range(3), draw(st.permutations(range(3)))] = scale * rng.choice([-1, 1], 3)
    middle = matrix[:, :3] @ (np.array(shape) - 1) / 2
    offset = (np.array(size) - 1) / 2 - middle + rng.normal(0, 1, 3)
    matrix[:, 3] = np.round(offset) if kind == "whole steps" else offset
    return Case(scores, matrix, shape)
