"""The command line: `oncometry COMMAND`. It calls the pipeline and the store and holds no science."""

from __future__ import annotations

import sys
import warnings
from typing import Annotated

import typer

from oncometry import __version__
from oncometry.cli import (
    clinical_command,
    config_command,
    curate_command,
    db_command,
    demo_command,
    doctor_command,
    export_command,
    labels_command,
    measure_command,
    report_command,
    run_command,
    why_command,
)
from oncometry.cli.exits import Exit, exit_for
from oncometry.cli.output import tell
from oncometry.core import OncometryError, OncometryWarning

__all__ = ["app", "main"]

app = typer.Typer(
    name="oncometry",
    help="Measures tumors on CT and MRI and follows them over time.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

app.command("run")(run_command.run_command)
app.command("curate")(curate_command.curate_command)
app.command("measure")(measure_command.measure_command)
app.command("labels")(labels_command.labels_command)
app.command("clinical")(clinical_command.clinical_command)
app.command("report")(report_command.report_command)
app.command("export")(export_command.export_command)
app.command("why")(why_command.why_command)
app.command("demo")(demo_command.demo_command)
app.command("doctor")(doctor_command.doctor_command)
app.add_typer(db_command.app, name="db")
app.add_typer(config_command.app, name="config")


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"oncometry {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Measures tumors on CT and MRI and follows them over time."""


def _show_warning(message: Warning | str, *_: object, **__: object) -> None:
    if isinstance(message, OncometryWarning):
        tell(f"warning: {message}")


def main() -> None:
    """Entry point of the `oncometry` command."""
    warnings.showwarning = _show_warning
    try:
        app()
    except OncometryError as error:
        tell(f"error: {error}")
        sys.exit(exit_for(error))
    except KeyboardInterrupt:
        tell("stopped; run the same command again to go on from here")
        sys.exit(Exit.ERROR)
