"""What a patient's page shows, and what it never shows."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from tests.prediction.final.made_models import made_models
from tests.prediction.made_tables import made_sheet

from oncometry.core import Code, Notice
from oncometry.prediction.final.contributions import Contribution
from oncometry.prediction.final.envelope import Verdict
from oncometry.prediction.final.patient_model import PatientPrediction
from oncometry.report.contribution_plot import REST, draw_contributions, most_and_rest
from oncometry.report.interval_bar import draw_interval
from oncometry.report.prediction_page import Asked, prediction_index, prediction_page
from oncometry.report.text_width import text_width


def asked(kind: str) -> Asked:
    _, (model, *_) = made_models(kind)
    return Asked(model.card, model.predict(made_sheet(patients=4, seed=6)).patients[0])


def silent(said: PatientPrediction) -> PatientPrediction:
    return replace(said, value=0.123456, verdict=Verdict(("age is 150, outside of 30 to 90",), (), 2.0))


@pytest.mark.parametrize("kind", ["binary", "survival", "continuous", "ordinal"])
def test_each_kind_has_its_number_interval_and_waterfall(kind: str) -> None:
    page = prediction_page("N1", [asked(kind)])
    panel = page.split("The models")[0]
    assert "% bootstrap)" in panel.replace("\u00a0", " ").replace("&nbsp;", " ")
    assert panel.count("<svg") == (3 if kind == "survival" else 2)
    assert ("May be:" in panel) == (kind != "survival")
    assert "Not a medical device" in page
    assert "patients drawn anew" in page


def test_no_number_of_a_model_that_abstains() -> None:
    one = asked("binary")
    page = prediction_page("N1", [Asked(one.card, silent(one.said))])
    panel = page.split("The models")[0].split("</style>")[1]
    assert "No prediction" in panel
    assert "age is 150" in panel
    assert "<svg" not in panel
    assert "12" not in re.sub(r"age is 150, outside of 30 to 90", "", panel)


def test_the_index_leads_to_every_patient() -> None:
    one, other = asked("binary"), asked("survival")
    page = prediction_index(
        [one, Asked(other.card, silent(other.said))], {one.said.patient: "patient-0001.html"}, []
    )
    assert 'href="patient-0001.html"' in page
    assert "no prediction" in page
    assert "of 2 predictions 1 are not given" in page


def test_pages_say_what_has_to_be_known_of_all_predictions() -> None:
    one = asked("binary")
    told = Asked(one.card, one.said, (Notice(Code.LEAK, "it was fitted on <these> rows."),))
    for page in (prediction_page("N1", [told]), prediction_index([told, told], {"N1": "p.html"}, [])):
        assert page.count("<li>LEAK: it was fitted on &lt;these&gt; rows.</li>") == 1


def test_what_is_drawn_adds_up() -> None:
    parts = [Contribution(f"c{i}", str(i), (-1) ** i * 0.01 * i) for i in range(14)]
    shown = most_and_rest(parts)
    assert sum(c.amount for c in shown) == pytest.approx(sum(c.amount for c in parts))
    assert shown[-1].source == REST
    assert len(shown) == 9
    drawn = draw_contributions(parts, 0.3, 0.3 + sum(c.amount for c in parts), True, "x")
    assert drawn.count("<rect") == 9


def test_an_interval_beyond_the_line_stays_on_it() -> None:
    drawn = draw_interval(5.0, (-3.0, 9.0), (0.0, 4.0), "x", percent=False)
    places = [float(x) for x in re.findall(r'(?:cx|x)="([\d.]+)"', drawn)]
    assert all(0 <= x <= 320 for x in places)


def test_a_long_name_keeps_its_end_and_the_cell() -> None:
    names = ["clinical.mgmt", f"radiomics.{'wavelet_' * 8}glcm_measured"]
    parts = [Contribution(name, "unmethylated", 0.2) for name in names]
    drawn = draw_contributions(parts, 0.1, 0.5, True, "x")
    whole, cut = re.findall(r'class="start">([^<]* = [^<]*)<', drawn)
    assert whole == "clinical.mgmt = unmethylated"
    assert re.fullmatch(r"radio[\w.]*…\w*glcm_measured = unmethylated", cut)
    assert text_width(cut, 12.0) <= 390


def test_a_model_that_says_the_same_of_all_says_so() -> None:
    one = asked("binary")
    still = replace(one.said, contributions=tuple(replace(c, amount=0.0) for c in one.said.contributions))
    page = prediction_page("N1", [Asked(one.card, still)])
    assert "Nothing: the model says the same of a typical patient." in page
