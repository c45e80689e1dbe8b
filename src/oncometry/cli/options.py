"""Options that several commands share, said once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

__all__ = [
    "Cohort",
    "Config",
    "Database",
    "DryRun",
    "Form",
    "Fresh",
    "Inputs",
    "Jobs",
    "Join",
    "Json",
    "Masks",
    "NewKey",
    "Output",
    "Quiet",
    "Scheme",
    "Slices",
]

Inputs = Annotated[
    list[Path],
    typer.Argument(
        metavar="INPUT...", help="Folders, zips or files: DICOM, NIfTI, NRRD; BIDS, BraTS, nnU-Net."
    ),
]
Masks = Annotated[Path | None, typer.Option("--masks", metavar="DIR", help="Masks kept elsewhere.")]
Form = Annotated[
    str | None,
    typer.Option("--geometry", metavar="FORM", help="sform or qform, where a NIfTI file's two disagree."),
]
Slices = Annotated[
    str | None,
    typer.Option("--slices", metavar="HOW", help="longest-run: take it of a series that lacks slices."),
]
Join = Annotated[
    float | None,
    typer.Option("--join", metavar="MM", min=0, help="Parts less than this apart are one lesion [2]."),
]
Cohort = Annotated[Path, typer.Argument(metavar="COHORT", help="A folder made by `oncometry run`.")]
Output = Annotated[
    Path,
    typer.Option("-o", "--output", metavar="COHORT", help="The cohort to fill: a new, empty or earlier one."),
]
NewKey = Annotated[bool, typer.Option("--new-key", help="Make the key file first.")]
Json = Annotated[bool, typer.Option("--json", help="Data on stdout as JSON.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress on stderr.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be done; write nothing.")]
Fresh = Annotated[bool, typer.Option("--fresh", help="Do every step again, whatever is there.")]
Jobs = Annotated[
    int | None, typer.Option("--jobs", "-j", min=1, help="Patients worked on at once [all cores].")
]
Config = Annotated[Path | None, typer.Option("--config", metavar="FILE", help="Settings, YAML or TOML.")]
Scheme = Annotated[
    str | None,
    typer.Option("--scheme", metavar="NAME", help="Label scheme of the masks (see `oncometry labels`)."),
]
Database = Annotated[
    str | None,
    typer.Option(
        "--database",
        metavar="URL",
        envvar="ONCOMETRY_DATABASE",
        help="mysql+pymysql://user:password@host/name instead of SQLite in the cohort.",
        show_envvar=True,
    ),
]
