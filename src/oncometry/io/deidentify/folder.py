"""De-identify what lies below the inputs: every file written, a duplicate, opened, or quarantined with a code."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from oncometry.io.deidentify.batch import Batch, Deidentified
from oncometry.io.deidentify.claim import claim, is_of_this_version, sign
from oncometry.io.deidentify.key import Key
from oncometry.io.deidentify.settings import DeidentifySettings
from oncometry.io.deidentify.taken import Target
from oncometry.io.files import sweep
from oncometry.io.intake import Progress, walked
from oncometry.io.look import LookSettings

__all__ = ["Beside", "deidentify"]


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

    Each file is read in a process with limits. What an earlier run under the same key wrote stays.

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
    found = walked(inputs, beside.masks)
    given = [*inputs, *(path for path in (beside.masks, beside.clinical) if path is not None)]
    claim(given, output, key, chosen)
    anew = not is_of_this_version(output)
    batch = Batch(Target(output, key, chosen, looking or LookSettings(), anew), progress)
    with tempfile.TemporaryDirectory(prefix="oncometry-") as aside:
        sheet = None if beside.clinical is None else beside.clinical.absolute()
        batch.take([f for f in found if f.path != sheet], Path(aside))
        batch.copy()
    if beside.clinical is not None:
        batch.copy_sheet(beside.clinical, beside.columns)
    batch.settle()
    sweep(output)
    sign(output, key, chosen)
    return batch.result
