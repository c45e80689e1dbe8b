"""Files given to one command: looked at in a process with limits before this one reads them."""

from __future__ import annotations

from pathlib import Path

from oncometry.core import Code, CorruptInputError, OncometryError
from oncometry.io.isolation import isolated_each
from oncometry.io.look import Look, LookSettings, look
from oncometry.io.manifest import FileKind
from oncometry.io.settings import CurateSettings
from oncometry.io.walk import walk

__all__ = ["check_first"]


def check_first(*places: Path | None, settings: CurateSettings) -> None:
    """Refuse what would crash, hang or swell this process, or was cut short.

    Args:
        places: files, or folders of DICOM; one that is not there is left to its reader.
        settings: the NIfTI form to trust, and how large a file may be.

    Raises:
        OncometryError: the first that is refused, with its code.
    """
    there = [place for place in places if place is not None and place.exists()]
    given = {place.absolute() for place in there}
    every = walk(there)
    for found in every:
        if found.problem:
            raise CorruptInputError(Code.UNREADABLE, f"{found.problem}.", path=found.path)
    looking = LookSettings(settings.geometry, settings.max_file_gib)
    files = [(found.path, looking) for found in every if found.readable]
    for (path, _), answer in isolated_each(look, files):
        if isinstance(answer, OncometryError):
            raise CorruptInputError(answer.code, answer.what, path=path, advice=answer.advice)
        if answer.code is not None and (path in given or _may_be_slice(answer)):
            raise CorruptInputError(answer.code, answer.detail, path=path)


def _may_be_slice(seen: Look) -> bool:
    """Whether a file of a folder may be part of a DICOM volume, so that its fault is the volume's."""
    return seen.kind in (FileKind.DICOM, FileKind.OTHER) and seen.code is not Code.NOT_AN_IMAGE
