"""Laws that hold whatever is said, and is not said, beside the scans."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oncometry.core import ClinicalState, ClinicalStatus, SurroundingChange
from oncometry.response.category import Category, Scope
from oncometry.response.rano import RANO_CRITERIA, RANO_HGG, RanoCriterion

from .courses import WELL, course, judged

PD, NE = Category.PD, Category.NE
ORDER = [Category(word) for word in ("CR", "PR", "MR", "SD", "NE", "PD")]
EACH = pytest.mark.parametrize("criterion", RANO_CRITERIA, ids=lambda c: c.ruleset.name)
STATES = st.lists(
    st.builds(
        ClinicalState,
        status=st.sampled_from([None, *ClinicalStatus]),
        steroid_mg=st.sampled_from([None, 0.0, 2.0, 4.0]),
        steroid_replacement=st.sampled_from([None, True]),
        weeks_since_radiotherapy=st.sampled_from([None, 6.0, 12.0, np.inf]),
        outside_radiation_field=st.sampled_from([None, False, True]),
        histology_tumor=st.sampled_from([None, True]),
        t2_flair=st.sampled_from([None, *SurroundingChange]),
        enhancement_increased=st.sampled_from([None, False, True]),
    ),
    min_size=3,
    max_size=3,
)
SIZE = st.floats(1, 300)


@EACH
@settings(max_examples=40)
@given(states=STATES, before=SIZE, more=SIZE)
def test_more_growth_is_never_better(
    criterion: RanoCriterion, states: list[ClinicalState], before: float, more: float
) -> None:
    """NE lies between stable disease and progression: it stands where either may be true."""
    sizes = sorted([0.0, more, 30.0, 60.0, 100.0, 200.0])
    found = [
        judged(criterion, course(criterion.quantity, {"a": [100.0, before, now]}, states))[-1]
        for now in sizes
    ]
    places = [ORDER.index(category) for category in found]
    assert places == sorted(places)


def test_growth_that_a_lower_dose_may_explain_does_not_excuse_what_t2_flair_shows() -> None:
    states = [replace(WELL, steroid_mg=4.0), replace(WELL, t2_flair=SurroundingChange.INCREASED)]
    for size in (100.0, 150.0):
        assert judged(RANO_HGG, course(RANO_HGG.quantity, {"a": [100.0, size]}, states))[1] is PD


@EACH
@settings(max_examples=40)
@given(states=STATES, second=SIZE, third=SIZE)
def test_progression_dates_from_an_open_visit_or_from_itself(
    criterion: RanoCriterion, states: list[ClinicalState], second: float, third: float
) -> None:
    judgement = criterion.judge(course(criterion.quantity, {"a": [100.0, second, third]}, states))
    overall = judgement.verdicts[Scope.OVERALL]
    assert judgement.onset is not None
    for visit, began in enumerate(judgement.onset[0]):
        assert began == visit or (overall.at(visit) is PD and overall.at(int(began)) is NE)


@EACH
@settings(max_examples=40)
@given(states=STATES, second=SIZE, third=SIZE)
def test_inputs_never_make_a_verdict_better_than_the_scans(
    criterion: RanoCriterion, states: list[ClinicalState], second: float, third: float
) -> None:
    """But for progression on the scans that is left open."""
    made = course(criterion.quantity, {"a": [100.0, second, third]}, states)
    pairs = zip(judged(criterion, made), judged(criterion, made, Scope.IMAGING), strict=True)
    for overall, imaging in list(pairs)[1:]:
        assert ORDER.index(overall) >= ORDER.index(imaging) or (overall, imaging) == (NE, PD)
