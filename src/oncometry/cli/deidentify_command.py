"""`oncometry deidentify`: copies that say nothing of whom they show."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from oncometry.cli import options
from oncometry.cli.crosswalk import list_beside, reserved
from oncometry.cli.exits import exit_for_counts
from oncometry.cli.output import tell, write_json, write_pairs
from oncometry.cli.secret import check_apart, key_of, stay_outside
from oncometry.core import Code, SettingsError
from oncometry.io.deidentify import (
    Beside,
    Deidentified,
    DeidentifySettings,
    Key,
    ProfileOption,
    by_code,
    check_columns,
    check_inputs,
    deidentify,
)
from oncometry.io.isolation import isolated
from oncometry.pipeline import SET_ASIDE, one_writer

__all__ = ["deidentify_command"]

Output = Annotated[
    Path, typer.Option("-o", "--output", metavar="OUTPUT", help="A new or empty folder, or one of this key.")
]
Chosen = Annotated[
    list[ProfileOption] | None,
    typer.Option("--option", help="An option of the basic profile; may be repeated."),
]
Clinical = Annotated[
    Path | None,
    typer.Option("--clinical", metavar="SHEET", help="A clinical sheet to go along, CSV or XLSX."),
]
Columns = Annotated[
    list[str] | None,
    typer.Option(
        "--column", metavar="HEADER", help="A column of the sheet whose text stays; may be repeated."
    ),
]
Crosswalk = Annotated[
    Path | None,
    typer.Option(
        "--crosswalk",
        metavar="FILE",
        help="Write original ids, pseudonyms and day shifts, and beside it the files left out: a secret.",
    ),
]


def deidentify_command(
    inputs: options.Inputs,
    output: Output,
    key: Annotated[Path, typer.Option("--key", metavar="FILE", help="The secret key, outside the output.")],
    new_key: options.NewKey = False,
    option: Chosen = None,
    masks: options.Masks = None,
    clinical: Clinical = None,
    column: Columns = None,
    crosswalk: Crosswalk = None,
    json: options.Json = False,
) -> None:
    """Write copies of scans without what identifies, by PS3.15 Annex E, under a secret key.

    What may show a name in its pixels, is no radiology, or cannot be read, is left out and counted by its code.

    Example: oncometry deidentify scans -o clean --key secret.key --new-key
    """
    _check_places(output, key, crosswalk, clinical, (*inputs, masks))
    beside = Beside(masks, clinical, {name: name for name in column or ()})
    check_inputs(inputs, beside, output)
    _check_columns(beside)
    with reserved(crosswalk) as who_is_who:
        secret_key = key_of(key, output, (*inputs, masks), new=new_key)
        chosen = DeidentifySettings(options=frozenset(option or ()))
        with one_writer(output, tell):
            done = deidentify(inputs, output, secret_key, chosen, beside=beside)
        if who_is_who is not None:
            who_is_who.write(done)
    _show(done, secret_key, json)
    _tell_what_is_left_out(done, crosswalk)
    faulty = any(code not in SET_ASIDE for code in done.quarantined)
    raise typer.Exit(exit_for_counts(done.written, corrupt=faulty, failed=False))


def _check_places(
    output: Path, key: Path, crosswalk: Path | None, clinical: Path | None, inputs: tuple[Path | None, ...]
) -> None:
    """Refuse places of which one would spoil another.

    Raises:
        SettingsError: `SETTINGS`.
    """
    files = None if crosswalk is None else list_beside(crosswalk)
    for secret in (key, crosswalk, files):
        stay_outside(secret, output, inputs)
    beside = {"--crosswalk": crosswalk, "the list of files left out": files, "--clinical": clinical}
    check_apart({"--output": output, "--key": key, **beside})


def _check_columns(beside: Beside) -> None:
    """Refuse --column that names nothing.

    Raises:
        SettingsError: there is no sheet, or no such column in it.
    """
    if beside.columns and beside.clinical is None:
        raise SettingsError(
            Code.SETTINGS,
            "--column names a column of a sheet, and there is none.",
            advice="Add --clinical SHEET.",
        )
    if beside.columns and beside.clinical is not None:
        isolated(check_columns, beside.clinical.absolute(), tuple(beside.columns))


def _tell_what_is_left_out(done: Deidentified, crosswalk: Path | None) -> None:
    """On stderr: files left out by their codes and where they are named, or that there was nothing to copy."""
    for code, count in by_code(done.quarantined).items():
        tell(f"left out: {code}: {count} of {done.files} files")
    if done.left_out and crosswalk is not None:
        tell(f"left out: {list_beside(crosswalk)} says which and why; it is as secret as the originals")
    elif done.left_out:
        tell("left out: run it again with --crosswalk FILE to have beside it a list of which and why")
    if not done.files:
        tell(f"nothing found: {Code.NOTHING_FOUND}: there are no files in what was given")
    elif not done.written:
        tell(f"nothing found: no file that can be de-identified in what was given (files: {done.files})")


def _show(done: Deidentified, key: Key, json: bool) -> None:
    counts: dict[str, object] = {
        "files": done.files,
        "written": done.written,
        "duplicates": done.duplicates,
        "opened": done.opened,
        "quarantined": by_code(done.quarantined),
        "notices": by_code(done.notices),
        "emptied": dict(sorted(done.emptied.items())),
        "of_other_version": done.of_other_version,
        "sheets": done.sheets,
        "columns_left_out": done.columns_left_out,
        "cells_left_out": done.cells_left_out,
        "key_fingerprint": key.fingerprint,
    }
    if json:
        write_json(counts)
    else:
        write_pairs(counts)
