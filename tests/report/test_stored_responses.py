"""The report of a real store: its columns are those that pages are drawn from, empty tables included."""

from __future__ import annotations

from pathlib import Path

from tests.report.build import COLUMNS
from tests.store.build import Plan
from tests.store.build_response import assessed, decisions, imported
from tests.store.test_check import filled

from oncometry.report import ReportSettings, write_report
from oncometry.store import Store

ALL = ReportSettings(patient_pages="all")
OURS = ("decisions", "responses", "response_probabilities", "response_inputs", "roles")


def test_what_a_store_holds_of_response_is_on_the_pages(tmp_path: Path) -> None:
    with Store.open(tmp_path, create=True) as store:
        filled(store)
        before = write_report(store.table, tmp_path, ALL, jobs=1)
        assert 'id="response"' not in before.read_text(encoding="utf-8")
        for decision in decisions():
            store.add_decisions([decision])
        store.add_readings(imported())
        readers = [assessed(reader="Dr. B", category="SD"), assessed(reader="Dr. C")]
        store.add_assessments(Plan().patient, "volumetric", readers)
        for table in OURS:
            assert set(COLUMNS[table].split()) <= set(store.table(table).columns)
        index = write_report(store.table, tmp_path, ALL, jobs=1)
    assert "Course by Volumetric, Dr. B" in index.read_text(encoding="utf-8")
    pages = [p.read_text(encoding="utf-8") for p in index.parent.glob("sub-*.html")]
    (page,) = [text for text in pages if 'id="response"' in text]
    assert "PD 60\u00a0%, SD 40\u00a0%" in page
    assert "L1 \u22120.260\u00a0ml would be SD" in page
    assert "Readers differ. Volumetric, 02: Dr. B SD and Dr. C PD; adjudicated: Dr. B." in page
    assert "steroids: not said" in page
    for said in (
        "role target for volumetric",
        "measure whole 12.50\u00a0ml",
        "link (undone later)",
        "L1 and L2",
    ):
        assert said in page
    assert "At least 40 % above the smallest." in page
