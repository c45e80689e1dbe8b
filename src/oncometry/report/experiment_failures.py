"""Where the best model was most wrong, patient by patient."""

from __future__ import annotations

import numpy as np

from oncometry.prediction.failures import Failure, errors_of, worst
from oncometry.prediction.outcome import Task
from oncometry.report.experiment_view import ExperimentView
from oncometry.report.grid import Grid, make_grid
from oncometry.report.section import Block, Section, Text

__all__ = ["failures_section"]

SHOWN = 12


def failures_section(view: ExperimentView) -> Section:
    """The largest errors of the best model on the larger set, beside what it would have said without images."""
    said = view.mean_said(view.focus[0])
    found = worst(view.material, said, SHOWN)
    if not found:
        return Section(
            "failures",
            "Worst failures",
            [Text("No probabilities are predicted, so no error can be told.")],
            "Failures",
        )
    others = None if len(view.focus) < 2 else errors_of(view.material, view.mean_said(view.focus[1]))[1]
    blocks: list[Block] = [_table(view, found, others)]
    unknown = int((~np.isfinite(errors_of(view.material, said)[2])).sum())
    more = (
        "Predictions are means over repeats, by models that had not seen the patient. Look at images and "
        "records of these first."
    )
    if unknown:
        more += f" {unknown} patients were censored before the horizon: of them nothing can be told."
    blocks.append(Text(more, "soft"))
    return Section("failures", "Worst failures", blocks, "Failures")


def _table(view: ExperimentView, found: list[Failure], others: np.ndarray | None) -> Grid:
    table = view.material.table
    rows = []
    for one in found:
        row = [one.patient, _observed(view, one), _number(view, one.predicted)]
        if others is not None:
            row.append(_number(view, others[one.row]) if np.isfinite(others[one.row]) else "–")
        row += [_number(view, one.error), str(int((~np.isfinite(table.values[one.row])).sum()))]
        if table.sites is not None:
            row.append(str(table.sites[one.row]))
        rows.append(row)
    a, b = (view.focus[0], view.focus[-1])
    headings = ["Patient", "What happened", f"#said by {a.letter} ({a.features})"]
    headings += [] if others is None else [f"#said by {b.letter} ({b.features})"]
    headings += ["#error of A", "#features missing", *(["Site"] if table.sites is not None else [])]
    return make_grid(
        _caption(view), headings, rows, "predictions.csv", csv_name="Every prediction of every split"
    )


def _number(view: ExperimentView, value: float) -> str:
    """A probability with three decimals; an outcome that is a number with four digits."""
    return f"{value:.4g}" if view.task is Task.CONTINUOUS else f"{value:.3f}"


def _caption(view: ExperimentView) -> str:
    if view.task is Task.BINARY:
        return f"The {SHOWN} largest errors of a predicted probability of {view.material.outcome.classes[1]}"
    if view.task is Task.SURVIVAL:
        return f"The {SHOWN} largest errors of a predicted risk by day {view.material.outcome.horizon_days:g}"
    return f"The {SHOWN} largest errors"


def _observed(view: ExperimentView, one: Failure) -> str:
    outcome = view.material.outcome
    if view.task is Task.CONTINUOUS:
        return _number(view, one.observed)
    if view.task is Task.SURVIVAL:
        y = outcome.y[one.row]
        code = int(y["event"])
        what = outcome.classes[code] if code < len(outcome.classes) else f"event {code}"
        return f"{what}, day {float(y['time_days']):.0f}"
    return outcome.classes[int(one.observed)] or "other"
