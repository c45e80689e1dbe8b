"""What `run` and `curate` share: carry a request out, or only say what it would do."""

from __future__ import annotations

import typer

from oncometry.cli.exits import Exit, exit_for_counts
from oncometry.cli.manifest_output import exit_for_manifest, show_manifest
from oncometry.cli.output import tell
from oncometry.pipeline import Ran, Reporter, RunRequest, RunSummary, preview, run

__all__ = ["carry_out", "exit_for_summary", "tell_findings"]

MOST_NAMED = 20


def carry_out(request: RunRequest, reporter: Reporter, *, dry_run: bool, json: bool) -> Ran:
    """Run; with `dry_run` show the manifest and exit."""
    if dry_run:
        manifest = preview(request, reporter)
        show_manifest(manifest, json=json)
        code = exit_for_manifest(manifest)
        if code is Exit.NOTHING_FOUND and (request.clinical or request.reads) and request.key is None:
            tell("notice: no image was found: of a cohort without images the sheets would say who there is")
            code = Exit.DONE
        raise typer.Exit(code)
    return run(request, reporter)


def exit_for_summary(summary: RunSummary) -> Exit:
    """Done, some failed, nothing found, or all corrupt."""
    found = summary.series + summary.masks + summary.of_sheets
    return exit_for_counts(found, corrupt=summary.corrupt > 0, failed=bool(summary.failures))


def tell_findings(ran: Ran) -> None:
    """On stderr, a line each: files refused with code and reason, what is to be known of patients, what failed."""
    summary = ran.summary
    for refused in summary.refused[:MOST_NAMED]:
        tell(f"refused: {refused['code']}: {refused['file']}: {refused['detail']}")
    if len(summary.refused) > MOST_NAMED:
        tell(f"refused: {len(summary.refused) - MOST_NAMED} files more; the table `files` has all")
    if summary.series + summary.masks + summary.of_sheets == 0:
        tell(
            f"nothing found: no image or mask that can be measured in what was given (files: {summary.files})"
        )
    for notice in ran.manifest.notices[:MOST_NAMED]:
        tell(f"notice: {notice}")
    if len(ran.manifest.notices) > MOST_NAMED:
        tell(
            f"notice: {len(ran.manifest.notices) - MOST_NAMED} more; `oncometry curate --dry-run --json` gives all"
        )
    for notice in ran.notices:
        tell(f"notice: {notice}")
    for failure in summary.failures:
        tell(f"failed: {failure}")
