"""Change since first measured."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oncometry.core import Compartment, Contrast, Modality
from oncometry.store.changes import Seen, changes, image_group, percent

from .build import measurement

SIZE = st.floats(0.5, 200.0)
HAND = ("SEG", "binary", "")


def seen(identity: int, timepoint: int, mm: float, group: str = "CT", hand: tuple[str, ...] = HAND) -> Seen:
    return Seen(identity, timepoint, group, hand, measurement(1, Compartment.WHOLE, mm))


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
    a, b = ("SEG", "binary", "reader A"), ("SEG", "binary", "reader B")
    found = changes(
        [seen(1, 1, 10, hand=a), seen(2, 1, 20, hand=b), seen(3, 2, 15, hand=a), seen(4, 2, 15, hand=b)]
    )
    assert {c.identity: c.baseline for c in found} == {1: 1, 2: 2, 3: 1, 4: 2}


def test_a_twin_at_baseline_has_no_change() -> None:
    found = changes([seen(1, 1, 10), seen(2, 1, 11), seen(3, 2, 12)])
    assert [c.identity for c in found] == [1, 3]


@pytest.mark.parametrize(("then", "now"), [(0.0, 5.0), (None, 5.0), (5.0, None)])
def test_no_baseline_no_change(then: float | None, now: float | None) -> None:
    assert percent(then, now) is None


def test_gone_is_minus_a_hundred() -> None:
    assert percent(4.0, 0.0) == -100


def test_ct_with_and_without_contrast_are_compared_but_not_sequences_of_mr() -> None:
    assert image_group(Modality.CT, Contrast.CT) == image_group(Modality.CT, Contrast.CT_CONTRAST)
    assert image_group(Modality.MR, Contrast.T1) != image_group(Modality.MR, Contrast.T1C)
