"""De-identify what lies below the inputs: every file written, a duplicate, opened, or quarantined with a code."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from oncometry.io.deidentify.batch import Batch, Deidentified
from oncometry.io.deidentify.claim import claim, is_of_this_version, sign
from oncometry.io.deidentify.key import Key
from oncometry.io.deidentify.settings import DeidentifySettings
from oncometry.io.deidentify.taken import Target
from oncometry.io.files import sweep
from oncometry.io.intake import Progress, walked
from oncometry.io.look import LookSettings

__all__ = ["deidentify"]


def deidentify(
    inputs: Sequence[Path],
    output: Path,
    key: Key,
    settings: DeidentifySettings | None = None,
    *,
    masks: Path | None = None,
    looking: LookSettings | None = None,
    progress: Progress | None = None,
) -> Deidentified:
    """Write clean copies below `output`, with names of our own, and the table for review.

    Each file is read in a process with limits. What an earlier run under the same key wrote stays.

    Args:
        masks: a folder or file whose volumes are all masks.
        looking: how files are read.
        progress: called with stage, done, total.

    Raises:
        SettingsError: the output holds something else, another key's files, or an input lies in it.
        NothingFoundError: an input does not exist.
        StoreError: `WRITE_FAILED`.
    """
    chosen = settings or DeidentifySettings()
    found = walked(inputs, masks)
    claim([*inputs, *([masks] if masks is not None else [])], output, key, chosen)
    anew = not is_of_this_version(output)
    batch = Batch(Target(output, key, chosen, looking or LookSettings(), anew), progress)
    with tempfile.TemporaryDirectory(prefix="oncometry-") as aside:
        batch.take(found, Path(aside))
        batch.copy()
    batch.settle()
    sweep(output)
    sign(output, key, chosen)
    return batch.result
