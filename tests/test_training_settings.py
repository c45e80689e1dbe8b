"""The configuration of a training is read as that of a run is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from oncometry.core import SettingsError
from oncometry.training_settings import load_training

CONTENT = {"name": "own", "data": {"kind": "brats", "folder": "cases"}, "learning": {"steps": 7}}
TOML = 'name = "own"\ndata = {kind = "brats", folder = "cases"}\nlearning = {steps = 7}\n'


def test_yaml_toml_and_json_say_the_same(tmp_path: Path) -> None:
    texts = {"yaml": yaml.safe_dump(CONTENT), "json": json.dumps(CONTENT), "toml": TOML}
    read = []
    for ending, text in texts.items():
        path = tmp_path / f"own.{ending}"
        path.write_text(text, encoding="utf-8")
        read.append(load_training(path))
    assert read[0].learning.steps == 7
    assert read[0].data.folder == tmp_path / "cases"
    assert read == [read[0]] * 3


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("own.yaml", b"name: [", "cannot be parsed: .*in line 1"),
        ("own.toml", b"name =", "cannot be parsed"),
        ("own.yaml", b"\xff\xfe", "cannot be parsed"),
        ("own.yaml", b"- 1", "named sections"),
        ("own.yaml", b"", "name: it is missing"),
        ("own.txt", b"name: own", "ends in .yaml"),
    ],
)
def test_what_is_no_configuration_is_refused(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(SettingsError, match=said):
        load_training(path)
