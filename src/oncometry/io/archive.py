"""Archives, unpacked so that nothing lands outside the folder meant for it."""

from __future__ import annotations

import shutil
import stat
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import IO

from oncometry.core import Code, CorruptInputError
from oncometry.core.write_points import WritePoint, reached
from oncometry.io.files import coded_writing

__all__ = ["unpack"]

MAX_RATIO = 200
MAX_MEMBERS = 200_000
RATIO_FLOOR = 64 << 20

Member = tuple[str, int, "IO[bytes]"]


def unpack(archive: Path, folder: Path, limit_bytes: int) -> list[tuple[Path, str]]:
    """Extract every regular member of a zip or tar into `folder`: (path, name in the archive).

    All members are checked before the first byte is written. Members get names of our own (a
    running number and their suffix), so no name in an archive reaches the file system.

    Raises:
        CorruptInputError: `ARCHIVE_UNSAFE` (absolute name, '..', link, device, too many members, too
            large, a compression ratio beyond 200:1), `CORRUPT` (not readable as an archive).
    """
    try:
        _check(archive, limit_bytes)
        with coded_writing(folder):
            folder.mkdir(parents=True, exist_ok=True)
        return [
            _extract(folder, number, name, size, stream, archive)
            for number, (name, size, stream) in enumerate(_open(archive))
        ]
    except (zipfile.BadZipFile, tarfile.TarError, EOFError, RuntimeError, NotImplementedError) as error:
        raise CorruptInputError(
            Code.CORRUPT, f"the archive cannot be read ({error}).", path=archive
        ) from error


def _check(archive: Path, limit_bytes: int) -> None:
    names, sizes = [], []
    for name, size, regular in _list(archive):
        if not regular:
            raise _unsafe(archive, f"the member {name!r} is a link or device")
        parts = PurePosixPath(name.replace("\\", "/"))
        if parts.is_absolute() or ".." in parts.parts or (len(name) > 1 and name[1] == ":"):
            raise _unsafe(archive, f"the member name {name!r} leaves the folder")
        names.append(name)
        sizes.append(size)
    if len(names) > MAX_MEMBERS:
        raise _unsafe(archive, f"it has {len(names)} members, more than {MAX_MEMBERS}")
    total, packed = sum(sizes), archive.stat().st_size
    if total > 20 * limit_bytes or (total > RATIO_FLOOR and total > MAX_RATIO * packed):
        raise _unsafe(archive, f"{packed} bytes unpack to {total}")


def _list(archive: Path) -> Iterator[tuple[str, int, bool]]:
    """(name, size, whether a regular file) of each member that is not a folder."""
    if zipfile.is_zipfile(archive):
        with zipfile.ZipFile(archive) as bundle:
            for item in bundle.infolist():
                kind = stat.S_IFMT(item.external_attr >> 16)
                if not item.is_dir():
                    yield item.filename, item.file_size, kind in (0, stat.S_IFREG)
        return
    with tarfile.open(archive) as tape:
        for member in tape:
            if not member.isdir():
                yield member.name, member.size, member.isreg()


def _open(archive: Path) -> Iterator[Member]:
    if zipfile.is_zipfile(archive):
        with zipfile.ZipFile(archive) as bundle:
            for item in bundle.infolist():
                if not item.is_dir():
                    with bundle.open(item) as stream:
                        yield item.filename, item.file_size, stream
        return
    with tarfile.open(archive) as tape:
        for member in tape:
            content = tape.extractfile(member) if member.isreg() else None
            if content is not None:
                yield member.name, member.size, content


def _extract(
    folder: Path, number: int, name: str, size: int, stream: IO[bytes], archive: Path
) -> tuple[Path, str]:
    suffixes = "".join(PurePosixPath(name).suffixes[-2:])
    safe = "".join(c for c in suffixes if c.isalnum() or c == ".")[:16]
    target = folder / f"{number:06d}{safe}"
    with coded_writing(target), target.open("wb") as out:
        reached(WritePoint.MEMBER_BEGUN, target)
        shutil.copyfileobj(_Limited(stream, size, archive), out)
        reached(WritePoint.MEMBER_WRITTEN, target)
    return target, name


class _Limited:
    """A stream that refuses to give more than the archive declared."""

    def __init__(self, stream: IO[bytes], size: int, archive: Path) -> None:
        self.stream, self.left, self.archive = stream, size, archive

    def read(self, length: int = -1) -> bytes:
        chunk = self.stream.read(length)
        self.left -= len(chunk)
        if self.left < 0:
            raise _unsafe(self.archive, "a member is longer than the archive declares")
        return chunk


def _unsafe(archive: Path, why: str) -> CorruptInputError:
    return CorruptInputError(
        Code.ARCHIVE_UNSAFE,
        f"the archive is refused: {why}. Nothing was unpacked from it.",
        path=archive,
        advice="Unpack it yourself after looking at it, and give the folder.",
    )
