"""The machine as Oncometry finds it: what it may use, and how fast the parts are that a run waits for."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import numpy as np

from oncometry.core import Geometry, StoreError
from oncometry.io import write_bytes

__all__ = ["Room", "Speeds", "native_core", "room", "speeds", "sqlite_version"]

MIB = 1 << 20
HASHED_BYTES = 32 * MIB
TIMES = 5
PHANTOM_VOXELS = 96
LIMITS = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))


class Room(NamedTuple):
    """Memory that a process may have and disk that is free, in GiB; None where the system does not tell.

    `open_files` is how many a process may hold open.
    """

    memory_gib: float | None
    temporary_disk_gib: float | None
    open_files: int | None


class Speeds(NamedTuple):
    """SHA-256 in MiB/s, a durable write of 1 MiB in ms, the native core's labeling in million voxels/s.

    Each the best of several times. None where it cannot be measured: nothing can be written, there is no native core.
    """

    hashing_mib_per_s: float
    durable_write_ms: float | None
    native_mvoxels_per_s: float | None


def native_core() -> bool:
    """Whether the native core was built."""
    return find_spec("oncometry._native") is not None


def sqlite_version() -> str:
    """Of the library that Python was built with."""
    return sqlite3.sqlite_version


def room() -> Room:
    """What this process may use."""
    return Room(_memory_gib(), _free_temporary_gib(), _open_files())


def speeds(folder: Path | None = None) -> Speeds:
    """Measured now, in about a second.

    Args:
        folder: where the durable writes are tried; the system's temporary folder by default.
    """
    return Speeds(_hashing(), _durable_write_ms(folder), _native_speed())


def _memory_gib() -> float | None:
    """The smaller of the machine's memory and what a container may have."""
    found = []
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        found.append(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    for path in LIMITS:
        text = path.read_text().strip() if path.is_file() else ""
        found += [int(text)] if text.isdigit() else []
    return round(min(found) / 2**30, 1) if found else None


def _free_temporary_gib() -> float | None:
    if not hasattr(os, "statvfs"):
        return None
    try:
        there = os.statvfs(tempfile.gettempdir())
    except OSError:  # no folder takes even a small file
        return 0.0
    return round(there.f_bavail * there.f_frsize / 2**30, 1)


def _open_files() -> int | None:
    if sys.platform == "win32":
        return None
    import resource  # noqa: PLC0415 -- not on Windows

    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]


def _hashing() -> float:
    content = bytes(HASHED_BYTES)
    return round(HASHED_BYTES / MIB / _best_s(lambda: hashlib.sha256(content).digest()), 0)


def _durable_write_ms(folder: Path | None) -> float | None:
    content = bytes(MIB)
    try:
        with tempfile.TemporaryDirectory(prefix="oncometry-", dir=folder) as place:
            return round(_best_s(lambda: write_bytes(Path(place, "file"), content)) * 1000, 1)
    except (OSError, StoreError):
        return None


def _native_speed() -> float | None:
    if not native_core():
        return None
    from oncometry.measurement.components import joined_components  # noqa: PLC0415 -- it needs the core

    side = PHANTOM_VOXELS
    mask = np.indices((side, side, side)).sum(axis=0) % 7 < 3
    grid = Geometry((side, side, side), np.eye(4))
    return round(side**3 / 1e6 / _best_s(lambda: joined_components(mask, grid, 0)), 1)


def _best_s(job: Callable[[], object]) -> float:
    """Seconds of the fastest of several times: what the machine can do, whatever else it does now."""
    times = []
    for _ in range(TIMES):
        began = time.perf_counter()
        job()
        times.append(time.perf_counter() - began)
    return min(times)
