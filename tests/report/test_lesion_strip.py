"""The strip: every date of every lesion has a frame, with its picture or with why there is none."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.report.build import Frames, add_patient, measurement

from oncometry.report import write_report


def strip_of(frames: Frames, cohort: Path) -> str:
    write_report(frames.source, cohort, jobs=1)
    text = (cohort / "report" / "sub-P1.html").read_text(encoding="utf-8")
    table = re.search(r'<table class="strip".*?</table>', text, re.DOTALL)
    return table[0] if table else ""


def frames_of(strip: str) -> list[list[str]]:
    """The cells of each row."""
    rows = re.findall(r"<tr><th scope=\"row\">.*?</tr>", strip, re.DOTALL)
    return [re.findall(r"<td>(.*?)</td>", row, re.DOTALL) for row in rows]


def test_dates_across_with_size_and_change_below(tmp_path: Path) -> None:
    frames = Frames()
    add_patient(frames, "P1", "P1", (18.0, 9.0), tmp_path)
    strip = strip_of(frames, tmp_path)
    assert "day 42" in strip
    assert "2020-02-01" in strip
    ((first, second),) = frames_of(strip)
    assert 'href="#picture-measurement-1"' in first
    assert "36.0 × 36.0 mm" in first
    assert "%" not in first
    assert "18.0 × 18.0 mm (\u221275.0\u00a0%)" in second
    assert "3.05 ml (\u221287.5\u00a0%)" in second


def test_sizes_have_their_error_and_each_lesion_the_change_that_is_more(tmp_path: Path) -> None:
    frames = Frames()
    add_patient(frames, "P1", "P1", (18.0, 9.0), tmp_path)
    for row, factor in zip(frames.rows["measurements"], (2, 1), strict=True):
        row |= {
            "longest_diameter_standard_error_mm": 0.8 * factor,
            "short_axis_standard_error_mm": 0.6 * factor,
            "volume_standard_error_ml": 0.31 * factor,
            "longest_diameter_detectable_change_mm": 2.2 * factor,
            "volume_detectable_change_ml": 0.94 * factor,
        }
    strip = strip_of(frames, tmp_path)
    ((first, second),) = frames_of(strip)
    assert "36.0\u00a0±\u00a01.6 × 36.0\u00a0±\u00a01.2 mm" in first
    assert "3.05\u00a0±\u00a00.31 ml (\u221287.5\u00a0%)" in second
    assert "detectable change 2.2\u00a0mm, 0.940\u00a0ml</span>" in strip
    page = (tmp_path / "report" / "sub-P1.html").read_text(encoding="utf-8")
    table = page[page.index('<section id="measurements">') :]
    assert "18.0\u00a0±\u00a00.8<" in table
    assert ">4.4\u00a0mm, 1.88\u00a0ml<" in table


@pytest.mark.parametrize(
    ("status", "reason"), [("not imaged", "no image of this date"), ("not evaluable", "merged with L2")]
)
def test_a_date_without_the_lesion_is_a_labelled_empty_frame(
    tmp_path: Path, status: str, reason: str
) -> None:
    frames = Frames()
    add_patient(frames, "P1", "P1", (18.0, 9.0), tmp_path)
    for table in ("measurements", "observations"):
        frames.rows[table] = [row for row in frames.rows[table] if row["timepoint"] == 1]
    frames.add(
        "observations",
        {"patient_id": "P1", "lesion": "L1", "timepoint": 2, "status": status, "reason": reason},
    )
    ((_, second),) = frames_of(strip_of(frames, tmp_path))
    assert f'<div class="blank-frame">{status}: {reason}</div>' in second
    assert "<use" not in second


def test_an_absent_lesion_has_its_place_shown_and_says_so(tmp_path: Path) -> None:
    frames = Frames()
    add_patient(frames, "P1", "P1", (18.0, 9.0), tmp_path)
    for table in ("measurements", "observations"):
        frames.rows[table] = [row for row in frames.rows[table] if row["timepoint"] == 1]
    gone = {
        "patient_id": "P1",
        "lesion": "L1",
        "timepoint": 2,
        "status": "absent",
        "reason": "no longer seen",
    }
    frames.add("observations", gone)
    frames.add("observations", {**gone, "mask_key": "another"})
    ((_, second),) = frames_of(strip_of(frames, tmp_path))
    assert 'href="#place-L1-2"' in second
    assert "absent: no longer seen" in second


def test_two_readers_have_a_row_each(tmp_path: Path) -> None:
    frames = Frames()
    add_patient(frames, "P1", "P1", (18.0, 9.0), tmp_path)
    for number in (1, 2):
        mask = dict(frames.rows["segmentations"][number - 1], mask_key=f"B{number}", description="reader B")
        frames.rows["segmentations"].append(mask)
        row = measurement("P1", number, 10.0, 10.0)
        frames.add("measurements", row | {"mask_key": f"B{number}", "value_id": f"measurement:{number}9"})
    strip = strip_of(frames, tmp_path)
    first, second = frames_of(strip)
    assert "reader A" in strip
    assert "reader B" in strip
    assert "36.0 × 36.0 mm" in first[0]
    assert all("20.0 × 20.0 mm" in frame for frame in second)


def test_the_enhancing_part_leads_and_its_end_is_said(tmp_path: Path) -> None:
    frames = Frames()
    add_patient(frames, "P1", "P1", (18.0, 9.0), tmp_path)
    part = measurement("P1", 1, 9.0, 9.0) | {"compartment": "enhancing", "value_id": "measurement:11"}
    frames.add("measurements", part)
    gone = part | {
        "value_id": "measurement:12",
        "timepoint": 2,
        "day": 42,
        "reason": "ABSENT",
        "outline_lps_mm": None,
    }
    frames.add("measurements", gone)
    strip = strip_of(frames, tmp_path)
    ((first, second),) = frames_of(strip)
    assert ">enhancing<" in strip
    assert 'href="#picture-measurement-11"' in first
    assert "no enhancing part left" in second


def test_without_pictures_there_is_no_strip(tmp_path: Path) -> None:
    frames = Frames()
    add_patient(frames, "P1", "P1", (18.0,), tmp_path)
    frames.rows["measurements"] = []
    assert strip_of(frames, tmp_path) == ""
