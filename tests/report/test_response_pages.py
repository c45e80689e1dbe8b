"""Response on the pages: calls at a glance, reasons, readers side by side, figures of the cohort."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.report.build import small_cohort
from tests.report.judged import DOI, judged_cohort
from tests.report.test_write import read

from oncometry.report import write_report
from oncometry.report.response_course import ResponseCourse
from oncometry.report.response_section import linked, roles_by_lesion
from oncometry.report.response_table import flip_text


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    cohort = tmp_path_factory.mktemp("cohort")
    return write_report(judged_cohort(small_cohort(cohort)).source, cohort, jobs=1).parent


def text_of(report: Path, page: str) -> str:
    read(report / page)  # every tag is closed
    return (report / page).read_text(encoding="utf-8")


def test_a_line_per_criterion_and_reader_with_a_call_per_visit(report: Path) -> None:
    text = text_of(report, "sub-P1.html")
    table = text[text.index('<table class="calls">') : text.index("</table>")]
    rows = re.findall(r'<tr><th scope="row">(.*?)</tr>', table, re.DOTALL)
    assert [re.findall(r'class="chip \w+"[^>]*>([^<]+)<', row) for row in rows] == [
        ["baseline", "NE", "NE", "NE"],
        ["baseline", "PR", "PR", "PR"],
        ["baseline", "SD", "PR", "PR"],
    ]
    assert ["unverified rules" in row for row in rows] == [True, False, False]
    assert "SD by imaging only" in rows[0]
    assert "imaging only: SD 100\u00a0%" in rows[0]
    assert "✓ accepted" in rows[1]
    assert [row.count("≠") for row in rows] == [0, 1, 1]
    assert "L1 \u22122.8\u00a0mm would be PR" in rows[2]
    assert "SD 93\u00a0%, PR 7\u00a0%" in rows[2]
    assert "Readers differ. RECIST 1.1, visit 2: Dr. B PR and oncometry SD; adjudicated: Dr. B." in text


def test_every_category_has_its_reason_with_the_paper(report: Path) -> None:
    text = text_of(report, "sub-P1.html")
    why = text[text.index('<section id="why">') :]
    why = why[: why.index("</section>")]
    assert why.count("<li>") == 3 * 3  # two visits and the best response, of three courses
    assert why.count(f'<a href="https://doi.org/{DOI}">doi:{DOI}</a>') == 9
    assert '<a href="#picture-measurement-1">measurement:1</a>' in why
    assert "the sum is &lt;b&gt; as it is" in why
    assert "target SD · imaging only SD" in why


def test_a_page_says_what_a_lesion_counts_as(report: Path) -> None:
    assert '<br><span class="soft">target</span>' in text_of(report, "sub-P1.html")


def course(reader: str, lesion: str, uid: str, role: str) -> ResponseCourse:
    return ResponseCourse(
        "P1",
        "recist-1.1",
        "1",
        True,
        reader,
        "",
        (),
        None,
        (),
        {(lesion, "whole"): role},
        {lesion: uid},
        {},
        (),
    )


def test_roles_of_readers_are_of_the_lesions_they_were_matched_with() -> None:
    lesions = [{"lesion": "L1", "tracking_uid": "1"}, {"lesion": "L2", "tracking_uid": "2"}]
    ours, theirs = course("oncometry", "L1", "1", "target"), course("R1", "L1", "2", "non-target")
    assert roles_by_lesion([ours, theirs], lesions) == {"L1": ["target"], "L2": ["non-target"]}
    theirs = course("R1", "T04", "1", "non-target")
    assert roles_by_lesion([ours, theirs], lesions) == {
        "L1": ["target (RECIST 1.1, oncometry)", "non-target (RECIST 1.1, R1)"]
    }
    assert roles_by_lesion([course("R1", "T05", "9", "target")], lesions) == {}


def test_the_cohort_counts_and_draws_best_responses(report: Path) -> None:
    text = text_of(report, "index.html")
    counts = text[text.index("<caption>Best overall responses</caption>") :]
    row = re.search(r"<tr><th scope=\"row\">RECIST 1.1</th><td>oncometry</td>(.*?)</tr>", counts)
    assert row is not None
    assert re.findall(r">([^<>]+)</td>", row[1]) == [
        "3",
        "1 (33\u00a0%)",
        "1 (33\u00a0%)",
        "1 (33\u00a0%)",
        "0",
    ]
    assert text.count("Swimmer plot:") == text.count("Waterfall plot: R") == 3
    assert "P1: RECIST 1.1, visit 2" in text
    assert '<span class="chip pd">PD</span>' in text
    assert (report / "csv" / "responses.csv").is_file()


def test_methods_name_the_criteria_and_what_a_probability_is(report: Path) -> None:
    text = text_of(report, "index.html")
    assert "Response was assessed by RANO 2.0, volumes [" in text
    assert "from the readings of Dr. B and oncometry" in text
    assert "Not every rule of RANO 2.0, volumes was read in a published text" in text
    assert "the share of draws that gave it" in text
    assert "An adjudicator chose among readers" in text
    assert "Response was not assessed" not in text
    assert "https://doi.org/10.1200/JCO.23.01059" in text


def test_without_criteria_the_pages_say_nothing_of_response(tmp_path: Path) -> None:
    folder = write_report(small_cohort(tmp_path).source, tmp_path, jobs=1).parent
    for page in ("index.html", "sub-P1.html"):
        text = text_of(folder, page)
        assert 'id="response"' not in text
        assert "Response was assessed" not in text
    assert 'id="strip"' in (folder / "sub-P1.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "doi"),
    [
        ("(4.3.1, doi:10.1016/j.ejca.2008.10.026)", "10.1016/j.ejca.2008.10.026"),
        ("(x, doi:10.1016/S1470-2045(17)30074-8; unverified: a)", "10.1016/S1470-2045(17)30074-8"),
        ("see doi:10.1200/JCO.23.01059.", "10.1200/JCO.23.01059"),
    ],
)
def test_papers_are_linked_whole_and_the_rest_is_escaped(text: str, doi: str) -> None:
    shown = linked(f"<b> {text}")
    assert f'<a href="https://doi.org/{doi}">doi:{doi}</a>' in shown
    assert re.sub(r"</?a[^>]*>", "", shown) == f"&lt;b&gt; {text}"


def test_a_measurement_without_a_picture_is_no_link() -> None:
    shown = linked("From measurement:12, measurement:1.", {"picture-measurement-1"})
    assert shown == 'From measurement:12, <a href="#picture-measurement-1">measurement:1</a>.'


def test_a_size_at_a_threshold_is_said_to_be_there() -> None:
    flip = {
        "flip_lesion": "L1",
        "flip_quantity": "volume_ml",
        "flip_amount": 0.0,
        "flip_category": "PD",
    }
    assert flip_text(flip) == "L1 at the threshold of PD"


def test_a_change_whose_sums_are_not_known_stands_alone(tmp_path: Path) -> None:
    frames = judged_cohort(small_cohort(tmp_path))
    for row in frames.rows["responses"]:
        row.update(total=None, nadir=None)
    text = text_of(write_report(frames.source, tmp_path, jobs=1).parent, "sub-P1.html")
    assert "from nadir" in text
    assert "from nadir –" not in text
