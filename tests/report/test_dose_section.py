"""The dose on a patient's page: curves, metrics in columns, models with what their numbers were held against."""

from __future__ import annotations

import json
from pathlib import Path

from tests.report.build import Frames, add_patient

from oncometry.report import write_report


def dosed(cohort: Path) -> Frames:
    frames = Frames()
    add_patient(frames, "P1", "P1", (18.0, 14.0), cohort)
    for number, (name, top) in enumerate((("Heart", 40.0), ("<b>Lung", 20.0)), start=1):
        place = {
            "patient_id": "P1",
            "timepoint": 1,
            "dose_key": "d",
            "mask_key": "m",
            "number": number,
            "structure": name,
        }
        curve = json.dumps([[0.0, 500.0], [top / 2, 250.0], [top, 0.0]])
        told = [{"code": "DVH_DIFFERS", "what": f"{name}: tags contradict the curve."}]
        frames.add(
            "dvhs",
            {
                **place,
                "value_id": f"dvh:{number}",
                "quantity": "PHYSICAL",
                "fractions": 15,
                "fractions_source": "plan",
            }
            | {"max_gy": top, "mean_gy": top / 2, "curve": curve, "notices": json.dumps(told)},
        )
        for n, (metric, unit, value) in enumerate((("D2%", "Gy", top - 1), ("D2cc", "Gy", None))):
            row = {
                "value_id": f"dvh_metric:{2 * number + n}",
                "quantity": "PHYSICAL",
                "name": metric,
                "unit": unit,
            }
            frames.add(
                "dvh_metrics", {**place, **row, "value": value, "reason": None if value else "TOO_SMALL"}
            )
    model = {
        "value_id": "ntcp:1",
        "ntcp_set": "burman-1991-heart",
        "endpoint": "pericarditis",
        "quantity": "PHYSICAL",
    }
    frames.add(
        "ntcp_values", {**place, **model, "value": 0.125, "checked": "second listing", "doi": "10.1/x"}
    )
    return frames


def page_of(frames: Frames, cohort: Path) -> str:
    return (write_report(frames.source, cohort, jobs=1).parent / "sub-P1.html").read_text(encoding="utf-8")


def test_dose_is_drawn_and_told(tmp_path: Path) -> None:
    page = page_of(dosed(tmp_path), tmp_path)
    section = page.split('<section id="dose">')[1].split("</section>")[0]
    assert "Cumulative dose-volume histograms" in section
    assert section.count('class="line"') == 2
    assert "D2% (Gy)" in section
    assert "39.00" in section
    assert "TOO_SMALL" in section
    assert "15, plan" in section
    assert "12.5 %" in section
    assert "held against a second listing, not the paper" in section
    assert "tags contradict the curve" in section
    assert "<b>Lung" not in section
    assert 'href="#dose"' in page


def test_a_patient_without_dose_has_no_such_section(tmp_path: Path) -> None:
    frames = Frames()
    add_patient(frames, "P1", "P1", (18.0, 14.0), tmp_path)
    assert 'id="dose"' not in page_of(frames, tmp_path)
