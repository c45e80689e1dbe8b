"""The pages as a reader gets them."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.report.build import Frames, add_patient, add_run, small_cohort

from oncometry.report import ReportSettings, write_report

VOID = {"meta", "link", "img", "br", "hr", "input"}


class Reader(HTMLParser):
    """Tags with attributes, text by tag, and whether every tag is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def read(path: Path) -> Reader:
    reader = Reader()
    reader.feed(path.read_text(encoding="utf-8"))
    assert reader.open == []
    return reader


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    cohort = tmp_path_factory.mktemp("cohort")
    return write_report(small_cohort(cohort).source, cohort, jobs=1).parent


PAGES = ("index.html", "sub-P1.html", "sub-P2.html", "sub-P3.html")


def test_every_page_is_there(report: Path) -> None:
    assert sorted(p.name for p in report.glob("*.html")) == sorted(PAGES)
    assert not list(report.glob("*.part"))


@pytest.mark.parametrize("page", PAGES)
def test_pages_need_nothing_but_themselves(report: Path, page: str) -> None:
    for tag, attributes in read(report / page).tags:
        assert tag not in ("script", "link", "iframe", "object")
        assert attributes.get("src", "data:").startswith("data:")
        if tag == "image":
            assert attributes["href"].startswith("data:image/png;base64,")
        elif "href" in attributes and not attributes["href"].startswith(("#", "https://doi.org/")):
            assert (report / attributes["href"]).is_file(), attributes["href"]
    text = (report / page).read_text(encoding="utf-8")
    assert "@import" not in text
    assert "url(" not in text


@pytest.mark.parametrize("page", PAGES)
def test_pages_can_be_heard_as_well_as_seen(report: Path, page: str) -> None:
    tags = read(report / page).tags
    assert all(attributes["aria-label"] for tag, attributes in tags if tag == "svg")
    assert all(attributes["scope"] in ("col", "row") for tag, attributes in tags if tag == "th")
    assert sum(tag == "table" for tag, _ in tags) == sum(tag == "caption" for tag, _ in tags)
    assert [a["lang"] for tag, a in tags if tag == "html"] == ["en"]
    identifiers = [a["id"] for _, a in tags if "id" in a]
    assert len(identifiers) == len(set(identifiers))
    targets = {a["href"][1:] for tag, a in tags if tag == "a" and a["href"].startswith("#")}
    assert targets <= set(identifiers)


@pytest.mark.parametrize("page", PAGES)
def test_names_from_the_data_stay_text(report: Path, page: str) -> None:
    text = (report / page).read_text(encoding="utf-8")
    assert "<script" not in text
    assert "<b>broken" not in text
    assert "Synthetic data" in text
    assert "Not a medical device" in text


def test_the_cohort_page_accounts_for_every_file_and_row(report: Path) -> None:
    text = (report / "index.html").read_text(encoding="utf-8")
    assert "24 files in = 20 used + 3 duplicate + 1 quarantined" in text
    assert "ROW_UNMATCHED" in text
    assert "there is no such patient." in text
    assert "2 poor" in text
    assert "Waterfall plot" in text
    assert "Spider plot" in text
    for doi in ("10.1016/j.ejca.2008.10.026", "10.1200/JCO.2009.26.3541", "10.1109/TMI.2010.2046908"):
        assert f"https://doi.org/{doi}" in text


def test_the_patient_page_gives_numbers_that_can_be_followed(report: Path) -> None:
    text = (report / "sub-P1.html").read_text(encoding="utf-8")
    assert 'title="measurement:2:volume_ml"' in text
    assert "36.0 mm" in text
    assert "\u221252.9\u00a0%" in text
    drawn = 3 * 2 + 2 + 3  # lesion on two series, dates, series of a date
    copies = re.findall(r'<use href="#([^"]+)"', text)
    assert text.count('class="picture"') == drawn + 3 == drawn + len(copies)
    assert copies == [f"picture-measurement-{n}" for n in (1, 2, 3)]
    assert all(text.count(f'<svg id="{name}"') == 1 for name in copies)
    assert "Poor: not used" in text


def test_csv_files_hold_every_row_and_no_formula(report: Path) -> None:
    frame = pd.read_csv(report / "csv" / "measurements.csv")
    assert len(frame) == 8
    assert frame["volume_ml"].tolist()[0] == pytest.approx(4 / 3 * np.pi * 18**3 / 1000)
    assert set(frame["patient_id"]) == {"P1", "'=2+5", "<script>alert(1)</script>"}
    assert frame["volume_change_percent"].min() < -80


