"""What a spreadsheet would run as a formula is text to it; numbers stay numbers."""

from __future__ import annotations

import pytest

from oncometry.io.spreadsheet import inert


@pytest.mark.parametrize(
    "text", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "-"]
)
def test_a_formula_becomes_text(text):
    assert inert(text) == "'" + text


@pytest.mark.parametrize("value", ["-3.5", "+1e5", "", "T1c", "a=b", " =1", -3.5, None, 7])
def test_anything_else_stays(value):
    assert inert(value) is value
