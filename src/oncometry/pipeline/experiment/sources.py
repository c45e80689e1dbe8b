"""What an experiment reads: rows of patients from sheets or a cohort, reliabilities, and the shuffled twin."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from oncometry.core import Code, NothingFoundError, SettingsError
from oncometry.features.columns import wide_name
from oncometry.io.sheet import read_sheet
from oncometry.pipeline.experiment.cohort_sheet import cohort_sheet
from oncometry.pipeline.experiment.tables import read_tables
from oncometry.pipeline.folder import CohortFolder
from oncometry.pipeline.progress import Reporter
from oncometry.pipeline.shuffled_features import shuffled_sheet
from oncometry.prediction.declaration import Experiment
from oncometry.prediction.sheet import PatientSheet
from oncometry.prediction.table import Block
from oncometry.store import Store

__all__ = ["Sources", "cohort_rows", "rows_of", "sources_of", "wanted_columns"]

NEEDED = ("filter", "tag", "low")
OF_COHORT = re.compile(r"(?:delta\.)?(?:radiomics|deep)\.[^.]+\.[^.]+\.(?P<tag>.+)@\d+")


@dataclass(frozen=True, eq=False)
class Sources:
    """All that an experiment reads.

    Attributes:
        sheet: the rows.
        reliability: column -> lower limit of its ICC; None where nothing is filtered.
        shuffled: the radiomics columns of the same regions with shuffled voxels; None without images.
    """

    sheet: PatientSheet
    reliability: Mapping[str, float] | None = None
    shuffled: PatientSheet | None = None


def sources_of(experiment: Experiment, database: str | None, jobs: int, reporter: Reporter) -> Sources:
    """Read everything; voxels are shuffled where a cohort's radiomics are learned from.

    Raises:
        NothingFoundError, StoreError, CorruptInputError, SettingsError: what cannot be read, by code.
    """
    if experiment.cohort is None:
        sheet = read_tables(experiment.tables)
        return Sources(sheet, _reliability(experiment, sheet, None))
    with closing(_store(experiment.cohort, database)) as store:
        sheet = cohort_sheet(store, wanted_columns(experiment))
        shuffled = _shuffled(experiment, sheet, store, jobs, reporter)
        return Sources(sheet, _reliability(experiment, sheet, store), shuffled)


def rows_of(experiment: Experiment, database: str | None = None) -> PatientSheet:
    """The rows alone."""
    if experiment.cohort is None:
        return read_tables(experiment.tables)
    return cohort_rows(experiment.cohort, database, wanted_columns(experiment))


def cohort_rows(cohort: Path, database: str | None = None, wanted: list[str] | None = None) -> PatientSheet:
    """The rows of a cohort: the columns that are wanted, or all."""
    with closing(_store(cohort, database)) as store:
        return cohort_sheet(store, wanted)


def wanted_columns(experiment: Experiment) -> list[str]:
    """Names and patterns of the columns that a declaration speaks of."""
    endpoint = experiment.endpoint
    named = [endpoint.column, endpoint.time, endpoint.event, experiment.validation.site]
    found = [name for name in named if name is not None]
    found += [name for features in experiment.features for name in features.columns]
    found += [name for how in experiment.derive.values() for name in (*how.product, *how.over)]
    return list(dict.fromkeys([*found, *experiment.where, *experiment.envelope.columns]))


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


def _reliability(
    experiment: Experiment, sheet: PatientSheet, store: Store | None
) -> Mapping[str, float] | None:
    asked = experiment.preprocessing.reliability
    if asked is None:
        return None
    if asked.file is not None:
        rows = _read_rows(asked.file)
    elif store is not None:
        rows = [{str(k): v for k, v in row.items()} for row in store.table("reliability").to_dict("records")]
    else:
        raise SettingsError(Code.SETTINGS, "reliability needs a `file`: the experiment has no cohort to ask.")
    lowest = _lowest(rows)
    if not lowest:
        raise NothingFoundError(
            Code.NOTHING_FOUND,
            "nothing is known of the reliability of features.",
            advice="Run `oncometry reliability` on the cohort first, or name a table.",
        )
    found = {name: lowest[key] for name in sheet.columns if (key := _tag(name)) in lowest}
    if not found:
        raise SettingsError(
            Code.COLUMN_MISSING, "no column of the experiment is in the table of reliabilities."
        )
    return found


def _tag(name: str) -> str:
    """The feature that a column is of."""
    fits = OF_COHORT.fullmatch(name)
    return fits["tag"] if fits else name


def _read_rows(path: Path) -> list[dict[str, Any]]:
    header, *rows = [r.cells for r in read_sheet(path).tables[0].rows]
    if lacking := [n for n in NEEDED if n not in header]:
        raise SettingsError(
            Code.COLUMN_MISSING, f"the table of reliabilities has no column {lacking[0]!r}.", path=path
        )
    return [dict(zip(header, row, strict=False)) for row in rows]


def _lowest(rows: Iterable[Mapping[Any, Any]]) -> dict[str, float]:
    """Feature -> the lowest lower limit over groups and sources; one without a limit is not reliable."""
    found: dict[str, float] = {}
    for row in rows:
        name = wide_name(str(row["filter"] or ""), str(row["tag"]))
        low = _number(row["low"])
        found[name] = min(found.get(name, 1.0), low)
    return found


def _number(cell: object) -> float:
    try:
        number = float(str(cell))
    except ValueError:
        return 0.0
    return number if number == number else 0.0  # NaN of a data frame
