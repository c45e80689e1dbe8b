"""Why the best model says what it says: contributions out of fold, beside what labels without meaning give."""

from __future__ import annotations

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from oncometry.prediction.explained import Explained
from oncometry.prediction.explanation import Waterfall, waterfall
from oncometry.prediction.failures import worst
from oncometry.report.axes import Panel, Scale, spanning
from oncometry.report.experiment_view import ExperimentView
from oncometry.report.formatting import number_text
from oncometry.report.grid import Grid, make_grid
from oncometry.report.section import Block, Figures, Heading, Section, Text
from oncometry.report.svg import drawing, element, line, text
from oncometry.report.text_width import shortened, text_width
from oncometry.report.xy_plot import Dot, Stroke, XYPlot, draw_xy

__all__ = ["explanation_section"]

SHOWN = 12
DEPENDENCE = 4
WATERFALLS = 2
ROW = 23.0
FONT, ROOM = 12.0, 226.0
"""Of a name beside a plot: size of letters, and px from its end to the edge of the picture."""
MOST_DOTS = 300
MUCH_MORE = 10.0
"""Times the contributions on the true labels, from which on those say nothing."""
OUTER = 0.004
"""Share of the contributions at either end that are drawn at the edge, so that the others can be seen."""

Numbers = NDArray[np.float64]


def explanation_section(view: ExperimentView) -> Section:
    """Summary, importance over chance, dependence, and the worst patients' own."""
    found = view.explained
    if found is None:
        return Section("explanation", "Explanation", [Text("No explanation was computed.")])
    order = [
        int(k)
        for k in np.argsort(-found.shapley.importance, kind="stable")
        if found.shapley.importance[k] > 0
    ]
    if not order:
        said = "No feature moves any prediction: the models preferred look at none of them."
        return Section("explanation", "Explanation", [Text(said)])
    blocks: list[Block] = [
        Text(_what(found)),
        Figures([
            (_bars(found, order[:SHOWN]), "Mean absolute contribution; the bar across is its mean on labels dealt anew."),
            (_swarm(found, order[:SHOWN]), "Each dot a patient; right: towards the event, the higher category "
                                           "or the larger number. "
             "Triangle: value above the feature's median, square: not above, circle: missing or a group of "
             "columns. The outermost are drawn at the edge."),
        ]),
        _table(found, order[:SHOWN]),
        *(Text(t, "soft") for t in _checks(found)),
        Heading("How contributions depend on the values"),
        Figures([(draw_xy(_dependence(view, found, k)), "") for k in _with_values(found, order)[:DEPENDENCE]]),
        *_worst(view, found),
    ]  # fmt: skip
    return Section("explanation", "Explanation", blocks)


def _with_values(found: Explained, order: list[int]) -> list[int]:
    return [k for k in order if np.isfinite(found.values[:, k]).any()]


def _what(found: Explained) -> str:
    return (
        f"Shapley values of the {found.model} model on {found.features}, in the {found.unit}: each patient is "
        f"explained by the model "
        f"of the first repeat that had not seen them, against {found.background} training patients. They say "
        f"what the model makes "
        "of a feature, not what the feature does to patients."
    )


def _checks(found: Explained) -> list[str]:
    said = [
        f"Contributions add up to the output of every patient within {found.residual:.2g}; the models fitted "
        f"again give the scores "
        f"that were judged within {found.unlike:.2g}. Method: {found.shapley.method}"
        + (
            f", largest standard error {found.shapley.standard_error.max():.2g}."
            if found.shapley.standard_error.any()
            else "."
        )
    ]
    chance = found.over_chance
    if chance is not None:
        total = float(chance.by_chance.sum())
        largest = 100 * float(chance.by_chance.max()) / total if total > 0 else 0.0
        said.append(
            f"Averaged over labels dealt anew ({found.permuted} times) the most important feature has {largest:.0f} % of all "
            f"contributions, on the true labels {100 * chance.concentration:.0f} %; were all "
            f"{len(found.shapley.names)} alike, {100 / len(found.shapley.names):.1f} %. {_beside_permuted(found)}"
        )
    if found.stability is not None:
        first = found.stability.k
        said.append(
            f"Of the {first} most important features two folds share {100 * found.stability.jaccard:.0f} % "
            f"(mean Jaccard index)."
        )
    return said + [n.what for n in found.shapley.notices[:1]]


