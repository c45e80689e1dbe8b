"""Files on disk: hashed, and written so that a half file never stands under a final name."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BufferedWriter
from pathlib import Path
from typing import NamedTuple

from oncometry.core import Code, StoreError
from oncometry.core.write_points import WritePoint, reached

__all__ = [
    "StoredFile",
    "WrittenFile",
    "begin_aside",
    "coded_writing",
    "drop_aside",
    "finish_aside",
    "sha256_of",
    "sweep",
    "sweep_beside",
    "write_bytes",
    "write_text",
]

CHUNK = 1 << 20
ASIDE = ".part"
ASIDE_BYTES = 8
ADVICE = {
    errno.ENOSPC: "Free some space, then run the same command again: it goes on from here.",
    errno.EDQUOT: "Your quota is used up. Free some space, then run the same command again.",
    errno.EFBIG: "The file system or a limit (`ulimit -f`) allows no file of this size.",
    errno.EACCES: "Check who may write there, then run the same command again.",
    errno.EPERM: "Check who may write there, then run the same command again.",
    errno.EROFS: "The file system is read-only. Write somewhere else.",
    errno.EEXIST: "A file stands where a folder should be. Write somewhere else.",
    errno.ENOTDIR: "A file stands where a folder should be. Write somewhere else.",
    errno.EMFILE: "Too many files are open: raise the limit with `ulimit -n`, or use fewer workers with --jobs.",
    errno.ENFILE: "The system has too many open files. Try again with fewer workers (--jobs).",
}


class WrittenFile(NamedTuple):
    """A file that was written: SHA-256 and size in bytes."""

    sha256: str
    size: int


class StoredFile(NamedTuple):
    """A file of the cohort: path relative to it, SHA-256, size in bytes, what it is for."""

    path: str
    sha256: str
    size: int
    role: str


def sha256_of(path: Path) -> str:
    """SHA-256 of a file's bytes, hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def write_bytes(path: Path, content: bytes) -> WrittenFile:
    """Write aside, fsync, rename: the file is there whole or not at all.

    Raises:
        StoreError: `WRITE_FAILED` (no room, no permission, a failing disk); what was there before still is,
            or what was written is there whole.
    """
    stream = begin_aside(path)
    try:
        with coded_writing(path):
            reached(WritePoint.FILE_BEGUN, path)
            stream.write(content)
        finish_aside(stream, path)
    except BaseException:
        drop_aside(stream)
        raise
    return WrittenFile(hashlib.sha256(content).hexdigest(), len(content))


def begin_aside(path: Path) -> BufferedWriter:
    """A stream into a file beside, for what is written piece by piece; it ends with `finish_aside` or `drop_aside`.

    Raises:
        StoreError: `WRITE_FAILED`.
    """
    with coded_writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        aside = path.parent / f"{_stem(path)}{secrets.token_hex(ASIDE_BYTES)}{ASIDE}"
        return aside.open("xb")  # with the rights that the user's umask leaves


def finish_aside(stream: BufferedWriter, path: Path) -> None:
    """Give what was written its name, once the disk has it.

    Raises:
        StoreError: `WRITE_FAILED`.
    """
    with coded_writing(path):
        stream.flush()
        reached(WritePoint.FILE_WRITTEN, path)
        os.fsync(stream.fileno())
        stream.close()
        reached(WritePoint.FILE_SYNCED, path)
        Path(stream.name).replace(path)
    with coded_writing(path, left="It is there, but the disk may not know its name yet."):
        reached(WritePoint.FILE_NAMED, path)
        _sync_folder(path.parent)


def drop_aside(stream: BufferedWriter) -> None:
    """Remove what was written and has no name yet."""
    with suppress(OSError):
        stream.close()
    Path(stream.name).unlink(missing_ok=True)


@contextmanager
def coded_writing(path: Path, left: str = "What was there before still is.") -> Iterator[None]:
    """Turn what the system says against writing into `WRITE_FAILED`, with what to do.

    Args:
        path: what is written.
        left: a sentence, what is there now.

    Raises:
        StoreError: `WRITE_FAILED`.
    """
    try:
        yield
    except OSError as error:
        raise StoreError(
            Code.WRITE_FAILED,
            f"it could not be written: {error.strerror or error}. {left}",
            path=path,
            advice=ADVICE.get(error.errno or 0, "Check the disk, then run the same command again."),
        ) from error


def sweep(folder: Path) -> int:
    """Remove the files and folders that killed writers left aside below a folder in which nobody writes.

    Returns:
        How many.
    """
    left = [path for path in folder.rglob(f".*{ASIDE}") if not path.is_symlink()]
    for path in left:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    return len(left)


def sweep_beside(path: Path) -> None:
    """Remove what killed writers of this one file left aside, where nobody else is writing it."""
    aside = re.compile(re.escape(_stem(path)) + "[0-9a-f]" * 2 * ASIDE_BYTES + re.escape(ASIDE))
    for left in [entry for entry in path.parent.iterdir() if aside.fullmatch(entry.name)]:
        left.unlink(missing_ok=True)


def _stem(path: Path) -> str:
    return f".{path.name[:40]}."


def write_text(path: Path, text: str) -> WrittenFile:
    """Write UTF-8 text with `\\n` line ends, as `write_bytes` does."""
    return write_bytes(path, text.encode("utf-8"))


def _sync_folder(folder: Path) -> None:
    """Make the rename itself durable, where the system lets a folder be opened."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
