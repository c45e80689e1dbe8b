"""An experiment from its file to its folder: the work of `oncometry experiment run`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from oncometry.core import Code, SettingsError
from oncometry.core.processors import cores
from oncometry.pipeline.experiment.final import check_names
from oncometry.pipeline.experiment.load import load_experiment
from oncometry.pipeline.experiment.material import Made, made_material
from oncometry.pipeline.experiment.run import run_experiment
from oncometry.pipeline.experiment.tables import read_tables
from oncometry.pipeline.experiment.write import write_result
from oncometry.pipeline.progress import Reporter
from oncometry.prediction.declaration import Experiment
from oncometry.prediction.result import ExperimentResult
from oncometry.prediction.sheet import PatientSheet

__all__ = ["ExperimentRequest", "check_experiment", "experiment", "rows_of"]


@dataclass(frozen=True)
class ExperimentRequest:
    """What is asked: the declaration, where the result goes, where its data are, in how many processes."""

    file: Path
    output: Path
    data: Path | None = None
    jobs: int | None = None


def experiment(request: ExperimentRequest, reporter: Reporter) -> ExperimentResult:
    """Run a declared experiment and write its folder.

    Raises:
        OncometryError: a declaration, file or row that cannot be learned from, by code.
    """
    declared = load_experiment(request.file, request.data)
    result = run_experiment(declared, rows_of(declared), request.output, request.jobs or cores(), reporter)
    write_result(result, request.output)
    return result


def check_experiment(file: Path, data: Path | None = None) -> Made:
    """Read all that an experiment would read, and fit nothing."""
    declared = load_experiment(file, data)
    made = made_material(declared, rows_of(declared))
    check_names(made)
    return made


def rows_of(declared: Experiment) -> PatientSheet:
    """The rows that it learns from."""
    if declared.cohort is not None:
        raise SettingsError(Code.SETTINGS, "cohorts are not read yet.")
    return read_tables(declared.tables)
