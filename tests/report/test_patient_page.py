"""What a radiologist reads on a patient's page: partners of a split, absences, dates, order, what was left out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.report.build import Frames, add_patient, measurement

from oncometry.report import write_report
from oncometry.report.lesion_names import in_order
from oncometry.report.lineage import Split, find_splits, lineage_texts


def page_of(frames: Frames, cohort: Path) -> str:
    return (write_report(frames.source, cohort, jobs=1).parent / "sub-P1.html").read_text(encoding="utf-8")


def relation(lesion: str, kind: str, earlier: int, later: int) -> dict[str, object]:
    row = {"patient_id": "P1", "lesion": lesion, "earlier_timepoint": 1, "later_timepoint": 2}
    row |= {"earlier_mask": "P1-T1c-1-mask", "later_mask": "P1-T1c-2-mask", "method": "overlap", "score": 0.4}
    return row | {"relation": kind, "earlier_lesion": earlier, "later_lesion": later}


def state(lesion: str, number: int, status: str, reason: str = "") -> dict[str, object]:
    row = {"patient_id": "P1", "lesion": lesion, "timepoint": number, "day": 42 * (number - 1)}
    return row | {"status": status, "reason": reason}


def split_cohort(cohort: Path) -> Frames:
    """L1 of 18 mm radius is two pieces at the second date, L1 of 14 mm and L2 of 10 mm."""
    frames = Frames()
    add_patient(frames, "P1", "P1", (18.0, 14.0), cohort)
    piece = measurement("P1", 2, 10.0, 10.0)
    frames.add("measurements", piece | {"lesion": "L2", "value_id": "measurement:9"})
    frames.add("lesions", {"patient_id": "P1", "lesion": "L2", "first_timepoint": 2})
    frames.add("observations", state("L2", 1, "absent", "not yet there"))
    frames.add("observations", state("L2", 2, "measured"))
    frames.add("relations", relation("L1", "split", 1, 1))
    frames.add("relations", relation("L2", "split", 1, 2))
    return frames


def test_a_split_names_its_partners_and_sums_them(tmp_path: Path) -> None:
    text = page_of(split_cohort(tmp_path), tmp_path)
    assert "Split into L1 and L2 at time point 2." in text
    assert "Split from L1 at time point 2 (by overlap, score 0.40)." in text
    assert "part of L1 at this date" in text
    assert "not yet there" not in text
    assert "no lesion;" not in text
    before, after = 18.0**3, 14.0**3 + 10.0**3
    change = f"{100 * (after / before - 1):.1f}".replace("-", "\u2212")
    assert f"{change}\u00a0%" in text
    assert 'title="sum of measurement:2, measurement:9"' in text
    assert text.count("after split") == 2


def test_what_a_person_says_is_no_lesion_is_shown_and_counted_nowhere(tmp_path: Path) -> None:
    frames = split_cohort(tmp_path)
    frames.rows["lesions"][1]["excluded"] = "Ada: a vessel"
    text = page_of(frames, tmp_path)
    assert "counted nowhere. Ada: a vessel</p>" in text
    assert "<dt>lesion</dt><dd>1</dd>" in text
    assert "sum of measurement:2, measurement:9" not in text
    cohort = (tmp_path / "report" / "index.html").read_text(encoding="utf-8")
    assert "measurement:9" not in cohort


def test_lesions_are_in_order_of_number_and_then_of_piece() -> None:
    names = ["L10", "L2", "L1.10", "L1", "L1.2", "T01"]
    assert sorted(names, key=in_order) == ["T01", "L1", "L1.2", "L1.10", "L2", "L10"]


def test_a_merged_lesion_names_the_one_it_is_part_of() -> None:
    rows = [relation("L1", "merge", 1, 1), relation("L2", "merge", 2, 1)]
    seen = [state("L1", 2, "measured"), state("L2", 2, "not evaluable", "merged with L1")]
    lesions = [{"lesion": name, "first_timepoint": 1} for name in ("L1", "L2")]
    assert find_splits(lesions, rows) == []
    assert lineage_texts("L1", [], rows, seen) == ["L2 merged into it at time point 2"]
    assert lineage_texts("L2", [], rows, seen) == ["merged into L1 at time point 2 (by overlap, score 0.40)"]


def test_a_lesion_that_splits_twice_has_two_splits() -> None:
    rows = [relation("L1", "split", 1, 1), relation("L2", "split", 1, 2)]
    again = {"earlier_timepoint": 2, "later_timepoint": 3, "earlier_mask": "b", "later_mask": "c"}
    rows += [relation("L1", "split", 1, 1) | again, relation("L3", "split", 1, 3) | again]
    lesions = [{"lesion": f"L{n}", "first_timepoint": n} for n in (1, 2, 3)]
    assert find_splits(lesions, rows) == [Split("L1", 2, ("L1", "L2")), Split("L1", 3, ("L1", "L3"))]


def test_the_place_of_an_absent_lesion_is_shown_where_the_way_there_is_trusted(tmp_path: Path) -> None:
    frames = Frames()
    add_patient(frames, "P1", "P1", (12.0, 11.0, 10.0), tmp_path)
    for table in ("measurements", "observations"):
        frames.rows[table] = [row for row in frames.rows[table] if row["timepoint"] == 1]
    frames.add("observations", state("L1", 2, "absent", "no longer seen"))
    frames.add("observations", state("L1", 3, "absent", "no longer seen"))
    text = page_of(frames, tmp_path)
    assert text.count("same place, no lesion;") == 1  # the third date's registration is poor


def test_dates_slices_order_and_baseline_are_said(tmp_path: Path) -> None:
    frames = Frames()
    add_patient(frames, "P1", "P1", (12.0, 11.0), tmp_path)
    for row in frames.rows["series"]:
        if row["contrast"] == "FLAIR":
            row["acquired"] = "2019-12-24"
    text = page_of(frames, tmp_path)
    assert "acquired 2019-12-24; same place" in text
    assert "acquired 2020-01-01" not in text
    assert "slice 21 of 40" in text
    assert text.index("<b>Whole on T1c</b>") < text.index("<b>FLAIR</b>")
    assert ">baseline<" in text
    assert ">0.0\u00a0%<" not in text
    assert "arbitrary units, not comparable between dates" in text
    assert "moved within their date" in text


def test_files_left_out_methods_and_versions_are_on_the_page(tmp_path: Path) -> None:
    frames = Frames()
    add_patient(frames, "P1", "P1", (12.0,), tmp_path)
    add_patient(frames, "P2", "P2", (12.0,), tmp_path)
    for patient in ("P1", "P2"):
        frames.add("files", {"shown": f"{patient}/a.dcm", "status": "used", "member_of": f"{patient}-T1c-1"})
        frames.add("files", {"shown": f"{patient}/sub/bad.dcm", "status": "quarantined", "code": "TRUNCATED"})
    frames.add("files", {"shown": "README", "status": "quarantined", "code": "NOT_AN_IMAGE"})
    frames.add("software", {"name": "pydicom", "version": "9.9.9"})
    text = page_of(frames, tmp_path)
    assert "P1/sub/bad.dcm" in text
    assert "P2/sub/bad.dcm" not in text
    assert "README" not in text
    assert "Methods, as they were run for this patient" in text
    assert "pydicom 9.9.9" in text


def clinical(number: int, name: str, value: object, unit: str | None = None) -> dict[str, object]:
    row = {"value_id": f"clinical:{number}{name}", "patient_id": "P1", "day": 42 * (number - 1), "name": name}
    row |= {"text": value} if isinstance(value, str) else {"number": value}
    return row | {"unit": unit, "sheet": "s", "row": number + 1}


def test_clinical_values_are_one_row_a_visit_and_what_never_changes_once(tmp_path: Path) -> None:
    frames = Frames()
    add_patient(frames, "P1", "P1", (12.0, 11.0), tmp_path)
    for number, response in ((1, None), (2, "PR")):
        frames.add("clinical_values", clinical(number, "sex", "F"))
        frames.add("clinical_values", clinical(number, "dexamethasone_mg_per_day", 4.0 / number, "mg/day"))
        frames.add("clinical_values", clinical(number, "toxicity_grade", 2.0))
        if response:
            frames.add("clinical_values", clinical(number, "response", response))
    frames.add("events", {"patient_id": "P1", "endpoint": "death", "observed": True, "day": 400})
    text = page_of(frames, tmp_path)
    visits = text[text.index("<caption>Visits</caption>") :]
    headings = re.findall(r"<th scope=\"col\"[^>]*>([^<]+)<", visits)[:5]
    assert headings == ["Day", "response", "dexamethasone (mg/day)", "toxicity grade", "From"]
    assert len(re.findall("<tr>", visits[: visits.index("</table>")])) == 3
    assert text.count('title="clinical:1sex"') == 1
    course = text[text.index('aria-label="Timeline of the patient"') : text.index('<section id="L1">')]
    assert ">PR<" in course
    assert ">death<" in course


@pytest.mark.parametrize("same", [True, False])
def test_the_enhancing_part_leads_the_cohort_and_the_whole_says_that_it_holds_edema(
    tmp_path: Path, same: bool
) -> None:
    frames = Frames()
    add_patient(frames, "P1", "P1", (18.0, 14.0))
    for number in (1, 2) if same else ():
        for part in ("enhancing", "edema"):
            row = measurement("P1", number, 9.0 / number, 9.0)
            frames.add("measurements", row | {"compartment": part, "value_id": f"measurement:{number}{part}"})
    text = write_report(frames.source, tmp_path).read_text(encoding="utf-8")
    headings = re.findall("<h3>(.*?)</h3>", text)
    if same:
        assert headings == [
            "Best change of volume, enhancing part",
            "Best change of summed products of diameters, enhancing part",
            "Volume over time, enhancing part",
            "Best change of volume, whole tumor including edema",
            "Volume over time, whole tumor including edema",
        ]
        assert "+25 %" in text
        assert "+20 %" not in text
        assert "\u221287.5" in text  # an eighth of the volume
        assert "\u221275.0" in text  # a fourth of the product
    else:
        assert "Best change of summed longest diameters, whole tumor" in headings
        assert "edema" not in " ".join(headings)
        assert "+20 %" in text
    assert "progression is counted from the nadir" in text
    assert 'title="sum of measurement:2' in text
