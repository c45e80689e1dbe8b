"""A folder that held another experiment: what is other is named, once."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from oncometry.core import Code
from oncometry.pipeline.experiment.earlier import DECLARED, Declared, changed_since

pytestmark = pytest.mark.storeless

SAID = {
    "name": "x",
    "features": [{"block": "clinical", "columns": ["age"]}],
    "validation": {"folds": 5},
    "groups": None,
}
NOW = Declared(json.dumps(SAID), (("a.csv", "1" * 64),), "0.1+abc")


def other(**changes: object) -> Declared:
    return replace(NOW, declaration=json.dumps({**SAID, **changes}))


def test_a_new_folder_and_the_same_experiment_say_nothing(tmp_path: Path) -> None:
    assert changed_since(NOW, tmp_path) is None
    assert changed_since(NOW, tmp_path) is None


@pytest.mark.parametrize(
    ("now", "says"),
    [
        (other(validation={"folds": 3}), "validation.folds was 5, now 3."),
        (
            other(features=[{"block": "clinical", "columns": ["age", "sex"]}]),
            'features.0.columns was ["age"], now ["age", "sex"]',
        ),
        (other(groups={"most": 6}), ": groups.most is new (6)."),
        (replace(NOW, origin=(("a.csv", "2" * 64),)), "what was read from a.csv has changed"),
        (replace(NOW, origin=(("b.csv", "1" * 64),)), "a.csv is read no more; b.csv is read too"),
        (replace(NOW, code="0.1+def"), "computed by version 0.1+abc, now 0.1+def"),
    ],
)
def test_what_is_other_is_named(tmp_path: Path, now: Declared, says: str) -> None:
    changed_since(NOW, tmp_path)
    told = changed_since(now, tmp_path)
    assert told is not None
    assert told.code is Code.DECLARED_OTHERWISE
    assert says in told.what
    assert changed_since(now, tmp_path) is None


@pytest.mark.parametrize(
    "kept", ["", "{}", '{"declaration": "{", "origin": [], "code": ""}', '{"declaration": 3}']
)
def test_a_damaged_note_is_no_note(tmp_path: Path, kept: str) -> None:
    (tmp_path / DECLARED).write_text(kept)
    assert changed_since(NOW, tmp_path) is None
    assert changed_since(NOW, tmp_path) is None
