"""`oncometry growth` of a cohort that `run` filled: three dated visits of one patient."""

from __future__ import annotations

import csv
import json
from datetime import date

import pytest

from oncometry import Cohort
from oncometry.core import Code, StoreError

from .. import small_cohort
from ..pipeline.conftest import run_inline


@pytest.fixture(scope="module")
def three_visits(tmp_path_factory):
    days = (date(2020, 1, 1), date(2020, 3, 1), date(2020, 5, 1))
    sizes = (14.0, 18.0, 24.0)
    lesions = {
        (small_cohort.P2, visit): (small_cohort.Ball(small_cohort.CENTER, radius),)
        for visit, radius in enumerate(sizes)
    }
    folder = tmp_path_factory.mktemp("three")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(small_cohort, "DAYS", days)
        patch.setattr(small_cohort, "LESIONS", lesions)
        small_cohort.write_small_cohort(folder, (0, 1, 2))
    assert run_inline(folder / "scans", folder / "cohort").failures == ()
    return folder / "cohort"


def test_diameters_of_three_visits_are_forecast(oncometry, three_visits, tmp_path):
    ran = oncometry("growth", three_visits, "-o", tmp_path / "out", "--json")
    assert ran.code == 0, ran.err
    (lesion,) = json.loads(ran.out)["lesions"]
    assert (lesion["patient"], lesion["lesion"], lesion["visits"]) == (small_cohort.P2, "L1", 3)
    assert (lesion["first_day"], lesion["last_day"]) == (0, 121)
    assert lesion["class"] == "growing"
    assert lesion["last_size"] == pytest.approx(48, abs=4)
    assert lesion["forecast_low"] < lesion["last_size"] < lesion["forecast_high"]


def test_forecasts_are_kept_in_the_cohort_and_lead_to_their_readings(oncometry, three_visits, tmp_path):
    ran = oncometry("growth", three_visits, "-o", tmp_path / "out", "--json")
    (lesion,) = json.loads(ran.out)["lesions"]
    with Cohort.open(three_visits) as cohort:
        (row,) = cohort.table("growth_forecasts").to_dict("records")
        assert (row["patient_id"], row["lesion"], row["unit"]) == (small_cohort.P2, "L1", "mm")
        assert (row["reader"], row["reader_lesion"]) == ("oncometry", None)
        assert row["quantity"] == lesion["quantity"] == "longest_diameter_mm"
        assert (lesion["reader"], lesion["reader_lesion"]) == ("oncometry", None)
        assert row["value"] == pytest.approx(lesion["forecast_size"])
        assert (row["low"], row["high"]) == pytest.approx((lesion["forecast_low"], lesion["forecast_high"]))
        assert row["day"] == pytest.approx(lesion["forecast_day"])
        assert row["software"] == "oncometry"
        sources = json.loads(row["sources"])
        measured = cohort.table("measurements").set_index("value_id").loc[sources]
        assert sorted(measured["day"]) == [0, 60, 121]
        trace = cohort.why(row["value_id"])
        assert [s.kind for s in trace.sources].count("value") == 3
        assert cohort.check() == []
    assert oncometry("growth", three_visits, "-o", tmp_path / "out", "--json").code == 0
    wider = oncometry("growth", three_visits, "-o", tmp_path / "out", "--level", "0.95", "--json")
    assert wider.code == 0
    with Cohort.open(three_visits) as cohort:
        (row,) = cohort.table("growth_forecasts").to_dict("records")
        assert row["level"] == 0.95
        assert cohort.check() == []


def test_a_cohort_that_cannot_be_written_is_forecast_all_the_same(
    oncometry, three_visits, tmp_path, monkeypatch
):
    def refuse(*_):
        raise StoreError(Code.WRITE_FAILED, "read-only.")

    monkeypatch.setattr("oncometry.keep_growth.keep_growth", refuse)
    ran = oncometry("growth", three_visits, "-o", tmp_path / "out", "--json")
    assert ran.code == 0
    assert "not kept in the cohort: WRITE_FAILED" in ran.err
    assert (tmp_path / "out" / "growth.csv").is_file()


def test_the_report_shows_it(oncometry, three_visits):
    assert oncometry("report", three_visits, "-q").code == 0
    (page,) = (three_visits / "report").glob("sub-*.html")
    assert "A model's forecast, not a measurement." in page.read_text(encoding="utf-8")


READS = """patient,date,reader,lesion,organ,longest_diameter_mm,perpendicular_mm,volume_ml,state
P1,2020-01-01,Dr. A,L1,liver,20,15,,
P1,2020-03-01,Dr. A,L1,liver,24,18,,
P1,2020-05-01,Dr. A,L1,liver,29,20,,
P1,2020-01-01,Dr. A,L2,liver,12,9,,
P1,2020-03-01,Dr. A,L2,liver,8,6,,
P1,2020-05-01,Dr. A,L2,liver,,,,absent
P2,2020-01-01,Dr. A,L1,liver,,,9,
P2,2020-02-01,Dr. A,L1,liver,,,8,
P2,2020-03-01,Dr. A,L1,liver,,,6,
P2,2020-04-01,Dr. A,L2,liver,14,9,,
"""


