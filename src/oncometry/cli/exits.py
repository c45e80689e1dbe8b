"""Exit codes: what a script can rely on."""

from __future__ import annotations

from enum import IntEnum

from oncometry.core import (
    CorruptInputError,
    GeometryError,
    LabelError,
    NothingFoundError,
    OncometryError,
    SettingsError,
    UnsupportedError,
)

__all__ = ["Exit", "exit_for", "exit_for_counts"]


class Exit(IntEnum):
    """0 done, 1 error, 2 usage, 3 nothing found, 4 corrupt input, 8 some done and some failed."""

    DONE = 0
    ERROR = 1
    USAGE = 2
    NOTHING_FOUND = 3
    CORRUPT_INPUT = 4
    SOME_FAILED = 8


def exit_for(error: OncometryError) -> Exit:
    """The exit code of an error that stops a command."""
    if isinstance(error, SettingsError):
        return Exit.USAGE
    if isinstance(error, NothingFoundError):
        return Exit.NOTHING_FOUND
    if isinstance(error, (CorruptInputError, GeometryError, LabelError, UnsupportedError)):
        return Exit.CORRUPT_INPUT
    return Exit.ERROR


def exit_for_counts(found: int, *, corrupt: bool, failed: bool) -> Exit:
    """The exit code of an input in which so many images and masks were found."""
    if found == 0:
        return Exit.CORRUPT_INPUT if corrupt else Exit.NOTHING_FOUND
    return Exit.SOME_FAILED if corrupt or failed else Exit.DONE
