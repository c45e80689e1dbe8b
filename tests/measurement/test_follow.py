"""The same lesion in every series of a date, and at every date."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from oncometry.core import Compartment, Geometry, LesionStatus, Segment, Segmentation, SettingsError
from oncometry.measurement import MeasurementSettings, Relation, Visit, VisitMask, follow, measure
from oncometry.preprocessing import Deformation

from .phantoms import ball, segmentation

SHAPE = (60, 60, 40)


def mask_of(key, *balls, spacing=(1, 1, 1), shape=SHAPE, **more):
    union = np.zeros(shape, dtype=bool)
    for center, radius in balls:
        union |= ball(shape, center, radius, spacing)
    seg = segmentation(union, spacing)
    return VisitMask(key, seg, measure(seg), **more)


def lesions_of(visits, settings=None, **more):
    return follow(visits, settings, **more).lesions


def states(lesion):
    return {number: status for number, (status, _) in lesion.states.items()}


MEASURED, ABSENT = LesionStatus.MEASURED, LesionStatus.ABSENT


def test_a_lesion_is_followed_by_overlap():
    visits = [Visit(n, (mask_of(f"m{n}", ((20, 20, 20), 8 + n), ((45, 45, 20), 5)),)) for n in (1, 2, 3)]
    big, small = lesions_of(visits)
    assert (big.display_id, small.display_id) == ("L1", "L2")
    assert big.members == {(1, "m1"): 1, (2, "m2"): 1, (3, "m3"): 1}
    assert set(states(big).values()) == {MEASURED}
    assert [m.relation for _, _, m in big.matches] == [Relation.SAME, Relation.SAME]
    assert all(m.method == "overlap" and 0.5 < m.score <= 1 for _, _, m in big.matches)
    assert (big.matches[0][2].earlier_mask, big.matches[0][2].later_mask) == ("m1", "m2")


def test_a_lesion_seen_in_three_series_is_one():
    ct = mask_of("ct", ((20, 20, 20), 8))
    pet = mask_of("pet", ((20, 20, 20), 9), spacing=(4, 4, 4), shape=(15, 15, 10))
    shift = np.eye(4)
    shift[:3, 3] = (-5, 0, 0)
    mr = mask_of("mr", ((25, 20, 20), 8), spacing=(1, 1, 5), shape=(60, 60, 8), to_first=shift)
    (lesion,) = lesions_of([Visit(1, (ct, pet, mr))])
    assert lesion.members == {(1, "ct"): 1, (1, "pet"): 1, (1, "mr"): 1}


def test_two_lesions_of_one_mask_are_never_one():
    two = mask_of("a", ((20, 20, 20), 5), ((34, 20, 20), 5))
    one = mask_of("b", ((27, 20, 20), 13))
    first, second = lesions_of([Visit(1, (two, one))])
    assert {len(first.members), len(second.members)} == {1, 2}


def test_new_and_vanished():
    a, b = ((15, 15, 20), 6), ((45, 45, 20), 5)
    gone, new = lesions_of([Visit(1, (mask_of("1", a),)), Visit(2, (mask_of("2", b),))])
    assert states(gone) == {1: MEASURED, 2: ABSENT}
    assert states(new) == {1: ABSENT, 2: MEASURED}
    assert gone.states[2][1] == "no longer seen"
    assert new.states[1][1] == "not yet there"


def test_without_an_order_each_visit_stands_alone():
    visits = [Visit(n, (mask_of(f"m{n}", ((20, 20, 20), 8)),)) for n in (1, 2)]
    first, second = lesions_of(visits, ordered=False)
    assert states(first) == {1: MEASURED, 2: LesionStatus.NOT_EVALUABLE}
    assert states(second) == {1: LesionStatus.NOT_EVALUABLE, 2: MEASURED}
    assert (first.matches, second.matches) == ((), ())


def test_a_lesion_that_comes_back_is_the_same():
    a = ((15, 15, 20), 6)
    b = ((45, 45, 20), 5)
    visits = [Visit(1, (mask_of("1", a, b),)), Visit(2, (mask_of("2", b),)), Visit(3, (mask_of("3", a, b),))]
    first, second = lesions_of(visits)
    assert states(first) == {1: MEASURED, 2: ABSENT, 3: MEASURED}
    assert set(states(second).values()) == {MEASURED}


def test_split():
    whole = mask_of("1", ((20, 20, 20), 6), ((28, 20, 20), 8), ((36, 20, 20), 5))
    parts = mask_of("2", ((19, 20, 20), 5), ((34, 20, 20), 6))
    going, begun = lesions_of([Visit(1, (whole,)), Visit(2, (parts,))])
    assert states(going) == {1: MEASURED, 2: MEASURED}
    assert states(begun)[2] is MEASURED
    assert {m.relation for t in (going, begun) for _, _, m in t.matches} == {Relation.SPLIT}
    assert begun.matches[0][2].earlier == 1
    assert begun.states[1] == (LesionStatus.NOT_EVALUABLE, "part of L1")


def test_merge():
    parts = mask_of("1", ((19, 20, 20), 5), ((34, 20, 20), 6))
    whole = mask_of("2", ((20, 20, 20), 6), ((28, 20, 20), 8), ((36, 20, 20), 6))
    visits = [Visit(1, (parts,)), Visit(2, (whole,)), Visit(3, (parts,))]
    going, merged = lesions_of(visits)
    assert set(states(going).values()) == {MEASURED}
    assert merged.states[2] == (LesionStatus.NOT_EVALUABLE, "merged with L1")
    assert states(merged)[3] is MEASURED
    assert merged.matches[0][2].relation is Relation.MERGE


def test_a_merge_happens_once():
    parts = mask_of("1", ((19, 20, 20), 5), ((34, 20, 20), 6))
    visits = [Visit(1, (parts,))]
    for number in (2, 3, 4):
        whole = mask_of(str(number), ((20, 20, 20), 6), ((28, 20, 20), 8), ((36, 20, 20), 6))
        visits.append(Visit(number, (whole,)))
    going, merged = lesions_of(visits)
    assert [m.relation for _, _, m in going.matches] == [Relation.MERGE, Relation.SAME, Relation.SAME]
    assert [(later, m.relation) for _, later, m in merged.matches] == [(2, Relation.MERGE)]
    assert {merged.states[n][1] for n in (2, 3, 4)} == {"merged with L1"}


def test_a_lesion_that_begins_where_there_was_nothing_is_new():
    a, b = ((15, 15, 20), 6), ((45, 45, 20), 5)
    old, new = lesions_of([Visit(1, (mask_of("1", a),)), Visit(2, (mask_of("2", a, b),))])
    assert [m.relation for _, _, m in old.matches] == [Relation.SAME]
    ((earlier, later, match),) = new.matches
    assert (earlier, later, match.relation, match.earlier, match.later) == (1, 2, Relation.NEW, None, 2)
    unseen, _ = lesions_of([Visit(1), Visit(2, (mask_of("2", a, b),))])
    assert unseen.matches == ()


def test_not_imaged_and_too_small():
    a, b = ((15, 15, 20), 6), ((45, 45, 20), 5)
    shrunk = mask_of("2", a, ((45, 45, 20), 1))
    lower = Geometry.from_parts((60, 30, 40), (1, 1, 1))
    partial = replace(mask_of("3", a), imaged=lower)
    first, second = lesions_of([Visit(1, (mask_of("1", a, b),)), Visit(2, (shrunk,)), Visit(3, (partial,))])
    assert set(states(first).values()) == {MEASURED}
    assert states(second) == {1: MEASURED, 2: LesionStatus.TOO_SMALL, 3: LesionStatus.NOT_IMAGED}


def test_nothing_segmented_is_not_evaluable_and_an_empty_mask_is_absent():
    empty = segmentation(np.zeros(SHAPE, dtype=bool))
    visits = [
        Visit(1, (mask_of("1", ((15, 15, 20), 6)),)),
        Visit(2),
        Visit(3, (VisitMask("3", empty, measure(empty)),)),
    ]
    (lesion,) = lesions_of(visits)
    assert states(lesion) == {1: MEASURED, 2: LesionStatus.NOT_EVALUABLE, 3: ABSENT}


def test_without_trust_only_ids_link():
    a = ((15, 15, 20), 6)
    lesions = lesions_of([Visit(1, (mask_of("1", a),)), Visit(2, (mask_of("2", a, trusted=False),))])
    assert len(lesions) == 2
    assert lesions[0].states[2][0] is LesionStatus.NOT_EVALUABLE


def tracked_mask(key, *places, trusted=True, text=None):
    """Places as (UID, center) or (UID, center, radius); the tracking ID is the UID's, or the text."""
    segments = tuple(
        Segment.from_mask(
            n,
            f"t{n}",
            Compartment.WHOLE,
            ball(SHAPE, at, *(radius or (6,))),
            tracking_uid=uid,
            tracking_id=text or uid,
        )
        for n, (uid, at, *radius) in enumerate(places, 1)
    )
    seg = Segmentation(Geometry.from_parts(SHAPE, (1, 1, 1)), segments)
    return VisitMask(key, seg, measure(seg), trusted=trusted)