@pytest.fixture(scope="module")
def read_only(tmp_path_factory):
    """A cohort of manual reads by one reader, and one in which a second read too; no images."""
    folder = tmp_path_factory.mktemp("reads")
    (folder / "in").mkdir()
    (folder / "in" / "clinical.csv").write_text("patient_id,sex\nP1,F\nP2,M\n")
    (folder / "in" / "one.csv").write_text(READS)
    second = "".join(f"P1,2020-0{m}-01,Dr. B,L1,liver,{s},9,,\n" for m, s in ((1, 21), (3, 21), (5, 20.5)))
    (folder / "in" / "two.csv").write_text(READS + second)
    for name in ("one", "two"):
        given = {"clinical": folder / "in" / "clinical.csv", "reads": (folder / "in" / f"{name}.csv",)}
        assert run_inline(folder / "in", folder / name, **given).failures == ()
    return folder


def test_sizes_of_the_only_reader_are_forecast(oncometry, read_only, tmp_path):
    ran = oncometry("growth", read_only / "one", "-o", tmp_path / "out", "--json")
    assert ran.code == 0, ran.err
    assert "TOO_FEW_VISITS: P2 L2" in ran.err
    told = {(x["patient"], x["reader_lesion"]): x for x in json.loads(ran.out)["lesions"]}
    assert {(x["lesion"], x["reader"]) for x in told.values()} == {(None, "Dr. A")}
    assert [x["quantity"] for x in told.values()] == [*["longest_diameter_mm"] * 2, "volume_ml"]
    with (tmp_path / "out" / "growth.csv").open(encoding="utf-8-sig", newline="") as lines:
        assert [(r["lesion"], r["reader"], r["reader_lesion"]) for r in csv.DictReader(lines)] == [
            ("", "Dr. A", "L1"), ("", "Dr. A", "L2"), ("", "Dr. A", "L1"),
        ]  # fmt: skip
    assert [(who, x["unit"], x["visits"], x["last_size"]) for who, x in told.items()] == [
        (("P1", "L1"), "mm", 3, 29),
        (("P1", "L2"), "mm", 3, 0),
        (("P2", "L1"), "ml", 3, 6),
    ]
    assert told["P1", "L1"]["last_day"] == 121
    assert "one, read by Dr. A" in (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    with Cohort.open(read_only / "one") as cohort:
        forecasts = cohort.table("growth_forecasts").set_index(["patient_id", "reader_lesion"])
        assert len(forecasts) == 3
        readings = cohort.table("readings").set_index("value_id")
        row = forecasts.loc["P1", "L1"]
        assert (row["reader"], row["quantity"]) == ("Dr. A", "longest_diameter_mm")
        assert forecasts["lesion"].isna().all()
        assert readings.loc[json.loads(row["sources"]), "longest_diameter_mm"].tolist() == [20, 24, 29]
        trace = cohort.why(row["value_id"])
        assert [s.title for s in trace.sources if s.title.startswith("reading:")] == json.loads(
            row["sources"]
        )
        assert "Dr. A" in json.dumps(trace.to_json())
        assert cohort.check() == []


def test_of_several_readers_one_is_named(oncometry, read_only, tmp_path):
    asked = ("growth", read_only / "two", "-o", tmp_path / "out", "--json")
    ran = oncometry(*asked)
    assert ran.code == 2
    assert "READER_AMBIGUOUS" in ran.err
    assert "Name one with --reader: Dr. A, Dr. B." in ran.err
    (lesion,) = json.loads(oncometry(*asked, "--reader", "Dr. B").out)["lesions"]
    assert (lesion["patient"], lesion["reader_lesion"], lesion["last_size"]) == ("P1", "L1", 20.5)
    assert oncometry(*asked, "--reader", "Dr. A").code == 0
    assert oncometry(*asked, "--reader", "Dr. A", "--level", "0.95").code == 0
    with Cohort.open(read_only / "two") as cohort:
        forecasts = cohort.table("growth_forecasts")
        assert forecasts.groupby("reader")["level"].unique().map(list).to_dict() == {
            "Dr. A": [0.95],
            "Dr. B": [0.9],
        }
        assert cohort.check() == []
    nobody = oncometry(*asked, "--reader", "Dr. C")
    assert nobody.code == 3
    assert "there is no reader 'Dr. C'" in nobody.err
    assert "There are Dr. A, Dr. B." in nobody.err


def test_what_was_measured_from_images_is_a_reader_of_its_own(oncometry, three_visits, tmp_path):
    asked = ("growth", three_visits, "-o", tmp_path / "out", "--json")
    plain, named = oncometry(*asked), oncometry(*asked, "--reader", "oncometry")
    assert plain.code == named.code == 0
    assert json.loads(plain.out)["lesions"] == json.loads(named.out)["lesions"]
    assert "There are oncometry." in oncometry(*asked, "--reader", "Dr. A").err
