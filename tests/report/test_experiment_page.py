"""The page of an experiment: whole, escaped, on its own, and honest about what was shown."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import sync_playwright
from tests.report.made_experiment import made_explained, made_result

from oncometry.core import Code, Notice
from oncometry.prediction.checklists import checklists
from oncometry.prediction.declaration import Reliability
from oncometry.prediction.feature_sets import NOTHING
from oncometry.prediction.final.out_of_fold import conformal_of
from oncometry.prediction.fold.reliability import Reliabilities
from oncometry.prediction.material import BEST, Judged
from oncometry.prediction.metrics import Metric
from oncometry.prediction.nested import BASELINES
from oncometry.prediction.permuted import Permuted
from oncometry.report.experiment_checklists import evidence_for
from oncometry.report.experiment_declared import declared_section
from oncometry.report.experiment_headline import headline_sentence, unsettled_sentence
from oncometry.report.experiment_page import experiment_page, write_experiment_report
from oncometry.report.experiment_patients import outcome_words
from oncometry.report.experiment_size import sample_size_of
from oncometry.report.experiment_survival import thirds
from oncometry.report.experiment_view import ExperimentView

KINDS = ("binary", "survival", "continuous", "ordinal")
BROWSER = shutil.which("chromium") or shutil.which("google-chrome")
COMMON = {
    "headline",
    "warnings",
    "flow",
    "declared",
    "size",
    "scores",
    "permuted",
    "choice",
    "explanation",
    "failures",
    "checklists",
}
OWN = {
    "binary": {"discrimination", "calibration", "decision"},
    "survival": {"survival", "calibration", "decision"},
    "continuous": {"discrimination"},
    "ordinal": {"discrimination"},
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_has_its_sections_and_needs_nothing_but_itself(kind: str) -> None:
    page = experiment_page(made_result(kind))
    assert set(re.findall(r'<section id="(\w+)">', page)) == COMMON | OWN[kind]
    linked = set(re.findall(r'href="#(\w+)"', page))
    assert linked <= COMMON | OWN[kind] | {"sites"}
    assert "<script" not in page
    assert "@import" not in page
    assert "url(" not in page
    assert "<img" not in page
    outside = re.findall(r'(?:src|href)="((?:https?:)?//[^"]+)"', page)
    assert all(one.startswith("https://doi.org/") for one in outside)
    assert not re.search(r"\bnan\b", re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL))


@pytest.mark.parametrize("kind", KINDS)
def test_what_looks_at_nothing_has_no_calibration_slope(kind: str) -> None:
    view = ExperimentView(made_result(kind))
    slopes = {m.features: m.value for m in view.result.metrics if m.metric.startswith("calibration_slope")}
    assert slopes.get(NOTHING) is None
    assert (slopes.get("combined") is None) == (kind == "ordinal")


def flattened(share: float) -> ExperimentView:
    """A result whose chosen model told all test patients of this share of folds the same, whatever their scores."""
    result = made_result()
    cut = round(share * len(result.validated.results))
    results = tuple(
        replace(r, judged=tuple(_without_spread(j) if n < cut and j.model == BEST else j for j in r.judged))
        for n, r in enumerate(result.validated.results)
    )
    return ExperimentView(replace(result, validated=replace(result.validated, results=results)))


def _without_spread(judged: Judged) -> Judged:
    said = judged.predicted
    assert said.probability is not None
    return replace(judged, predicted=replace(said, probability=np.full_like(said.probability, 0.4)))


def test_a_calibration_that_tells_all_the_same_is_told_and_gives_no_slope() -> None:
    whole = {m.metric: m.value for m in flattened(0).judge.metrics(BEST, "combined")}
    flat = {m.metric: m.value for m in flattened(1).judge.metrics(BEST, "combined")}
    assert whole["calibration_slope"] is not None
    assert flat["calibration_slope"] is None
    for name in ("auc", "average_precision"):  # both of the scores, which differ
        assert flat[name] == whole[name]
    half = flattened(0.5)
    assert half.judge.flat_folds(BEST, "combined") == (3, 6)
    assert "In 3 of 6 folds A told all test patients the same" in experiment_page(half.result)
    assert "folds A told all test patients the same" not in experiment_page(flattened(0).result)


def test_no_class_is_left_out_where_most_folds_told_all_the_same() -> None:
    held = [conformal_of(flattened(share).judge, BEST, "combined") for share in (0, 1)]
    assert all(one is not None for one in held)
    assert min(held[0].least) > 0  # type: ignore[union-attr]
    assert held[1].least == (0.0, 0.0)  # type: ignore[union-attr]


def test_the_area_over_time_is_that_of_the_table_and_counts_within_folds() -> None:
    view = ExperimentView(made_result("survival"))
    days, day = view.material.times_days, float(view.material.outcome.horizon_days or 0)
    found = [view.judge.auc_over_time(r, BEST, "combined") for r in (0, 1)]
    table = view.find(BEST, "combined", f"auc_{day:g}_days")
    assert table is not None
    at = int(np.flatnonzero(days == day)[0])
    assert np.mean([one[at] for one in found]) == pytest.approx(table.value)
    nothing = view.judge.auc_over_time(0, BASELINES[view.task], NOTHING)
    assert nothing[np.isfinite(nothing)] == pytest.approx(0.5)  # pooled over folds it would be below


def test_patients_are_told_apart_by_each_event_that_came() -> None:
    result = made_result("survival")
    outcome = result.material.outcome
    y = outcome.y.copy()
    censored = np.flatnonzero(y["event"] == 0)
    y["event"][censored[:5]] = 2
    died = replace(outcome, y=y, classes=("censored", "progressed", "died"))
    page = experiment_page(replace(result, material=replace(result.material, outcome=died)))
    events, left = int((y["event"] == 1).sum()), len(censored) - 5
    table = page[page.index("Who they are") :]
    headings = [f"{name} (n = {n})" for name, n in (("progressed", events), ("died", 5), ("censored", left))]
    assert re.findall(r"(?:progressed|died|censored) \(n = \d+\)", table) == headings


def test_permutations_that_order_nobody_are_counted() -> None:
    result = made_result()
    flat = replace(result.validated.permuted, permuted=np.array([0.5, 0.5, 0.52, 0.47]))
    page = experiment_page(replace(result, validated=replace(result.validated, permuted=flat)))
    assert "In 2 of them the model told no patient from another" in page
    assert "told no patient from another" not in experiment_page(result)


def test_shuffled_voxels_stand_beside_the_true_picture() -> None:
    page = experiment_page(made_result(shuffled=True))
    assert "Control: radiomics of regions whose voxels changed places at random reach" in page
    assert page.count("radiomics, voxels shuffled") >= 3  # in the drawing, the table and the differences


def test_text_from_the_declaration_and_the_data_is_escaped() -> None:
    page = experiment_page(made_result())
    assert "A &lt;made&gt; &amp; small one" in page
    assert "<b>bold</b>" not in page
    assert "&lt;b&gt;bold&lt;/b&gt; column &amp; more" in page


def test_files_that_are_linked_are_those_that_a_result_has(tmp_path: Path) -> None:
    written = write_experiment_report(made_result(), tmp_path)
    assert written == tmp_path / "index.html"
    files = set(re.findall(r'href="([\w.]+\.(?:csv|json))"', written.read_text(encoding="utf-8")))
    assert files <= {
        "metrics.json",
        "predictions.csv",
        "settings.csv",
        "ledger.json",
        "experiment.json",
        "splits.csv",
    }
    assert {"metrics.json", "predictions.csv"} <= files


def with_headline(
    value: float, low: float, high: float, over: tuple[float, float] | None = None
) -> ExperimentView:
    result = made_result()
    first = replace(result.headline[0], value=value, low=low, high=high)
    rows: list[Metric] = [first]
    if over is not None:
        rows.append(replace(first, low=over[0], high=over[1], method="95 % corrected resampled t, 6 splits"))
    return ExperimentView(replace(result, headline=tuple(rows)))


def test_the_headline_says_plainly_what_the_interval_allows() -> None:
    assert headline_sentence(with_headline(0.02, -0.03, 0.06)).endswith(": nothing was shown.")
    assert "+0.020 (95 % interval −0.030 to +0.060)" in headline_sentence(with_headline(0.02, -0.03, 0.06))
    assert headline_sentence(with_headline(-0.1, -0.2, -0.05)).endswith(": worse than without.")
    assert "not shown beyond doubt" in headline_sentence(with_headline(0.1, 0.02, 0.2, (-0.05, 0.25)))
    assert headline_sentence(with_headline(0.1, 0.02, 0.2, (0.01, 0.19))).endswith(": a gain was shown.")
    assert headline_sentence(with_headline(0.1, 0.02, 0.2)).startswith(
        "Radiomics on top of clinical + volume"
    )


@pytest.mark.parametrize(
    "code", [Code.LEAK, Code.LEAK_SUSPECTED, Code.FEATURE_AFTER_OUTCOME, Code.EVENT_FLAG_DOUBTFUL]
)
def test_what_may_make_every_number_wrong_stands_before_the_headline(code: Code) -> None:
    result = made_result("survival")
    assert unsettled_sentence(ExperimentView(result)) == ""
    doubted = replace(result, notices=(*result.notices, Notice(code, "of 1 < 2 events.")))
    told = f"Not to be read before this is settled: {code}: of 1 &lt; 2 events."
    page = experiment_page(doubted)
    assert told in page
    assert page.index(told) < page.index("95 % interval")


def test_a_gain_of_a_model_without_skill_is_called_so() -> None:
    view = with_headline(0.1, 0.02, 0.2)
    rows = tuple(
        replace(m, low=0.4) if (m.model, m.features, m.metric) == ("best", "combined", "auc") else m
        for m in view.result.metrics
    )
    assert "not shown to be better than chance" in headline_sentence(
        ExperimentView(replace(view.result, metrics=rows))
    )


def test_where_lower_is_better_a_fall_is_a_gain() -> None:
    result = made_result("continuous")
    fall = replace(result.headline[0], metric="mae_difference", value=-1.0, low=-2.0, high=-0.5)
    assert headline_sentence(ExperimentView(replace(result, headline=(fall,)))).endswith(
        ": a gain was shown."
    )


def test_a_control_off_chance_condemns_the_page() -> None:
    result = made_result()
    leaking = Permuted(0.9, np.full(100, 0.8), "logistic", "combined")
    validated = replace(result.validated, permuted=leaking)
    assert "No number on this page can be trusted" in experiment_page(replace(result, validated=validated))
    assert "No number on this page can be trusted" not in experiment_page(result)


def test_every_item_of_every_checklist_is_there_and_nothing_is_claimed_without_evidence() -> None:
    view = ExperimentView(made_result())
    sizes = {c.name: len(c.items) for c in checklists()}
    assert sizes == {"METRICS": 30, "CLEAR": 58, "TRIPOD+AI": 52}
    found = {(c.name, i.item): evidence_for(view, i.evidence) for c in checklists() for i in c.items}
    for nothing in (
        ("METRICS", "4"),
        ("METRICS", "14"),
        ("METRICS", "27"),
        ("METRICS", "28"),
        ("CLEAR", "8"),
        ("CLEAR", "43"),
        ("TRIPOD+AI", "14"),
    ):
        assert found[nothing] is None, nothing
    for there in (("METRICS", "18"), ("METRICS", "24"), ("CLEAR", "40"), ("TRIPOD+AI", "23a")):
        assert found[there] is not None, there
    page = experiment_page(made_result())
    anchors = set(re.findall(r'<section id="(\w+)">', page))
    for one in found.values():
        assert one is None or not one.link.startswith("#") or one.link[1:] in anchors, one


def test_evidence_grows_with_what_the_experiment_has() -> None:
    plain, sited = ExperimentView(made_result()), ExperimentView(made_result(sites=3))
    assert evidence_for(plain, "sites") is None
    assert evidence_for(sited, "sites") is not None
    external = evidence_for(sited, "external")
    assert external is not None
    assert external.in_part
    explained = ExperimentView(made_result(), made_explained())
    assert evidence_for(explained, "explanation") is not None
    assert "Protocol by site" in experiment_page(sited.result)
    assert "Held-out sites" in experiment_page(sited.result)


def test_what_is_done_to_features_of_images_is_said_only_where_there_are_some() -> None:
    result = made_result()
    table = result.material.table
    bare = replace(table, columns=table.columns[:2], values=table.values[:, :2])
    without = replace(result, material=replace(result.material, table=bare))
    shown = [str(declared_section(ExperimentView(one)).blocks[0]) for one in (result, without)]
    assert ["none: tables only" in text for text in shown] == [False, True]
    assert ["Spearman" in text for text in shown] == [True, False]


@pytest.mark.parametrize("kind", ["binary", "survival"])
def test_the_explanation_is_drawn_beside_labels_without_meaning(kind: str) -> None:
    explained = made_explained(kind)
    page = experiment_page(made_result(kind), explained)
    assert "on labels dealt anew" in page
    assert "Contributions add up to the output of every patient" in page
    assert page.count('aria-label="Contributions for patient') == 2


def test_thirds_part_the_patients_by_risk_within_folds() -> None:
    view = ExperimentView(made_result("survival"))
    rows, group = thirds(view, view.focus[0])
    assert sorted(rows) == list(range(60))
    for split, part in zip(view.judge.splits, view.judge.results, strict=True):
        if split.repeat:
            continue
        said = next(j for j in part.judged if (j.model, j.features) == ("best", "combined")).predicted.score
        own = np.array([group[np.flatnonzero(rows == r)[0]] for r in split.test])
        assert said[own == 0].max() <= said[own == 1].min() <= said[own == 1].max() <= said[own == 2].min()


def test_sample_sizes_ask_more_of_more_parameters() -> None:
    view = ExperimentView(made_result())
    small, large = (sample_size_of(view, view.set_named(n)) for n in ("clinical", "combined"))
    assert small is not None
    assert large is not None
    assert small.parameters < large.parameters
    assert small.patients is not None
    assert large.patients is not None
    assert small.patients <= large.patients
    assert sample_size_of(ExperimentView(made_result("ordinal")), view.set_named("clinical")) is None


def test_outcomes_are_counted() -> None:
    result = made_result()
    positive = int(np.sum(result.material.outcome.y))
    assert outcome_words(ExperimentView(result)) == f"end: {60 - positive} no, {positive} yes"


@pytest.mark.skipif(BROWSER is None, reason="no Chromium on this machine to look at pages with")
def test_a_page_fits_its_window_and_fetches_nothing(tmp_path: Path) -> None:
    path = write_experiment_report(made_result(sites=3), tmp_path)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        for width in (1200, 700):
            page = browser.new_page(viewport={"width": width, "height": 900})
            fetched: list[str] = []
            page.on("request", lambda request, fetched=fetched: fetched.append(request.url))
            page.goto(path.as_uri())
            assert fetched == [path.as_uri()]
            assert page.evaluate("document.documentElement.scrollWidth") <= width
        browser.close()


def test_where_reliability_is_from_is_on_the_page() -> None:
    result = made_result()
    asked = result.material.experiment
    filtered = asked.preprocessing.model_copy(update={"reliability": Reliability()})
    known = Reliabilities({"texture_0": 0.9}, "<retest>.csv")
    material = replace(
        result.material, experiment=asked.model_copy(update={"preprocessing": filtered}), reliability=known
    )
    page = experiment_page(replace(result, material=material))
    assert "lower limit of the ICC at least 0.75, told once, by &lt;retest&gt;.csv" in page
    assert "no filter" in experiment_page(result)


def test_patients_with_several_rows_count_once_in_the_thirds() -> None:
    """The same result, with the rows said to be of half as many patients."""
    result = made_result("survival")
    half = np.array([f"P{i // 2}" for i in range(60)])
    table = replace(result.material.table, patients=half)
    page = experiment_page(replace(result, material=replace(result.material, table=table)))
    grid = page[page.index("Risk that was observed by thirds") :]
    counts = [int(n) for n in re.findall(r"third \([LMH]\)</t[dh]>\s*<td[^>]*>(\d+)</td>", grid)]
    assert len(counts) >= 3
    groups = thirds(ExperimentView(result), ExperimentView(result).focus[0])
    expected = [len(np.unique(half[groups[0][groups[1] == k]])) for k in range(3)]
    assert counts[:3] == expected
    assert sum(expected) < 60