def test_tracking_ids_win_over_place():
    here, there = (15, 15, 20), (45, 45, 20)
    one = tracked_mask("1", ("1.2.3", here), ("1.2.4", there))
    two = tracked_mask("2", ("1.2.4", here), ("1.2.3", there), trusted=False)
    lesions = {t.tracking_uid: t for t in lesions_of([Visit(1, (one,)), Visit(2, (two,))])}
    assert set(lesions) == {"1.2.3", "1.2.4"}
    first = lesions["1.2.3"]
    assert two.measured.lesions[first.members[2, "2"] - 1].tracking_uid == "1.2.3"
    assert first.matches[0][2].method == "tracking uid"


def partners(one, two):
    """UID or derived UID -> center of its lesion at the second date."""
    found = lesions_of([Visit(1, (one,)), Visit(2, (two,))])
    at = {n: x.whole.centroid_lps_mm for n, x in enumerate(two.measured.lesions, 1)}
    return [tuple(round(v) for v in at[t.members[2, "2"]]) for t in found if (2, "2") in t.members]


def test_a_text_that_all_lesions_share_names_none():
    here, there = (15, 15, 20), (45, 45, 20)
    one = tracked_mask("1", ("1.1", here, 5), ("1.2", there, 8), text="tumor")
    two = tracked_mask("2", ("1.1", here, 9), ("1.2", there, 4), text="tumor")
    assert partners(one, two) == [there, here]
    renamed = tracked_mask("2", ("2.1", here, 9), ("2.2", there, 4), text="Lesion")
    other = tracked_mask("1", ("1.1", here, 5), ("1.2", there, 8), text="Lesion")
    assert partners(other, renamed) == [there, here]
    assert {
        m.relation for t in lesions_of([Visit(1, (one,)), Visit(2, (two,))]) for _, _, m in t.matches
    } == {Relation.SAME}


