"""Sequences in each other's place are noticed where it is plain, and only there."""

from __future__ import annotations

import numpy as np
import pytest

from oncometry.core import Code, Contrast
from oncometry.segmentation.sequence_order import swapped_notices

C = Contrast


def examination(seed: int = 0) -> dict[Contrast, np.ndarray]:
    """Fluid, gray, white and a tumor with enhancement; each sequence standardized."""
    rng = np.random.default_rng(seed)
    tissue = rng.choice(4, 40_000, p=[0.12, 0.44, 0.42, 0.02])
    means = {
        C.T1: (30, 70, 100, 60),
        C.T1C: (30, 75, 105, 260),
        C.T2: (220, 110, 80, 150),
        C.FLAIR: (20, 100, 80, 170),
    }
    values = {c: np.array(m)[tissue] + rng.normal(0, 8, tissue.size) for c, m in means.items()}
    return {c: ((v - v.mean()) / v.std()).astype(np.float32) for c, v in values.items()}


def test_the_right_order_needs_no_word() -> None:
    assert swapped_notices(examination()) == []


@pytest.mark.parametrize(("one", "other"), [(C.T2, C.FLAIR), (C.T1, C.T1C)])
def test_a_swap_is_noticed(one: Contrast, other: Contrast) -> None:
    given = examination()
    given[one], given[other] = given[other], given[one]
    notices = swapped_notices(given)
    assert [n.code for n in notices] == [Code.SEQUENCES_SWAPPED]
    assert f"{one} and {other}" in notices[0].what


@pytest.mark.parametrize("sequence", list(C)[:4])
def test_one_alone_cannot_be_swapped(sequence: Contrast) -> None:
    assert swapped_notices({sequence: examination()[sequence]}) == []
