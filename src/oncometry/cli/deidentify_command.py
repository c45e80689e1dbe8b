"""`oncometry deidentify`: copies that say nothing of whom they show."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import Annotated, TextIO

import typer

from oncometry.cli import options
from oncometry.cli.exits import exit_for_counts
from oncometry.cli.output import tell, write_json, write_pairs
from oncometry.cli.secret import key_of, stay_outside
from oncometry.core import Code, SettingsError
from oncometry.io.deidentify import (
    Beside,
    Deidentified,
    DeidentifySettings,
    Key,
    ProfileOption,
    by_code,
    check_inputs,
    deidentify,
)
from oncometry.pipeline import one_writer

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
        "--crosswalk", metavar="FILE", help="Write original ids, pseudonyms and day shifts: a secret."
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
    stay_outside(crosswalk, output)
    beside = Beside(masks, clinical, {name: name for name in column or ()})
    check_inputs(inputs, beside, output)
    with _reserved(crosswalk) as who_is_who:
        secret_key = key_of(key, output, new=new_key)
        chosen = DeidentifySettings(options=frozenset(option or ()))
        with one_writer(output, tell):
            done = deidentify(inputs, output, secret_key, chosen, beside=beside)
        if who_is_who is not None:
            who_is_who.write(_crosswalk(done))
    _show(done, secret_key, json)
    _tell_what_is_left_out(done)
    raise typer.Exit(
        exit_for_counts(done.written, corrupt=bool(done.quarantined), failed=bool(done.quarantined))
    )


@contextmanager
def _reserved(path: Path | None) -> Iterator[TextIO | None]:
    """The file of the crosswalk, made before anything is written; it goes where nothing comes of the rest."""
    if path is None:
        yield None
        return
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise SettingsError(
            Code.SETTINGS,
            f"the crosswalk cannot be made ({error.strerror}).",
            path=path,
            advice="Give a new file in a folder that is there.",
        ) from error
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            yield stream
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _crosswalk(done: Deidentified) -> str:
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(("original_id", "pseudonym", "day_shift"))
    table.writerows((who.original_id, who.pseudonym, who.days) for who in done.subjects.values())
    return text.getvalue()


def _tell_what_is_left_out(done: Deidentified) -> None:
    """On stderr: files left out by their codes, or that there were none to begin with."""
    for code, count in by_code(done.quarantined).items():
        tell(f"left out: {code}: {count} of {done.files} files")
    if not done.files:
        tell(f"nothing found: {Code.NOTHING_FOUND}: there are no files in what was given")


def _show(done: Deidentified, key: Key, json: bool) -> None:
    counts = {f.name: getattr(done, f.name) for f in fields(done) if f.name != "subjects"}
    counts["quarantined"] = by_code(done.quarantined)
    counts["notices"] = by_code(done.notices)
    counts["emptied"] = dict(sorted(done.emptied.items()))
    counts["key_fingerprint"] = key.fingerprint
    if json:
        write_json(counts)
    else:
        write_pairs(counts)
