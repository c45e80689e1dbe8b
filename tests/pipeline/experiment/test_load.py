"""A declaration that does not hold is answered with all that is wrong in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from oncometry.core import SettingsError
from oncometry.pipeline.experiment.load import load_experiment

pytestmark = pytest.mark.storeless

WRONG = """
name: My Experiment
tables: [{fil: a.csv, patient: id}]
endpoint: {name: r, kind: binary}
features: [{block: clincal, columns: age}]
models: logistic
validation: {foldz: 3, folds: three}
"""


def refused(path: Path, text: str) -> str:
    path.write_text(text)
    with pytest.raises(SettingsError) as caught:
        load_experiment(path)
    return str(caught.value)


def test_everything_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    told = refused(tmp_path / "x.yaml", WRONG)
    for part in (
        "name: has to fit",
        "tables.0.file: it is missing",
        "tables.0.fil: there is no such setting (nearest is file",
        "endpoint: an endpoint of kind binary needs `column` and `positive`",
        "features.0.block: takes 'clinical', 'volume'",
        "(nearest is clinical)",
        "models: takes a list, as [a, b], got 'logistic'",
        "validation.foldz: there is no such setting (nearest is folds, of folds, inner_folds, repeats",
        "validation.folds: takes a whole number, got 'three'",
    ):
        assert part in told


def test_an_empty_file_is_said_to_be_empty(tmp_path: Path) -> None:
    assert "the file is empty" in refused(tmp_path / "x.yaml", "# nothing\n")


def test_what_is_missing_and_that_there_are_no_rows(tmp_path: Path) -> None:
    told = refused(tmp_path / "x.yaml", "seed: 3\n")
    assert "name: it is missing; endpoint: it is missing; features: it is missing" in told
    assert told.count("either a `cohort` or `tables`") == 1
