"""Whether there are enough patients: candidate parameters per event, and Riley's criteria with what they assume."""

from __future__ import annotations

import numpy as np

from oncometry.prediction.feature_sets import NOTHING, FeatureSet
from oncometry.prediction.outcome import Task
from oncometry.prediction.sample_size import (
    ANTICIPATED,
    SampleSize,
    binary_sample_size,
    continuous_sample_size,
    survival_sample_size,
)
from oncometry.report.experiment_view import ExperimentView
from oncometry.report.formatting import number_text
from oncometry.report.grid import Cell, Grid, make_grid
from oncometry.report.section import Block, Section, Text

__all__ = ["sample_size_of", "size_section"]


def sample_size_of(view: ExperimentView, features: FeatureSet) -> SampleSize | None:
    """Riley's criteria for a model of all candidate columns of a set; None where there is no criterion."""
    outcome = view.material.outcome
    parameters = len(view.material.table.of(features.blocks))
    if not parameters or outcome.task is Task.ORDINAL:
        return None
    if outcome.task is Task.BINARY:
        return binary_sample_size(parameters, float(np.mean(outcome.y)))
    if outcome.task is Task.SURVIVAL:
        times, events = outcome.y["time_days"], outcome.events or 1
        rate = events / float(times.sum())
        return survival_sample_size(
            parameters, rate, float(times.mean()), float(outcome.horizon_days or times.mean())
        )
    return continuous_sample_size(
        parameters, mean=float(np.mean(outcome.y)), deviation=float(np.std(outcome.y, ddof=1))
    )


def size_section(view: ExperimentView) -> Section:
    """Each set: its parameters, events per parameter, and what would be needed."""
    sets = [s for s in view.material.sets if s.name != NOTHING]
    blocks: list[Block] = [_table(view, sets)]
    found = sample_size_of(view, view.set_named(view.largest))
    if found is None:
        blocks.append(Text("Riley's criteria are of binary outcomes, times to event and numbers: none is computed for ordered "
                           "categories.", "soft"))  # fmt: skip
    else:
        blocks.append(_criteria(view, found))
        blocks += [Text(t, "soft") for t in _assumed(view, found)]
    return Section("size", "Enough patients?", blocks, "Sample size")


def _limiting(view: ExperimentView) -> tuple[int, str]:
    """What parameters are held against: the rarer class, the events, or the patients."""
    outcome, n = view.material.outcome, view.result.flow.patients
    if outcome.task is Task.BINARY:
        events = outcome.events or 0
        return min(events, len(outcome.y) - events), "patients of the rarer class"
    if outcome.task is Task.SURVIVAL:
        return outcome.events or 0, "events"
    return n, "patients"


def _table(view: ExperimentView, sets: list[FeatureSet]) -> Grid:
    limiting, what = _limiting(view)
    rows: list[list[str | Cell]] = []
    for one in sets:
        parameters = len(view.material.table.of(one.blocks))
        needed = sample_size_of(view, one)
        rows.append(
            [
                one.name,
                str(parameters),
                number_text(limiting / parameters if parameters else None, 2),
                str(view.result.flow.patients),
                _needed(view, needed),
            ]
        )
    headings = [
        "Features",
        "#candidate parameters",
        f"#{what} per parameter",
        "#patients here",
        "#patients needed",
    ]
    return make_grid(
        f"Candidate parameters, those that selection drops as well, and {limiting} {what}", headings, rows
    )


def _needed(view: ExperimentView, needed: SampleSize | None) -> Cell:
    if needed is None:
        return Cell("–")
    if needed.patients is None:
        return Cell("more than 10 million", css="warn")
    there = view.result.flow.patients
    text = number_text(needed.patients, 0)
    return Cell(text) if there >= needed.patients else Cell(f"{text} (too few here)", css="warn")


def _criteria(view: ExperimentView, found: SampleSize) -> Grid:
    there = view.result.flow.patients
    rows = [
        [
            c.what,
            number_text(c.patients, 0) if c.patients is not None else "more than 10 million",
            "met" if c.patients is not None and c.patients <= there else "not met",
        ]
        for c in found.criteria
    ]
    caption = f"Riley's criteria for {view.largest}, {found.parameters} parameters"
    return make_grid(caption, ["Criterion", "#patients needed", "Here"], rows)


def _assumed(view: ExperimentView, found: SampleSize) -> list[str]:
    kind = "adjusted R²" if view.task is Task.CONTINUOUS else "Cox and Snell's R²"
    first = (
        f"Assumed: {kind} of {found.r2:.3f}, which is {100 * ANTICIPATED:g} % of the greatest possible "
        f"({found.greatest_r2:.3f}), as "
        "is proposed where no earlier model tells it; one parameter a column; unpenalized regression."
    )
    if view.task is Task.BINARY and found.events_per_patient is not None:
        first += f" Prevalence as here, {found.events_per_patient:.3f}."
    elif view.task is Task.SURVIVAL:
        first += " A constant event rate and the mean follow-up as here."
    second = (
        "Penalties, trees and selection do not lower what is needed; where too few are there, trust the validation's intervals "
        "and nothing narrower. Riley 2019, doi:10.1002/sim.7992 and doi:10.1002/sim.7993; Riley 2020, doi:10.1136/bmj.m441."
    )
    return [first, second]
