"""What is said to fit is drawn within its picture; in a browser, where there is one."""

from __future__ import annotations

import shutil

import pytest
from playwright.sync_api import sync_playwright

from oncometry.prediction.final.contributions import Contribution
from oncometry.report.contribution_plot import draw_contributions
from oncometry.report.page import render
from oncometry.report.text_width import shortened, text_width

BROWSER = shutil.which("chromium") or shutil.which("google-chrome")
NAMES = (
    "radiomics.T1c.whole.original_glcm_InverseDifferenceMomentNormalized@0",
    "WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW",
    "iiiiiiiiiiiiiiiiiiiiiiiiiiiiiii",
    "CLINICAL_STAGE_AT_BASELINE",
    "腫瘍の体積腫瘍の体積腫瘍の体積",
    "age",
)
CELLS = ("1.234e+05", "Unmethylated, by MGMT", "MMMMMMMMMMMMMMMM", "1")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("end", [0.0, 0.4, 0.8])
def test_a_text_is_cut_to_its_room_and_keeps_both_ends(name: str, end: float) -> None:
    for room in (40.0, 90.0, 156.0, 1000.0):
        shown = shortened(name, room, 12.0, end)
        assert text_width(shown, 12.0) <= room
        if shown != name:
            head, tail = shown.split("…")
            assert name.startswith(head)
            assert name.endswith(tail)
            assert text_width(name, 12.0) > room


@pytest.mark.skipif(BROWSER is None, reason="no Chromium on this machine to look at pages with")
def test_no_label_of_a_waterfall_runs_out_of_its_picture() -> None:
    parts = [
        Contribution(name, cell, 0.01 * (n + 1)) for n, name in enumerate(NAMES) for cell in CELLS[n % 2 :: 2]
    ]
    drawn = draw_contributions(parts[:8], 0.2, 0.2 + sum(p.amount for p in parts[:8]), True, "x")
    html = render("experiment.html.j2", {"title": "x", "subtitle": "", "sections": []})
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1000, "height": 800})
        page.set_content(html.replace("</main>", f"<div style='width:390px'>{drawn}</div></main>"))
        boxes = page.evaluate(
            "[...document.querySelectorAll('svg.plot text')].map(t => [t.textContent, t.getBBox()])"
            ".map(([text, box]) => [text, box.x, box.x + box.width])"
        )
        browser.close()
    assert len(boxes) > 10
    assert [box for box in boxes if box[1] < 0 or box[2] > 390] == []
