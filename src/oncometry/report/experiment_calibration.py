"""Whether a predicted risk is one: calibration curves, and whether treating by it is better than treating all or none."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from oncometry.prediction.metrics import (
    CalibrationCurve,
    DecisionCurve,
    calibration_curve,
    calibration_curve_at,
    decision_curve,
    decision_curve_at,
)
from oncometry.prediction.outcome import Task
from oncometry.report.experiment_view import ExperimentView, Focus, Said
from oncometry.report.formatting import number_text
from oncometry.report.grid import make_grid
from oncometry.report.section import Block, Figures, Section, Text
from oncometry.report.xy_plot import Dot, Stroke, XYPlot, draw_xy

__all__ = ["calibration_section", "decision_section"]

MOST_BINS = 10
PATIENTS_PER_BIN = 15
LOWEST_SHOWN = -0.05


def calibration_section(view: ExperimentView) -> Section | None:
    """Of probabilities; None where none are predicted."""
    if view.task not in (Task.BINARY, Task.SURVIVAL):
        return None
    drawn, rows = [], []
    for focus in view.focus:
        curves = [c for s in view.said(focus) if (c := _curve(view, s)) is not None]
        if not curves:
            continue
        drawn.append((draw_xy(_plot(view, focus, curves)), _caption(curves)))
        rows.append(
            [focus.letter, focus.name, *(_mean_of(curves, name) for name in ("ici", "e50", "e90", "e_max"))]
        )
    if not drawn:
        return Section("calibration", "Calibration", [Text("No probabilities are predicted.")])
    headings = ["", "Model", "#mean distance (ICI)", "#median (E50)", "#90th percentile (E90)", "#largest"]
    blocks: list[Block] = [
        Figures(drawn),
        make_grid("Distance between the smooth curve and the diagonal, mean over repeats", headings, rows),
        Text(
            f"Bins hold equally many patients of the first repeat, with 95 % limits; curves are of each repeat. "
            f"{_method(curves)}",
            "soft",
        ),
        *(Text(told, "warn") for focus in view.focus if (told := _flat(view, focus))),
    ]
    return Section("calibration", "Calibration", blocks)


def _flat(view: ExperimentView, focus: Focus) -> str:
    flat, folds = view.judge.flat_folds(focus.model, focus.features)
    if not flat:
        return ""
    return (
        f"In {flat} of {folds} folds {focus.letter} told all test patients the same: what ordered training patients did not "
        "order those of the inner folds, or there was nothing to order them by."
    )


def _method(curves: Sequence[CalibrationCurve]) -> str:
    return curves[0].method[0].upper() + curves[0].method[1:] + "."


def _curve(view: ExperimentView, said: Said) -> CalibrationCurve | None:
    chance = said.predicted.probability
    if chance is None:
        return None
    outcome, patients = view.material.outcome, view.material.table.patients[said.rows]
    bins = max(2, min(MOST_BINS, len(said.rows) // PATIENTS_PER_BIN))
    risk = np.clip(chance, 0, 1)
    if view.task is Task.BINARY:
        return calibration_curve(outcome.y[said.rows], risk, patients, bins)
    return calibration_curve_at(
        outcome.y[said.rows], risk, float(outcome.horizon_days or 0), patients, min(bins, 5)
    )


def _plot(view: ExperimentView, focus: Focus, curves: Sequence[CalibrationCurve]) -> XYPlot:
    strokes = [Stroke([(0, 0), (1, 1)], "soft", "predicted = observed", dash="2 4")]
    for place, curve in enumerate(curves):
        points = list(zip(curve.predicted, curve.observed, strict=True))
        if points:
            band = list(zip(curve.predicted, curve.low, curve.high, strict=True)) if place == 0 else []
            strokes.append(Stroke(points, focus.css, thin=place > 0, band=band, name=focus.name if place == 0 else "",
                                  letter=focus.letter if place == 0 else ""))  # fmt: skip
    dots = [
        Dot((b.predicted, b.observed), focus.css, f"predicted {b.predicted:.3f}, observed {b.observed:.3f}; "
                                                  f"{b.events} of {b.n}",
            (b.low, b.high) if b.low is not None and b.high is not None else None, "circle" if focus.letter == "A" else "square")
        for b in curves[0].bins if b.observed is not None
    ]  # fmt: skip
    day = "" if view.task is Task.BINARY else f" by day {view.material.outcome.horizon_days:g}"
    return XYPlot(
        f"Calibration, {focus.letter}",
        f"predicted risk{day}",
        f"observed{day}",
        (0, 1),
        (0, 1),
        strokes,
        dots,
    )


def _caption(curves: Sequence[CalibrationCurve]) -> str:
    without = sum(1 for c in curves if not c.predicted)
    if without == len(curves):
        return "No smooth curve can be drawn: predictions do not differ, or classes separate."
    return (
        f"{len(curves[0].bins)} bins; {without} repeats have no smooth curve."
        if without
        else f"{len(curves[0].bins)} bins."
    )


def _mean_of(curves: Sequence[CalibrationCurve], name: str) -> str:
    known = [float(v) for c in curves if (v := getattr(c, name)) is not None]
    return number_text(float(np.mean(known)), 3) if known else "–"


def decision_section(view: ExperimentView) -> Section | None:
    """Net benefit over thresholds; None where no risk is predicted."""
    if view.task not in (Task.BINARY, Task.SURVIVAL):
        return None
    strokes, top, everyone = [], 0.0, None
    for focus in view.focus:
        curves = [c for s in view.said(focus) if (c := _decision(view, s)) is not None]
        if not curves:
            continue
        everyone = everyone or curves[0]
        means = _mean_benefit(curves)
        top = max(top, float(np.nanmax(means)))
        if len(curves) > 1:
            strokes += [
                Stroke(_known(c.thresholds, np.array(c.model, dtype=float)), focus.css, thin=True)
                for c in curves
            ]
        strokes.append(
            Stroke(_known(curves[0].thresholds, means), focus.css, focus.name, focus.letter, focus.dash)
        )
    if everyone is None:
        return None
    treat_all = np.array(everyone.treat_all, dtype=float)
    strokes.append(
        Stroke(
            [p for p in _known(everyone.thresholds, treat_all) if p[1] > LOWEST_SHOWN],
            "c7",
            "treat all",
            dash="2 4",
        )
    )
    strokes.append(Stroke([(0, 0), (1, 0)], "c7", "treat none", dash="8 3 2 3"))
    top = max(top, float(np.nanmax(treat_all)))
    plot = XYPlot("Decision curves", "threshold: risk from which on a patient is treated", "net benefit", (0, 1),
                  (LOWEST_SHOWN, top * 1.08 + 0.01), strokes, width=620.0, height=380.0)  # fmt: skip
    caption = "In true positives a patient; thin: repeats. A model is of use at thresholds where it is above both grey lines."
    more = (
        "What a reader should look at is the range of thresholds at which a choice is open; the page does "
        "not choose it. Curves have no interval here."
    )
    return Section("decision", "Decision curves", [Figures([(draw_xy(plot), caption)]), Text(more, "soft")])


def _decision(view: ExperimentView, said: Said) -> DecisionCurve | None:
    chance = said.predicted.probability
    if chance is None:
        return None
    risk, y = np.clip(chance, 0, 1), view.material.outcome.y[said.rows]
    if view.task is Task.BINARY:
        return decision_curve(y, risk)
    return decision_curve_at(y, risk, float(view.material.outcome.horizon_days or 0))


def _mean_benefit(curves: Sequence[DecisionCurve]) -> NDArray[np.float64]:
    """(t,) over repeats in which it is defined; NaN where in none."""
    table = np.array([[np.nan if v is None else v for v in c.model] for c in curves], dtype=np.float64)
    known = np.isfinite(table)
    total = np.where(known, table, 0.0).sum(axis=0)
    found: NDArray[np.float64] = np.divide(
        total, known.sum(axis=0), out=np.full(table.shape[1], np.nan), where=known.any(axis=0)
    )
    return found


def _known(x: Sequence[float], y: NDArray[np.float64]) -> list[tuple[float, float]]:
    return [(float(a), float(b)) for a, b in zip(x, y, strict=True) if np.isfinite(b)]
