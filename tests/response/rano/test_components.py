"""Enhancing and non-enhancing tumor in parallel, and which lesions count."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from oncometry.core import Compartment, LesionReading, LesionStatus, NonTargetState, Quantity
from oncometry.response import Course, assess, timelines
from oncometry.response.category import Category, Scope
from oncometry.response.rano import RANO_2, RANO_2_ENHANCING, RANO_BM, RANO_HGG, RANO_LGG, RanoCriterion
from oncometry.response.uncertainty import drawn_course

from .courses import WELL, cited, course, judged

CR, PR, MR, SD, PD, NE, NONE = (Category(c) for c in ("CR", "PR", "MR", "SD", "PD", "NE", "NONE"))
LONG = Quantity.LONGEST_DIAMETER_MM
SIZE = {CR: 0.0, PR: 40.0, MR: 70.0, SD: 100.0, PD: 130.0, NE: LesionStatus.NOT_EVALUABLE}
TABLE = {  # RANO 2.0's, without order; PR + MR is not in it, and goes as PR + SD
    frozenset({CR}): CR, frozenset({CR, PR}): PR, frozenset({CR, MR}): MR, frozenset({CR, SD}): SD,
    frozenset({PR}): PR, frozenset({PR, MR}): PR, frozenset({PR, SD}): PR,
    frozenset({MR}): MR, frozenset({MR, SD}): MR, frozenset({SD}): SD,
}  # fmt: skip


@pytest.mark.parametrize(("enhancing", "other"), [p for p in product(SIZE, SIZE) if p[0] is not MR])
def test_two_components_are_joined_by_the_table(enhancing: Category, other: Category) -> None:
    lesions = {"a (enhancing)": [100.0, SIZE[enhancing]], "b (non-enhancing)": [100.0, SIZE[other]]}
    expected = (
        PD
        if PD in (enhancing, other)
        else NE
        if NE in (enhancing, other)
        else TABLE[frozenset({enhancing, other})]
    )
    assert judged(RANO_2, course(RANO_2.quantity, lesions))[1] is expected


def test_one_component_alone_needs_no_table() -> None:
    made = course(RANO_2.quantity, {"b (non-enhancing)": [100.0, 70.0]})
    assert (judged(RANO_2, made)[1], cited(RANO_2, made)) == (MR, "mr")


def test_non_enhancing_tumor_is_left_out_where_only_enhancing_is_judged() -> None:
    made = course(RANO_2.quantity, {"a (enhancing)": [100.0, 40.0], "b (non-enhancing)": [100.0, 200.0]})
    assert judged(RANO_2_ENHANCING, made)[1] is PR
    assert judged(RANO_2, made)[1] is PD


@pytest.mark.parametrize("part", [Compartment.CAVITY, Compartment.CYST, Compartment.NECROSIS])
@pytest.mark.parametrize("criterion", [RANO_HGG, RANO_LGG, RANO_2, RANO_BM])
def test_cavity_cyst_and_necrosis_are_not_counted(criterion: RanoCriterion, part: Compartment) -> None:
    made = course(criterion.quantity, {"a": [100.0, 100.0], f"b ({part})": [100.0, 400.0]})
    assert judged(criterion, made)[1] is SD


def test_a_metastasis_must_also_grow_by_five_millimeters() -> None:
    three = {name: [12.0, 14.9] for name in "abc"}
    assert judged(RANO_BM, course(RANO_BM.quantity, three))[1] is SD, "24 % more, 2.9 mm each"
    assert judged(RANO_BM, course(RANO_BM.quantity, {"a": [10.0, 14.99], "b": [10.0, 10.0]}))[1] is SD
    assert judged(RANO_BM, course(RANO_BM.quantity, {"a": [10.0, 15.0], "b": [10.0, 10.0]}))[1] is PD
    assert judged(RANO_BM, course(RANO_BM.quantity, {"a": [30.0, 35.0]}))[1] is SD, "5 mm, 17 % more"


def test_the_five_millimeters_count_from_the_smallest_sum() -> None:
    made = course(RANO_BM.quantity, {"a": [20.0, 10.0, 15.0], "b": [10.0, 10.0, 10.0]})
    assert judged(RANO_BM, made) == [NONE, PR, PD]


def test_a_speck_after_nothing_is_progression_once_complete_response_was_called() -> None:
    """Beside persisting non-target disease the rule of 5 mm holds; an incumbent calls any size PD."""
    alone = course(RANO_BM.quantity, {"a": [20.0, 0.0, 4.0]})
    assert judged(RANO_BM, alone) == [NONE, CR, PD]
    kept = LesionStatus.MEASURED
    beside = {"a": [20.0, 0.0, 4.0], "non-target 1": [kept, kept, kept]}
    assert judged(RANO_BM, course(RANO_BM.quantity, beside)) == [NONE, PR, PR]
    beside["a"] = [20.0, 0.0, 5.0]
    assert judged(RANO_BM, course(RANO_BM.quantity, beside)) == [NONE, PR, PD]


def _reading(lesion: str, long: float, short: float, visit: int = 0, part: str = "whole") -> LesionReading:
    values = {Quantity.LONGEST_DIAMETER_MM: long, Quantity.SHORT_AXIS_MM: short}
    return LesionReading(
        "p",
        f"v{visit}",
        60 * visit,
        "r",
        lesion,
        None,
        LesionStatus.MEASURED,
        values,
        compartment=Compartment(part),
    )


@pytest.mark.parametrize(
    ("criterion", "long", "short", "chosen"),
    [
        (RANO_HGG, 10.0, 10.0, True),
        (RANO_HGG, 30.0, 9.9, False),
        (RANO_2, 10.0, 10.0, True),
        (RANO_2, 9.9, 9.9, False),
        (RANO_LGG, 10.0, 10.0, True),
        (RANO_BM, 10.0, 5.0, True),
        (RANO_BM, 10.0, 4.9, False),
        (RANO_BM, 9.9, 9.0, False),
    ],
)
def test_ten_millimeters_are_measurable(
    criterion: RanoCriterion, long: float, short: float, chosen: bool
) -> None:
    """Some code wants more than 10 mm."""
    (timeline,) = timelines([_reading("a", long, short)], criterion.limits)
    assert (timeline.lesions[0].role == "target") is chosen


@pytest.mark.parametrize(("criterion", "most"), [(RANO_HGG, 5), (RANO_LGG, 5), (RANO_2, 2), (RANO_BM, 5)])
def test_the_largest_so_many_become_targets(criterion: RanoCriterion, most: int) -> None:
    (timeline,) = timelines([_reading(f"l{n}", 20 + n, 15) for n in range(7)], criterion.limits)
    assert {x.name for x in timeline.lesions if x.role == "target"} == {f"l{n}" for n in range(7 - most, 7)}


def test_a_mixed_tumor_has_two_targets_of_each_part() -> None:
    read = [
        _reading(f"l{n}", 20 + n, 15, part=part)
        for n in range(3)
        for part in ("enhancing", "non-enhancing", "whole")
    ]
    (timeline,) = timelines(read, RANO_2.limits)
    targets = [x.readings[0].compartment for x in timeline.lesions if x.role == "target" and x.readings[0]]
    assert sorted(targets) == ["enhancing"] * 2 + ["non-enhancing"] * 2


def test_a_patient_is_assessed_with_what_was_and_was_not_said() -> None:
    read = [_reading("a", 40, 20), _reading("a", 20, 20, 1)]
    states = {("p", "v0"): replace(WELL, antiangiogenic=True)}
    (timeline,) = timelines(read, RANO_HGG.limits, states)
    rows = {(row.timepoint, row.scope): row for row in assess(timeline, RANO_HGG).rows}
    overall = rows["v1", Scope.OVERALL]
    assert (overall.category, overall.total, overall.verified) == (NE, 400.0, True)
    assert (
        "Not said: clinical state, steroids, T2/FLAIR, the end of radiotherapy." in overall.explanation.text
    )
    assert "the patient stable, 0 mg of steroids a day" in rows["v0", Scope.OVERALL].explanation.text
    assert "no radiotherapy, under an antiangiogenic drug." in rows["v0", Scope.OVERALL].explanation.text
    assert rows["v1", Scope.IMAGING].category is PR
    assert overall.flip is not None
    assert (overall.flip.category, round(overall.flip.size)) == (PD, 1000), (
        "only progression needs no more to be said"
    )


def test_a_product_nobody_gave_is_that_of_the_diameters_in_draws_too() -> None:
    read = [_reading("a", 40, 20), replace(_reading("a", 40, 20, 1), values={Quantity.PRODUCT_MM2: 700.0})]
    (timeline,) = timelines(read, RANO_HGG.limits)
    assert RANO_HGG.judge(Course.of(timeline)).burden.total.tolist() == [[800.0, 700.0]]
    drawn = drawn_course(timeline).values[Quantity.PRODUCT_MM2][:, 0, 0]
    assert drawn.std() > 0.02 * 800, "a product that is drawn as if it were exact would give false certainty"


def test_the_sum_of_the_second_component_stands_in_the_proof() -> None:
    made = course(RANO_2.quantity, {"a (enhancing)": [100.0, 90.0], "b (non-enhancing)": [80.0, 56.0]})
    overall = assess(made.timeline, RANO_2).overall()[1]
    assert (overall.category, overall.total) == (MR, 90.0)
    assert (
        "The non-enhancing tumor sums to 56.00 mm\u00b2 (baseline 80.00, nadir 80.00 mm\u00b2)."
        in overall.explanation.text
    )


def test_targets_are_chosen_at_the_first_scan_after_radiotherapy() -> None:
    read = [
        _reading("shrank", 40, 20), _reading("shrank", 8, 8, 1), _reading("shrank", 8, 8, 2),
        _reading("grew", 8, 8), _reading("grew", 30, 20, 1), _reading("grew", 30, 20, 2),
        _reading("came", 20, 20, 1), _reading("came", 20, 20, 2),
    ]  # fmt: skip
    weeks = {("p", f"v{v}"): replace(WELL, weeks_since_radiotherapy=w) for v, w in enumerate((-8, 4, 20))}
    (timeline,) = timelines(read, RANO_2.limits, weeks)
    assert {x.name: str(x.role) for x in timeline.lesions} == {
        "shrank": "non-target", "grew": "target", "came": "target"
    }  # fmt: skip
    assert [row.category for row in assess(timeline, RANO_2).overall()] == [NONE, NONE, SD]
    (timeline,) = timelines(read, RANO_HGG.limits, weeks)
    assert {x.name: str(x.role) for x in timeline.lesions}["came"] == "new"


def test_the_whole_of_a_lesion_with_parts_is_not_taken_for_its_enhancing_part() -> None:
    parts = [_reading("a", 60, 50, v, part) for v in (0, 1) for part in ("whole", "edema")]
    (timeline,) = timelines(parts, RANO_HGG.limits)
    assert timeline.lesions == ()
    assert [row.total for row in assess(timeline, RANO_HGG).overall()] == [None, None]
    (timeline,) = timelines([_reading("a", 60, 50), _reading("a", 60, 50, 1)], RANO_HGG.limits)
    assert [x.role for x in timeline.lesions] == ["target"], "read without parts, it is what was asked for"


def test_growth_of_a_non_target_that_nobody_judged_is_told() -> None:
    read = [
        _reading(name, d, d, v) for v, big in enumerate((9, 12)) for name, d in (("a", 20), ("small", big))
    ]
    states = {("p", f"v{v}"): WELL for v in range(2)}
    (timeline,) = timelines(read, RANO_HGG.limits, states)
    overall = assess(timeline, RANO_HGG).overall()[1]
    assert overall.category is SD
    said = (
        "Non-target small grew from 81.00 to 144.00 mm\u00b2; nobody said whether that is clear progression."
    )
    assert said in overall.explanation.text
    judged_so = [replace(r, state=NonTargetState.PROGRESSION) if r.values[LONG] == 12 else r for r in read]
    overall = assess(timelines(judged_so, RANO_HGG.limits, states)[0], RANO_HGG).overall()[1]
    assert overall.category is PD
    assert "nobody said" not in overall.explanation.text
