"""From a declaration and its rows to what a validation works on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from oncometry.core import Code, Notice, SettingsError
from oncometry.pipeline.experiment.resampling_door import check_resampled, shifted_probabilities
from oncometry.pipeline.experiment.site_door import check_sites
from oncometry.pipeline.experiment.sources import Sources
from oncometry.prediction.candidates import candidates_of, default_models
from oncometry.prediction.declaration import Experiment
from oncometry.prediction.derive import with_derived
from oncometry.prediction.endpoint import Outcome, outcome_of
from oncometry.prediction.feature_sets import feature_sets
from oncometry.prediction.features import feature_table
from oncometry.prediction.fold.strength import associations
from oncometry.prediction.harmonization import check_not_outcome, site_outcome_confounding
from oncometry.prediction.material import Material
from oncometry.prediction.models import MODELS
from oncometry.prediction.outcome import Task
from oncometry.prediction.result import Flow
from oncometry.prediction.sheet import Cells, PatientSheet, as_text
from oncometry.prediction.table import FeatureTable
from oncometry.prediction.unlike_rows import unlike_cells, unlike_columns

__all__ = ["Made", "made_material"]

TIMES = 30
TOO_GOOD = 0.98
SHOWN = 4
FEW_EVENTS = 30


@dataclass(frozen=True, eq=False)
class Made:
    """The material, how its rows came about, and what is worth saying of them.

    Attributes:
        sheet: the rows of the material, with all their columns.
    """

    material: Material
    sheet: PatientSheet
    flow: Flow
    notices: tuple[Notice, ...]


def made_material(experiment: Experiment, sources: Sources) -> Made:
    """Read features and outcome, and draw the settings that are tried.

    Raises:
        SettingsError: as `outcome_of`, `feature_table`, `candidates_of`; `NOTHING_FOUND`-like states are told by them.
    """
    chosen = _where(sources.sheet, experiment.where)
    told = (("not asked for (`where`)", int((~chosen).sum())),) if experiment.where else ()
    sheet = with_derived(_rows(sources.sheet, chosen), experiment.derive)
    table = feature_table(sheet, experiment)
    outcome = outcome_of(sheet, experiment.endpoint)
    table = table.rows(outcome.known)
    check_resampled(experiment, outcome.task)
    _check_kept(experiment, table, outcome)
    names = experiment.models or default_models(outcome.task, outcome.is_competing)
    pre, validation = experiment.preprocessing, experiment.validation
    models = {
        name: candidates_of(name, outcome.task, pre.select, validation.candidates, experiment.seed)
        for name in names
    }
    shuffled = _shuffled_table(experiment, sources, chosen)
    material = Material(
        experiment,
        table,
        outcome,
        feature_sets(table),
        models,
        _times(outcome),
        sources.reliability,
        None if shuffled is None else shuffled.rows(outcome.known),
    )
    check_sites(material)
    left = tuple((why, count) for why, count in (*told, *outcome.flow) if count)
    flow = Flow(len(chosen), left, len(table.patients), len(np.unique(table.patients)))
    kept = _rows(sheet, outcome.known)
    doubts = (*_several_rows(kept, outcome), *shifted_probabilities(experiment), *_doubts(material))
    notices = (*sheet.notices, *table.notices, *outcome.notices, *doubts)
    return Made(material, kept, flow, notices)


def _check_kept(experiment: Experiment, table: FeatureTable, outcome: Outcome) -> None:
    """What ComBat is to keep is no outcome under another name."""
    harmonize = experiment.preprocessing.harmonize
    if harmonize is None:
        return
    kept = [i for i, c in enumerate(table.columns) if c.source in harmonize.keep]
    if absent := set(harmonize.keep) - {table.columns[i].source for i in kept}:
        raise SettingsError(
            Code.COLUMN_MISSING,
            f"harmonize.keep names {sorted(absent)[0]!r}, which is no feature of the experiment.",
        )
    if table.sites is None:
        raise SettingsError(
            Code.SETTINGS, "harmonize needs the column of sites.", advice="Name it: `validation.site`."
        )
    values = np.nan_to_num(table.values[:, kept])
    check_not_outcome(values, outcome.y, [table.columns[i].name for i in kept], outcome_name=outcome.name)


def _shuffled_table(
    experiment: Experiment, sources: Sources, chosen: NDArray[np.bool_]
) -> FeatureTable | None:
    """The features of the chosen rows with shuffled voxels; None without images."""
    if sources.shuffled is None:
        return None
    twin = _rows(_shuffled(sources.sheet, sources.shuffled), chosen)
    return feature_table(with_derived(twin, experiment.derive), experiment)


def _shuffled(sheet: PatientSheet, shuffled: PatientSheet) -> PatientSheet:
    """The sheet with the columns of shuffled voxels in the place of the real ones."""
    place = {patient: i for i, patient in enumerate(shuffled.patients)}
    rows = np.array([place[p] for p in sheet.patients], dtype=np.intp)
    changed = {name: cells[rows] for name, cells in shuffled.columns.items()}
    return replace(sheet, columns={**sheet.columns, **changed}, notices=())


def _where(sheet: PatientSheet, wanted: Mapping[str, tuple[str, ...]]) -> NDArray[np.bool_]:
    chosen = np.ones(len(sheet.patients), dtype=bool)
    for name, cells in wanted.items():
        here = _words(sheet.column(name))
        if not np.isin(here, cells).any():
            there = ", ".join(sorted(set(here.tolist()))[:8])
            raise SettingsError(
                Code.SETTINGS, f"where: no cell of {name!r} is one of {cells}.", advice=f"Cells are: {there}."
            )
        chosen &= np.isin(here, cells)
    return chosen


def _words(cells: Cells) -> NDArray[np.str_]:
    """(n,) the cells as text, '' where missing."""
    return np.array([word or "" for word in as_text(cells)])


def _rows(sheet: PatientSheet, chosen: NDArray[np.bool_]) -> PatientSheet:
    columns = {name: cells[chosen] for name, cells in sheet.columns.items()}
    row_days = {name: days[chosen] for name, days in sheet.row_days.items()}
    return PatientSheet(sheet.patients[chosen], columns, sheet.days, sheet.notices, sheet.origin, row_days)


def _times(outcome: Outcome) -> NDArray[np.float64]:
    """(t,) days between the first tenth and the last tenth of the events, and the horizon: where curves are judged."""
    if outcome.task is not Task.SURVIVAL:
        return np.empty(0)
    times = outcome.y["time_days"][outcome.y["event"] == 1]
    low, high = np.quantile(times, [0.1, 0.9])
    return np.unique(np.append(np.round(np.linspace(low, high, TIMES)), outcome.horizon_days or 0.0))


def _several_rows(sheet: PatientSheet, outcome: Outcome) -> list[Notice]:
    """Patients with more rows than one, where the first of them differ, and those whose rows say different outcomes."""
    names, counts = np.unique(sheet.patients, return_counts=True)
    several = names[counts > 1]
    if not len(several):
        return []
    shown = ", ".join(f"'{name}'" for name in several[:3])
    told = f"{len(several)} patients have several rows ({shown}): they stay together in every split."
    unlike = [p for p in several if len(np.unique(outcome.y[sheet.patients == p])) > 1]
    first = unlike[0] if unlike else several[0]
    columns = unlike_columns(sheet.columns, np.flatnonzero(sheet.patients == first))
    if unlike:
        told += f" Of {len(unlike)} the rows say different outcomes."
    told += f" The rows of '{first}' differ in {unlike_cells(columns)}."
    return [Notice(Code.ROW_CONFLICTING, told)]


def _unaware_of_competing(material: Material) -> list[Notice]:
    if not material.outcome.is_competing:
        return []
    unaware = [name for name in material.models if not MODELS[name].handles_competing]
    if not unaware:
        return []
    told = (
        f"events compete: {', '.join(unaware)} give the chance of the event where nobody has a competing one, which is too "
        "high; the best model is chosen from the others."
    )
    if len(unaware) == len(material.models):
        told = f"{told.partition(';')[0]}. Add fine_gray to the models."
    return [Notice(Code.COMPETING_IGNORED, told)]


def _doubts(material: Material) -> list[Notice]:
    """A feature that tells the outcome by itself, few events, and small sites."""
    table, outcome = material.table, material.outcome
    found = []
    values = np.where(
        np.isfinite(table.values),
        table.values,
        np.nanmedian(np.where(np.isfinite(table.values), table.values, np.nan), axis=0),
    )
    strong = associations(np.nan_to_num(values), outcome.y, outcome.task)
    if outcome.task is Task.BINARY:
        share = float(np.mean(outcome.y))
        strong = strong / max(np.sqrt(3 * share * (1 - share)), 1e-12)
    if outcome.task is Task.SURVIVAL:
        filled = np.nan_to_num(values)
        time = associations(filled, outcome.y["time_days"], Task.CONTINUOUS)
        strong = np.maximum(time, associations(filled, outcome.y["event"].astype(np.int64), Task.BINARY))
    if leaks := [table.columns[i].name for i in np.flatnonzero(strong > TOO_GOOD)]:
        shown = ", ".join(leaks[:SHOWN])
        found.append(
            Notice(
                Code.LEAK_SUSPECTED,
                f"{shown} alone tells the outcome almost without error: is it known before it?",
            )
        )
    found += _unaware_of_competing(material)
    events = outcome.events
    rare = (
        None
        if events is None
        else min(events, len(outcome.y) - events)
        if outcome.task is Task.BINARY
        else events
    )
    if rare is not None and rare < FEW_EVENTS:
        found.append(
            Notice(
                Code.TOO_FEW_PATIENTS, f"{rare} events: intervals will be wide, and little can be concluded."
            )
        )
    elif rare is None and len(outcome.y) < FEW_EVENTS:
        found.append(Notice(Code.TOO_FEW_PATIENTS, f"{len(outcome.y)} examples: little can be concluded."))
    if table.sites is not None:
        found += site_outcome_confounding(table.sites, outcome.y, outcome.task).notices
        sites, counts = np.unique(table.sites, return_counts=True)
        for site, count in zip(sites, counts, strict=True):
            if count < 5:
                found.append(
                    Notice(
                        Code.SITE_TOO_SMALL, f"site {site} has {count} patients: its effect cannot be told."
                    )
                )
    return found
