"""Archives and odd entries: nothing lands outside, nothing hangs, nothing is passed over."""

from __future__ import annotations

import io
import os
import stat
import tarfile
import zipfile
from pathlib import Path

import pytest

from oncometry.core import Code, CorruptInputError, NothingFoundError
from oncometry.io.archive import unpack
from oncometry.io.walk import walk

LIMIT = 1 << 30


def _zip(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, content in members.items():
            bundle.writestr(name, content)
    return path


def test_members_come_out_under_names_of_our_own(tmp_path: Path) -> None:
    archive = _zip(tmp_path / "a.zip", {"x/one.nii.gz": b"1", "x/two;rm -rf.dcm": b"2"})
    found = unpack(archive, tmp_path / "out", LIMIT)
    assert [name for _, name in found] == ["x/one.nii.gz", "x/two;rm -rf.dcm"]
    assert [path.read_bytes() for path, _ in found] == [b"1", b"2"]
    assert [path.name for path, _ in found] == ["000000.nii.gz", "000001.dcm"]


@pytest.mark.parametrize("name", ["../out.txt", "/etc/x", "a/../../b", "..\\b", "C:\\b"])
def test_names_that_leave_the_folder(tmp_path: Path, name: str) -> None:
    archive = _zip(tmp_path / "a.zip", {"good.txt": b"1", name: b"2"})
    with pytest.raises(CorruptInputError, match="ARCHIVE_UNSAFE"):
        unpack(archive, tmp_path / "out", LIMIT)
    assert not (tmp_path / "out").exists()


def test_links_are_refused(tmp_path: Path) -> None:
    item = zipfile.ZipInfo("link")
    item.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as bundle:
        bundle.writestr(item, "/etc/passwd")
    tape = tmp_path / "a.tar"
    with tarfile.open(tape, "w") as writer:
        member = tarfile.TarInfo("link")
        member.type, member.linkname = tarfile.SYMTYPE, "/etc/passwd"
        writer.addfile(member)
    for archive in (tmp_path / "a.zip", tape):
        with pytest.raises(CorruptInputError, match="ARCHIVE_UNSAFE"):
            unpack(archive, tmp_path / "out", LIMIT)


def test_a_bomb_is_refused(tmp_path: Path) -> None:
    archive = _zip(tmp_path / "a.zip", {"zeros": bytes(80 << 20)})
    with pytest.raises(CorruptInputError, match="ARCHIVE_UNSAFE"):
        unpack(archive, tmp_path / "out", LIMIT)


def test_tar_is_read_and_broken_archives_are_told(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "a.tgz", "w:gz") as writer:
        member = tarfile.TarInfo("b/c.txt")
        member.size = 3
        writer.addfile(member, io.BytesIO(b"abc"))
    ((path, name),) = unpack(tmp_path / "a.tgz", tmp_path / "out", LIMIT)
    assert (path.read_bytes(), name) == (b"abc", "b/c.txt")
    broken = _zip(tmp_path / "b.zip", {"x": os.urandom(5000)})
    broken.write_bytes(broken.read_bytes()[:3000])
    with pytest.raises(CorruptInputError) as caught:
        unpack(broken, tmp_path / "out2", LIMIT)
    assert caught.value.code is Code.CORRUPT


def test_fifos_and_loops_are_counted_and_do_not_hang(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "x.txt").write_text("x")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "a" / "loop").symlink_to(tmp_path)
    (tmp_path / "dead").symlink_to(tmp_path / "nothing")
    found = {entry.shown: entry.problem for entry in walk([tmp_path])}
    assert found["a/x.txt"] == ""
    assert "FIFO" in found["pipe"]
    assert "link" in found["a/loop"]
    assert found["dead"]
    assert len(found) == 4


def test_an_input_that_does_not_exist(tmp_path: Path) -> None:
    with pytest.raises(NothingFoundError):
        walk([tmp_path / "nothing"])
