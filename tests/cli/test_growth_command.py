"""`oncometry growth`, of a table and of a cohort."""

from __future__ import annotations

import csv
import json
import re

import pytest

pytestmark = pytest.mark.storeless

HEAD = "patient,lesion,day,size_mm\n"
GROWING = "A,L1,0,20\nA,L1,42,23\nA,L1,84,27\nA,L1,126,31\n"
STABLE = "B,L1,0,40\nB,L1,42,40\nB,L1,84,40.5\nB,L1,126,40\n"


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "sizes.csv"
    path.write_text(HEAD + GROWING + STABLE)
    return path


def test_it_writes_what_it_says(oncometry, table, tmp_path):
    ran = oncometry("growth", table, "-o", tmp_path / "out", "--ahead", "30", "--json")
    assert ran.code == 0
    assert "TOO_FEW_PATIENTS: 2 patients with sizes in mm are too few" in ran.err
    said = json.loads(ran.out)
    assert said == json.loads((tmp_path / "out" / "growth.json").read_text())
    assert [(x["patient"], x["class"], x["forecast_day"]) for x in said["lesions"]] == [
        ("A", "growing", 156),
        ("B", "stable", 156),
    ]
    rows = list(csv.DictReader((tmp_path / "out" / "growth.csv").read_text().splitlines()))
    assert float(rows[0]["forecast_low"]) < 31 < float(rows[0]["forecast_high"])
    fits = list(csv.DictReader((tmp_path / "out" / "fits.csv").read_text().splitlines()))
    rate = next(
        f for f in fits if (f["patient"], f["law"], f["parameter"]) == ("A", "exponential", "rate_per_day")
    )
    assert float(rate["low"]) < 0.0035 < float(rate["high"])
    page = (tmp_path / "out" / "index.html").read_text()
    assert page.count("<svg") == 2
    assert "last value carried forward" in page
    assert not re.search(r'(src|href)="https?:', page)


def test_a_line_a_lesion(oncometry, table, tmp_path):
    ran = oncometry("growth", table, "-o", tmp_path / "out")
    head, *lines = ran.out.splitlines()
    assert [line.split()[0] for line in (head, *lines)] == ["patient", "A", "B"]
    assert head.split()[-1] == "forecast_class"
    assert [line.split()[-1] for line in lines] == ["uncertain", "stable"]
    assert "class: what was seen over the last three visits" in ran.err
    assert "forecasts are by the population classical-bertalanffy" in ran.err


def test_a_class_beside_a_forecast_that_is_not_sure_of_it_is_explained(oncometry, table, tmp_path):
    found = json.loads(oncometry("growth", table, "-o", tmp_path / "out", "--json").out)["lesions"][0]
    assert (found["class"], found["forecast_class"]) == ("growing", "uncertain")
    assert found["in_words"].startswith(
        "growing over its last three visits (+10.6 % in 30 days, +8.2 to +13.1)"
    )
    assert "90 % interval" in found["in_words"]
    assert "whether it grows or shrinks is not sure" in found["in_words"]
    assert "Growing over its last three visits" in (tmp_path / "out" / "index.html").read_text()


def test_what_is_left_out_is_told_and_the_rest_is_done(oncometry, table, tmp_path):
    table.write_text(HEAD + GROWING + "B,L1,0,x\nC,L1,0,3\nC,L1,9,-3\nD,=1+1,0,5\n")
    ran = oncometry("growth", table, "-o", tmp_path / "out")
    assert ran.code == 8
    for said in (
        "SIZE_IMPLAUSIBLE: row 6: size 'x'",
        "SIZE_IMPLAUSIBLE: row 8: size '-3'",
        "TOO_FEW_VISITS: C L1",
    ):
        assert said in ran.err
    found = json.loads((tmp_path / "out" / "growth.json").read_text())
    assert [x["code"] for x in found["left_out"]].count("SIZE_IMPLAUSIBLE") == 2


def test_short_courses_alone_are_no_fault(oncometry, table, tmp_path):
    table.write_text(HEAD + GROWING + "B,L1,0,20\n")
    assert oncometry("growth", table, "-o", tmp_path / "out").code == 0


def test_markup_in_names_is_text(oncometry, table, tmp_path):
    table.write_text(HEAD + GROWING.replace("A,", "<script>alert(1)</script>,"))
    assert oncometry("growth", table, "-o", tmp_path / "out").code == 0
    assert "<script>" not in (tmp_path / "out" / "index.html").read_text()


def test_no_course_at_all(oncometry, table, tmp_path):
    table.write_text(HEAD + "B,L1,0,20\nB,L1,42,20\n")
    ran = oncometry("growth", table, "-o", tmp_path / "out")
    assert ran.code == 3
    assert "TOO_FEW_VISITS: B L1: 2 visits" in ran.err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["nowhere.csv"], 3, "NOTHING_FOUND"),
        (["sizes.csv", "--law", "gompertzz"], 2, "there is no law 'gompertzz'"),
        (["sizes.csv", "--level", "90"], 2, "between 0 and 1, got 90"),
        (["sizes.csv", "--ahead", "-3"], 2, "days ahead, not -3"),
        (["sizes.csv", "--reader", "Dr. A"], 2, "--reader Dr. A: it is of a cohort"),
        (["sizes.csv", "--size", "volume"], 2, "COLUMN_MISSING: sizes.csv: the table has no column 'volume'"),
    ],
)
def test_mistakes(oncometry, table, monkeypatch, arguments, code, says):
    monkeypatch.chdir(table.parent)
    ran = oncometry("growth", *arguments, "-o", "out")
    assert ran.code == code
    assert says in " ".join(ran.err.split())
