"""`oncometry lesions`: the ledger of a cohort's lesions, and what people decide about them."""

from __future__ import annotations

import typer

from oncometry.cli.lazy_group import LazyCommand, lazy_group

__all__ = ["VERBS", "app"]

DECIDE = "oncometry.cli.lesions_decide_command"
VERBS = {
    "list": LazyCommand(
        "oncometry.cli.lesions_list_command:list_command",
        "List a cohort's lesions; the word may be left out.",
    ),
    "import": LazyCommand(
        "oncometry.cli.lesions_import_command:import_command",
        "Bring manual reads into a cohort: a table, CDISC, DICOM SR or 3D Slicer markups.",
    ),
    "link": LazyCommand(f"{DECIDE}:link_command", "Say that two lesions are one."),
    "split": LazyCommand(f"{DECIDE}:split_command", "Say that from a visit on it is another lesion."),
    "exclude": LazyCommand(f"{DECIDE}:exclude_command", "Say that it is no lesion."),
    "role": LazyCommand(f"{DECIDE}:role_command", "Say what a lesion counts as: target, non-target or new."),
    "measure": LazyCommand(f"{DECIDE}:measure_command", "Give a lesion's sizes at a visit, by hand."),
    "state": LazyCommand(f"{DECIDE}:state_command", "Say how a lesion stands at a visit, by eye."),
    "status": LazyCommand(f"{DECIDE}:status_command", "Say why a lesion has no size at a visit."),
    "accept": LazyCommand(f"{DECIDE}:accept_command", "Say whose response counts."),
    "undo": LazyCommand(f"{DECIDE}:undo_command", "Take an earlier decision back."),
}
"""What there is, in the order of help. A line is the first of the command's docstring; a test holds them equal."""


app = typer.Typer(
    cls=lazy_group(VERBS, otherwise="list"),
    help="""List a cohort's lesions, or say what a person decides about them.

    `oncometry lesions COHORT` lists; with a verb it decides. A decision outranks what is computed, in every run to come,
    until it is undone.

    Example: oncometry lesions exclude cohort L2 --by Ada --why "a vessel"
    """,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def lesions() -> None:
    """The verbs are in `VERBS`."""
