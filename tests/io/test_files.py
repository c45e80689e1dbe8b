"""Files are written whole, with the rights that the user wants, and an error says what is there."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from oncometry.core import Code, StoreError
from oncometry.core.write_points import WritePoint
from oncometry.io import files
from oncometry.io.files import write_text


@contextmanager
def _umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


@pytest.mark.linux
@pytest.mark.parametrize(("mask", "rights"), [(0o077, 0o600), (0o022, 0o644), (0o002, 0o664)])
def test_the_umask_is_kept(tmp_path: Path, mask: int, rights: int) -> None:
    with _umask(mask):
        write_text(tmp_path / "a", "x")
        write_text(tmp_path / "a", "y")
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == rights


@pytest.mark.parametrize("point", [p for p in WritePoint if p.value.startswith("file.")])
def test_an_error_says_which_content_is_there(tmp_path: Path, monkeypatch, point: WritePoint) -> None:
    write_text(tmp_path / "a", "old")

    def fail(at: WritePoint, _: Path) -> None:
        if at is point:
            raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(files, "reached", fail)
    with pytest.raises(StoreError) as caught:
        write_text(tmp_path / "a", "new")
    assert caught.value.code is Code.WRITE_FAILED
    old = (tmp_path / "a").read_text() == "old"
    assert old == ("What was there before still is" in caught.value.what)
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


@pytest.mark.parametrize(
    ("error", "says"),
    [
        ("ENOSPC", "Free some space"),
        ("EDQUOT", "quota"),
        ("EFBIG", "ulimit -f"),
        ("EIO", "Check the disk"),
        ("EACCES", "Check who may write"),
        ("EROFS", "read-only"),
        ("EMFILE", "ulimit -n"),
    ],
)
def test_each_error_says_what_to_do(tmp_path: Path, monkeypatch, error: str, says: str) -> None:
    def fail(*_: object) -> None:
        raise OSError(getattr(errno, error), os.strerror(getattr(errno, error)))

    monkeypatch.setattr(files, "reached", fail)
    with pytest.raises(StoreError) as caught:
        write_text(tmp_path / "a", "new")
    assert caught.value.code is Code.WRITE_FAILED
    assert says in caught.value.told
    assert list(tmp_path.iterdir()) == []