def test_withheld_sizes_are_explained_and_change_is_given(tmp_path: Path) -> None:
    frames = Frames()
    add_patient(frames, "P1", "P1", (10.0, 8.0), tmp_path)
    for row in frames.rows["measurements"]:
        for column in list(row):
            if column.endswith(("_mm", "_mm2", "_ml")) and not column.endswith("_lps_mm"):
                row[column] = None
        row["reason"] = "SPACING_IMPLAUSIBLE"
    text = (write_report(frames.source, tmp_path).parent / "sub-P1.html").read_text(encoding="utf-8")
    assert "Absolute sizes are withheld" in text
    assert "change of volume (%)" in text
    assert "\u221248.8\u00a0%" in text
    assert "letter small" not in text
    assert "H 20.0 mm" not in text


def test_where_two_readers_drew_the_page_says_whose_masks_are_shown(tmp_path: Path) -> None:
    frames = Frames()
    add_patient(frames, "P1", "P1", (10.0, 10.0))
    for table in ("measurements", "segmentations"):
        for row in list(frames.rows[table]):
            other = {"mask_key": f"0{row['mask_key']}", "value_id": f"measurement:9{row['timepoint']}"}
            if table == "segmentations":
                other = {"mask_key": other["mask_key"], "description": "reader B"}
            frames.add(table, row | other | ({"volume_ml": 99.0} if "volume_ml" in row else {}))
    folder = write_report(frames.source, tmp_path, ReportSettings(patient_pages="all")).parent
    patient, cohort = ((folder / name).read_text(encoding="utf-8") for name in ("sub-P1.html", "index.html"))
    assert "as drawn by reader A (SEG, binary)" in patient
    assert "T1c, reader B (SEG, binary)" in patient
    assert "whole tumor, as drawn by reader A (SEG, binary)" in cohort
    sums = pd.read_csv(folder / "csv/burden.csv")
    assert sums["volume_change_percent"].tolist() == [0.0, 0.0]
    assert set(sums["reader"]) == {"reader A (SEG, binary)"}


def test_an_empty_cohort_still_has_a_page(tmp_path: Path) -> None:
    text = write_report(Frames().source, tmp_path).read_text(encoding="utf-8")
    assert "No patient was found" in text
    assert "0 files in = 0 used + 0 duplicate + 0 quarantined" in text


def test_a_cohort_of_tables_alone_says_so_and_shows_no_columns_of_dashes(tmp_path: Path) -> None:
    frames = Frames()
    add_patient(frames, "P1", "P1", ())
    for count in ("lesions", "series", "masks"):
        frames.rows["patients"][0][count] = 0
    text = write_report(frames.source, tmp_path).read_text(encoding="utf-8")
    patients = text.split('<section id="patients">')[1].split("</section>")[0]
    assert "Tables only: no image was given" in patients
    assert "P1" in patients
    assert "–" not in patients
    assert "Latest volume" not in patients
    assert 'id="registrations"' not in text
    assert "#registrations" not in text


def test_the_page_of_a_patient_without_images_says_so_once_and_has_no_sections_of_them(
    tmp_path: Path,
) -> None:
    frames = Frames()
    for patient, radii_mm in (("P1", ()), ("P2", (10.0, 9.0))):
        add_patient(frames, patient, patient, radii_mm)
    frames.rows["lesions"] = [row for row in frames.rows["lesions"] if row["patient_id"] != "P1"]
    for number, day in enumerate((0, 40), start=1):
        frames.add(
            "timepoints",
            {"patient_id": "P1", "timepoint": number, "day": day, "date": None, "source": "sheet"},
        )
    write_report(frames.source, tmp_path, ReportSettings(patient_pages="all"), jobs=1)
    without, imaged = ((tmp_path / f"report/sub-P{n}.html").read_text(encoding="utf-8") for n in (1, 2))
    assert without.count("There are no images of this patient") == 1
    assert "There are no images" not in imaged
    assert (">visit<" in without, ">imaged<" in without) == (True, False)
    assert (">visit<" in imaged, ">imaged<" in imaged) == (False, True)
    assert "Synthetic data. These clinical values were" in without
    assert "Synthetic data. These images and clinical values were" in imaged
    for section in ("measurements", "registrations", "images"):
        assert f'id="{section}"' not in without
        assert f"#{section}" not in without
        assert f'id="{section}"' in imaged
        assert f"#{section}" in imaged
    for empty in ("No lesion was measured", "Nothing was measured.", "No image had to be", ">masks<"):
        assert empty not in without


