"""`oncometry growth` of a cohort that `run` filled: three dated visits of one patient."""

from __future__ import annotations

import json
from datetime import date

import pytest

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


def test_the_report_shows_it(oncometry, three_visits):
    assert oncometry("report", three_visits, "-q").code == 0
    (page,) = (three_visits / "report").glob("sub-*.html")
    assert "A model's forecast, not a measurement." in page.read_text(encoding="utf-8")
