"""A file's bytes: small ones read at once, large ones mapped, so that they cost no memory."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from mmap import ACCESS_READ, mmap
from pathlib import Path

__all__ = ["mapped"]

SMALL = 1 << 20


@contextmanager
def mapped(path: Path) -> Iterator[bytes | mmap]:
    """All bytes of a regular file.

    Raises:
        OSError: where it cannot be opened or read.
    """
    with path.open("rb", buffering=0) as stream:
        size = os.fstat(stream.fileno()).st_size
        if size < SMALL:
            yield stream.read(SMALL)
            return
        with mmap(stream.fileno(), size, access=ACCESS_READ) as content:
            yield content
