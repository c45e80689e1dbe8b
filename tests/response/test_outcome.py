"""Best overall response, progression and durations: the published tables, row by row."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from oncometry.core import NonTargetState
from oncometry.response import Assessment, Category, OutcomeSettings, Scope, assess, criterion_named
from oncometry.response.best_response import best_response
from oncometry.response.cases import Verdict

from .courses import Made, timeline

CONFIRMED = OutcomeSettings(confirmation_days=28)
AT_ONCE = OutcomeSettings()


def best(
    words: str,
    settings: OutcomeSettings = AT_ONCE,
    days: list[float] | None = None,
    *,
    with_targets: bool = True,
) -> str:
    """The best response of visits called so, the baseline before them; 42 days apart."""
    codes = [Category.NONE.code, *(Category(word).code for word in words.split())]
    verdict = Verdict(np.array([codes], dtype=np.int8), np.zeros((1, len(codes)), dtype=np.int16))
    when = np.array([42.0 * at for at in range(len(codes))] if days is None else days)
    return str(best_response(verdict, when, settings, with_targets=with_targets).at(0))


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("CR CR", "CR"),
        ("CR PD", "SD"),
        ("CR NE", "SD"),
        ("PR CR", "PR"),
        ("PR PR", "PR"),
        ("PR SD", "SD"),
        ("PR PD", "SD"),
        ("PR NE", "SD"),
        ("NE NE", "NE"),
    ],
)
def test_table_3_where_responses_must_be_confirmed(words: str, expected: str) -> None:
    """RECIST 1.1, Table 3, the minimum duration of stable disease met; 'CR PR' is 'CR PD' by the footnote."""
    assert best(words, CONFIRMED) == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [("CR PD", "PD"), ("CR NE", "NE"), ("PR PD", "PD"), ("PR NE", "NE"), ("SD PD", "PD"), ("SD NE", "NE")],
)
def test_table_3_where_stable_disease_was_too_short(words: str, expected: str) -> None:
    assert best(words, replace(CONFIRMED, minimum_sd_days=43), [0, 42, 84]) == expected


def test_a_confirmation_has_its_date() -> None:
    assert best("PR PR", CONFIRMED, [0, 42, 70]) == "PR"
    assert best("PR PR", CONFIRMED, [0, 42, 69]) == "SD"
    assert best("PR PR", CONFIRMED, [0, 42, np.nan]) == "SD"


def test_one_missed_visit_may_lie_between() -> None:
    assert best("PR NE PR", CONFIRMED) == "PR"
    assert best("PR NE NE PR", CONFIRMED) == "SD"
    assert best("PR NE NE PR", replace(CONFIRMED, most_missed=2)) == "PR"
    assert best("PR SD PR", CONFIRMED) == "SD"
    assert best("CR NE CR", CONFIRMED) == "CR"


def test_nothing_after_progression_counts() -> None:
    assert best("SD PD CR CR") == "SD"
    assert best("PD CR CR") == "PD"


def test_stable_disease_without_dates_cannot_be_told_to_have_lasted() -> None:
    assert best("SD SD", AT_ONCE, [0, np.nan, np.nan]) == "NE"


def test_without_targets_stable_is_called_otherwise() -> None:
    assert best("NON-CR/NON-PD", with_targets=False) == "NON-CR/NON-PD"
    assert best("CR", with_targets=False) == "CR"
    assert best("CR NE", CONFIRMED, with_targets=False) == "NON-CR/NON-PD"


IRECIST_TABLE_3 = [
    ("iCR", "iCR iPR iUPD NE", "iCR iPR iUPD NE", "iUPD", "iCPD", "iCR"),
    ("iUPD", "iPR iSD NE", "iCR", "iCR iUPD NE", "iCR iPR iSD iUPD iCPD NE", "iCR"),
    ("iUPD", "iPR", "iPR iSD iUPD NE", "iPR iSD iUPD NE iCPD", "iPR iSD iUPD NE iCPD", "iPR"),
    ("iUPD", "iSD NE", "iPR", "iPR iSD iUPD NE", "iPR iSD iUPD iCPD NE", "iPR"),
    ("iUPD", "iSD", "iSD iUPD NE", "iSD iUPD iCPD NE", "iSD iUPD iCPD NE", "iSD"),
    ("iUPD", "iCPD", "iCR NE iCPD", "iCR iSD", "iPR iCR", "iCPD"),
    ("iUPD", "iUPD", "iCPD", "iCR NE", "iPR iCR", "iCPD"),
    ("iUPD", "NE", "NE", "NE", "NE", "iUPD"),
]


@pytest.mark.parametrize("row", IRECIST_TABLE_3, ids=[f"example {n}" for n in range(1, 9)])
def test_irecist_table_3(row: tuple[str, ...]) -> None:
    """doi:10.1016/S1470-2045(17)30074-8, Table 3: every sequence that each example allows."""
    *visits, expected = row
    for words in product(*(visit.split() for visit in visits)):
        assert best(" ".join(words)) == expected


def outcome_of(made: Made, name: str = "recist-1.1", settings: OutcomeSettings | None = None) -> Assessment:
    criterion = criterion_named(name)
    return assess(timeline(made, criterion.quantity), criterion, settings)


def test_dates_and_durations() -> None:
    """4.6.2: from the first response, whichever, to progression; 4.6.3: stable disease from the baseline."""
    found = outcome_of(Made({"a": [50, 45, 30, 0, 0, 20]})).outcome
    assert (found.best, found.best_visit, found.response_visit, found.progression_visit) == ("CR", 3, 2, 5)
    assert (found.response_days, found.stable_days, found.censored) == (3 * 42, 5 * 42, False)
    assert found.progression_confirmed is True
    assert "Progression dates from v5 (day 210)." in found.text
    assert set(found.sources) == {"row a 3", "row a 5"}


def test_without_progression_durations_are_at_least_that() -> None:
    found = outcome_of(Made({"a": [50, 30, 30, None]})).outcome
    assert (found.censored, found.response_days, found.progression_visit) == (True, 42, None)
    assert "for at least 42 days" in found.text


def test_progression_dates_from_the_first_suspicious_scan_once_confirmed() -> None:
    found = outcome_of(Made({"a": [50, 40, 60, 62, 70]}), "irecist").outcome
    assert (found.best, found.progression_visit, found.progression_confirmed) == ("iSD", 2, True)


def test_a_suspicion_that_was_taken_back_dates_nothing() -> None:
    found = outcome_of(Made({"a": [50, 60, 45, 60, 66]}), "irecist").outcome
    assert (found.progression_visit, found.progression_confirmed) == (3, True)
    taken_back = outcome_of(Made({"a": [50, 60, 45]}), "irecist").outcome
    assert taken_back.progression_visit is None


def test_a_suspicion_at_the_end_is_told_as_one() -> None:
    found = outcome_of(Made({"a": [50, 60, None]}), "irecist").outcome
    assert (found.best, found.progression_visit, found.progression_confirmed) == ("iUPD", 1, False)
    assert "suspected and not confirmed" in found.text


def test_the_best_response_is_the_last_row() -> None:
    found = outcome_of(Made({"a": [50, 30]}), settings=CONFIRMED)
    row = found.rows[-1]
    assert (row.scope, row.category, row.timepoint) == (Scope.BEST_OVERALL, Category.SD, "")
    assert row.explanation.clause.key == "sd"


def test_percist_has_its_own_words() -> None:
    assert outcome_of(Made({"a": [5, 3]}), "percist-1.0").outcome.best is Category.PMR
    assert outcome_of(Made({"a": [5, 5]}), "percist-1.0").outcome.best is Category.SMD
    assert outcome_of(Made({"a": [5, 8]}), "percist-1.0").outcome.best is Category.PMD


def test_a_patient_with_non_targets_only() -> None:
    present = [NonTargetState.PRESENT] * 3
    assert outcome_of(Made({"non-target": present})).outcome.best is Category.NON_CR_NON_PD
