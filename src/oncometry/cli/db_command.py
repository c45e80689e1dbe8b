"""`oncometry db`: the cohort's database."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from oncometry.cli import options
from oncometry.cli.exits import Exit
from oncometry.cli.output import tell, write_json, write_table
from oncometry.cli.whole_group import WholeGroup
from oncometry.pipeline import CohortFolder

__all__ = ["app"]

app = typer.Typer(
    cls=WholeGroup, help="Upgrade, back up, restore or check a cohort's database.", no_args_is_help=True
)


@app.command("upgrade")
def upgrade_command(
    cohort: options.Cohort, database: options.Database = None, json: options.Json = False
) -> None:
    """Bring the database to this version's schema; an older one is backed up first.

    Example: oncometry db upgrade cohort
    """
    folder = CohortFolder.open(cohort, database)
    done = folder.upgrade(tell, database)
    if json:
        backup = None if done.backup is None else str(done.backup)
        write_json({"before": done.before, "after": done.after, "backup": backup})
    elif done.backup is None:
        typer.echo(f"schema {done.after}, nothing to do")
    else:
        typer.echo(f"schema {done.before} -> {done.after}; what it was before is in {done.backup}")


@app.command("backup")
def backup_command(
    cohort: options.Cohort, database: options.Database = None, json: options.Json = False
) -> None:
    """Write a backup of the database into the cohort, with its hash beside it.

    Prints where it is. Images are files of the cohort and not part of it.

    Example: oncometry db backup cohort
    """
    path = CohortFolder.open(cohort, database).back_up(tell, database)
    if json:
        write_json({"backup": str(path)})
    else:
        typer.echo(path)


@app.command("restore")
def restore_command(
    cohort: options.Cohort,
    backup: Annotated[Path, typer.Argument(metavar="FILE", help="A backup made by Oncometry.")],
    database: options.Database = None,
    json: options.Json = False,
) -> None:
    """Put a backup in the place of the database; what is there now is backed up first.

    Example: oncometry db restore cohort cohort/backups/oncometry-0001-20260102T030405.000000Z.db
    """
    kept = CohortFolder.open(cohort, database).restore(backup, tell, database)
    if json:
        write_json({"restored": str(backup), "kept": None if kept is None else str(kept)})
    else:
        typer.echo(f"restored from {backup}" + ("" if kept is None else f"; what was there is in {kept}"))


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
        typer.echo("no faults: hashes, keys and sums hold")
    raise typer.Exit(Exit.ERROR if findings else Exit.DONE)
