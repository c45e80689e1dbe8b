"""De-identify what lies below the inputs: every file written, a duplicate, opened, or quarantined with a code."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from oncometry.core import Code, NothingFoundError, OncometryError, SettingsError
from oncometry.io.clinical import check_clinical
from oncometry.io.deidentify.batch import Batch
from oncometry.io.deidentify.claim import below_ours, check_place, claim, is_of_this_version, sign
from oncometry.io.deidentify.key import Key
from oncometry.io.deidentify.outcome import Deidentified
from oncometry.io.deidentify.settings import DeidentifySettings
from oncometry.io.deidentify.taken import Target
from oncometry.io.files import coded_writing, sweep
from oncometry.io.intake import Progress, walked
from oncometry.io.isolation import isolated
from oncometry.io.look import LookSettings
from oncometry.io.walk import Found

__all__ = ["Beside", "check_inputs", "deidentify"]

UNPACKED = ".unpacked.part"
"""Swept like what a killed writer left."""


@dataclass(frozen=True)
class Beside:
    """What may come with the scans.

    Attributes:
        masks: a folder or file whose volumes are all masks.
        clinical: a sheet, CSV or XLSX; its tables are written as CSV into `clinical` of the output.
        columns: of the sheet, header -> what to read it as; text of other columns than those named here goes.
    """

    masks: Path | None = None
    clinical: Path | None = None
    columns: Mapping[str, str] = field(default_factory=dict)


def deidentify(
    inputs: Sequence[Path],
    output: Path,
    key: Key,
    settings: DeidentifySettings | None = None,
    *,
    beside: Beside | None = None,
    looking: LookSettings | None = None,
    progress: Progress | None = None,
) -> Deidentified:
    """Write clean copies below `output`, with names of our own, and the table for review.

    Each file is read in a process with limits. What an earlier run under the same key wrote stays. Files below an
    output of this key are left out: `ALREADY_DEIDENTIFIED`. Nobody else may write into the output meanwhile.

    Args:
        beside: masks and a clinical sheet.
        looking: how files are read.
        progress: called with stage, done, total.

    Raises:
        SettingsError: the output holds something else, another key's files, or an input lies in it.
        NothingFoundError: an input does not exist.
        OncometryError: the clinical sheet cannot be read, or names no patients.
        StoreError: `WRITE_FAILED`.
    """
    chosen = settings or DeidentifySettings()
    beside = beside or Beside()
    output = output.absolute()  # the processes that read and write may have been started in another folder
    check_inputs(inputs, beside, output)
    found = walked(inputs, beside.masks)
    if beside.clinical is not None and below_ours([beside.clinical], key):
        raise SettingsError(
            Code.SETTINGS, "the sheet was de-identified under this key before.", path=beside.clinical
        )
    claim(output, key, chosen)
    anew = not is_of_this_version(output)
    batch = Batch(Target(output, key, chosen, looking or LookSettings(), anew), progress)
    try:
        with _aside(output) as aside:
            _fill(batch, found, beside, aside, key)
    except OncometryError:
        batch.settle()  # what was written is in the review
        raise
    batch.settle()
    sweep(output)
    if not batch.result.of_other_version:
        sign(output, key, chosen)
    return batch.result


def check_inputs(inputs: Sequence[Path], beside: Beside, output: Path) -> None:
    """Refuse what cannot be done at all, before a key or anything else is made.

    Raises:
        NothingFoundError: an input does not exist, or the sheet is a folder.
        SettingsError: the output holds something else, or an input lies in it or it in an input.
        OncometryError: the clinical sheet cannot be read.
    """
    named = (*inputs, *(path for path in (beside.masks, beside.clinical) if path is not None))
    for path in named:
        if not path.exists():
            raise NothingFoundError(Code.NOTHING_FOUND, "there is no such file or folder.", path=path)
    check_place(named, output)
    if beside.clinical is not None:
        if beside.clinical.is_dir():
            raise NothingFoundError(
                Code.NOTHING_FOUND,
                "it is a folder, not a sheet.",
                path=beside.clinical,
                advice="Give one CSV or XLSX.",
            )
        isolated(check_clinical, beside.clinical.absolute())


def _fill(batch: Batch, found: list[Found], beside: Beside, aside: Path, key: Key) -> None:
    sheet = None if beside.clinical is None else beside.clinical.absolute()
    ours = below_ours((f.path for f in found), key)
    batch.leave_out(ours, Code.ALREADY_DEIDENTIFIED, "it lies in an output of this key.")
    batch.see([f for f in found if f.path != sheet and f.path not in ours], aside)
    batch.take()
    batch.copy()
    if beside.clinical is not None:
        batch.copy_sheet(beside.clinical.absolute(), beside.columns)


@contextmanager
def _aside(output: Path) -> Iterator[Path]:
    """Where archives are unpacked: in the output, so that no original is left elsewhere when the process is killed."""
    folder = output / UNPACKED
    shutil.rmtree(folder, ignore_errors=True)
    with coded_writing(folder):
        folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