def test_an_image_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    frames = Frames()
    add_patient(frames, "P1", "P1", (10.0,), tmp_path)
    for path in tmp_path.glob("sub-P1/*T1c*"):
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    text = (write_report(frames.source, tmp_path).parent / "sub-P1.html").read_text(encoding="utf-8")
    assert "TRUNCATED" in text or "CORRUPT" in text
    assert str(tmp_path) not in text


def test_patients_without_images_get_a_page_on_request(tmp_path: Path) -> None:
    frames = Frames()
    add_patient(frames, "P1", "P1", (10.0, 8.0))
    assert [p.name for p in write_report(frames.source, tmp_path).parent.glob("sub-*")] == []
    write_report(frames.source, tmp_path, ReportSettings(patient_pages="all"))
    text = (tmp_path / "report" / "sub-P1.html").read_text(encoding="utf-8")
    assert "The mask came without its image." in text


def test_a_patient_whose_files_are_gone_is_told_and_leaves_no_old_page(tmp_path: Path) -> None:
    frames, told = Frames(), list[str]()
    for name in ("P1", "P2"):
        add_patient(frames, name, name, (10.0, 8.0), tmp_path)
    report = write_report(frames.source, tmp_path, tell=told.append).parent
    assert {p.name for p in report.glob("sub-*")} == {"sub-P1.html", "sub-P2.html"}
    assert not told
    for path in (tmp_path / "sub-P1").rglob("*"):
        if path.is_file():
            path.unlink()
    write_report(frames.source, tmp_path, tell=told.append)
    assert [p.name for p in report.glob("sub-*")] == ["sub-P2.html"]
    assert not list((report / "csv").glob("sub-P1_*"))
    assert len(told) == 1
    assert "P1" in told[0]
    assert 'href="sub-P1.html"' not in (report / "index.html").read_text(encoding="utf-8")


@pytest.mark.slow
def test_processes_draw_the_same_pages(report: Path) -> None:
    before = {p.name: p.read_bytes() for p in report.glob("*.html")}
    write_report(small_cohort(None).source, report.parent, jobs=2)
    assert {p.name: p.read_bytes() for p in report.glob("*.html")} == before


@pytest.mark.slow
def test_the_page_of_a_thousand_patients_can_be_opened(tmp_path: Path) -> None:
    frames, rng = Frames(), np.random.default_rng(2)
    add_run(frames)
    for number in range(1000):
        radii_mm = tuple((15 * np.exp(rng.normal(0, 0.3, 4))).tolist())
        add_patient(frames, f"P{number:04}", f"P{number:04}", radii_mm)
    page = write_report(frames.source, tmp_path)
    assert page.stat().st_size < 8e6


def test_two_patients_never_share_a_page(tmp_path: Path) -> None:
    frames = Frames()
    for patient, subject in (("a", "P1"), ("b", "p1"), ("c", ""), ("d", "P-1")):
        add_patient(frames, patient, subject, (10.0,))
    report = write_report(frames.source, tmp_path, ReportSettings(patient_pages="all"), jobs=1).parent
    assert len({p.name.lower() for p in report.glob("sub-*.html")}) == 4


def test_a_lesion_drawn_on_two_series_is_shown_once_on_each(tmp_path: Path) -> None:
    frames = Frames()
    add_patient(frames, "P1", "P1", (10.0,), tmp_path)
    twin = dict(frames.rows["measurements"][0])
    frames.add(
        "measurements",
        twin
        | {"value_id": "measurement:2", "series_key": "P1-FLAIR-1", "contrast": "FLAIR", "mask_key": "other"},
    )
    again = dict(frames.rows["histograms"][0])
    frames.add("histograms", again | {"mask_key": "other"})
    text = (write_report(frames.source, tmp_path).parent / "sub-P1.html").read_text(encoding="utf-8")
    assert (
        text.count('class="picture"') == 2 + 1 + 1
    )  # the lesion on each series, their registration, the strip
    assert text.count(">date 1<") == 1
