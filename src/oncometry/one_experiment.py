"""An experiment from its file to its folder: the work of `oncometry experiment run`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from oncometry.core import Code, SettingsError
from oncometry.core.processors import cores
from oncometry.pipeline.experiment.explain import explain_experiment
from oncometry.pipeline.experiment.final import check_names
from oncometry.pipeline.experiment.imaging import imaging_behind
from oncometry.pipeline.experiment.keep import keep_beside, keep_in_cohort, own_database
from oncometry.pipeline.experiment.load import load_experiment
from oncometry.pipeline.experiment.material import Made, made_material
from oncometry.pipeline.experiment.run import PARTS, run_experiment
from oncometry.pipeline.experiment.sources import cohort_rows, sources_of, sources_without_images
from oncometry.pipeline.experiment.tables import likely_ids, read_patients
from oncometry.pipeline.experiment.write import RESULT, write_result
from oncometry.pipeline.folder import CohortFolder
from oncometry.pipeline.progress import Reporter
from oncometry.pipeline.turn import one_writer
from oncometry.prediction.id_columns import is_id
from oncometry.prediction.result import ExperimentResult
from oncometry.report.experiment_page import write_experiment_report

__all__ = ["ColumnRow", "ExperimentRequest", "check_experiment", "columns_of", "experiment"]


@dataclass(frozen=True)
class ExperimentRequest:
    """What is asked: the declaration, where the result goes, where its data are, in how many processes.

    Attributes:
        database: URL with password, where the cohort's database is a server; of tables, a server's database that is to keep
            the experiment, instead of one in its folder.
    """

    file: Path
    output: Path
    data: Path | None = None
    jobs: int | None = None
    database: str | None = None


def experiment(request: ExperimentRequest, reporter: Reporter) -> ExperimentResult:
    """Run a declared experiment and write its folder, the report last.

    Raises:
        OncometryError: a declaration, file or row that cannot be learned from, by code.
    """
    _check_output(request.output)
    declared, jobs = load_experiment(request.file, request.data), request.jobs or cores()
    if declared.cohort is None and (request.database is not None or CohortFolder(request.output).begun):
        # told now if it cannot be used, not after the work
        own_database(request.output, request.database).close()
    sources = sources_of(declared, request.database, jobs, reporter)
    result = run_experiment(declared, sources, request.output, jobs, reporter)
    explained = explain_experiment(result, request.output, jobs, reporter)
    write_result(result, explained, request.output)
    imaging = imaging_behind(result.material, request.database)
    write_experiment_report(result, request.output, explained, imaging)
    with one_writer(declared.cohort or request.output, reporter.warn):
        if declared.cohort is not None:
            keep_in_cohort(result, explained, request.output, declared.cohort, request.database)
        else:
            keep_beside(result, explained, request.output, request.database)
    return result


def _check_output(output: Path) -> None:
    """A new folder, an empty one, or one of an experiment."""
    if not output.exists():
        return
    if not output.is_dir():
        raise SettingsError(
            Code.SETTINGS, "it is a file, not a folder.", path=output, advice="Name a new folder with -o."
        )
    there = {entry.name for entry in output.iterdir()}
    if there and not there & {RESULT, PARTS}:
        raise SettingsError(
            Code.SETTINGS,
            f"the folder holds something else ({', '.join(sorted(there)[:3])}): nothing is written into it.",
            path=output,
            advice="Name a new folder with -o, or one of this experiment.",
        )


def check_experiment(file: Path, data: Path | None = None, database: str | None = None) -> Made:
    """Read all that an experiment would read but its images, and fit nothing."""
    declared = load_experiment(file, data)
    made = made_material(declared, sources_without_images(declared, database))
    check_names(made)
    return made


class ColumnRow(NamedTuple):
    """A column that an experiment may name; of `kind` number, text or id: that tells patients apart and is no feature."""

    column: str
    kind: str
    patients: int
    day: float | None
    example: str


def columns_of(source: Path, patient: str | None, sheet: str | None, database: str | None) -> list[ColumnRow]:
    """The columns of a cohort or a table.

    Raises:
        SettingsError: `SETTINGS`, a table without its column of ids; and what reading raises.
    """
    if source.is_dir():
        rows = cohort_rows(source, database)
    elif patient is None:
        likely = likely_ids(source, sheet)
        shown = f" It may be {' or '.join(map(repr, likely))}." if likely else ""
        raise SettingsError(
            Code.SETTINGS,
            "a table needs the column that holds the patients' ids.",
            advice=f"Name it with --patient.{shown}",
        )
    else:
        rows = read_patients(source, patient, sheet)
    found = []
    for name, cells in rows.columns.items():
        is_number = cells.dtype.kind == "f"
        there = [c for c in cells if c is not None and not (is_number and np.isnan(c))]
        example = "" if not there else f"{there[0]:g}" if is_number else str(there[0])
        kind = "id" if is_id(name, cells) else "number" if is_number else "text"
        found.append(ColumnRow(name, kind, len(there), rows.days.get(name), example))
    return found
