"""Every entry below the inputs, whatever its name, however deep, through whatever links."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from oncometry.io.walk import walk

DEPTH = 1500
"""Beyond the recursion limit."""


@pytest.fixture
def deep(tmp_path: Path) -> Iterator[Path]:
    """Folders in each other, and a file in the last; taken away again, which pytest could not."""
    before = Path.cwd()
    try:
        os.chdir(tmp_path)
        for _ in range(DEPTH):
            Path("d").mkdir()
            os.chdir("d")
        Path("f.txt").write_text("x")
        yield tmp_path
        Path("f.txt").unlink()
        for _ in range(DEPTH):
            os.chdir("..")
            Path("d").rmdir()
    finally:
        os.chdir(before)


def test_folders_deeper_than_calls_may_be(deep: Path) -> None:
    (found,) = walk([deep])
    assert found.shown == "/".join(["d"] * DEPTH + ["f.txt"])


def test_a_folder_is_entered_once(tmp_path: Path) -> None:
    """Each folder is led to twice by the one before it: 2^20 ways to the last."""
    for n in range(20):
        folder = tmp_path / f"f{n:02}"
        folder.mkdir()
        (folder / "file").touch()
        for name in "ab":
            (folder / name).symlink_to(tmp_path / f"f{n + 1:02}")
    (tmp_path / "f20").mkdir()
    found = walk([tmp_path])
    assert len([f for f in found if f.readable]) == 20
    assert all(f.repeats or f.readable for f in found)
    assert len(found) < 100


def test_a_link_upward_is_told(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "up").symlink_to(tmp_path)
    (found,) = walk([tmp_path])
    assert (found.shown, found.problem) == ("a/up", "it is a link to a folder above itself")


@pytest.mark.linux
def test_names_that_are_no_utf8_are_shown_and_can_be_opened(tmp_path: Path) -> None:
    folder = os.fsencode(tmp_path) + b"/M\xfcller"
    os.mkdir(folder)  # noqa: PTH102 - the name is bytes
    Path(os.fsdecode(folder + b"/n\xe9.txt")).write_text("x")
    (found,) = walk([tmp_path])
    assert found.shown == r"M\udcfcller/n\udce9.txt"
    assert found.parts[1:] == (r"M\udcfcller", r"n\udce9.txt")
    assert found.path.read_text() == "x"
