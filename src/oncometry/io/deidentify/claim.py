"""The output of de-identification: whose it is, and that it is not mixed with anything else."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from oncometry import __version__
from oncometry.core import Code, SettingsError
from oncometry.io.deidentify.key import Key
from oncometry.io.deidentify.settings import DeidentifySettings
from oncometry.io.files import write_text

__all__ = ["REVIEW", "SCANS", "SHEETS", "claim", "is_of_this_version", "sign"]

SCANS, SHEETS, REVIEW = "scans", "clinical", "review"
"""Folders of the output: copies of scans, tables of the clinical sheet, what a person signs off."""

_OURS = "deidentification.json"


def claim(inputs: Sequence[Path], output: Path, key: Key, settings: DeidentifySettings) -> None:
    """Take a new or empty folder, or one that was filled under this key with these options.

    Raises:
        SettingsError: it holds something else, or an input lies in it or it in an input.
    """
    target = output.resolve()
    for given in inputs:
        source = Path(given).resolve()
        if source.is_relative_to(target) or target.is_relative_to(source):
            raise SettingsError(Code.SETTINGS, "the input and the output lie in each other.", path=output)
    signed = _signed(output)
    if signed is not None:
        _check(signed, output, key, settings)
    elif output.exists() and (not output.is_dir() or any(output.iterdir())):
        raise SettingsError(
            Code.SETTINGS, "the output holds something else.", path=output, advice="Give a new folder."
        )
    else:
        sign(output, key, settings)
    (output / SCANS).mkdir(exist_ok=True)


def sign(output: Path, key: Key, settings: DeidentifySettings) -> None:
    """Say with which key, options and version everything there was made."""
    said = {"key": key.fingerprint, "options": sorted(settings.options), "oncometry": __version__}
    write_text(output / _OURS, json.dumps(said, indent=1) + "\n")


def is_of_this_version(output: Path) -> bool:
    """Whether what lies there is what this version would make of the same files."""
    signed = _signed(output)
    return signed is not None and signed.get("oncometry") == __version__


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