def test_a_unique_text_links_where_uids_differ():
    one = tracked_mask("1", ("1.1", (15, 15, 20)), text="liver 1")
    two = tracked_mask("2", ("2.1", (45, 45, 20)), text="liver 1", trusted=False)
    (lesion,) = lesions_of([Visit(1, (one,)), Visit(2, (two,))])
    assert lesion.matches[0][2].method == "tracking id"


def test_a_small_move_is_followed_by_distance():
    near = lesions_of(
        [Visit(1, (mask_of("1", ((15, 15, 20), 3)),)), Visit(2, (mask_of("2", ((24, 15, 20), 3)),))]
    )
    assert len(near) == 1
    assert near[0].matches[0][2].method == "distance"
    assert near[0].matches[0][2].score == pytest.approx(1 - 3 / 4)


def test_what_moves_too_far_is_gone_and_new():
    far = lesions_of(
        [Visit(1, (mask_of("1", ((15, 15, 20), 3)),)), Visit(2, (mask_of("2", ((26, 15, 20), 3)),))]
    )
    assert [states(t) for t in far] == [{1: MEASURED, 2: ABSENT}, {1: ABSENT, 2: MEASURED}]


def test_distance_links_as_many_as_it_can_not_the_nearest_first():
    """The nearest pair, the second lesion and the first place, would leave the other two too far apart."""
    one = mask_of("1", ((15, 20, 20), 3), ((28, 20, 20), 3))
    two = mask_of("2", ((22, 20, 20), 2), ((36, 20, 20), 3))
    moved = lesions_of([Visit(1, (one,)), Visit(2, (two,))])
    assert [m.method for t in moved for _, _, m in t.matches] == ["distance", "distance"]
    assert all(set(states(t).values()) == {MEASURED} for t in moved)


