"""Files of names with values: a name that is there twice is refused, at any depth."""

from __future__ import annotations

from pathlib import Path

import pytest

from oncometry.core import SettingsError
from oncometry.io.named_values import read_named_values


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.yaml", "setting:\n  binWidth: 3\n  binWidth: 5\n"),
        ("a.yml", "a: 1\nb: [{c: 1, c: 2}]\na1: 1\n"),
        ("a.json", '{"setting": {"binWidth": 3, "binWidth": 5}}'),
        ("a.toml", "a = 1\na = 2\n"),
    ],
)
def test_a_name_twice(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(SettingsError, match=r"(?s)cannot be parsed"):
        read_named_values(tmp_path / name)


def test_a_merged_name_may_be_given_again(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("base: &b {x: 1, y: 2}\nown: {<<: *b, x: 3}\nagain: {<<: *b, x: 4}\n")
    data = read_named_values(tmp_path / "a.yaml")
    assert (data["own"], data["again"]) == ({"x": 3, "y": 2}, {"x": 4, "y": 2})


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsError, match="cannot be parsed"):
        read_named_values(tmp_path / "a.yaml")
