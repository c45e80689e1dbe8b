"""What a fold knows of reliability it knows from its training patients, or from strangers, and the ledger says which."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oncometry.core import Code, StoreError
from oncometry.features.reliability import IccKind, intraclass_correlation
from oncometry.prediction.declaration import Preprocessing, Reliability
from oncometry.prediction.fold.one_way import one_way_limits
from oncometry.prediction.fold.prepared import ready_fold
from oncometry.prediction.fold.reliability import Reliabilities, RepeatedColumns, limits_in_fold
from oncometry.prediction.ledger import FitLedger, Scope
from oncometry.prediction.table import Block, Column, FeatureTable

PATIENTS = np.array([f"P{i:02d}" for i in range(30)])
TRAINED, TESTED = PATIENTS[:20], PATIENTS[20:]


def repeated(kind: IccKind = IccKind.ONE_WAY, strangers: float = 1.0) -> RepeatedColumns:
    """Two features: one repeats well in all; of the other the last ten patients repeat badly, by so much."""
    rng = np.random.default_rng(1)
    true = rng.normal(size=(30, 1, 2))
    noise = rng.normal(size=(30, 6, 2)) * 0.1
    noise[20:, :, 1] *= 1 + 60 * strangers
    return RepeatedColumns(PATIENTS, {"good": 0, "doubtful": 1}, true + noise, kind)


def table(patients: np.ndarray[Any, Any]) -> FeatureTable:
    columns = tuple(Column(n, Block.RADIOMICS, n) for n in ("good", "doubtful", "other"))
    return FeatureTable(patients, columns, np.random.default_rng(2).normal(size=(len(patients), 3)))


@pytest.mark.parametrize("kind", list(IccKind))
def test_patients_that_are_held_out_do_not_decide_what_is_reliable(kind: IccKind) -> None:
    asked = Preprocessing(reliability=Reliability(minimum_icc=0.75))
    ledger = FitLedger(Scope(0, 0), frozenset(TESTED))
    found = ready_fold(table(TRAINED), table(TESTED), asked, ledger, Reliabilities({}, "", (repeated(kind),)))
    assert found.chain.columns.tolist() == [0, 1, 2], "training patients repeat well in both"
    everybody = repeated(kind).limits(PATIENTS)
    assert everybody["good"] > 0.75 > everybody["doubtful"], "with those held out it would have been left out"
    seen = {row.what: row.patients for row in ledger.rows}
    assert seen["reliability filter"] == tuple(TRAINED)


def test_a_filter_that_saw_a_patient_who_is_held_out_is_a_leak() -> None:
    ledger = FitLedger(Scope(0, 0), frozenset(TESTED))
    with pytest.raises(StoreError) as caught:
        limits_in_fold(Reliabilities({}, "", (repeated(),)), PATIENTS, ledger)
    assert caught.value.code is Code.LEAK


def test_what_strangers_told_is_noted_as_theirs_and_the_lowest_counts() -> None:
    ledger = FitLedger(Scope(0, 0), frozenset(TESTED))
    known = Reliabilities({"good": 0.3, "other": 0.9}, "retest.csv", (repeated(),))
    limits = limits_in_fold(known, TRAINED, ledger)
    assert limits is not None
    assert limits["good"] == 0.3
    assert limits["other"] == 0.9
    assert limits["doubtful"] > 0.9
    assert known.columns == {"good", "doubtful", "other"}
    seen = {row.what: row.patients for row in ledger.rows}
    assert seen == {"reliability filter, told by retest.csv": (), "reliability filter": tuple(TRAINED)}
    assert known.told == "in each fold from its training patients and once, by retest.csv"
    assert limits_in_fold(None, TRAINED, ledger) is None


def test_too_few_patients_to_tell_are_not_reliable() -> None:
    assert repeated().limits(PATIENTS[:1]) == {"good": 0.0, "doubtful": 0.0}
    assert repeated(IccKind.AGREEMENT).limits(PATIENTS[:1]) == {"good": 0.0, "doubtful": 0.0}
    assert repeated().limits(np.array(["Q"])) == {"good": 0.0, "doubtful": 0.0}


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 12), st.integers(1, 5), st.sampled_from([0.0, 0.2, 0.7]))
def test_many_at_once_are_as_one_at_a_time(seed: int, subjects: int, repeats: int, gone: float) -> None:
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(subjects, 1, 6)) * 10 ** rng.uniform(-3, 3) + rng.normal(
        size=(subjects, repeats, 6)
    )
    values[rng.random(values.shape) < gone] = np.nan
    values[..., 4] = 7.0
    values[..., 5] = values[:, :1, 5]
    found = one_way_limits(values)
    for q in range(6):
        alone = intraclass_correlation(values[..., q]).low
        assert found[q] == pytest.approx(0.0 if alone is None else alone, abs=1e-9), q
