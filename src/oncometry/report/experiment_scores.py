"""How good each model on each set of features is, what one set adds to another, and what held-out sites say."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from oncometry.prediction.feature_sets import NOTHING, SHUFFLED
from oncometry.prediction.judging import CONCORDANCE, LOWER_IS_BETTER, Comparison, comparisons
from oncometry.prediction.material import BEST
from oncometry.prediction.metrics import Metric
from oncometry.prediction.outcome import Task
from oncometry.report.axes import Panel, Scale, spanning
from oncometry.report.experiment_view import SITE, ExperimentView
from oncometry.report.experiment_words import (
    estimate_cell,
    estimate_text,
    first_up,
    is_better,
    metric_name,
)
from oncometry.report.grid import Cell, Grid, make_grid
from oncometry.report.section import Block, Figures, Folded, Section, Text
from oncometry.report.svg import drawing, element, line, text
from oncometry.report.text_width import text_width

__all__ = ["scores_section", "shown_metrics"]

ROW = 24.0
NAME_PX = 13.0


def shown_metrics(view: ExperimentView) -> tuple[str, ...]:
    """The heading metric, then others, calibration among them."""
    day = f"{view.material.outcome.horizon_days or 0:g}"
    return {
        Task.BINARY: ("auc", "average_precision", "brier", "calibration_slope", "calibration_intercept"),
        Task.SURVIVAL: ("c_harrell", "c_uno", "integrated_brier", f"auc_{day}_days", f"calibration_slope_{day}_days"),
        Task.CONTINUOUS: ("mae", "r2", "rmse", "spearman", "calibration_slope"),
        Task.ORDINAL: ("ordinal_c", "quadratic_kappa", "macro_accuracy"),
    }[view.task]  # fmt: skip


def scores_section(view: ExperimentView) -> Section:
    """All sets and models, differences, controls, sites."""
    blocks: list[Block] = [
        Figures([(_forest(view), f"{first_up(metric_name(view.heading))} of the best model on each set of features, with its "
                  f"{view.percent} % interval; 'nothing' looks at no feature.")], "plots wide"),
        _all(view, "", shown_metrics(view)),
        *_more(view),
        Text("“best” is whichever model the inner folds of a training fold preferred: choosing a model is a "
             "setting like any other. "
             "Metrics of the order of predictions are counted within test folds; those of probabilities and numbers are of all "
             "predictions of a repeat. Each is averaged over repeats. Intervals resample patients.", "soft"),
    ]  # fmt: skip
    if asked := comparisons(view.material):
        blocks.append(_differences(view, asked))
        blocks.append(Text("A gain that one model has and no other is no gain. The last column is over training sets "
                           "(corrected resampled t): wider, for it is about the method and not this "
                           "validation.", "soft"))  # fmt: skip
    if view.result.validated.site_splits:
        blocks.append(_all(view, SITE, shown_metrics(view)))
        sites = ", ".join(str(s.held_out_site) for s in view.result.validated.site_splits)
        blocks.append(Text(f"Each site is tested by models that learned from the others: {sites}.", "soft"))
    return Section("scores", "How good, and what adds to what", blocks, "Metrics")


def _pairs(view: ExperimentView) -> list[tuple[str, str]]:
    """(model, features) in the order of the sets, shuffled voxels last, the best model first."""
    there = dict.fromkeys((j.model, j.features) for j in view.result.validated.results[0].judged)
    order = {s.name: n for n, s in enumerate(view.material.sets)}
    return sorted(there, key=lambda p: (order.get(p[1], len(order)), p[0] != BEST))


def _more(view: ExperimentView) -> list[Block]:
    """Other metrics, folded, and where all of them are."""
    day = f"{view.material.outcome.horizon_days or 0:g}"
    others = {
        Task.BINARY: (
            ("Sensitivity, specificity and predictive values", ("sensitivity", "specificity", "ppv", "npv")),
            ("Accuracy and F1", ("accuracy", "balanced_accuracy", "f1")),
        ),
        Task.SURVIVAL: (
            (
                "More metrics",
                (
                    "integrated_auc",
                    f"brier_{day}_days",
                    f"calibration_intercept_{day}_days",
                    f"observed_expected_{day}_days",
                ),
            ),
        ),
    }.get(view.task, ())
    link = Text(element("a", {"href": "metrics.json"}, "All metrics, with their method, as JSON"), "after")
    at = (
        f" at a threshold of {view.material.experiment.validation.threshold:g}"
        if view.task is Task.BINARY
        else ""
    )
    return [*(Folded(f"{title}{at}", _all(view, "", names)) for title, names in others), link]


def _all(view: ExperimentView, prefix: str, names: Sequence[str]) -> Grid:
    rows: list[list[str | Cell]] = []
    last = ""
    for model, features in _pairs(view):
        css = "strong" if model == BEST and len(view.material.models) > 1 else ""
        cells = [estimate_cell(view.find(model, features, prefix + n), css=css) for n in names]
        rows.append([features if features != last else "", Cell(model, css=css), *cells])
        last = features
    what = "Held-out sites" if prefix else "Nested cross-validation"
    caption = f"{what}: value and {view.percent} % interval"
    return make_grid(caption, ["Features", "Model", *(f"#{metric_name(n)}" for n in names)], rows)


def _differences(view: ExperimentView, asked: Sequence[Comparison]) -> Grid:
    names = list(dict.fromkeys(
        m.metric for m in view.result.metrics if m.metric.endswith("_difference") and not m.metric.startswith(SITE)
    ))  # fmt: skip
    rows: list[list[str | Cell]] = []
    for one in asked:
        found = [
            m
            for m in view.result.metrics
            if (m.model, m.features) == (one.model, f"{one.larger} - {one.smaller}")
        ]
        cells = [
            _difference(next((m for m in found if m.metric == n and "resampled t" not in m.method), None))
            for n in names
        ]
        over = next((m for m in found if "resampled t" in m.method), None)
        rows.append([f"{one.larger} − {one.smaller}", one.model, *cells, estimate_text(over, plus=True)])
    headings = [
        "Features",
        "Model",
        *(f"#{metric_name(n)}" for n in names),
        f"#{metric_name(CONCORDANCE[view.task])}, over training sets",
    ]
    return make_grid(
        "What a set adds to another: difference and interval, ✓ better, ✗ worse, where the interval is on one side",
        headings,
        rows,
    )


def _difference(metric: Metric | None) -> Cell:
    if metric is None:
        return Cell("–")
    better = is_better(metric)
    mark = "" if better is None else " ✓" if better else " ✗"
    css = "" if better is None else "strong"
    return Cell(estimate_text(metric, plus=True) + mark, metric.method, css)


def _forest(view: ExperimentView) -> Markup:
    names = [
        *(s.name for s in view.material.sets),
        *([SHUFFLED] if view.material.shuffled is not None else []),
    ]
    rows = [(name, view.find(view.model_on(name), name, view.heading)) for name in names]
    known = [(name, m) for name, m in rows if m is not None and m.value is not None]
    values = [v for _, m in known for v in (m.low, m.value, m.high) if v is not None]
    if view.task in (Task.BINARY, Task.ORDINAL, Task.SURVIVAL):
        values.append(0.5)
    room = max(text_width(name, NAME_PX) for name in names)
    left, top = max(175.0, room + 20), 30.0
    width = left + 485.0
    bottom = top + ROW * len(known) + 6
    low, high = spanning(values or [0.0, 1.0], zero=False)
    panel = Panel(
        Scale(low, high, left, width - 170), Scale(0, 1, bottom, top), metric_name(view.heading), ""
    )
    better = "lower is better" if view.heading in LOWER_IS_BETTER else "higher is better"
    drawn = [
        text((14.0, 14.0), f"{metric_name(view.heading)} by set of features ({better})", "heading"),
        *panel.draw_x(None, 6),
    ]
    if view.task is not Task.CONTINUOUS:
        drawn.append(line((panel.x(0.5), top), (panel.x(0.5), bottom), "reference"))
    for place, (name, metric) in enumerate(known):
        y = top + ROW * place + 14
        drawn.append(text((left - 10, y + 4), name if name != NOTHING else "nothing", "name end"))
        if metric.low is not None and metric.high is not None:
            drawn.append(element("g", {"class": "c0"}, element("line", {
                "x1": panel.x(metric.low), "x2": panel.x(metric.high), "y1": y, "y2": y, "class": "line"})))  # fmt: skip
        mark = {"cx": panel.x(metric.value or 0.0), "cy": y, "r": 4.5, "class": "mark"}
        drawn.append(element("g", {"class": "c0"}, element("circle", mark)))
        drawn.append(text((width - 160, y + 4), estimate_text(metric), "tick"))
    return drawing(width, bottom + 46, f"{metric_name(view.heading)} by set of features", drawn)
