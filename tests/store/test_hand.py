"""Whose mask: as a person would tell from the names."""

from __future__ import annotations

from itertools import permutations

import pytest

from oncometry.store.hand import Hand, Rivals, drawn_by, rivals_of


def hand(description: str) -> Hand:
    return Hand("NIFTI", "binary", description)


def drawn(who: Hand, rivals: Rivals, *masks: Hand) -> set[tuple[Hand | None, bool]]:
    """What is found, in whatever order the masks come."""
    found = [drawn_by(who, rivals, order, lambda mask: mask) for order in permutations(masks)]
    return {(None if f.ambiguous else f.mask, f.ambiguous) for f in found}


EARLY_A, EARLY_B = hand("p1_2020-01-05_anna_seg"), hand("p1_2020-01-05_ben_seg")
LATE_A, LATE_B = hand("p1_2020-03-05_anna_seg"), hand("p1_2020-03-05_ben_seg")


def test_file_names_that_hold_the_date_are_of_the_hand_whose_words_they_share() -> None:
    rivals = rivals_of([(1, EARLY_A), (1, EARLY_B), (2, LATE_A), (2, LATE_B)])
    assert drawn(EARLY_A, rivals, LATE_A, LATE_B) == {(LATE_A, False)}
    assert drawn(LATE_B, rivals, EARLY_A, EARLY_B) == {(EARLY_B, False)}


def test_a_rival_alone_at_a_date_does_not_stand_in() -> None:
    rivals = rivals_of([(1, EARLY_A), (1, EARLY_B), (2, LATE_B)])
    assert drawn(EARLY_A, rivals, LATE_B) == {(None, False)}
    assert drawn(EARLY_B, rivals, LATE_B) == {(LATE_B, False)}
    assert drawn(EARLY_B, rivals, EARLY_A) == {(None, False)}


def test_the_one_mask_of_a_date_is_of_the_hand_that_nobody_drew_beside() -> None:
    other = Hand("RTSTRUCT", "named", "GTV")
    assert drawn(EARLY_A, rivals_of([(1, EARLY_A), (2, other)]), other) == {(other, False)}


@pytest.mark.parametrize("masks", [(hand("x"), hand("y")), (hand("z"), hand("z"))])
def test_what_is_equally_alike_is_ambiguous(masks: tuple[Hand, Hand]) -> None:
    assert drawn(EARLY_A, {}, *masks) == {(None, True)}


def test_what_is_as_like_a_rival_is_ambiguous() -> None:
    rivals = rivals_of([(1, EARLY_A), (1, EARLY_B)])
    assert drawn(EARLY_A, rivals, hand("seg")) == {(None, True)}


def test_a_network_is_no_reader_and_no_other_network() -> None:
    first, other = (Hand("NETWORK", "binary", f"starter-tumor 1 {sha256}") for sha256 in ("aa", "bb"))
    assert drawn(EARLY_A, {}, first) == {(None, False)}
    assert drawn(first, {}, EARLY_A) == {(None, False)}
    assert drawn(first, {}, other) == {(None, False)}
    assert drawn(first, {}, first, EARLY_A, other) == {(first, False)}


def test_masks_of_separate_lesions_are_no_rivals() -> None:
    rivals = rivals_of([(("L1", 1), hand("lesion 1")), (("L2", 1), hand("lesion 2"))])
    assert not any(rivals.values())
