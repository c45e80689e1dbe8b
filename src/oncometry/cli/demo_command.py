"""`oncometry demo`: a made-up cohort that looks like the real thing."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from oncometry.cli import options
from oncometry.cli.output import write_json
from oncometry.pipeline import counter, progress_for
from oncometry.synthesis import DemoSettings, write_demo

__all__ = ["demo_command"]


def demo_command(
    output: Annotated[Path, typer.Option("-o", "--output", metavar="DIR", help="A new or empty folder.")],
    patients: Annotated[int, typer.Option("--patients", min=1, max=5000)] = 3,
    seed: Annotated[int, typer.Option("--seed", min=0, help="The same seed gives the same bytes.")] = 1,
    full: Annotated[bool, typer.Option("--full", help="1 mm voxels instead of 1x1x5 mm.")] = False,
    tables_only: Annotated[bool, typer.Option("--tables-only", help="Spreadsheets without images.")] = False,
    anatomy: Annotated[
        Path | None,
        typer.Option("--anatomy", metavar="LABELMAP", help="A whole-head label map instead of MNI152."),
    ] = None,
    jobs: options.Jobs = None,
    json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Write a synthetic cohort: DICOM series, masks, a clinical spreadsheet, and the truth beside them.

    It is made, not downloaded, and says so wherever it appears.

    Example: oncometry demo -o demo --patients 3 --seed 1
    """
    settings = DemoSettings(
        patients=patients, seed=seed, full=full, tables_only=tables_only, anatomy=anatomy, jobs=jobs
    )
    with progress_for(quiet=quiet) as reporter:
        demo = write_demo(output, settings, counter(reporter))
    if json:
        write_json(demo.to_json())
    else:
        typer.echo(output)
