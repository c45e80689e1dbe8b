"""`oncometry lesions import`: manual reads into a cohort, every reading accounted for."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from oncometry.cli import options
from oncometry.cli.exits import Exit
from oncometry.cli.output import tell, write_json, write_pairs, write_table
from oncometry.core import Code, SettingsError
from oncometry.io.clinical import RowStatus
from oncometry.pipeline import (
    CohortFolder,
    ReadsAsked,
    ReadsOutcome,
    check_kept_apart,
    import_reads,
    load_settings,
    one_writer,
)

__all__ = ["import_command"]

MOST_NAMED = 12
SHOWN = ("source", "patient_id", "reader", "visit", "reader_lesion", "status", "kept", "code", "detail")


def import_command(
    cohort: options.Cohort,
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="FILE...", help="Table (CSV, XLSX), DICOM SR, 3D Slicer markups."),
    ] = None,
    tu: Annotated[Path | None, typer.Option("--tu", metavar="TU", help="CDISC: which lesions.")] = None,
    tr: Annotated[Path | None, typer.Option("--tr", metavar="TR", help="CDISC: their sizes.")] = None,
    reader: Annotated[
        str | None, typer.Option("--reader", metavar="NAME", help="Who read, where the file does not say.")
    ] = None,
    patient: Annotated[
        str | None, typer.Option("--patient", metavar="ID", help="Whose markups they are.")
    ] = None,
    visit: Annotated[
        str | None,
        typer.Option("--visit", metavar="VISIT", help="Of which visit markups are: number, label or date."),
    ] = None,
    names_are_ledger: Annotated[
        bool, typer.Option("--names-are-ledger", help="Lesions are called as in the cohort: L2 is its L2.")
    ] = False,
    database: options.Database = None,
    json: options.Json = False,
) -> None:
    """Bring manual reads into a cohort: a table, CDISC, DICOM SR or 3D Slicer markups.

    Says of each reading to which lesion of the cohort it was matched, and by what: tracking UID, name or place; what is
    not matched is kept and told with its reason. The same file again adds nothing, a newer one takes its place.

    Example: oncometry lesions import cohort reads.csv --reader "Dr. B"
    """
    if (tu is None) != (tr is None) or not (files or tu):
        raise SettingsError(
            Code.SETTINGS,
            "there is nothing to import." if tu is None and tr is None else "CDISC takes two files.",
            advice="Give files of reads, or both --tu TU and --tr TR.",
        )
    folder = CohortFolder.open(cohort, database)
    check_kept_apart(cohort, None, begun=True)
    reach_mm = load_settings(folder.path / "settings.yaml").measurement.match_distance_mm
    asked = ReadsAsked(reader, patient, visit, names_are_ledger, reach_mm)
    cdisc = None if tu is None or tr is None else (tu, tr)
    with one_writer(cohort, tell), folder.store(database) as store:
        outcome = import_reads(files or (), cdisc, store, asked)
    for file in outcome.files:
        for notice in file.notices:
            tell(f"warning: {notice}")
    _show(outcome, json=json)
    _tell_strangers(outcome)
    raise typer.Exit(Exit.SOME_FAILED if outcome.conflicting else Exit.DONE)


def _tell_strangers(outcome: ReadsOutcome) -> None:
    """Announce patients whom the cohort does not have: nothing of them is kept."""
    read = [(account.reading.patient_id, account) for account in outcome.accounts]
    nobody = [name for name, one in read if one.status is RowStatus.UNMATCHED and not one.kept]
    if nobody:
        names = sorted(set(nobody))
        some = ", ".join(names[:MOST_NAMED]) + (" ..." if len(names) > MOST_NAMED else "")
        tell(
            f"warning: the cohort has no scan of {some}: {len(nobody)} of {len(read)} readings are not kept; "
            "`oncometry assess` judges files without a cohort, by --table or --tu and --tr"
        )


def _show(outcome: ReadsOutcome, *, json: bool) -> None:
    counts = {**outcome.counts, "rows added": outcome.added}
    if json:
        write_json(
            {
                "counts": counts,
                "files": [{"name": file.name, "form": file.form} for file in outcome.files],
                "readings": [account.cells() for account in outcome.accounts],
                "rows": [vars(row) for row in outcome.rows],
            }
        )
        return
    write_pairs(counts)
    accounts = [account.cells() for account in outcome.accounts if account.code or account.detail]
    if accounts:
        write_table(SHOWN, [[account[name] for name in SHOWN] for account in accounts])
    for row in outcome.rows:
        used = "left out" if row.status is not RowStatus.MATCHED else "of which something is not used"
        tell(f"row {row.file}:{row.row} {used}: {row.code}: {row.detail}")
