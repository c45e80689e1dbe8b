"""`oncometry lesions COHORT`: the ledger of its lesions."""

from __future__ import annotations

from typing import Annotated

import typer

from oncometry.cli import options
from oncometry.cli.lesions_output import show_decisions, show_ledger
from oncometry.core import Code, NothingFoundError
from oncometry.pipeline import CohortFolder
from oncometry.pipeline.lesion_ledger import lesion_ledger

__all__ = ["list_command"]


def list_command(
    cohort: options.Cohort,
    patient: Annotated[
        str | None, typer.Option("--patient", metavar="ID", help="Of this patient only.")
    ] = None,
    decisions: Annotated[
        bool, typer.Option("--decisions", help="List decisions instead, those undone among them.")
    ] = False,
    database: options.Database = None,
    json: options.Json = False,
) -> None:
    """List a cohort's lesions; the word may be left out.

    Gives each lesion's state at each visit with its reason, its sizes, how it came from the visit before, what it counts
    as, and what people decided; --json has tracking UIDs, every mask and manual reads too.

    Example: oncometry lesions cohort
    """
    folder = CohortFolder.open(cohort, database)
    with folder.store(database) as store, store.at_one_moment():
        ledger = lesion_ledger(store, patient)
    if decisions:
        show_decisions(ledger, json=json)
        return
    if not any(one.lesions for one in ledger.patients):
        raise NothingFoundError(
            Code.NOTHING_FOUND,
            "there is no lesion in it.",
            path=cohort,
            advice="Measure with `oncometry run`.",
        )
    show_ledger(ledger, json=json)