def _beside_permuted(found: Explained) -> str:
    share = found.share_on_permuted
    if share is None or share > MUCH_MORE:
        return "The model says nearly the same of everybody: what it makes of labels without meaning is far more."
    return (
        f"Models make something of labels without meaning as well: there all contributions come to {100 * share:.0f} % of those "
        "on the true labels."
    )


def _table(found: Explained, order: list[int]) -> Grid:
    first = found.stability.first if found.stability is not None else None
    rows = []
    for k in order:
        row = [found.shapley.names[k], number_text(float(found.shapley.importance[k]), 3)]
        if found.over_chance is not None:
            row += [
                number_text(float(found.over_chance.by_chance[k]), 3),
                f"{found.over_chance.p_value[k]:.2g}",
            ]
        if first is not None and found.stability is not None:
            row.append(f"{100 * first[k]:.0f} %")
        rows.append(row)
    headings = ["Feature", "#mean |contribution|"]
    headings += ["#on labels dealt anew", "#p"] if found.over_chance is not None else []
    headings += [f"#folds with it among the first {found.stability.k}"] if found.stability is not None else []
    least = (
        ""
        if found.over_chance is None
        else f"; p is at least {1 / (1 + found.permuted):.2g}, for there are {found.permuted} permutations"
    )
    return make_grid(f"Importance beside what labels without meaning give{least}", headings, rows)


def _short(name: str, room: float = ROOM) -> str:
    return shortened(name, 0.92 * room, FONT, 0.85)  # names are bold


def _bars(found: Explained, order: list[int]) -> Markup:
    importance = found.shapley.importance
    chance = None if found.over_chance is None else found.over_chance.by_chance
    top = max(float(importance[order].max()), 0.0 if chance is None else float(chance[order].max()))
    width, left, start = 560.0, 240.0, 30.0
    bottom = start + ROW * len(order) + 4
    panel = Panel(
        Scale(0, top * 1.05 or 1.0, left, width - 20),
        Scale(0, 1, bottom, start),
        "mean |contribution|",
        "",
    )
    drawn = [text((14.0, 14.0), "Importance", "heading"), *panel.draw_x(None, 4)]
    for place, k in enumerate(order):
        y = start + ROW * place + 4
        drawn.append(text((left - 8, y + 12), _short(found.shapley.names[k]), "name end"))
        box = {
            "x": left,
            "y": y,
            "width": panel.x(float(importance[k])) - left,
            "height": 15.0,
            "class": "bar",
        }
        drawn.append(
            element("g", {"class": "c0"}, element("rect", box, element("title", {}, found.shapley.names[k])))
        )
        if chance is not None:
            x = panel.x(float(chance[k]))
            drawn.append(line((x, y - 2), (x, y + 17), "observed"))
    return drawing(width, bottom + 44, "Importance of features", drawn)


def _swarm(found: Explained, order: list[int]) -> Markup:
    values = found.shapley.values
    low, high = spanning(np.quantile(values[:, order], [OUTER, 1 - OUTER]).tolist(), zero=True)
    width, left, start = 560.0, 240.0, 30.0
    bottom = start + ROW * len(order) + 4
    panel = Panel(Scale(low, high, left, width - 20), Scale(0, 1, bottom, start), "contribution", "")
    drawn = [text((14.0, 14.0), "Contributions", "heading"), *panel.draw_x(None, 4)]
    drawn.append(line((panel.x(0), start), (panel.x(0), bottom), "base"))
    rows = np.linspace(0, len(values) - 1, min(len(values), MOST_DOTS)).astype(int)
    for place, k in enumerate(order):
        y = start + ROW * place + 11
        drawn.append(text((left - 8, y + 4), _short(found.shapley.names[k]), "name end"))
        drawn.append(element("path", {"d": _row(found, k, rows, panel, y, 1), "class": "mark c1"}))
        drawn.append(element("path", {"d": _row(found, k, rows, panel, y, -1), "class": "mark c0"}))
        drawn.append(element("path", {"d": _row(found, k, rows, panel, y, 0), "class": "mark c7"}))
    return drawing(width, bottom + 44, "Contributions of features, patient by patient", drawn)


