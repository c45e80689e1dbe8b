"""`oncometry doctor`: what is installed, how fast it is, what is missing, and whether a cohort is sound."""

from __future__ import annotations

import platform
import sys
from importlib.metadata import metadata
from pathlib import Path
from typing import Annotated

import typer
from packaging.requirements import Requirement

from oncometry import __version__
from oncometry.cli import options
from oncometry.cli.exits import Exit, exit_for
from oncometry.cli.output import write_json, write_pairs
from oncometry.core import Code, OncometryError
from oncometry.core.processors import cores
from oncometry.core.software import code_version, installed
from oncometry.pipeline import native_core, room, speeds, sqlite_version

__all__ = ["doctor_command"]

PACKAGE = "oncometry"
LEAST_MEMORY_GIB = 4.0
LEAST_DISK_GIB = 2.0
LEAST_OPEN_FILES = 256


def doctor_command(
    cohort: Annotated[
        Path | None, typer.Argument(metavar="COHORT", help="A cohort to check as well.")
    ] = None,
    database: options.Database = None,
    json: options.Json = False,
) -> None:
    """Say what is installed, how fast it is, what is missing, and whether a cohort is sound.

    Its output is what a bug report needs; it holds no identifiers: codes and counts, no names and no paths.
    Exits 1 where something is missing or the cohort is not sound; as other commands do where it cannot be read.

    Example: oncometry doctor cohort
    """
    found, missing = _installed()
    found |= _machine()
    ended = Exit.ERROR if missing else Exit.DONE
    if cohort is not None:
        examined, cohort_ended = _examined(cohort, database)
        found |= examined
        ended = ended or cohort_ended
    found["missing"] = missing
    if json:
        write_json(found)
    else:
        short_of = ", ".join(found["short_of"]) or "nothing"  # type: ignore[arg-type]
        write_pairs(found | {"short_of": short_of, "missing": ", ".join(missing) or "nothing"})
    sys.exit(ended)


def _examined(cohort: Path, database: str | None) -> tuple[dict[str, object], Exit]:
    """Facts of a cohort and the exit status; of one that cannot be read the code alone, since messages name paths."""
    try:
        from oncometry.pipeline import CohortFolder, examine  # noqa: PLC0415 -- where the database's library is missing, that is told

        with CohortFolder.open(cohort, database).store(database) as store:
            examined = examine(store)
    except OncometryError as error:
        return {"cohort": _unread(error.code)}, exit_for(error)
    except Exception as error:  # noqa: BLE001 -- whatever is wrong with it, the facts of the machine are wanted
        return {"cohort": f"{_unread(Code.INTERNAL)} ({type(error).__name__})"}, Exit.ERROR
    found = dict(examined.facts)
    found |= {f"fault {code}": count for code, count in examined.faults.items()}
    if examined.is_sound:
        return found | {"cohort": "sound"}, Exit.DONE
    return found | {"cohort": "not sound: `oncometry db check` names what does not hold"}, Exit.ERROR


def _unread(code: Code) -> str:
    return f"cannot be read: {code}; `oncometry db check` says why"


def _installed() -> tuple[dict[str, object], list[str]]:
    """Versions by name, and what a run cannot do without and is not there, or is too old."""
    found: dict[str, object] = {
        "oncometry": __version__,
        "code": code_version(),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "sqlite": sqlite_version(),
        "native core": "built" if native_core() else "MISSING",
        "cuda": _cuda(),
    }
    missing = [] if native_core() else ["native core"]
    about = metadata(PACKAGE)
    extras = about.get_all("Provides-Extra") or []
    for wanted in map(Requirement, about.get_all("Requires-Dist") or []):
        name, there = wanted.name, installed(wanted.name)
        fits = there is not None and wanted.specifier.contains(there, prereleases=True)
        extra = next((e for e in extras if wanted.marker and wanted.marker.evaluate({"extra": e})), None)
        if fits:
            found[name] = there
        elif extra is not None:
            found[name] = f"{there or 'not installed'}: pip install '{PACKAGE}[{extra}]'"
        elif wanted.marker is None or wanted.marker.evaluate({"extra": ""}):
            found[name] = "MISSING" if there is None else f"{there} is TOO OLD"
            missing.append(f"{name}{wanted.specifier}")
    return found, missing


def _cuda() -> str:
    """The devices that maps can be computed on, or why there are none; none is missed."""
    if not native_core():
        return "not built"
    from oncometry.features import cuda_devices, cuda_is_built  # noqa: PLC0415 -- they load the native core

    if not cuda_is_built():
        return "not built"
    return ", ".join(cuda_devices()) or "built; no device"


def _machine() -> dict[str, object]:
    """What may be used and how fast it is; a shortage says so."""
    there, fast = room(), speeds()
    shortages = [
        (there.memory_gib, LEAST_MEMORY_GIB, "memory", "GiB"),
        (there.temporary_disk_gib, LEAST_DISK_GIB, "free temporary disk", "GiB"),
        (there.open_files, LEAST_OPEN_FILES, "open files", "files"),
    ]
    short_of = [
        f"{what}: {value:g} {unit}, a run wants {least:g}"
        for value, least, what, unit in shortages
        if value is not None and value < least
    ]
    if fast.durable_write_ms is None:
        short_of.append("temporary disk: nothing can be written there")
    return {
        "encoding": sys.getfilesystemencoding(),
        "cores": cores(),
        "memory_gib": there.memory_gib,
        "temporary_disk_gib": there.temporary_disk_gib,
        "open_files": there.open_files,
        **fast._asdict(),
        "short_of": short_of,
    }
