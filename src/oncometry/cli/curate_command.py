"""`oncometry curate`: what came in, accounted for and laid out."""

from __future__ import annotations

import typer

from oncometry.cli import options
from oncometry.cli.carry_out import carry_out, exit_for_summary, tell_findings
from oncometry.cli.manifest_output import show_manifest
from oncometry.cli.settings import settings_from
from oncometry.pipeline import RunRequest, progress_for

__all__ = ["curate_command"]


def curate_command(
    inputs: options.Inputs,
    output: options.Output,
    masks: options.Masks = None,
    scheme: options.Scheme = None,
    geometry: options.Form = None,
    slices: options.Slices = None,
    config: options.Config = None,
    database: options.Database = None,
    jobs: options.Jobs = None,
    fresh: options.Fresh = False,
    dry_run: options.DryRun = False,
    json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Account for every file and lay the images out as a BIDS derivative; measure nothing.

    Gives the manifest: each file used, duplicate, or quarantined with a code.

    Example: oncometry curate scans.zip -o cohort --json
    """
    request = RunRequest(
        inputs=tuple(inputs),
        cohort=output,
        masks=masks,
        settings=settings_from(config, scheme=scheme, geometry=geometry, slices=slices),
        database=database,
        jobs=jobs,
        fresh=fresh,
        measure=False,
    )
    with progress_for(quiet=quiet) as reporter:
        ran = carry_out(request, reporter, dry_run=dry_run, json=json)
    show_manifest(ran.manifest, json=json)
    tell_findings(ran)
    raise typer.Exit(exit_for_summary(ran.summary))
