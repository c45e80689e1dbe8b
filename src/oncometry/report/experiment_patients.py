"""Who takes part in an experiment: the flow of patients, and where they were seen."""

from __future__ import annotations

import numpy as np
from markupsafe import Markup

from oncometry.prediction.outcome import Task
from oncometry.report.experiment_view import ExperimentView
from oncometry.report.formatting import count_text, number_text
from oncometry.report.grid import Grid, make_grid
from oncometry.report.section import Block, Figures, Section, Text
from oncometry.report.svg import drawing, element, line, text

__all__ = ["flow_section", "outcome_words", "sites_section"]

BOX = 46.0
STEP = 84.0


def flow_section(view: ExperimentView) -> Section:
    """Rows on their way in, and what the outcomes are."""
    blocks: list[Block] = [
        Figures(
            [(_flow(view), "Every row is accounted for; a patient's rows are never split.")], "plots wide"
        ),
        _baseline(view),
    ]
    return Section("flow", "Flow of patients", blocks, "Patients")


def outcome_words(view: ExperimentView) -> str:
    """'45 yes, 123 no'; of a number its median and quartiles."""
    outcome = view.material.outcome
    if outcome.task is Task.CONTINUOUS:
        low, middle, high = (number_text(float(q), 2) for q in np.quantile(outcome.y, [0.25, 0.5, 0.75]))
        return f"{outcome.name}: median {middle} (quartiles {low} to {high})"
    codes = outcome.y["event"] if outcome.task is Task.SURVIVAL else outcome.y
    counted = [f"{int((codes == k).sum())} {name or 'other'}" for k, name in enumerate(outcome.classes)]
    return f"{outcome.name}: {', '.join(counted)}"


def _flow(view: ExperimentView) -> Markup:
    flow = view.result.flow
    steps: list[tuple[str, str]] = [(count_text(flow.rows, "row"), "read from the sources")]
    left = [f"{count} left out: {why}" for why, count in flow.left]
    steps.append(
        (f"{count_text(flow.kept, 'row')} of {count_text(flow.patients, 'patient')}", outcome_words(view))
    )
    validated = view.result.validated
    repeats = len({s.repeat for s in validated.splits})
    folds = len(validated.splits) // max(repeats, 1)
    tested = f"{repeats} x {folds} outer folds by patient"
    if validated.site_splits:
        tested += f"; each of {len(validated.site_splits)} sites held out once"
    steps.append(("each patient tested once in each repeat", tested))
    width, top = 640.0, 8.0
    drawn = []
    for place, (what, more) in enumerate(steps):
        y = top + place * STEP
        box = {"x": 8.0, "y": y, "width": 400.0, "height": BOX, "class": "flow-box"}
        drawn += [
            element("rect", box),
            text((20.0, y + 19), what, "heading"),
            text((20.0, y + 36), more, "tick"),
        ]
        if place:
            drawn.append(line((178.0, y - STEP + BOX), (178.0, y), "base"))
    for place, why in enumerate(left or ["none left out"]):
        y = top + BOX + 16 + place * 15
        drawn += [line((178.0, y - 4), (196.0, y - 4), "base"), text((202.0, y), why, "tick")]
    return drawing(width, top + STEP * (len(steps) - 1) + BOX + 8, "Flow of patients", drawn)


def _baseline(view: ExperimentView) -> Grid:
    """Clinical and volume columns, of all and by what happened; of survival also by each competing event."""
    table, outcome = view.material.table, view.material.outcome
    groups: list[tuple[str, np.ndarray]] = [("all", np.ones(len(table.patients), dtype=bool))]
    if outcome.task in (Task.BINARY, Task.SURVIVAL):
        codes = outcome.y if outcome.task is Task.BINARY else outcome.y["event"]
        order = (*range(1, len(outcome.classes)), 0)
        groups += [(outcome.classes[k] or ("event" if k else "no event"), codes == k) for k in order]
    shown = [i for i, c in enumerate(table.columns) if str(c.block) in ("clinical", "volume")][:20]
    rows = []
    for i in shown:
        column, values = table.columns[i], table.values[:, i]
        two = set(np.unique(values[np.isfinite(values)])) <= {0.0, 1.0}
        missing = int((~np.isfinite(values)).sum())
        rows.append(
            [column.name, str(column.block), *(_spread(values[g], two) for _, g in groups), str(missing)]
        )
    headings = ["Feature", "Block", *(f"#{name} (n = {int(g.sum())})" for name, g in groups), "#missing"]
    caption = "Who they are: median (quartiles), or the share of those with the value 1"
    return make_grid(caption, headings, rows)


def _spread(values: np.ndarray, two: bool) -> str:
    known = values[np.isfinite(values)]
    if not len(known):
        return "–"
    if two:
        return f"{int(known.sum())} ({100 * known.mean():.0f} %)"
    low, middle, high = np.quantile(known, [0.25, 0.5, 0.75])
    return f"{middle:.4g} ({low:.4g} to {high:.4g})"


def sites_section(view: ExperimentView) -> Section | None:
    """Patients, outcomes and features by site; None where sites are not known."""
    table, outcome = view.material.table, view.material.outcome
    if table.sites is None:
        return None
    rows = []
    for site in np.unique(table.sites):
        here = table.sites == site
        y = outcome.y[here]
        known = np.isfinite(table.values[here])
        rows.append(
            [
                str(site),
                str(len(np.unique(table.patients[here]))),
                _happened(view, y),
                f"{100 * (1 - known.mean()):.1f}",
            ]
        )
    caption = "Patients, outcomes and gaps by site"
    grid = make_grid(caption, ["Site", "#patients", "#outcome", "#values missing (%)"], rows)
    harmonize = view.material.experiment.preprocessing.harmonize
    said = (
        "Sites are not harmonized."
        if harmonize is None
        else f"ComBat on {', '.join(map(str, harmonize.blocks))}, learned in each training fold; an unseen site: "
        f"{harmonize.unseen.replace('_', ' ')}."
    )
    missing = Text("Scanners and acquisition parameters are not among what this experiment read.", "soft")
    return Section("sites", "Protocol by site", [grid, Text(said), missing], "Sites")


def _happened(view: ExperimentView, y: np.ndarray) -> str:
    if view.task is Task.CONTINUOUS:
        return f"median {np.median(y):.4g}"
    if view.task is Task.ORDINAL:
        return ", ".join(
            f"{name}: {int((y == k).sum())}" for k, name in enumerate(view.material.outcome.classes)
        )
    had = (y if view.task is Task.BINARY else y["event"]) == 1
    return f"{int(had.sum())} ({100 * had.mean():.0f} %)"
