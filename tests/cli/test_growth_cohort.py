"""`oncometry growth` of a cohort that `run` filled: three dated visits of one patient."""

from __future__ import annotations

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
