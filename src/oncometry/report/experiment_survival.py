"""Times to event: Kaplan-Meier by thirds of the risk said out of fold, and how well times are told on each day."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from oncometry.prediction.final.conformal import row_weights
from oncometry.prediction.models import EventCurve, aalen_johansen, kaplan_meier
from oncometry.prediction.outcome import SurvivalOutcome, Task
from oncometry.report.axes import round_ticks
from oncometry.report.experiment_view import ExperimentView, Focus
from oncometry.report.grid import Grid, make_grid
from oncometry.report.section import Block, Figures, Section, Text
from oncometry.report.xy_plot import Stroke, XYPlot, draw_xy, stepped

__all__ = ["survival_section", "thirds"]

THIRDS = (
    ("lowest third", "L", "c2", ""),
    ("middle third", "M", "c4", "6 4"),
    ("highest third", "H", "c1", "2 3"),
)
ROUNDING = 1e-9


def survival_section(view: ExperimentView) -> Section | None:
    """Curves of thirds, and AUC over time; None of other outcomes."""
    if view.task is not Task.SURVIVAL:
        return None
    blocks: list[Block] = [
        Figures([(draw_xy(_by_thirds(view, f)), f"Shaded: 95 % limits, pointwise. Thirds by rank of {f.name} "
                                                f"within each test fold of the first repeat.")
                 for f in view.focus]),
        _thirds_grid(view),
        Text("No test between the thirds is given: they are made of the predictions of several models, and of "
             "data that trained "
             "the others. The horizon was declared or is the median time of the events.", "soft"),
        Figures([(draw_xy(_over_time(view)), "Cumulative cases by, and dynamic controls after each day, weighed "
                                             "against censoring, within test folds; thin: repeats.")]),
    ]  # fmt: skip
    return Section("survival", "Survival by predicted risk", blocks, "Kaplan-Meier")


def thirds(view: ExperimentView, focus: Focus) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Rows of the first repeat, and the third (0, 1, 2) that each is in by rank within its test fold; ties by place."""
    rows, group = [], []
    for split, result in zip(view.judge.splits, view.judge.results, strict=True):
        if split.repeat:
            continue
        said = next(j for j in result.judged if (j.model, j.features) == (focus.model, focus.features))
        rank = np.argsort(np.argsort(said.predicted.score, kind="stable"), kind="stable")
        rows.append(split.test)
        group.append(3 * rank // len(rank))
    return np.concatenate(rows), np.concatenate(group)


def _by_thirds(view: ExperimentView, focus: Focus) -> XYPlot:
    y = view.material.outcome.y
    competing = bool((y["event"] > 1).any())
    rows, group = thirds(view, focus)
    last = float(y["time_days"].max())
    ticks = [t for t in round_ticks(0, last, 5) if t <= last]
    strokes, below = [], []
    for k, (name, letter, css, dash) in enumerate(THIRDS):
        here: SurvivalOutcome = y[rows[group == k]]
        own = row_weights(view.material.table.patients[rows[group == k]])
        curve = _curve(here, own, competing)
        strokes.append(
            Stroke(_steps(curve, curve.value), css, f"{name} of risk", letter, dash, band=_band(curve))
        )
        below.append((letter, [(t, str(round(float(own[here["time_days"] >= t].sum())))) for t in ticks]))
    label = "cumulative incidence" if competing else "free of the event"
    return XYPlot(
        f"{focus.letter}: {focus.name}",
        "days",
        label,
        (0, last * 1.02),
        (0, 1),
        strokes,
        width=500.0,
        height=370.0,
        below=below,
    )


def _curve(y: SurvivalOutcome, weights: NDArray[np.float64], incidence: bool) -> EventCurve:
    """Of patients, however many rows each has.

    With its limits at its value where that is 0 or 1 but for rounding, which a scale of log(-log) does not know.
    """
    with np.errstate(over="ignore"):
        found = aalen_johansen(y, weights=weights) if incidence else kaplan_meier(y, weights)
    sure = np.minimum(found.value, 1 - found.value) < ROUNDING
    return replace(
        found, low=np.where(sure, found.value, found.low), high=np.where(sure, found.value, found.high)
    )


def _steps(curve: EventCurve, values: NDArray[np.float64]) -> list[tuple[float, float]]:
    points = [(0.0, curve.start), *zip(curve.times_days.tolist(), values.tolist(), strict=True)]
    return stepped(points)


def _band(curve: EventCurve) -> list[tuple[float, float, float]]:
    low, high = _steps(curve, curve.low), _steps(curve, curve.high)
    return [(x, a, b) for (x, a), (_, b) in zip(low, high, strict=True)]


def _thirds_grid(view: ExperimentView) -> Grid:
    y, day = view.material.outcome.y, float(view.material.outcome.horizon_days or 0)
    cells = []
    for focus in view.focus:
        rows, group = thirds(view, focus)
        for k, (name, letter, _, _) in enumerate(THIRDS):
            here: SurvivalOutcome = y[rows[group == k]]
            patients = view.material.table.patients[rows[group == k]]
            curve = _curve(here, row_weights(patients), True)
            low, high = (_at(curve, v, day) for v in (curve.low, curve.high))
            events = len(np.unique(patients[here["event"] == 1]))
            cells.append([f"{focus.letter}: {focus.name}", f"{name} ({letter})", str(len(np.unique(patients))), str(events),
                          f"{curve.at([day])[0]:.3f} ({low:.3f} to {high:.3f})"])  # fmt: skip
    headings = ["Model", "Third", "#patients", "#events", f"#observed risk by day {day:g}"]
    return make_grid(
        "Risk that was observed by thirds of predicted risk (Aalen-Johansen, 95 % limits)", headings, cells
    )


def _at(curve: EventCurve, values: NDArray[np.float64], day: float) -> float:
    place = int(np.searchsorted(curve.times_days, day, side="right")) - 1
    return float(values[place]) if place >= 0 else curve.start


def _over_time(view: ExperimentView) -> XYPlot:
    days = view.material.times_days
    strokes = [Stroke([(float(days[0]), 0.5), (float(days[-1]), 0.5)], "soft", "no skill", dash="2 4")]
    for focus in view.focus:
        lines = [view.judge.auc_over_time(r, focus.model, focus.features) for r in view.judge.repeats]
        if len(lines) > 1:
            strokes += [Stroke(_known(days, one), focus.css, thin=True) for one in lines]
        table = np.array(lines)
        known = np.isfinite(table).all(axis=0)
        middle = np.where(known, np.where(np.isfinite(table), table, 0.0).mean(axis=0), np.nan)
        strokes.append(Stroke(_known(days, middle), focus.css, focus.name, focus.letter, focus.dash))
    lowest = min([0.4, *(y for s in strokes for _, y in s.points)])
    return XYPlot(
        "AUC over time",
        "day",
        "AUC",
        (float(days[0]), float(days[-1])),
        (max(lowest - 0.02, 0), 1),
        strokes,
        width=560.0,
    )


def _known(x: NDArray[np.float64], y: NDArray[np.float64]) -> list[tuple[float, float]]:
    return [(float(a), float(b)) for a, b in zip(x, y, strict=True) if np.isfinite(b)]
