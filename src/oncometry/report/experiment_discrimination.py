"""How patients are told apart: ROC and precision over recall, numbers against numbers, categories against categories."""

from __future__ import annotations

import numpy as np

from oncometry.prediction.outcome import Task
from oncometry.prediction.threshold_curves import ThresholdCurves, sensitivity_at, threshold_curves
from oncometry.report.axes import spanning
from oncometry.report.experiment_view import ExperimentView, Focus
from oncometry.report.grid import Cell, Grid, make_grid
from oncometry.report.section import Block, Figures, Section, Text
from oncometry.report.xy_plot import Dot, Stroke, XYPlot, draw_xy

__all__ = ["discrimination_section"]

RATES = np.linspace(0, 1, 101)
RECALLS = np.linspace(0.01, 1, 100)


def discrimination_section(view: ExperimentView) -> Section | None:
    """Of what was said out of fold; None of times, which have a section of their own."""
    if view.task is Task.SURVIVAL:
        return None
    if view.task is Task.BINARY:
        return Section("discrimination", "ROC and precision-recall", _binary(view), "ROC and PR")
    if view.task is Task.ORDINAL:
        return Section("discrimination", "Categories said and true", _ordinal(view), "Confusion")
    return Section("discrimination", "Numbers said and true", _continuous(view), "Observed and predicted")


def _binary(view: ExperimentView) -> list[Block]:
    roc: list[Stroke] = [Stroke([(0, 0), (1, 1)], "soft", "no skill", dash="2 4")]
    share = float(np.mean(view.material.outcome.y))
    pr: list[Stroke] = [Stroke([(0, share), (1, share)], "soft", f"no skill ({share:.2f})", dash="2 4")]
    for focus in view.focus:
        curves = [
            threshold_curves(view.material.outcome.y[s.rows], s.predicted.score) for s in view.said(focus)
        ]
        if len(curves) > 1:
            roc += [
                Stroke(list(zip(RATES, sensitivity_at(c, RATES), strict=True)), focus.css, thin=True)
                for c in curves
            ]
            pr += [
                Stroke(list(zip(RECALLS, _precision_at(c), strict=True)), focus.css, thin=True)
                for c in curves
            ]
        middle = np.mean([sensitivity_at(c, RATES) for c in curves], axis=0)
        roc.append(_mean(focus, RATES, middle))
        pr.append(_mean(focus, RECALLS, np.mean([_precision_at(c) for c in curves], axis=0)))
    drawn = [
        (draw_xy(XYPlot("ROC", "1 − specificity", "sensitivity", (0, 1), (0, 1), roc)), _repeats(view)),
        (draw_xy(XYPlot("Precision over recall", "recall (sensitivity)", "precision (PPV)", (0, 1), (0, 1), pr)),
         "Precision is not interpolated; its level without skill is the share of the event."),
    ]  # fmt: skip
    more = (
        "Curves pool the folds of a repeat, whose predictions come from different models; the AUC of the table "
        "counts pairs within "
        "folds only, and is not the area under a pooled curve."
    )
    return [Figures(drawn), Text(more, "soft")]


def _mean(focus: Focus, x: np.ndarray, y: np.ndarray) -> Stroke:
    return Stroke(
        list(zip(x.tolist(), y.tolist(), strict=True)), focus.css, focus.name, focus.letter, focus.dash
    )


def _precision_at(curves: ThresholdCurves) -> np.ndarray:
    """(k,) at each recall that of the first threshold that reaches it."""
    place = np.searchsorted(curves.recall, RECALLS - 1e-12)
    return np.asarray(curves.precision[np.minimum(place, len(curves.precision) - 1)])


def _repeats(view: ExperimentView) -> str:
    count = len(view.judge.repeats)
    return f"Thin: each of {count} repeats; thick: their mean." if count > 1 else "One repeat."


def _continuous(view: ExperimentView) -> list[Block]:
    y = np.asarray(view.material.outcome.y, dtype=np.float64)
    drawn = []
    for focus in view.focus:
        said = view.mean_said(focus).score
        low, high = spanning([*y.tolist(), *said.tolist()], zero=False)
        dots = [
            Dot((float(p), float(t)), focus.css, f"{patient}: predicted {p:.4g}, observed {t:.4g}",
                kind="circle" if focus.letter == "A" else "square")
            for p, t, patient in zip(said, y, view.material.table.patients, strict=True)
        ]  # fmt: skip
        equal = Stroke([(low, low), (high, high)], "soft", "predicted = observed", dash="2 4")
        plot = XYPlot(
            f"{focus.letter}: {focus.name}",
            "predicted (mean over repeats)",
            "observed",
            (low, high),
            (low, high),
            [equal],
            dots,
        )
        drawn.append(
            (draw_xy(plot), f"{len(y)} examples, each predicted by models that had not seen its patient.")
        )
    return [Figures(drawn)]


def _ordinal(view: ExperimentView) -> list[Block]:
    blocks: list[Block] = [_confusion(view, focus) for focus in view.focus]
    blocks.append(
        Text("Counts are of the first repeat; the category called is the most probable one.", "soft")
    )
    return blocks


def _confusion(view: ExperimentView, focus: Focus) -> Grid:
    names = view.material.outcome.classes
    first = next(view.said(focus))
    chances = first.predicted.probability
    rows: list[list[str | Cell]] = []
    if chances is not None:
        called, true = chances.argmax(axis=1), np.asarray(view.material.outcome.y)[first.rows]
        for k, name in enumerate(names):
            counts = [int(((true == k) & (called == j)).sum()) for j in range(len(names))]
            rows.append(
                [
                    name,
                    *(Cell(str(c), css="strong" if j == k else "") for j, c in enumerate(counts)),
                    str(sum(counts)),
                ]
            )
    headings = ["True category", *(f"#called {n}" for n in names), "#all"]
    return make_grid(f"{focus.letter}: {focus.name}", headings, rows)
