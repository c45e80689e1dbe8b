"""Every criterion's thresholds, exact at both sides, and laws that hold for all."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oncometry.core import LesionStatus
from oncometry.response.category import Category, Scope
from oncometry.response.rano import (
    MACDONALD,
    RANO_2,
    RANO_2_ENHANCING,
    RANO_2_VOLUME,
    RANO_BM,
    RANO_CRITERIA,
    RANO_HGG,
    RANO_LGG,
    RAPNO_DIPG,
    RAPNO_HGG,
    RAPNO_LGG,
    RanoCriterion,
)

from .courses import ON_4_MG, UNSAID, WELL, course, judged

CR, PR, MR, SD, PD, NE, NONE = (Category(c) for c in ("CR", "PR", "MR", "SD", "PD", "NE", "NONE"))
RANK = {CR: 0, PR: 1, MR: 2, SD: 3, PD: 4}
STEPS = [  # what is left of the baseline, its category, and the category just above it (response) or below (PD)
    (MACDONALD, 0.50, PR, SD, 1.25),
    (RANO_HGG, 0.50, PR, SD, 1.25),
    (RANO_LGG, 0.50, PR, MR, 1.25),
    (RANO_LGG, 0.75, MR, SD, 1.25),
    (RANO_2, 0.50, PR, SD, 1.25),
    (RANO_2_ENHANCING, 0.50, PR, SD, 1.25),
    (RANO_2_VOLUME, 0.35, PR, SD, 1.40),
    (RAPNO_HGG, 0.50, PR, SD, 1.25),
    (RAPNO_DIPG, 0.75, PR, SD, 1.25),
    (RAPNO_LGG, 0.50, PR, MR, 1.25),
    (RAPNO_LGG, 0.75, MR, SD, 1.25),
    (RANO_BM, 0.70, PR, SD, 1.20),
]
EACH = pytest.mark.parametrize("criterion", RANO_CRITERIA, ids=lambda c: c.ruleset.name)


@pytest.mark.parametrize(("criterion", "left", "at", "above", "_"), STEPS)
def test_response_begins_exactly_at_its_threshold(
    criterion: RanoCriterion, left: float, at: Category, above: Category, _: float
) -> None:
    made = course(criterion.quantity, {"a": [300.0, 300 * left], "b": [100.0, 100 * left]})
    assert judged(criterion, made) == [NONE, at]
    made = course(criterion.quantity, {"a": [300.0, 300 * left], "b": [100.0, 100 * left + 0.01]})
    assert judged(criterion, made) == [NONE, above]


@pytest.mark.parametrize(("criterion", "more"), [(c, more) for c, *_, more in STEPS])
def test_progression_begins_exactly_at_its_threshold(criterion: RanoCriterion, more: float) -> None:
    made = course(criterion.quantity, {"a": [300.0, 300 * more], "b": [100.0, 100 * more]})
    assert judged(criterion, made) == [NONE, PD]
    made = course(criterion.quantity, {"a": [300.0, 300 * more], "b": [100.0, 100 * more - 0.01]})
    assert judged(criterion, made) == [NONE, SD]


@EACH
def test_progression_is_against_the_smallest_sum_even_below_the_baseline(criterion: RanoCriterion) -> None:
    made = course(criterion.quantity, {"a": [1000.0, 200.0, 300.0]})
    assert judged(criterion, made) == [NONE, PR, PD], "still 70 % below baseline"


@EACH
def test_all_gone_is_complete_and_a_size_after_that_progression(criterion: RanoCriterion) -> None:
    made = course(criterion.quantity, {"a": [400.0, 0.0, 0.0, 30.0]})
    assert judged(criterion, made) == [NONE, CR, CR, PD]


@EACH
def test_progression_is_certain_beside_a_missing_target_and_nothing_else_is(criterion: RanoCriterion) -> None:
    lost = LesionStatus.NOT_EVALUABLE
    assert judged(criterion, course(criterion.quantity, {"a": [100.0, 160.0], "b": [10.0, lost]}))[1] is PD
    assert judged(criterion, course(criterion.quantity, {"a": [100.0, 20.0], "b": [10.0, lost]}))[1] is NE
    assert judged(criterion, course(criterion.quantity, {"a": [100.0, 90.0], "b": [10.0, None]}))[1] is NE


@EACH
def test_a_baseline_without_a_number_leaves_nothing_to_compare_with(criterion: RanoCriterion) -> None:
    made = course(criterion.quantity, {"a": [LesionStatus.NOT_EVALUABLE, 50.0, 20.0]})
    assert judged(criterion, made) == [NE, NE, NE]


@EACH
def test_a_new_lesion_is_progression_by_its_rows_or_by_word(criterion: RanoCriterion) -> None:
    assert judged(criterion, course(criterion.quantity, {"a": [100.0, 10.0], "new 1": [None, 20.0]})) == [
        NONE,
        PD,
    ]
    assert judged(criterion, course(criterion.quantity, {"a": [100.0, 10.0]}, new=[None, True])) == [NONE, PD]


@EACH
def test_missing_inputs_are_never_assumed(criterion: RanoCriterion) -> None:
    small = course(criterion.quantity, {"a": [100.0, 10.0]}, UNSAID)
    assert judged(criterion, small)[1] is NE
    assert judged(criterion, small, Scope.IMAGING)[1] is PR, "what the scans alone say stands beside it"
    assert judged(criterion, course(criterion.quantity, {"a": [100.0, 200.0]}, UNSAID))[1] is PD


@EACH
def test_raised_steroids_never_hide_progression_and_are_none_themselves(criterion: RanoCriterion) -> None:
    made = course(criterion.quantity, {"a": [100.0, 100.0, 150.0]}, [WELL, ON_4_MG, ON_4_MG])
    assert judged(criterion, made)[2] is PD, "an incumbent returns stable disease"
    assert judged(criterion, made)[1] is (SD if criterion is MACDONALD else NE)
    assert judged(criterion, made, Scope.IMAGING)[1] is SD


@EACH
def test_the_order_of_lesions_says_nothing(criterion: RanoCriterion) -> None:
    lesions = {
        "a": [300.0, 100.0, 170.0],
        "b": [50.0, 60.0, 0.0],
        "new 1": [None, None, 20.0],
        "c": [9.0, 9.0, 9.0],
    }
    turned = dict(reversed(lesions.items()))
    for scope in (Scope.TARGET, Scope.IMAGING, Scope.OVERALL):
        there = judged(criterion, course(criterion.quantity, lesions), scope)
        assert there == judged(criterion, course(criterion.quantity, turned), scope)


@EACH
@given(
    earlier=st.lists(st.floats(10, 1000), min_size=1, max_size=4),
    now=st.floats(0, 2000),
    more=st.floats(0, 500),
)
def test_more_growth_at_the_judged_visit_is_never_better(
    criterion: RanoCriterion, earlier: list[float], now: float, more: float
) -> None:
    less = judged(criterion, course(criterion.quantity, {"a": [*earlier, now]}))[-1]
    worse = judged(criterion, course(criterion.quantity, {"a": [*earlier, now + more]}))[-1]
    assert RANK[worse] >= RANK[less]


@EACH
def test_a_target_that_was_absent_at_baseline_is_progression_when_it_comes(criterion: RanoCriterion) -> None:
    """An incumbent calls a baseline of 0 stable disease."""
    assert judged(criterion, course(criterion.quantity, {"a": [0.0, 0.0, 50.0]})) == [NONE, NE, PD]


@EACH
def test_draws_are_judged_each_as_if_alone(criterion: RanoCriterion) -> None:
    made = course(
        criterion.quantity, {"a": [100.0, 60.0, 100.0], "b": [40.0, 0.0, 30.0]}, new=[None, None, False]
    )
    rng = np.random.default_rng(5)
    values = made.values[criterion.quantity] * rng.lognormal(0, 0.4, (50, 3, 2))
    many = criterion.judge(made.drawn({criterion.quantity: values}))
    for draw in range(50):
        alone = criterion.judge(made.drawn({criterion.quantity: values[draw : draw + 1]}))
        for scope, verdict in alone.verdicts.items():
            assert np.array_equal(many.verdicts[scope].categories[draw], verdict.categories[0])


@EACH
def test_a_later_visit_changes_no_earlier_verdict(criterion: RanoCriterion) -> None:
    sizes = [100.0, 60.0, 0.0, 30.0, 200.0, 40.0]
    whole = judged(criterion, course(criterion.quantity, {"a": sizes}))
    for length in range(2, len(sizes)):
        assert judged(criterion, course(criterion.quantity, {"a": sizes[:length]})) == whole[:length]


def test_the_products_and_volumes_thresholds_agree_on_spheres() -> None:
    """Area +25 % is volume +39.8 %, area -50 % is volume -64.6 %: the published volumes are their roundings."""
    assert math.isclose(1.25**1.5, 1.398, abs_tol=5e-4)
    assert math.isclose(0.5**1.5, 0.354, abs_tol=5e-4)
