"""Files that are secret: the key of de-identification, and who is who."""

from __future__ import annotations

from pathlib import Path

from oncometry.core import Code, SettingsError
from oncometry.io.deidentify import Key

__all__ = ["key_of", "stay_outside"]


def key_of(path: Path, output: Path, *, new: bool) -> Key:
    """The key in a file, or a new one put there.

    Raises:
        SettingsError: it lies in the output, cannot be read, or is there already and should be new.
    """
    stay_outside(path, output)
    return Key.create(path) if new else Key.read(path)


def stay_outside(secret: Path | None, output: Path) -> None:
    """Refuse a secret beside what it protects.

    Raises:
        SettingsError: `SETTINGS`.
    """
    if secret is not None and secret.resolve().is_relative_to(output.resolve()):
        raise SettingsError(
            Code.SETTINGS, "it would lie in the output, beside what it protects.", path=secret
        )
