"""Files on disk: hashed, and written so that a half file never stands under a final name."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path
from typing import NamedTuple

__all__ = ["StoredFile", "WrittenFile", "sha256_of", "write_bytes", "write_text"]

CHUNK = 1 << 20


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
    """Write aside, fsync, rename: the file is there whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, aside = tempfile.mkstemp(prefix=f".{path.name[:40]}.", suffix=".part", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        Path(aside).chmod(0o644)
        Path(aside).replace(path)
    except BaseException:
        Path(aside).unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)
    return WrittenFile(hashlib.sha256(content).hexdigest(), len(content))


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
