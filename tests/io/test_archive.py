"""Archives and odd entries: nothing lands outside, nothing hangs, nothing is passed over."""

from __future__ import annotations

import errno
import gzip
import io
import lzma
import os
import stat
import tarfile
import zipfile
from pathlib import Path

import pytest

from oncometry.core import Code, CorruptInputError, NothingFoundError
from oncometry.io import CurateSettings, curate
from oncometry.io.archive import unpack
from oncometry.io.manifest import FileKind
from oncometry.io.sniff import sniff_file
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


def _tar(mode: str, members: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode=mode) as writer:  # type: ignore[call-overload]
        for name, content in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            writer.addfile(member, io.BytesIO(content))
    return stream.getvalue()


@pytest.mark.parametrize("packed", ["", "gz", "bz2", "xz"])
def test_tars_of_every_packing(tmp_path: Path, packed: str) -> None:
    """Told by content; one that was cut at the border of two members, or in the last checksum, is not whole."""
    path = tmp_path / "archive"
    path.write_bytes(_tar(f"w:{packed}", {"a.dcm": os.urandom(700), "b.dcm": b"b"}))
    assert sniff_file(path) is FileKind.ARCHIVE
    assert [name for _, name in unpack(path, tmp_path / "out", LIMIT)] == ["a.dcm", "b.dcm"]
    whole = path.read_bytes()
    path.write_bytes(whole[: 512 + 1024] if not packed else whole[:-4])
    with pytest.raises(CorruptInputError) as caught:
        unpack(path, tmp_path / "cut", LIMIT)
    assert caught.value.code is (Code.CORRUPT if packed else Code.TRUNCATED)
    assert not (tmp_path / "cut").exists()


@pytest.mark.parametrize(("at", "code"), [(1536, Code.TRUNCATED), (1700, Code.TRUNCATED)])
def test_a_tar_cut_between_members(tmp_path: Path, at: int, code: Code) -> None:
    path = tmp_path / "a.tar"
    path.write_bytes(_tar("w:", {"a.dcm": bytes(700), "b.dcm": b"b"})[:at])
    with pytest.raises(CorruptInputError) as caught:
        unpack(path, tmp_path / "out", LIMIT)
    assert caught.value.code is code


def test_a_damaged_header_is_not_the_end_of_a_tar(tmp_path: Path) -> None:
    content = bytearray(_tar("w:", {"a.dcm": bytes(700), "b.dcm": b"b", "c.dcm": b"c"}))
    content[1536 + 20] ^= 1
    (tmp_path / "a.tar").write_bytes(content)
    with pytest.raises(CorruptInputError) as caught:
        unpack(tmp_path / "a.tar", tmp_path / "out", LIMIT)
    assert caught.value.code is Code.CORRUPT


def test_a_tar_that_ends_with_a_zip_is_a_tar(tmp_path: Path) -> None:
    inner = _zip(tmp_path / "x.zip", {"x": b"1"}).read_bytes()
    (tmp_path / "a.tar").write_bytes(_tar("w:", {"a.dcm": b"a", "b.zip": inner}))
    assert [n for _, n in unpack(tmp_path / "a.tar", tmp_path / "out", LIMIT)] == ["a.dcm", "b.zip"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"7z\xbc\xaf'\x1c" + bytes(500), "7z"),
        (b"Rar!\x1a\x07\x01\x00" + bytes(500), "rar"),
        (b"\x28\xb5\x2f\xfd" + bytes(500), "zstd"),
        (lzma.compress(b"\x5c\x01\0\0" + bytes(800)), "no tar"),
        (gzip.compress(bytes(128) + b"DICM" + bytes(800), mtime=0), "no tar"),
    ],
    ids=["7z", "rar", "zstd", "an image in xz", "an image in gzip"],
)
def test_what_is_packed_otherwise_counts_as_refused(tmp_path: Path, content: bytes, told: str) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "scans").write_bytes(content)
    (file,) = curate([tmp_path / "in"], CurateSettings(), workspace=tmp_path / "work").files
    assert file.code is Code.UNSUPPORTED_TYPE
    assert told in file.detail
    assert "Unpack it" in file.detail


def test_a_bomb_is_told_before_it_is_unpacked(tmp_path: Path) -> None:
    """The header of its one member says enough; the bytes behind it, gigabytes of zeros, are not there to be read."""
    member = tarfile.TarInfo("zeros")
    member.size = 6 << 30
    (tmp_path / "a.tgz").write_bytes(gzip.compress(member.tobuf(tarfile.GNU_FORMAT)))
    with pytest.raises(CorruptInputError, match="ARCHIVE_UNSAFE"):
        unpack(tmp_path / "a.tgz", tmp_path / "out", LIMIT)


@pytest.mark.parametrize(
    ("error", "code"),
    [(OSError(errno.EIO, "I/O error"), "UNREADABLE"), (gzip.BadGzipFile("CRC check failed"), "CORRUPT")],
)
def test_what_fails_under_an_archive_is_not_the_disk_written_to(
    tmp_path: Path, monkeypatch, error: OSError, code: str
) -> None:
    def failing(_: int = -1) -> bytes:
        raise error

    archive = _zip(tmp_path / "a.zip", {"x": b"1"})
    stream = io.BytesIO()
    stream.read = failing
    monkeypatch.setattr("oncometry.io.archive._open", lambda _: [("x", 1, stream)])
    with pytest.raises(CorruptInputError, match=code):
        unpack(archive, tmp_path / "out", LIMIT)


@pytest.mark.linux
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
