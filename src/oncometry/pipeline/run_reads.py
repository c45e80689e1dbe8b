"""Manual reads that a run brings in beside the scans: checked before anything is written, kept after lesions are followed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from oncometry.core import Code, Notice, SettingsError
from oncometry.io.clinical.result import RowStatus
from oncometry.io.isolation import isolated
from oncometry.io.lesion_drawing import UNNAMED
from oncometry.io.manual_reads import ManualReads, ReadForm, read_manual_reads
from oncometry.pipeline.read_account import ReadsOutcome

__all__ = ["checked_reads", "told_of_reads"]

MOST_NAMED = 3


def checked_reads(paths: Sequence[Path]) -> tuple[ManualReads, ...]:
    """The files as they are read, where each reading says who read.

    Raises:
        SettingsError: `SETTINGS`, some name no reader, or they are markups, which say too little.
        NothingFoundError, UnsupportedError, CorruptInputError: as `read_manual_reads`.
    """
    found = []
    for path in paths:
        file: ManualReads = isolated(read_manual_reads, path)
        nameless = sum(drawing.reading.reader in ("", UNNAMED) for drawing in file.drawings)
        markups = file.form is ReadForm.MARKUPS
        if nameless or markups:
            lacking = (
                "markups say neither whose nor of which visit they are"
                if markups
                else f"{nameless} of {len(file.drawings)} readings name no reader"
            )
            hint, more = (
                ("B", ", with --patient and --visit") if markups else ("Add a column `reader`, or b", "")
            )
            raise SettingsError(
                Code.SETTINGS,
                f"{lacking}.",
                path=path,
                advice=f"{hint}ring them after the run: `oncometry lesions import COHORT FILE --reader NAME`{more}.",
            )
        found.append(file)
    return tuple(found)


def told_of_reads(outcome: ReadsOutcome) -> tuple[tuple[Notice, ...], tuple[Notice, ...]]:
    """What is worth saying of imported reads, and what failed: those that conflict."""
    notices = [notice for file in outcome.files for notice in file.notices]
    lost = [a.reading.patient_id for a in outcome.accounts if a.status is RowStatus.UNMATCHED and not a.kept]
    if lost:
        names = sorted(set(lost))
        some = ", ".join(names[:MOST_NAMED]) + (" ..." if len(names) > MOST_NAMED else "")
        what = f"{len(lost)} readings are of patients whom the cohort does not have ({some}): not kept."
        notices.append(Notice(Code.ROW_UNMATCHED, what))
    wrong = [a.detail for a in outcome.accounts if a.status is RowStatus.CONFLICTING]
    wrong += [row.detail for row in outcome.rows if row.status is RowStatus.CONFLICTING]
    failures = []
    if wrong:
        failures.append(Notice(Code.ROW_CONFLICTING, f"{len(wrong)} manual reads conflict: {wrong[0]}."))
    return tuple(notices), tuple(failures)
