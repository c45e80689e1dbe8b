"""`oncometry why`: any number back to its pixels."""

from __future__ import annotations

from typing import Annotated

import typer

from oncometry.cli import options
from oncometry.cli.output import write_json
from oncometry.pipeline import CohortFolder

__all__ = ["why_command"]


def why_command(
    cohort: options.Cohort,
    value: Annotated[
        str,
        typer.Argument(
            metavar="VALUE", help="A value_id of the tables or the report, such as measurement:12:volume_ml."
        ),
    ],
    database: options.Database = None,
    json: options.Json = False,
) -> None:
    """Follow a number back to SOP instances, mask hash, parameters and version.

    Takes a value_id, as it stands in the exported tables and in the report's tooltips.

    Example: oncometry why cohort measurement:12:volume_ml
    """
    folder = CohortFolder.open(cohort, database)
    with folder.store(database) as store:
        trace = store.why(value)
    if json:
        write_json(trace.to_json())
    else:
        typer.echo(trace.to_text())
