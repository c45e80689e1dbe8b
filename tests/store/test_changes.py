"""Change since first measured."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oncometry.core import Code, Compartment, Contrast, Modality
from oncometry.measurement.result import absent_measurement
from oncometry.store.changes import Seen, changes, image_group, percent
from oncometry.store.hand import Hand

from .build import measurement

SIZE = st.floats(0.5, 200.0)
HAND = Hand("SEG", "binary", "")
A, B = Hand("SEG", "binary", "reader A"), Hand("SEG", "binary", "reader B")

GRID = (1.0, 1.0, 5.0)


def seen(identity: int, timepoint: int, mm: float, group: str = "CT", hand: Hand = HAND) -> Seen:
    return Seen(identity, timepoint, group, hand, measurement(1, Compartment.WHOLE, mm), GRID)


@given(st.lists(SIZE, min_size=1, max_size=6), st.floats(0.01, 100.0))
def test_scale_cancels_and_the_first_is_zero(sizes: list[float], scale: float) -> None:
    plain = changes(seen(n, n, mm) for n, mm in enumerate(sizes))
    scaled = changes(seen(n, n, mm * scale) for n, mm in enumerate(sizes))
    assert plain[0].volume_percent == 0
    for n, (a, b) in enumerate(zip(plain, scaled, strict=True)):
        assert a.baseline == 0
        assert a.diameter_percent == pytest.approx(100 * (sizes[n] / sizes[0] - 1), abs=1e-9)
        assert a.volume_percent == pytest.approx(b.volume_percent, rel=1e-9, abs=1e-7)


@given(st.permutations(range(5)))
def test_the_order_of_input_is_nothing(order: list[int]) -> None:
    sizes = (10.0, 12.0, 8.0, 20.0, 5.0)
    found = changes(seen(n, n + 1, sizes[n]) for n in order)
    assert {c.identity: c.diameter_percent for c in found} == pytest.approx(
        {n: 10 * mm - 100 for n, mm in enumerate(sizes)}
    )


def test_images_of_another_kind_have_their_own_baseline() -> None:
    found = changes([seen(1, 1, 10, "MR T1c"), seen(2, 1, 20, "MR FLAIR"), seen(3, 2, 30, "MR FLAIR")])
    assert {c.identity: (c.baseline, c.diameter_percent) for c in found} == {
        1: (1, 0.0),
        2: (2, 0.0),
        3: (2, pytest.approx(50.0)),
    }


def test_two_readers_are_each_compared_with_themselves() -> None:
    found = changes(
        [seen(1, 1, 10, hand=A), seen(2, 1, 20, hand=B), seen(3, 2, 15, hand=A), seen(4, 2, 15, hand=B)]
    )
    assert {c.identity: c.baseline for c in found} == {1: 1, 2: 2, 3: 1, 4: 2}


def test_a_reader_who_joins_later_is_not_compared_with_the_first() -> None:
    found = changes(
        [seen(1, 1, 10, hand=A), seen(2, 2, 20, hand=B), seen(3, 3, 11, hand=A), seen(4, 3, 20, hand=B)]
    )
    assert {c.identity: (c.baseline, c.diameter_percent) for c in found} == {
        1: (1, 0.0),
        2: (2, 0.0),
        3: (1, pytest.approx(10.0)),
        4: (2, 0.0),
    }


def test_masks_of_one_date_that_nothing_tells_apart_give_no_change() -> None:
    found = changes([seen(1, 1, 10), seen(2, 1, 11), seen(3, 2, 12)])
    assert {c.identity: (c.diameter_percent, c.reason) for c in found} == dict.fromkeys(
        (1, 2, 3), (None, Code.READER_AMBIGUOUS)
    )


@pytest.mark.parametrize(("then", "now"), [(0.0, 5.0), (None, 5.0), (5.0, None)])
def test_no_baseline_no_change(then: float | None, now: float | None) -> None:
    assert percent(then, now) is None


def test_gone_is_minus_a_hundred() -> None:
    assert percent(4.0, 0.0) == -100


def absent(identity: int, timepoint: int) -> Seen:
    return replace(
        seen(identity, timepoint, 1),
        measurement=absent_measurement(1, Compartment.WHOLE, "voxels", trusted=True),
    )


def test_a_part_that_vanishes_is_minus_a_hundred_and_one_that_appears_is_its_own_baseline() -> None:
    found = changes([absent(1, 1), seen(2, 2, 10), seen(3, 3, 12), absent(4, 4)])
    assert {c.identity: (c.baseline, c.diameter_percent) for c in found} == {
        2: (2, 0.0),
        3: (2, pytest.approx(20)),
        4: (2, -100.0),
    }
    assert {c.volume_percent for c in found if c.identity == 4} == {-100.0}
    assert changes([absent(1, 1), absent(2, 2)]) == []


def test_another_source_is_said() -> None:
    now = seen(2, 2, 10)
    now = replace(now, measurement=replace(now.measurement, source="contours"))
    first, second = changes([seen(1, 1, 10), now])
    assert (first.reason, second.reason) == (None, Code.SOURCE_DIFFERS)
    assert second.volume_percent == 0


@pytest.mark.parametrize("doubted", [(False, True), (True, False), (False, False)])
def test_lengths_in_doubt_compare_on_equal_grids_only(doubted: tuple[bool, bool]) -> None:
    one, two = (replace(seen(n, n, 10), trusted=t) for n, t in enumerate(doubted, 1))
    same = changes([one, replace(two, spacing_mm=(1.0, 1.0, 5.004))])[1]
    assert (same.volume_percent, same.reason) == (0, None)
    other = changes([one, replace(two, spacing_mm=(1.0, 1.0, 5.02))])[1]
    assert (other.volume_percent, other.diameter_percent, other.product_percent) == (None, None, None)
    assert other.reason is Code.SPACING_IMPLAUSIBLE


def test_other_grids_compare_where_lengths_are_believed() -> None:
    found = changes([seen(1, 1, 10), replace(seen(2, 2, 10), spacing_mm=(0.5, 0.5, 1.0))])
    assert found[1].reason is None


def test_pieces_of_a_split_are_said() -> None:
    found = changes([seen(1, 1, 10), replace(seen(2, 2, 5), became=Code.SPLIT)])
    assert (found[1].diameter_percent, found[1].reason) == (-50, Code.SPLIT)


def test_ct_with_and_without_contrast_are_compared_but_not_sequences_of_mr() -> None:
    assert image_group(Modality.CT, Contrast.CT) == image_group(Modality.CT, Contrast.CT_CONTRAST)
    assert image_group(Modality.MR, Contrast.T1) != image_group(Modality.MR, Contrast.T1C)
