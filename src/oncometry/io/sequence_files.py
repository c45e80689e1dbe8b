"""Which file of a folder shows which sequence, by its name: as BraTS, nnU-Net and BIDS name files."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from oncometry.core import Code, Contrast, NothingFoundError, SettingsError
from oncometry.io.classify_text import contrast_in_text
from oncometry.io.names import volume_stem

__all__ = ["case_of", "sequence_files"]

NO_IMAGE = re.compile(
    r"(?:^|[_.-])(?:d|prob)?(?:seg(?:mentation)?|mask|labels?|gt|truth)(?:$|[_.-])", re.IGNORECASE
)
CHANNEL = re.compile(r"^(?P<case>.+)_(?P<number>\d{4})$")
SEQUENCE = re.compile(
    r"[_.-](?:t1n|t1c|t1ce|t1gd|t2w|t2f|t1w?|t2|flair|ce-\w+_t1w|FLAIR|T1w|T2w)$", re.IGNORECASE
)


def sequence_files(folder: Path, order: Sequence[Contrast]) -> dict[Contrast, Path]:
    """Sequence -> file, of the one examination in a folder.

    Args:
        order: what `_0000`, `_0001` ... show, as nnU-Net numbers channels.

    Raises:
        NothingFoundError: `NOTHING_FOUND`, no name of a file names a sequence.
        SettingsError: `SETTINGS`, two files of one sequence, or of several examinations.
    """
    found: dict[Contrast, Path] = {}
    for path in sorted(folder.iterdir()):
        stem = volume_stem(path.name)
        contrast = None if stem is None or NO_IMAGE.search(stem) else _shown(stem, order)
        if contrast is None:
            continue
        if contrast in found:
            raise SettingsError(
                Code.SETTINGS,
                f"{found[contrast].name} and {path.name} both show {contrast}.",
                advice="Give each file by --t1, --t1c, --t2, --flair, or one examination's files in a folder of their own.",
            )
        found[contrast] = path
    if not found:
        raise NothingFoundError(
            Code.NOTHING_FOUND,
            "no NIfTI or NRRD file in it has a sequence in its name.",
            path=folder,
            advice="Name them as BraTS does (CASE-t1n, -t1c, -t2w, -t2f) or give them by --t1, --t1c, --t2, --flair; a "
            "DICOM series is given so too, by its folder.",
        )
    _refuse_several(found)
    return found


def _shown(stem: str, order: Sequence[Contrast]) -> Contrast | None:
    numbered = CHANNEL.match(stem)
    if numbered is not None:
        number = int(numbered["number"])
        return order[number] if number < len(order) else None
    claim = contrast_in_text([stem])
    return None if claim is None else claim.contrast


def _refuse_several(found: dict[Contrast, Path]) -> None:
    cases = {case_of(path) for path in found.values()}
    if len(cases) > 1 and all(cases):
        raise SettingsError(
            Code.SETTINGS,
            f"files of several examinations lie in one folder: {', '.join(sorted(cases))}.",
            path=next(iter(found.values())).parent,
            advice="Give each file by --t1, --t1c, --t2, --flair.",
        )


def case_of(path: Path) -> str:
    """What a file's name says beside the sequence: 'BraTS-GLI-00001-000' of BraTS-GLI-00001-000-t1n.nii.gz."""
    stem = volume_stem(path.name) or path.name
    numbered = CHANNEL.match(stem)
    if numbered is not None:
        return numbered["case"]
    return SEQUENCE.sub("", stem) if SEQUENCE.search(stem) else ""
