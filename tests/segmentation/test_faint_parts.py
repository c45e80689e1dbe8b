"""Parts in which no region is sure are left out of the labels; the others stay as they are."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage

from oncometry.core import Code
from oncometry.segmentation.faint_parts import without_faint_parts


def two_parts() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Labels, and probabilities of an outer and an inner region: a part of 27 voxels, one of 8, one of a voxel."""
    labels = np.zeros((20, 12, 12), np.uint8, order="F")
    labels[1:4, 1:4, 1:4], labels[8:10, 1:3, 1:3], labels[15, 5, 5] = 2, 2, 3
    outer = np.where(labels > 0, 0.6, 0.1).astype(np.float32)
    outer[2, 2, 2] = 0.97
    inner = np.where(labels == 3, 0.99, 0.0).astype(np.float32)
    return labels, outer, inner


def test_a_part_counts_where_any_region_is_sure_however_small_it_is() -> None:
    labels, outer, inner = two_parts()
    kept, notices = without_faint_parts(labels, (outer, inner), 0.95, 0.001)
    assert (kept[1:4, 1:4, 1:4] == 2).all()
    assert kept[15, 5, 5] == 3
    assert not kept[8:10].any()
    assert [notice.code for notice in notices] == [Code.PARTS_LEFT_OUT]
    assert "1 part, 0.008 ml in all" in notices[0].what
    assert labels[8, 1, 1] == 2


def test_nothing_is_said_where_nothing_is_left_out() -> None:
    labels, outer, inner = two_parts()
    kept, notices = without_faint_parts(labels, (outer, inner), 0.55, 1.0)
    assert kept is labels
    assert notices == ()
    assert without_faint_parts(np.zeros_like(labels), (outer,), 0.9, 1.0)[1] == ()


@given(st.integers(0, 10_000), st.floats(0.5, 0.99))
def test_every_part_that_is_left_holds_a_sure_voxel_and_is_whole(seed: int, peak: float) -> None:
    rng = np.random.default_rng(seed)
    likely = rng.random((9, 8, 7)).astype(np.float32)
    labels = np.asfortranarray((likely > 0.5) & (rng.random(likely.shape) < 0.2)).astype(np.uint8)
    kept, _ = without_faint_parts(labels, (likely,), peak, 1.0)
    parts, count = ndimage.label(kept, np.ones((3, 3, 3)))
    assert all(likely[parts == number].max() >= np.float32(peak) for number in range(1, count + 1))
    gone = (labels > 0) & (kept == 0)
    assert not (likely[gone] >= np.float32(peak)).any()
    grown = np.zeros_like(gone)
    for i, j, k in np.argwhere(gone):
        grown[max(i - 1, 0) : i + 2, max(j - 1, 0) : j + 2, max(k - 1, 0) : k + 2] = True
    assert not (grown & (kept > 0)).any()
    assert (kept[kept > 0] == labels[kept > 0]).all()


@pytest.mark.parametrize("order", ["C", "F"])
def test_labels_keep_their_order_in_memory(order: str) -> None:
    labels, outer, inner = two_parts()
    kept, _ = without_faint_parts(np.array(labels, order=order), (outer, inner), 0.95, 1.0)  # type: ignore[call-overload]
    assert kept.flags[f"{order}_CONTIGUOUS"]
