"""`oncometry db`: the cohort's database."""

from __future__ import annotations

import typer

from oncometry.cli import options
from oncometry.cli.exits import Exit
from oncometry.cli.output import write_json, write_table
from oncometry.pipeline import CohortFolder

__all__ = ["app"]

app = typer.Typer(help="Upgrade or check a cohort's database.", no_args_is_help=True)


@app.command("upgrade")
def upgrade_command(
    cohort: options.Cohort, database: options.Database = None, json: options.Json = False
) -> None:
    """Bring the database to this version's schema.

    Example: oncometry db upgrade cohort
    """
    folder = CohortFolder.open(cohort, database)
    before, after = folder.upgrade(database)
    if json:
        write_json({"before": before, "after": after})
    else:
        typer.echo(f"schema {before} -> {after}" if before != after else f"schema {after}, nothing to do")


@app.command("check")
def check_command(
    cohort: options.Cohort, database: options.Database = None, json: options.Json = False
) -> None:
    """Recompute hashes, foreign keys and sums; say what does not hold.

    Exits 1 if anything is found.

    Example: oncometry db check cohort
    """
    folder = CohortFolder.open(cohort, database)
    with folder.store(database) as store:
        findings = store.check()
    if json:
        write_json([finding.to_json() for finding in findings])
    elif findings:
        write_table(("code", "what"), [(f.code, f.what) for f in findings])
    else:
        typer.echo("nothing found: hashes, keys and sums hold")
    raise typer.Exit(Exit.ERROR if findings else Exit.DONE)
