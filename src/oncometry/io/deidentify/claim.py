"""The output of de-identification: whose it is, and that it is not mixed with anything else."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from oncometry import __version__
from oncometry.core import Code, SettingsError
from oncometry.io.deidentify.key import Key
from oncometry.io.deidentify.settings import DeidentifySettings
from oncometry.io.files import write_text

__all__ = ["REVIEW", "SCANS", "SHEETS", "below_ours", "check_place", "claim", "is_of_this_version", "sign"]

SCANS, SHEETS, REVIEW = "scans", "clinical", "review"
"""Folders of the output: copies of scans, tables of the clinical sheet, what a person signs off."""

_TURN = ".oncometry"
_OURS = "deidentification.json"


def claim(output: Path, key: Key, settings: DeidentifySettings) -> None:
    """Take a new or empty folder (`check_place`), or one that was filled under this key with these options.

    Raises:
        SettingsError: it was filled under another key, or with other options.
    """
    signed = _signed(output)
    if signed is None:
        sign(output, key, settings)
    else:
        _check(signed, output, key, settings)
    (output / SCANS).mkdir(exist_ok=True)


def check_place(inputs: Sequence[Path], output: Path) -> None:
    """Refuse an output that is not ours to write into, before anything is.

    Raises:
        SettingsError: it holds something else, or an input lies in it or it in an input.
    """
    target = output.resolve()
    for given in inputs:
        source = Path(given).resolve()
        if source.is_relative_to(target) or target.is_relative_to(source):
            raise SettingsError(Code.SETTINGS, "the input and the output lie in each other.", path=output)
    if output.exists() and _signed(output) is None and not _is_blank(output):
        raise SettingsError(
            Code.SETTINGS, "the output holds something else.", path=output, advice="Give a new folder."
        )


def sign(output: Path, key: Key, settings: DeidentifySettings) -> None:
    """Say with which key, options and version everything there was made."""
    said = {"key": key.fingerprint, "options": sorted(settings.options), "oncometry": __version__}
    write_text(output / _OURS, json.dumps(said, indent=1) + "\n")


def is_of_this_version(output: Path) -> bool:
    """Whether what lies there is what this version would make of the same files."""
    signed = _signed(output)
    return signed is not None and signed.get("oncometry") == __version__


def below_ours(paths: Iterable[Path], key: Key) -> frozenset[Path]:
    """Those that lie in an output of de-identification under this key."""
    known: dict[Path, bool] = {}

    def ours(folder: Path) -> bool:
        if folder not in known:
            signed = _signed(folder)
            below = folder != folder.parent and ours(folder.parent)
            known[folder] = below or (signed is not None and signed.get("key") == key.fingerprint)
        return known[folder]

    return frozenset(path for path in paths if ours(path.absolute().parent))


def _is_blank(folder: Path) -> bool:
    """Whether a folder holds nothing but the turn of whoever writes into it."""
    return folder.is_dir() and all(
        path.name == _TURN and path.is_dir() and [p.name for p in path.iterdir()] == ["turn"]
        for path in folder.iterdir()
    )


def _signed(output: Path) -> dict[str, object] | None:
    path = output / _OURS
    if not path.is_file():
        return None
    try:
        signed = json.loads(path.read_text("utf-8"))
    except ValueError:
        return {}
    return signed if isinstance(signed, dict) else {}


def _check(signed: dict[str, object], output: Path, key: Key, settings: DeidentifySettings) -> None:
    if signed.get("key") != key.fingerprint:
        raise SettingsError(
            Code.SETTINGS, "the output was made with another key.", path=output, advice="Give a new folder."
        )
    options = sorted(settings.options)
    if signed.get("options") != options:
        raise SettingsError(
            Code.SETTINGS,
            f"the output was made with the options {signed.get('options')}, not {options}.",
            path=output,
            advice="Give a new folder, or the same options.",
        )
