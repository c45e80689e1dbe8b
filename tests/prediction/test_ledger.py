"""A fit that saw whom it is judged on is refused."""

from __future__ import annotations

import pytest

from oncometry.core import Code, StoreError
from oncometry.prediction.ledger import FitLedger, Scope


def test_it_notes_whom_each_fit_saw() -> None:
    ledger = FitLedger(Scope(0, 1), frozenset({"P9"}))
    ledger.saw("scaling", ["P2", "P1", "P2"])
    assert [(r.what, r.patients) for r in ledger.rows] == [("scaling", ("P1", "P2"))]


def test_a_canary_among_the_held_out_is_caught() -> None:
    ledger = FitLedger(Scope(0, 1), frozenset({"P9"}))
    with pytest.raises(StoreError) as caught:
        ledger.saw("selection", ["P1", "P9"])
    assert caught.value.code is Code.LEAK
    assert "selection" in str(caught.value)
    assert "P9" in str(caught.value)
    assert not ledger.rows


def test_inner_folds_hold_out_their_own_and_the_outer_ones() -> None:
    outer = FitLedger(Scope(0, 1), frozenset({"P9"}))
    inner = outer.within(3, ["P1"])
    inner.saw("forest", ["P2"])
    assert outer.rows[0].scope == Scope(0, 1, 3)
    for held_out in ("P1", "P9"):
        with pytest.raises(StoreError):
            inner.saw("forest", [held_out])
