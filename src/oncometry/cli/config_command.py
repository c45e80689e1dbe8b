"""`oncometry config`: settings as they would be used."""

from __future__ import annotations

from typing import Annotated

import typer
import yaml

from oncometry.cli import options
from oncometry.cli.output import write_json
from oncometry.cli.whole_group import WholeGroup
from oncometry.pipeline import load_settings, settings_schema

__all__ = ["app"]

app = typer.Typer(cls=WholeGroup, help="Show settings and their schema.", no_args_is_help=True)


@app.command("show")
def show_command(
    config: options.Config = None,
    schema: Annotated[bool, typer.Option("--schema", help="The JSON Schema of the file instead.")] = False,
    json: options.Json = False,
) -> None:
    """Print all settings, defaults included, ready to be saved and edited.

    Example: oncometry config show > oncometry.yaml
    """
    if schema:
        write_json(settings_schema())
        return
    data = load_settings(config).model_dump(mode="json")
    if json:
        write_json(data)
    else:
        typer.echo(yaml.safe_dump(data, sort_keys=False), nl=False)
