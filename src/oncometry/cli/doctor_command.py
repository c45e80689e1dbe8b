"""`oncometry doctor`: what is installed and what is missing."""

from __future__ import annotations

import os
import platform
import sys
from pathlib import Path
from typing import Annotated

import typer

from oncometry import __version__
from oncometry.cli import options
from oncometry.cli.exits import Exit
from oncometry.cli.output import write_json, write_pairs
from oncometry.core.software import LIBRARIES, installed
from oncometry.pipeline import CohortFolder

__all__ = ["doctor_command"]

REQUIRED = (*LIBRARIES, "sqlalchemy", "pandas")
OPTIONAL = {"PyMySQL": "mysql", "cryptography": "mysql", "nilearn": "demo"}


def doctor_command(
    cohort: Annotated[
        Path | None, typer.Argument(metavar="[COHORT]", help="A cohort to check as well.")
    ] = None,
    database: options.Database = None,
    json: options.Json = False,
) -> None:
    """Say what is installed, what is missing, and whether a cohort is sound.

    Its output is what a bug report needs; it holds no identifiers.

    Example: oncometry doctor cohort
    """
    found: dict[str, object] = {
        "oncometry": __version__,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "cores": os.cpu_count(),
    }
    missing = []
    for name in REQUIRED:
        found[name] = installed(name)
        missing += [name] if found[name] is None else []
    for name, extra in OPTIONAL.items():
        found[name] = installed(name) or f"not installed: pip install 'oncometry[{extra}]'"
    findings = []
    if cohort is not None:
        folder = CohortFolder.open(cohort, database)
        with folder.store(database) as store:
            found["database"] = store.engine_name
            found["schema"] = store.schema_version
            findings = store.check()
        found["cohort"] = "sound" if not findings else f"{len(findings)} findings: see `oncometry db check`"
    if json:
        write_json(found)
    else:
        write_pairs({name: "MISSING" if value is None else value for name, value in found.items()})
    sys.exit(Exit.ERROR if missing or findings else Exit.DONE)
