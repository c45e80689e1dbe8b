"""What people decided about lesions outranks what following found."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oncometry.core import DecidedLesion, Decision, DecisionKind, LesionStatus
from oncometry.measurement import Relation, Visit, VisitMask, follow, measure

from .phantoms import ball, segmentation

SHAPE = (60, 60, 40)
A, B, C = ((15, 15, 20), 7), ((45, 15, 20), 6), ((45, 45, 20), 5)
MEASURED, ABSENT = LesionStatus.MEASURED, LesionStatus.ABSENT


def visit(number, *balls, masks=None):
    masks = masks or {f"m{number}": balls}
    return Visit(number, tuple(mask_of(key, *held) for key, held in masks.items()), f"2020-01-0{number}")


def mask_of(key, *balls):
    union = np.zeros(SHAPE, dtype=bool)
    for center, radius in balls:
        union |= ball(SHAPE, center, radius, (1, 1, 1))
    seg = segmentation(union, (1, 1, 1))
    return VisitMask(key, seg, measure(seg))


def named(followed, name):
    return next(lesion for lesion in followed.lesions if lesion.display_id == name)


def seen(visits, followed, name, at=None):
    """The lesion as a person sees it: where it is, at one of its visits."""
    lesion = named(followed, name)
    (number, key), place = next(item for item in lesion.members.items() if at in (None, item[0][0]))
    there = next(v for v in visits if v.timepoint == number)
    mask = next(m for m in there.masks if m.key == key)
    centroid = mask.measured.lesions[place - 1].whole.centroid_lps_mm
    return DecidedLesion(name, lesion.tracking_uid, there.anchor, key, place, centroid)


def decision(kind, *lesions, anchor=None, number=1):
    when = datetime(2024, 5, 1, tzinfo=UTC)
    return Decision("P", "Ada", when, "seen on DWI", kind, tuple(lesions), anchor, number=number)


def states(lesion):
    return {number: status for number, (status, _) in lesion.states.items()}


@pytest.fixture
def moved():
    """A lesion that matching loses between two visits, beside one that stays."""
    return [visit(1, A, C), visit(2, B, C), visit(3, B, C)]


def test_linked_lesions_are_one_at_all_visits(moved):
    before = follow(moved)
    assert [lesion.display_id for lesion in before.lesions] == ["L1", "L2", "L3"]
    link = decision(DecisionKind.LINK, seen(moved, before, "L3"), seen(moved, before, "L1"))
    after = follow(moved, decisions=[link])
    assert [lesion.display_id for lesion in after.lesions] == ["L1", "L2"]
    one = named(after, "L1")
    assert one.tracking_uid == named(before, "L1").tracking_uid
    assert set(one.members) == {(1, "m1"), (2, "m2"), (3, "m3")}
    assert set(states(one).values()) == {MEASURED}
    methods = {(earlier, later): (m.method, m.relation) for earlier, later, m in one.matches}
    assert methods[1, 2] == ("decision", Relation.SAME)
    assert methods[2, 3] == ("overlap", Relation.SAME)
    assert named(after, "L2").states == named(before, "L2").states
    assert after.unplaced == ()


def test_a_link_is_found_again_when_the_masks_are_drawn_anew(moved):
    before = follow(moved)
    link = decision(DecisionKind.LINK, seen(moved, before, "L1"), seen(moved, before, "L3"))
    anew = [
        Visit(v.timepoint, (mask_of(f"new{v.timepoint}", *balls),), v.anchor)
        for v, balls in zip(
            moved,
            [
                [((16, 15, 20), 6), C],
                [((45, 16, 20), 7), C],
                [B, C],
            ],
            strict=True,
        )
    ]
    found = follow(anew)
    assert {x.tracking_uid for x in found.lesions}.isdisjoint(x.tracking_uid for x in before.lesions)
    after = follow(anew, decisions=[link])
    assert len(after.lesions) == 2
    assert after.unplaced == ()


def test_a_link_holds_when_dates_are_added_before_and_after(moved):
    before = follow(moved)
    link = decision(DecisionKind.LINK, seen(moved, before, "L1"), seen(moved, before, "L3"))
    earlier = Visit(0, (mask_of("m0", C),), "2019-12-01")
    more = [earlier, *moved, visit(4, B, C)]
    after = follow(more, decisions=[link])
    one = next(lesion for lesion in after.lesions if lesion.members.get((1, "m1")) == 1)
    assert {number for number, _ in one.members} == {1, 2, 3, 4}
    assert states(one)[0] is ABSENT


def test_masks_of_one_visit_that_show_a_lesion_apart_are_joined():
    visits = [visit(1, A), visit(2, masks={"t1": [A], "flair": [B]})]
    before = follow(visits)
    assert len(before.lesions) == 2
    link = decision(DecisionKind.LINK, seen(visits, before, "L1"), seen(visits, before, "L2"))
    (one,) = follow(visits, decisions=[link]).lesions
    assert set(one.members) == {(1, "m1"), (2, "t1"), (2, "flair")}


def test_lesions_that_one_mask_shows_side_by_side_are_not_linked(moved):
    before = follow(moved)
    link = decision(DecisionKind.LINK, seen(moved, before, "L1"), seen(moved, before, "L2"), number=7)
    after = follow(moved, decisions=[link])
    assert len(after.lesions) == len(before.lesions)
    (unplaced,) = after.unplaced
    assert unplaced.decision == 7
    assert "one mask shows both L1 and L2 at visit 1" in unplaced.why


def test_a_split_begins_a_lesion_that_was_not_there_before():
    visits = [visit(n, A, C) for n in (1, 2, 3)]
    before = follow(visits)
    split = decision(DecisionKind.SPLIT, seen(visits, before, "L1", at=2), anchor="2020-01-02")
    after = follow(visits, decisions=[split])
    assert [lesion.display_id for lesion in after.lesions] == ["L1", "L1.2", "L2"]
    old, new = named(after, "L1"), named(after, "L1.2")
    assert states(old) == {1: MEASURED, 2: ABSENT, 3: ABSENT}
    assert states(new) == {1: ABSENT, 2: MEASURED, 3: MEASURED}
    assert new.matches[0][2].relation is Relation.NEW
    assert old.tracking_uid == named(before, "L1").tracking_uid != new.tracking_uid


def test_a_decision_about_what_a_split_began_is_found_again():
    visits = [visit(n, A, C) for n in (1, 2, 3)]
    first = follow(visits)
    split = decision(DecisionKind.SPLIT, seen(visits, first, "L1"), anchor="2020-01-02")
    second = follow(visits, decisions=[split])
    no_lesion = decision(DecisionKind.EXCLUDE, seen(visits, second, "L1.2"), number=2)
    third = follow(visits, decisions=[split, no_lesion])
    assert named(third, "L1.2").excluded == "Ada: seen on DWI"
    assert named(third, "L1").excluded is None


def test_a_split_is_undone_by_a_link():
    visits = [visit(n, A, C) for n in (1, 2, 3)]
    first = follow(visits)
    split = decision(DecisionKind.SPLIT, seen(visits, first, "L1"), anchor="2020-01-02")
    second = follow(visits, decisions=[split])
    link = decision(DecisionKind.LINK, seen(visits, second, "L1"), seen(visits, second, "L1.2"), number=2)
    third = follow(visits, decisions=[split, link])
    assert [(x.display_id, x.tracking_uid, x.members) for x in third.lesions] == [
        (x.display_id, x.tracking_uid, x.members) for x in first.lesions
    ]


@pytest.mark.parametrize("since", ["2020-01-01", "2020-02-02"])
def test_a_split_at_the_first_visit_or_at_none_is_told(since):
    visits = [visit(n, A) for n in (1, 2)]
    before = follow(visits)
    after = follow(visits, decisions=[decision(DecisionKind.SPLIT, seen(visits, before, "L1"), anchor=since)])
    assert len(after.lesions) == 1
    assert len(after.unplaced) == 1


def test_what_merged_with_a_split_lesion_merged_with_what_it_began():
    small, large = ((19, 20, 20), 5), ((34, 20, 20), 6)
    union = (((20, 20, 20), 6), ((28, 20, 20), 8), ((36, 20, 20), 6))
    visits = [visit(1, small, large), visit(2, small, large), visit(3, *union)]
    before = follow(visits)
    assert named(before, "L2").states[3][1] == "merged with L1"
    split = decision(DecisionKind.SPLIT, seen(visits, before, "L1"), anchor="2020-01-02")
    assert named(follow(visits, decisions=[split]), "L2").states[3][1] == "merged with L1.2"


def test_an_excluded_lesion_stays_with_who_and_why(moved):
    before = follow(moved)
    no_lesion = decision(DecisionKind.EXCLUDE, seen(moved, before, "L2"))
    after = follow(moved, decisions=[no_lesion])
    assert [x.excluded for x in after.lesions] == [None, "Ada: seen on DWI", None]
    assert [(x.members, x.states) for x in after.lesions] == [(x.members, x.states) for x in before.lesions]


def test_a_lesion_that_is_not_there_any_more_is_told(moved):
    before = follow(moved)
    no_lesion = decision(DecisionKind.EXCLUDE, seen(moved, before, "L2"), number=3)
    without = [Visit(v.timepoint, (mask_of(f"x{v.timepoint}", A),), v.anchor) for v in moved]
    after = follow(without, decisions=[no_lesion])
    assert [u.decision for u in after.unplaced] == [3]
    assert "no lesion is where L2 was" in after.unplaced[0].why
    assert all(x.excluded is None for x in after.lesions)


def test_a_mask_measured_with_other_numbers_is_decided_about_by_place():
    visits = [visit(1, A, B)]
    before = follow(visits)
    no_lesion = decision(DecisionKind.EXCLUDE, seen(visits, before, "L2"))
    # the same mask file, read anew: another lesion is second by size
    anew = [Visit(1, (mask_of("m1", A, B, ((15, 45, 20), 6.5)),), visits[0].anchor)]
    after = follow(anew, decisions=[no_lesion])
    assert [x.excluded is not None for x in after.lesions] == [False, False, True]


def test_without_an_order_lesions_are_excluded_but_not_linked(moved):
    before = follow(moved, ordered=False)
    first, last = before.lesions[0].display_id, before.lesions[-1].display_id
    link = decision(DecisionKind.LINK, seen(moved, before, first), seen(moved, before, last))
    no_lesion = decision(DecisionKind.EXCLUDE, seen(moved, before, first), number=2)
    after = follow(moved, decisions=[link, no_lesion], ordered=False)
    assert len(after.lesions) == len(before.lesions)
    assert [u.decision for u in after.unplaced] == [1]
    assert after.lesions[0].excluded


@settings(max_examples=25, deadline=None)
@given(st.permutations([1, 2, 3, 4]), st.integers(2, 4))
def test_a_split_loses_no_observation(order, since):
    visits = [visit(n, A, C) for n in order]
    before = follow(visits)
    split = decision(DecisionKind.SPLIT, seen(visits, before, "L1"), anchor=f"2020-01-0{since}")
    after = follow(visits, decisions=[split])
    together = named(after, "L1").members | named(after, "L1.2").members
    assert together == named(before, "L1").members
    assert max(n for n, _ in named(after, "L1").members) < since
    assert min(n for n, _ in named(after, "L1.2").members) == since
