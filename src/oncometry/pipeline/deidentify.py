"""De-identification as the first stage of a run: from there on nothing sees what came in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from oncometry.core import Code, CorruptInputError, NothingFoundError, OncometryError, SettingsError
from oncometry.io.deidentify import SCANS, Beside, Deidentified, Key, ProfileOption, by_code, deidentify
from oncometry.io.look import LookSettings
from oncometry.pipeline.set_aside import SET_ASIDE
from oncometry.pipeline.settings import Settings

__all__ = ["CleanInput", "check_kept_apart", "clean_input"]

FOLDER = "deidentified"


@dataclass(frozen=True)
class CleanInput:
    """What the run goes on with.

    Attributes:
        scans: a folder of clean copies, masks among them.
        sheets: the tables of the clinical sheet.
        done: what came of the files that came in.
    """

    scans: Path
    sheets: tuple[Path, ...]
    done: Deidentified


def check_kept_apart(cohort: Path, key: Key | None, *, begun: bool) -> None:
    """Refuse to mix originals and clean copies in one cohort.

    Raises:
        SettingsError: `SETTINGS`.
    """
    clean = (cohort / ".oncometry" / FOLDER).is_dir()
    if clean and key is None:
        raise SettingsError(
            Code.SETTINGS,
            "the cohort holds de-identified data alone; this input would bring identifiers into it.",
            path=cohort,
            advice="Give --deidentify and the same --key, or another folder.",
        )
    if begun and not clean and key is not None:
        raise SettingsError(
            Code.SETTINGS,
            "the cohort was begun with data that are not de-identified.",
            path=cohort,
            advice="Give a new folder.",
        )


def clean_input(
    inputs: tuple[Path, ...],
    beside: Beside,
    key: Key,
    settings: Settings,
    workspace: Path,
    progress: Callable[[str, int, int], None],
) -> CleanInput:
    """Write clean copies of all inputs into the workspace.

    Raises:
        SettingsError: without moved dates, which following over time needs; as `deidentify`.
        CorruptInputError, NothingFoundError: nothing is left, because of faults or without any.
    """
    if ProfileOption.RETAIN_LONGITUDINAL_MODIFIED_DATES not in settings.deidentify.options:
        raise SettingsError(
            Code.SETTINGS,
            "without dates no patient can be followed over time.",
            advice="Add retain-longitudinal-modified-dates to deidentify.options.",
        )
    output = workspace / FOLDER
    looking = LookSettings(settings.curate.geometry, settings.curate.max_file_gib)
    done = deidentify(
        inputs, output, key, settings.deidentify, beside=beside, looking=looking, progress=progress
    )
    if done.written == 0:
        raise _nothing_left(done)
    return CleanInput(output / SCANS, tuple(output / place for place in done.sheets), done)


def _nothing_left(done: Deidentified) -> OncometryError:
    codes = ", ".join(f"{code} {count}" for code, count in by_code(done.quarantined).items())
    what = f"none of the {done.files} files could be de-identified ({codes})."
    faults = [code for code, _ in done.quarantined.most_common() if code not in SET_ASIDE]
    return CorruptInputError(faults[0], what) if faults else NothingFoundError(Code.NOTHING_FOUND, what)
