"""`oncometry train`: a network of one's own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from oncometry.cli import options
from oncometry.cli.output import write_json
from oncometry.pipeline import progress_for
from oncometry.training_settings import load_training, require_torch

__all__ = ["train_command"]


def train_command(
    config: Annotated[
        Path, typer.Argument(metavar="CONFIG", help="YAML, TOML or JSON: data, architecture, how to learn.")
    ],
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="DIR", help="A new folder, or one to go on in.")
    ],
    json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Train a network on your images and masks, or on label maps of heads; killed, it goes on where it was.

    Leaves the weights (safetensors) with their card, learning curves, and what is needed to go on. Dice on whole cases of
    patients held out stands on the card.

    Example: oncometry train starter.yaml -o starter
    """
    settings = load_training(config)
    require_torch()
    from oncometry.one_training import TrainRequest, train  # noqa: PLC0415 -- torch is heavy, and need not be there

    with progress_for(quiet=quiet) as reporter:
        trained = train(TrainRequest(settings, output), reporter)
    if json:
        write_json(trained.to_json())
    else:
        typer.echo(trained.result)
