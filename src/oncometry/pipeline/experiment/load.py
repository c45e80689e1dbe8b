"""Read the declaration of an experiment."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from oncometry.core import Code, NothingFoundError, SettingsError
from oncometry.core.faults import told_faults
from oncometry.pipeline.settings_file import read_settings_file
from oncometry.prediction.declaration import Experiment

__all__ = ["load_experiment"]

LEAST = "It needs `name`, `endpoint`, `features`, and `tables` or a `cohort`: docs/how-to/declare-an-experiment.md."


def load_experiment(path: Path, data: Path | None = None) -> Experiment:
    """Read a declaration (YAML, TOML or JSON).

    Args:
        path: the file.
        data: the folder that paths in it are relative to; None: its own.

    Raises:
        NothingFoundError: `NOTHING_FOUND`.
        SettingsError: `SETTINGS`, all fields that do not hold and what came.
    """
    if not path.is_file():
        raise NothingFoundError(Code.NOTHING_FOUND, "there is no such experiment.", path=path)
    declared = _declared(read_settings_file(path), path)
    here = path.parent if data is None else data
    moved: dict[str, object] = {
        "tables": tuple(t.model_copy(update={"file": here / t.file}) for t in declared.tables)
    }
    if declared.cohort is not None:
        moved["cohort"] = here / declared.cohort
    reliability = declared.preprocessing.reliability
    if reliability is not None and reliability.file is not None:
        placed = reliability.model_copy(update={"file": here / reliability.file})
        moved["preprocessing"] = declared.preprocessing.model_copy(update={"reliability": placed})
    return declared.model_copy(update=moved)


def _declared(data: Mapping[str, Any], path: Path) -> Experiment:
    if not data:
        raise SettingsError(
            Code.SETTINGS, "the file is empty: it declares no experiment.", path=path, advice=LEAST
        )
    try:
        return Experiment.model_validate(data)
    except ValidationError as error:
        told, advice = told_faults(error, Experiment)
        if "cohort" not in data and "tables" not in data and any(fault["loc"] for fault in error.errors()):
            told += "; an experiment has either a `cohort` or `tables`"
        raise SettingsError(Code.SETTINGS, f"{told}.", path=path, advice=advice) from error
