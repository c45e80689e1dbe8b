"""What an experiment reads: rows of patients from sheets or a cohort, reliabilities, and the shuffled twin."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from oncometry.core import NothingFoundError, SettingsError
from oncometry.pipeline.experiment.cohort_sheet import cohort_sheet
from oncometry.pipeline.experiment.reliabilities import reliabilities_of
from oncometry.pipeline.experiment.tables import read_tables
from oncometry.pipeline.experiment.treatment_starts import check_treatment
from oncometry.pipeline.folder import CohortFolder
from oncometry.pipeline.progress import Reporter
from oncometry.pipeline.shuffled_features import shuffled_sheet
from oncometry.pipeline.stored_rows import plain_rows
from oncometry.prediction.declaration import Experiment
from oncometry.prediction.fold.reliability import Reliabilities
from oncometry.prediction.sheet import PatientSheet
from oncometry.prediction.table import Block
from oncometry.store import Store

__all__ = ["Sources", "cohort_rows", "rows_of", "sources_of", "sources_without_images"]


@dataclass(frozen=True, eq=False)
class Sources:
    """All that an experiment reads.

    Attributes:
        sheet: the rows.
        reliability: of features; None where nothing is filtered by it.
        shuffled: the radiomics columns of the same regions with shuffled voxels; None without images.
    """

    sheet: PatientSheet
    reliability: Reliabilities | None = None
    shuffled: PatientSheet | None = None


def sources_of(experiment: Experiment, database: str | None, jobs: int, reporter: Reporter) -> Sources:
    """Read everything; voxels are shuffled where a cohort's radiomics are learned from.

    Raises:
        NothingFoundError, StoreError, CorruptInputError, SettingsError: what cannot be read, by code.
    """
    if experiment.cohort is None:
        return sources_without_images(experiment, database)
    with closing(_store(experiment.cohort, database)) as store:
        sheet = _learned_from(experiment, store)
        shuffled = _shuffled(experiment, sheet, store, jobs, reporter)
        return _sources(experiment, sheet, store, shuffled)


def sources_without_images(experiment: Experiment, database: str | None) -> Sources:
    """All that stands in tables or in the database: rows and reliabilities, and no voxels shuffled.

    Raises:
        NothingFoundError, StoreError, CorruptInputError, SettingsError: what cannot be read, by code.
    """
    if experiment.cohort is None:
        return _sources(experiment, read_tables(experiment.tables), None, None)
    with closing(_store(experiment.cohort, database)) as store:
        return _sources(experiment, _learned_from(experiment, store), store, None)


def _learned_from(experiment: Experiment, store: Store) -> PatientSheet:
    """The rows of a cohort that has what the endpoint is about.

    Raises:
        SettingsError: `COLUMN_MISSING`, with the nearest of all columns of the cohort; and those of `check_treatment`.
    """
    check_treatment(plain_rows(store.table("treatments")), experiment.endpoint.treatment)
    sheet = _sheet(experiment, store, _wanted_columns(experiment))
    for name in _needed_columns(experiment):
        try:
            sheet.matching(name)
        except SettingsError:
            _sheet(experiment, store, None).matching(name)
            raise
    return sheet


def rows_of(experiment: Experiment, database: str | None = None) -> PatientSheet:
    """The rows alone."""
    if experiment.cohort is None:
        return read_tables(experiment.tables)
    with closing(_store(experiment.cohort, database)) as store:
        return _sheet(experiment, store, _wanted_columns(experiment))


def _sheet(experiment: Experiment, store: Store, wanted: list[str] | None) -> PatientSheet:
    """Rows of a cohort, with toxicity as the endpoint means it."""
    endpoint = experiment.endpoint
    return cohort_sheet(store, wanted, endpoint.treatment, endpoint.first_day)


def cohort_rows(cohort: Path, database: str | None = None) -> PatientSheet:
    """The rows of a cohort, with all columns; `toxicity.*` of any treatment."""
    with closing(_store(cohort, database)) as store:
        return cohort_sheet(store)


def _wanted_columns(experiment: Experiment) -> list[str]:
    """Names and patterns of the columns that a declaration speaks of."""
    endpoint = experiment.endpoint
    beside = (endpoint.baseline_column, endpoint.reached_column, endpoint.treated_column)
    return list(dict.fromkeys([*_needed_columns(experiment), *(name for name in beside if name is not None)]))


def _needed_columns(experiment: Experiment) -> list[str]:
    """Those of them that have to be there; what is derived is not."""
    endpoint = experiment.endpoint
    named = (endpoint.column, endpoint.time, endpoint.event, experiment.validation.site)
    found = [name for name in named if name is not None]
    found += [name for features in experiment.features for name in features.columns]
    found += [name for how in experiment.derive.values() for name in (*how.product, *how.over)]
    found += [*experiment.where, *experiment.envelope.columns]
    return [name for name in dict.fromkeys(found) if name not in experiment.derive]


def _store(cohort: Path, database: str | None) -> Store:
    return CohortFolder.open(cohort, database).store(database)


def _shuffled(
    experiment: Experiment, sheet: PatientSheet, store: Store, jobs: int, reporter: Reporter
) -> PatientSheet | None:
    patterns = [
        p for f in experiment.features if f.block in (Block.RADIOMICS, Block.DELTA) for p in f.columns
    ]
    names = [
        n for p in patterns for n in sheet.matching(p) if n.removeprefix("delta.").startswith("radiomics.")
    ]
    if not names:
        return None
    try:
        return shuffled_sheet(store, list(dict.fromkeys(names)), experiment.seed, jobs, reporter)
    except NothingFoundError:
        return None


def _sources(
    experiment: Experiment, sheet: PatientSheet, store: Store | None, shuffled: PatientSheet | None
) -> Sources:
    told = reliabilities_of(experiment, sheet, store)
    if told is None:
        return Sources(sheet, None, shuffled)
    origin, notices = (*sheet.origin, *told.origin), (*sheet.notices, *told.notices)
    return Sources(replace(sheet, origin=origin, notices=notices), told.known, shuffled)