def test_a_lesion_left_over_beside_another_became_part_of_it():
    one = mask_of("1", ((15, 20, 20), 3), ((27, 20, 20), 6))
    two = mask_of("2", ((28, 20, 20), 8))
    going, merged = lesions_of([Visit(1, (one,)), Visit(2, (two,))])
    assert merged.states[2] == (LesionStatus.NOT_EVALUABLE, f"merged with {going.display_id}")
    assert (merged.matches[0][2].relation, merged.matches[0][2].method) == (Relation.MERGE, "distance")
    back = lesions_of([Visit(1, (mask_of("1", ((28, 20, 20), 8)),)), Visit(2, (replace(one, key="2"),))])
    assert back[1].states[1] == (LesionStatus.NOT_EVALUABLE, "part of L1")


def test_a_piece_that_joins_another_lesion_is_an_edge_of_both():
    """L1 parts in two; the lesser piece joins L2, which has more of what they became."""
    one = mask_of("1", ((15, 20, 20), 8), ((25, 20, 20), 8), ((45, 20, 20), 8))
    two = mask_of("2", ((12, 20, 20), 5), ((27, 20, 20), 6), ((36, 20, 20), 5), ((45, 20, 20), 8))
    first, second = lesions_of([Visit(1, (one,)), Visit(2, (two,))])
    links = {(m.earlier, m.later, m.relation) for t in (first, second) for _, _, m in t.matches}
    assert links == {(1, 2, Relation.SPLIT), (1, 1, Relation.MERGE), (2, 1, Relation.MERGE)}
    assert set(states(first).values()) == set(states(second).values()) == {MEASURED}


def pushed(*move_mm):
    """All of the first date lies that much further at the other."""
    field = np.zeros((3, 2, 2, 2)) + np.array(move_mm)[:, None, None, None]
    return Deformation(np.diag([60.0, 60.0, 40.0, 1.0]), field, (1.0, 1.0), 0.0)


def test_a_deformation_carries_places_and_leaves_sizes():
    one, two = mask_of("1", ((15, 15, 20), 4)), mask_of("2", ((35, 15, 20), 4))
    assert len(lesions_of([Visit(1, (one,)), Visit(2, (two,))])) == 2
    bent = replace(two, deformation=pushed(20, 0, 0))
    (lesion,) = lesions_of([Visit(1, (one,)), Visit(2, (bent,))])
    assert lesion.matches[0][2].score == pytest.approx(1)
    assert bent.measured is two.measured


def test_states_are_asked_where_the_deformation_says():
    one = mask_of("1", ((15, 15, 20), 4), ((45, 45, 20), 4))
    small = mask_of("2", ((35, 15, 20), 1), ((25, 45, 20), 4))
    half = Geometry.from_parts((60, 60, 40), (1, 1, 1))
    bent = replace(small, deformation=pushed(20, 0, 0), imaged=half)
    found = lesions_of([Visit(1, (one,)), Visit(2, (bent,))])
    assert {t.states[2][0] for t in found if (1, "1") in t.members} == {
        LesionStatus.TOO_SMALL,
        LesionStatus.NOT_IMAGED,
    }


def test_ids_do_not_change_with_later_dates_or_order():
    a, b = ((15, 15, 20), 6), ((45, 45, 20), 5)
    visits = [Visit(1, (mask_of("1", a),)), Visit(2, (mask_of("2", a, b),)), Visit(3, (mask_of("3", b),))]
    short, long, shuffled = lesions_of(visits[:2]), lesions_of(visits), lesions_of(visits[::-1])
    assert [(t.display_id, t.tracking_uid) for t in short] == [(t.display_id, t.tracking_uid) for t in long]
    assert [t.members for t in long] == [t.members for t in shuffled]
    assert all(t.tracking_uid.startswith("2.25.") and len(t.tracking_uid) <= 64 for t in long)


def test_other_settings_than_measured_are_refused():
    mask = mask_of("1", ((15, 15, 20), 6), ((45, 45, 20), 5))
    with pytest.raises(SettingsError, match="SETTINGS"):
        lesions_of([Visit(1, (mask,))], MeasurementSettings(minimum_volume_ml=0.6))
