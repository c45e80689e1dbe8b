"""Archives, unpacked so that nothing lands outside the folder meant for it."""

from __future__ import annotations

import lzma
import os
import shutil
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import IO, Literal

from oncometry.core import Code, CorruptInputError, OncometryError, UnsupportedError
from oncometry.core.write_points import WritePoint, reached
from oncometry.io.files import coded_writing
from oncometry.io.packing import Packing, packing_of

__all__ = ["unpack"]

TapeMode = Literal["r:", "r:gz", "r:bz2", "r:xz"]
MAX_RATIO = 200
MAX_MEMBERS = 200_000
RATIO_FLOOR = 64 << 20
CHUNK = 1 << 20
TAPES: Mapping[Packing, TapeMode] = {
    Packing.TAR: "r:", Packing.GZIP: "r:gz", Packing.BZIP2: "r:bz2", Packing.XZ: "r:xz",
}  # fmt: skip
AT_THE_END = tarfile.EOFHeaderError  # type: ignore[attr-defined]  # of typeshed alone
CUT = (tarfile.EmptyHeaderError, tarfile.TruncatedHeaderError)  # type: ignore[attr-defined]
BROKEN = (
    zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, EOFError, RuntimeError, NotImplementedError,
    OSError,
)  # fmt: skip

Member = tuple[str, int, "IO[bytes]"]


def unpack(archive: Path, folder: Path, limit_bytes: int) -> list[tuple[Path, str]]:
    """Extract every regular member of a zip or tar into `folder`: (path, name in the archive).

    All members are checked before the first byte is written. Members get names of our own (a
    running number and their suffix), so no name in an archive reaches the file system.

    Raises:
        CorruptInputError: `ARCHIVE_UNSAFE` (absolute name, '..', link, device, too many members, too
            large, a compression ratio beyond 200:1), `TRUNCATED` (a tar without an end), `CORRUPT` (not
            readable as an archive), `UNREADABLE` (the disk it is on fails).
        UnsupportedError: `UNSUPPORTED_TYPE` for what is packed otherwise.
        StoreError: `WRITE_FAILED`, nothing can be written into `folder`.
    """
    try:
        _check(archive, limit_bytes)
        with coded_writing(folder):
            folder.mkdir(parents=True, exist_ok=True)
        return [
            _extract(folder, number, name, size, stream, archive)
            for number, (name, size, stream) in enumerate(_open(archive))
        ]
    except OncometryError:
        raise
    except BROKEN as error:
        if isinstance(error, OSError) and error.errno is not None:  # of the disk, not of what is packed
            raise
        raise CorruptInputError(
            Code.CORRUPT, f"the archive cannot be read ({error}).", path=archive
        ) from error


def _check(archive: Path, limit_bytes: int) -> None:
    count = total = 0
    packed = archive.stat().st_size
    for name, size, regular in _list(archive):
        if not regular:
            raise _unsafe(archive, f"the member {name!r} is a link or device")
        parts = PurePosixPath(name.replace("\\", "/"))
        if parts.is_absolute() or ".." in parts.parts or (len(name) > 1 and name[1] == ":"):
            raise _unsafe(archive, f"the member name {name!r} leaves the folder")
        count, total = count + 1, total + size
        if count > MAX_MEMBERS:
            raise _unsafe(archive, f"it has more than {MAX_MEMBERS} members")
        if total > 20 * limit_bytes or (total > RATIO_FLOOR and total > MAX_RATIO * packed):
            raise _unsafe(archive, f"{packed} bytes unpack to {total} or more")


def _list(archive: Path) -> Iterator[tuple[str, int, bool]]:
    """(name, size, whether a regular file) of each member that is not a folder, as far as it is asked."""
    packing = _packing(archive)
    if packing is Packing.ZIP:
        with zipfile.ZipFile(archive) as bundle:
            for item in bundle.infolist():
                kind = stat.S_IFMT(item.external_attr >> 16)
                if not item.is_dir():
                    yield item.filename, item.file_size, kind in (0, stat.S_IFREG)
        return
    with _tape(archive, packing) as tape:
        for member in tape:
            if not member.isdir():
                yield member.name, member.size, member.isreg()
        _drain(tape, archive)


def _open(archive: Path) -> Iterator[Member]:
    packing = _packing(archive)
    if packing is Packing.ZIP:
        with zipfile.ZipFile(archive) as bundle:
            for item in bundle.infolist():
                if not item.is_dir():
                    with bundle.open(item) as stream:
                        yield item.filename, item.file_size, stream
        return
    with _tape(archive, packing) as tape:
        for member in tape:
            content = tape.extractfile(member) if member.isreg() else None
            if content is not None:
                yield member.name, member.size, content


def _packing(archive: Path) -> Packing:
    with archive.open("rb") as stream:
        packing = packing_of(stream.read(512))
    if packing in (Packing.ZIP, *TAPES):
        return Packing(packing)
    raise _not_unpacked(archive, f"it is packed as {packing}")


def _tape(archive: Path, packing: Packing) -> tarfile.TarFile:
    try:
        return tarfile.open(archive, TAPES[packing], tarinfo=_Header)
    except tarfile.ReadError as error:
        if error.__cause__ is not None:  # of the compression
            raise
        raise _not_unpacked(archive, f"it is packed as {packing}, and what is in it is no tar") from error


class _Header(tarfile.TarInfo):
    """A header of a tar; tarfile takes a damaged one, or the end of the file, for the end of the archive."""

    @classmethod
    def fromtarfile(cls, tape: tarfile.TarFile) -> _Header:
        try:
            return super().fromtarfile(tape)
        except tarfile.HeaderError as error:
            if isinstance(error, AT_THE_END) or tape.offset == 0:
                raise
            cut = isinstance(error, CUT)
            raise CorruptInputError(
                Code.TRUNCATED if cut else Code.CORRUPT,
                f"the archive has no end: after {tape.offset} bytes of it there is no member ({error}).",
                path=None if tape.name is None else Path(os.fsdecode(tape.name)),
                advice="Copy the archive again from its source.",
            ) from error


def _drain(tape: tarfile.TarFile, archive: Path) -> None:
    """Read what fills the last block, to the checksum of what the archive is compressed in."""
    left = RATIO_FLOOR
    while tape.fileobj is not None and (chunk := tape.fileobj.read(CHUNK)):
        left -= len(chunk)
        if left < 0:
            raise _unsafe(archive, f"more than {RATIO_FLOOR} bytes follow its end")


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
        try:
            chunk = self.stream.read(length)
        except OSError as error:  # where it is written is not to blame
            code = Code.CORRUPT if error.errno is None else Code.UNREADABLE  # gzip's own has no number
            raise CorruptInputError(
                code, f"a member of the archive cannot be read ({error}).", path=self.archive
            ) from error
        self.left -= len(chunk)
        if self.left < 0:
            raise _unsafe(self.archive, "a member is longer than the archive declares")
        return chunk


def _not_unpacked(archive: Path, why: str) -> UnsupportedError:
    return UnsupportedError(
        Code.UNSUPPORTED_TYPE,
        f"{why}: it was not opened, and scans in it are not used.",
        path=archive,
        advice="Unpack it yourself, and give the folder; zip, tar, tar.gz, tar.bz2 and tar.xz are opened.",
    )


def _unsafe(archive: Path, why: str) -> CorruptInputError:
    return CorruptInputError(
        Code.ARCHIVE_UNSAFE,
        f"the archive is refused: {why}. Nothing was unpacked from it.",
        path=archive,
        advice="Unpack it yourself after looking at it, and give the folder.",
    )
