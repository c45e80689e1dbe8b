"""`oncometry doctor`: what is installed, how fast it is, what is missing, and whether a cohort is sound."""

from __future__ import annotations

import platform
import sys
from pathlib import Path
from typing import Annotated

import typer

from oncometry import __version__
from oncometry.cli import options
from oncometry.cli.exits import Exit
from oncometry.cli.output import write_json, write_pairs
from oncometry.core.processors import cores
from oncometry.core.software import LIBRARIES, code_version, installed
from oncometry.pipeline import CohortFolder, examine, native_core, room, speeds, sqlite_version

__all__ = ["doctor_command"]

REQUIRED = (*LIBRARIES, "sqlalchemy", "alembic", "pandas", "pyarrow", "openpyxl", "matplotlib")
OPTIONAL = {"PyMySQL": "mysql", "cryptography": "mysql", "nilearn": "demo"}
LEAST_MEMORY_GIB = 4.0
LEAST_DISK_GIB = 2.0
LEAST_OPEN_FILES = 256


def doctor_command(
    cohort: Annotated[
        Path | None, typer.Argument(metavar="[COHORT]", help="A cohort to check as well.")
    ] = None,
    database: options.Database = None,
    json: options.Json = False,
) -> None:
    """Say what is installed, how fast it is, what is missing, and whether a cohort is sound.

    Its output is what a bug report needs; it holds no identifiers: codes and counts, no names and no paths.
    Exits 1 where something is missing or the cohort is not sound.

    Example: oncometry doctor cohort
    """
    found, missing = _installed()
    found |= _machine()
    sound = True
    if cohort is not None:
        folder = CohortFolder.open(cohort, database)
        with folder.store(database) as store:
            examined = examine(store)
        found |= examined.facts
        found |= {f"fault {code}": count for code, count in examined.faults.items()}
        sound = examined.is_sound
        found["cohort"] = "sound" if sound else "not sound: `oncometry db check` names what does not hold"
    found["missing"] = missing
    if json:
        write_json(found)
    else:
        short_of = ", ".join(found["short_of"]) or "nothing"  # type: ignore[arg-type]
        write_pairs(found | {"short_of": short_of, "missing": ", ".join(missing) or "nothing"})
    sys.exit(Exit.ERROR if missing or not sound else Exit.DONE)


def _installed() -> tuple[dict[str, object], list[str]]:
    """Versions by name, and what a run cannot do without and is not there."""
    found: dict[str, object] = {
        "oncometry": __version__,
        "code": code_version(),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "sqlite": sqlite_version(),
        "native core": "built" if native_core() else None,
    }
    found |= {name: installed(name) for name in REQUIRED}
    missing = [name for name, there in found.items() if there is None]
    for name, extra in OPTIONAL.items():
        found[name] = installed(name) or f"not installed: pip install 'oncometry[{extra}]'"
    return {name: "MISSING" if there is None else there for name, there in found.items()}, missing


def _machine() -> dict[str, object]:
    """What may be used and how fast it is; a shortage says so."""
    there, fast = room(), speeds()
    shortages = [
        (there.memory_gib, LEAST_MEMORY_GIB, "memory", "GiB"),
        (there.temporary_disk_gib, LEAST_DISK_GIB, "free temporary disk", "GiB"),
        (there.open_files, LEAST_OPEN_FILES, "open files", "files"),
    ]
    return {
        "encoding": sys.getfilesystemencoding(),
        "cores": cores(),
        "memory_gib": there.memory_gib,
        "temporary_disk_gib": there.temporary_disk_gib,
        "open_files": there.open_files,
        **fast._asdict(),
        "short_of": [
            f"{what}: {value:g} {unit}, a run wants {least:g}"
            for value, least, what, unit in shortages
            if value is not None and value < least
        ],
    }
