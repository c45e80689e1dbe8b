"""Files given to one command: looked at in a process with limits before this one reads them."""

from __future__ import annotations

from pathlib import Path

from oncometry.core import Code, CorruptInputError, OncometryError
from oncometry.io.isolation import isolated_each
from oncometry.io.look import Look, LookSettings, look
from oncometry.io.nifti import GeometryChoice
from oncometry.io.walk import walk

__all__ = ["check_first"]

MAX_GIB = 8.0


def check_first(*places: Path | None, form: GeometryChoice = "strict") -> None:
    """Refuse what would crash, hang or swell this process, or was cut short.

    Args:
        places: files, or folders of them; one that is not there is left to its reader.
        form: the NIfTI form to trust.

    Raises:
        OncometryError: the first that is refused, with its code.
    """
    there = [place for place in places if place is not None and place.exists()]
    every = walk(there)
    for found in every:
        if found.problem and found.path in {place.absolute() for place in there}:
            raise CorruptInputError(Code.UNREADABLE, found.problem, path=found.path)
    files = [(found.path, LookSettings(form, MAX_GIB)) for found in every if found.readable]
    for (path, _), answer in isolated_each(look, files):
        if isinstance(answer, OncometryError):
            raise CorruptInputError(answer.code, answer.what, path=path, advice=answer.advice)
        if isinstance(answer, Look) and answer.code is not None:
            raise CorruptInputError(answer.code, answer.detail, path=path)