def _row(found: Explained, k: int, rows: NDArray[np.intp], panel: Panel, y: float, side: int) -> str:
    """Marks of the patients above the median (1), at or below it (-1), or without a value (0), spread where they would meet."""
    own = found.values[:, k]
    middle = float(np.median(own[np.isfinite(own)])) if np.isfinite(own).any() else np.nan
    is_high = np.where(np.isfinite(own), np.where(own > middle, 1, -1), 0)
    seen: dict[int, int] = {}
    parts = []
    for i in rows:
        x = panel.x(min(max(float(found.shapley.values[i, k]), panel.x.low), panel.x.high))
        crowd = seen.get(int(x / 3), 0)
        seen[int(x / 3)] = crowd + 1
        shift = ((crowd + 1) // 2) * (1 if crowd % 2 else -1) * 1.9
        if is_high[i] == side:
            parts.append(_mark(x, y + float(np.clip(shift, -9, 9)), side))
    return "".join(parts)


def _mark(x: float, y: float, side: int) -> str:
    if side > 0:
        return f"M{x:.1f} {y - 2.6:.1f}l2.4 4.4h-4.8z"
    if side < 0:
        return f"M{x - 1.9:.1f} {y - 1.9:.1f}h3.8v3.8h-3.8z"
    return f"M{x - 1.9:.1f} {y:.1f}a1.9 1.9 0 1 0 3.8 0a1.9 1.9 0 1 0 -3.8 0"


def _dependence(view: ExperimentView, found: Explained, k: int) -> XYPlot:
    x, y = found.values[:, k], found.shapley.values[:, k]
    known = np.flatnonzero(np.isfinite(x))
    patients = view.material.table.patients
    dots = [
        Dot((float(x[i]), float(y[i])), "c0", f"{patients[i]}: {x[i]:.4g}, contribution {y[i]:.3g}")
        for i in known
    ]
    limits = spanning(x[known].tolist(), zero=False)
    zero = Stroke([(limits[0], 0.0), (limits[1], 0.0)], "c7", dash="2 4")
    return XYPlot(
        _short(found.shapley.names[k]),
        "value",
        "contribution",
        limits,
        spanning(y.tolist()),
        [zero],
        dots,
        360.0,
        280.0,
    )


def _worst(view: ExperimentView, found: Explained) -> list[Block]:
    """Waterfalls of the patients of whom the model was most wrong."""
    failures = worst(view.material, view.mean_said(view.focus[0]), WATERFALLS)
    if not failures:
        return []
    drawn = [
        (_steps(waterfall(found.shapley, f.row, found.values[f.row], 8), found, f.patient),
         f"From the mean of the training patients to the output for {f.patient}, one of the worst failures.")
        for f in failures
    ]  # fmt: skip
    return [Heading("Two patients of whom the model was most wrong"), Figures(drawn)]


def _with_room(ends: list[float]) -> tuple[float, float]:
    """Limits with room for a number on either side."""
    low, high = spanning(ends, zero=False)
    return low - 0.16 * (high - low), high + 0.1 * (high - low)


def _steps(fall: Waterfall, found: Explained, patient: str) -> Markup:
    ends = [fall.baseline, fall.output, *(s.start for s in fall.steps), *(s.end for s in fall.steps)]
    width, left, start = 560.0, 270.0, 30.0
    bottom = start + ROW * (len(fall.steps) + 1) + 4
    panel = Panel(Scale(*_with_room(ends), left, width - 20), Scale(0, 1, bottom, start), found.unit, "")
    drawn = [text((14.0, 14.0), f"Patient {patient}", "heading"), *panel.draw_x(None, 4)]
    place = panel.x(fall.baseline)
    drawn.append(line((place, start), (place, bottom), "reference"))
    for row, step in enumerate(fall.steps):
        y = start + ROW * row + 4
        a, b = sorted((panel.x(step.start), panel.x(step.end)))
        css = "grown" if step.end > step.start else "shrunk"
        cell = "" if step.feature_value is None else f" = {step.feature_value:.3g}"
        shown = _short(step.name, left - 14 - text_width(cell, FONT)) + cell
        drawn.append(text((left - 8, y + 12), shown, "name end"))
        box = {"x": a, "y": y, "width": max(b - a, 0.8), "height": 15.0, "class": "bar"}
        drawn.append(element("g", {"class": css}, element("rect", box)))
        sign = number_text(step.end - step.start, 2)
        is_right = b < width - 70 and (css == "grown" or a < left + 50)
        drawn.append(
            text(
                (b + 4 if is_right else a - 4, y + 12),
                f"+{sign}" if css == "grown" else sign,
                f"tick {'' if is_right else 'end'}",
            )
        )
    y = start + ROW * len(fall.steps) + 15
    drawn.append(text((left - 8, y), "output", "name end"))
    drawn.append(line((panel.x(fall.output), y - 12), (panel.x(fall.output), y + 4), "observed"))
    return drawing(width, bottom + 44, f"Contributions for patient {patient}", drawn)
