"""Read the declaration of an experiment."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from oncometry.core import Code, NothingFoundError, SettingsError
from oncometry.pipeline.settings_file import read_settings_file
from oncometry.prediction.declaration import Experiment

__all__ = ["load_experiment"]


def load_experiment(path: Path, data: Path | None = None) -> Experiment:
    """Read a declaration (YAML, TOML or JSON).

    Args:
        path: the file.
        data: the folder that paths in it are relative to; None: its own.

    Raises:
        NothingFoundError: `NOTHING_FOUND`.
        SettingsError: `SETTINGS`, with the field and what came.
    """
    if not path.is_file():
        raise NothingFoundError(Code.NOTHING_FOUND, "there is no such experiment.", path=path)
    try:
        declared = Experiment.model_validate(read_settings_file(path))
    except ValidationError as error:
        raise SettingsError(Code.SETTINGS, _fault(error), path=path) from error
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


def _fault(error: ValidationError) -> str:
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"]) or "the experiment"
    what = first["msg"].removeprefix("Value error, ")
    came = first.get("input")
    shown = f", got {came!r}" if isinstance(came, (str, int, float, bool)) else ""
    return f"{where}: {what}{shown}."
