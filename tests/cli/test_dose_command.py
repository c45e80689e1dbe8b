"""`oncometry dose`: rows as a table or JSON, and exit codes."""

from __future__ import annotations

import json

import numpy as np
import pytest

from ..dose.files import write_dose, write_plan, write_structures
from ..dose.phantoms import cylinder, linear_dose, tilted

pytestmark = pytest.mark.storeless

HEART = cylinder(20.0, 10, 3.0, tilted(0), np.zeros(3))


@pytest.fixture
def folder(tmp_path):
    """30 Gy everywhere, in 15 fractions, and a structure of which nothing was drawn."""
    write_dose(tmp_path / "dose.dcm", linear_dose(HEART, np.zeros(3), 30.0, tilted(0)))
    write_structures(tmp_path / "structures.dcm", {"Heart": HEART.contours, "Nothing": ()})
    write_plan(tmp_path / "plan.dcm", 15)
    return tmp_path


def test_rows_as_json(oncometry, folder):
    asked = ("--structure", "Heart", "--metric", "D2%", "--alpha-beta", 10, "--fractions", 30, "--json")
    ran = oncometry("dose", folder, *asked)
    assert ran.code == 0
    rows = json.loads(ran.out)
    assert [(r["metric"], r["quantity"]) for r in rows[:2]] == [("D2%", "PHYSICAL"), ("D2%", "EQD2(10)")]
    assert rows[1]["value"] == pytest.approx(30 * (1 + 10) / 12)
    assert {(r["fractions"], r["fractions_source"]) for r in rows} == {(30, "declared")}


def test_a_table_and_what_is_empty(oncometry, folder):
    ran = oncometry("dose", folder)
    assert ran.code == 0
    head, *lines = ran.out.splitlines()
    assert head.split() == [
        "structure",
        "metric",
        "value",
        "unit",
        "quantity",
        "fractions",
        "reason",
        "endpoint",
        "checked",
    ]
    heart = next(line for line in lines if "gagliardi-1996-heart" in line)
    assert "15 (plan)" in heart
    assert heart.endswith("excess cardiac mortality  recalled")
    assert "checked, recalled: not held against the paper" in ran.err
    assert "MASK_EMPTY: Nothing has no closed contour." in ran.err
    assert oncometry("dose", folder, "--structure", "Nothing").code == 4
    assert oncometry("dose", folder, "--structure", "Nothing", "--structure", "heart").code == 8


def test_a_dose_that_is_relative(oncometry, folder):
    write_dose(folder / "dose.dcm", linear_dose(HEART, np.zeros(3), 30.0, tilted(0)), DoseUnits="RELATIVE")
    ran = oncometry("dose", folder)
    assert (ran.code, ran.out) == (4, "")
    assert "DOSE_QUANTITY" in ran.err


def test_a_name_that_is_not_there_is_a_mistake_of_usage(oncometry, folder):
    ran = oncometry("dose", folder, "--structure", "hart")
    assert ran.code == 2
    assert "LABEL_ABSENT: no structure is named 'hart'" in ran.err
    assert "Nearest: 'Heart'." in ran.err
