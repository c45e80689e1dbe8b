"""The files a patient's work reads again are those that were curated, byte for byte."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from oncometry.core import Code, CorruptInputError, NothingFoundError
from oncometry.io import sha256_of
from oncometry.io.walk import Stamp

__all__ = ["unchanged"]


@contextmanager
def unchanged(sources: Mapping[Path, str]) -> Iterator[None]:
    """What is read inside are the bytes of these hashes.

    Args:
        sources: path -> SHA-256, as curated.

    Raises:
        NothingFoundError: `NOTHING_FOUND`, one is no longer there.
        CorruptInputError: `FILE_CHANGED`, one was written to since it was curated, or while it was read.
    """
    stamps = {path: _held(path, sha256) for path, sha256 in sources.items()}
    yield
    for path, stamp in stamps.items():
        if not path.is_file() or Stamp.of(path.stat()) != stamp:
            raise _changed(path, "while it was read")


def _held(path: Path, sha256: str) -> Stamp:
    if not path.is_file():
        raise NothingFoundError(
            Code.NOTHING_FOUND,
            "the file came with an earlier input, has to be read again, and is no longer there.",
            path=path,
            advice="Bring that input back, or give it again.",
        )
    stamp = Stamp.of(path.stat())
    if sha256_of(path) != sha256:
        raise _changed(path, "since it was curated")
    return stamp


def _changed(path: Path, when: str) -> CorruptInputError:
    return CorruptInputError(
        Code.FILE_CHANGED,
        f"the file was written to {when}: nothing was taken from it.",
        path=path,
        advice="Run the same command again when nobody writes to the input.",
    )
