"""Growth on a patient's page: which lesions have a forecast, from which sizes, and how it is labelled."""

from __future__ import annotations

from pathlib import Path

from tests.report.build import Frames, add_patient

from oncometry.core import Code
from oncometry.report import write_report
from oncometry.report.growth_section import growth_section
from oncometry.report.growth_series import lesion_series


def measured(day, diameter, lesion="L1", **other):
    row = {
        "patient_id": "P1",
        "lesion": lesion,
        "timepoint": day // 42 + 1,
        "day": day,
        "mask_key": f"m{day}",
    }
    row |= {"modality": "CT", "contrast": "CT", "compartment": "whole", "longest_diameter_mm": diameter}
    row |= {"reason": "", "value_id": f"measurement:{lesion}{day}", "volume_ml": 1.0, "mask_lesion": 1}
    return row | {"series_key": f"s{day}"} | other


def gone(day, lesion="L1"):
    return {"patient_id": "P1", "lesion": lesion, "timepoint": day // 42 + 1, "day": day, "status": "absent"}


def test_a_lesion_that_is_gone_has_size_0():
    found, _ = lesion_series("P1", [measured(0, 20.0), measured(42, 9.0)], [gone(84)], {})
    assert found[0].days.tolist() == [0, 42, 84]
    assert found[0].sizes.tolist() == [20, 9, 0]


def test_other_kinds_of_image_are_no_reading_of_the_course():
    rows = [measured(day, 20.0 + day / 42) for day in (0, 42, 84)]
    rows.append(measured(126, 50.0, modality="MR", contrast="T1c"))
    found, _ = lesion_series("P1", rows, [], {})
    assert found[0].sizes.tolist() == [20, 21, 22]


def test_too_few_visits_and_days_are_told():
    rows = [measured(0, 20.0), measured(42, 21.0), measured(84, 22.0, "L2") | {"day": None}]
    found, left_out = lesion_series("P1", rows, [], {})
    assert found == []
    assert [n.code for n in left_out] == [Code.DATE_MISSING, Code.TOO_FEW_VISITS]
    assert growth_section("P1", rows, [], {}) is None


def test_a_visit_without_a_diameter_is_told_and_the_last_one_ends_the_course():
    rows = [measured(day, 20.0 + day / 42) for day in (0, 42, 126)]
    found, left_out = lesion_series("P1", [*rows, measured(84, None)], [], {})
    assert left_out == []
    assert found[0].days.tolist() == [0, 42, 126]
    assert "P1 L1: no longest_diameter_mm on day 84." in [n.what for n in found[0].notices]
    found, left_out = lesion_series("P1", [*rows, measured(84, None), measured(168, None)], [], {})
    assert found == []
    assert [n.code for n in left_out] == [Code.VALUE_MISSING]
    assert "of day 126, and there is none on day 84, 168" in left_out[0].what


def test_the_section_has_a_row_and_a_plot_a_lesion():
    rows = [measured(day, 20.0 + day / 8, lesion) for lesion in ("L1", "L2") for day in (0, 42, 84)]
    section = growth_section("P1", rows, [], {})
    assert [row[0].text for row in section.lesions.rows] == ["L1", "L2"]
    assert [row[3].text for row in section.lesions.rows] == ["growing", "growing"]
    assert {row[6].text for row in section.lesions.rows} <= {"growing", "uncertain", "stable", "shrinking"}
    assert "<path" in section.plots[0][1]


def page(radii, cohort: Path) -> str:
    frames = Frames()
    add_patient(frames, "P1", "P1", radii, cohort)
    return (write_report(frames.source, cohort, jobs=1).parent / "sub-P1.html").read_text(encoding="utf-8")


def test_three_visits_are_forecast_on_the_patients_page_as_a_models(tmp_path):
    shown = page((10.0, 11.0, 12.0), tmp_path)
    assert 'id="growth"' in shown
    assert "A model's forecast, not a measurement." in shown
    assert "target lesions of other patients" in shown


def test_two_visits_are_not(tmp_path):
    assert 'id="growth"' not in page((10.0, 11.0), tmp_path)
