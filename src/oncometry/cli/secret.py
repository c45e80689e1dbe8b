"""Files that are secret: the key of de-identification, who is who, and which files were left out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import permutations
from pathlib import Path

from oncometry.core import Code, SettingsError
from oncometry.io.deidentify import Key

__all__ = ["check_apart", "key_of", "stay_outside"]


def key_of(path: Path, output: Path, inputs: Iterable[Path | None], *, new: bool) -> Key:
    """The key in a file, or a new one put there.

    Raises:
        SettingsError: it lies in the output or an input, cannot be read, or is there already and should be new.
    """
    stay_outside(path, output, inputs)
    return Key.create(path) if new else Key.read(path)


def stay_outside(secret: Path | None, output: Path, inputs: Iterable[Path | None]) -> None:
    """Refuse a secret beside what it protects, or among the files that are read.

    Raises:
        SettingsError: `SETTINGS`.
    """
    if secret is None:
        return
    place = secret.resolve()
    if place.is_relative_to(output.resolve()):
        raise SettingsError(
            Code.SETTINGS, "it would lie in the output, beside what it protects.", path=secret
        )
    if any(given is not None and place.is_relative_to(given.resolve()) for given in inputs):
        raise SettingsError(
            Code.SETTINGS,
            "it would lie in the input, and be read as one of its files.",
            path=secret,
            advice="Give a file elsewhere.",
        )


def check_apart(named: Mapping[str, Path | None]) -> None:
    """Refuse two that are one file, or one of which would lie below the other.

    Args:
        named: as the user knows it ('--key') -> where it is or will be.

    Raises:
        SettingsError: `SETTINGS`.
    """
    places = {name: path.resolve() for name, path in named.items() if path is not None}
    for (first, one), (second, other) in permutations(places.items(), 2):
        if one == other:
            raise SettingsError(
                Code.SETTINGS,
                f"{first} and {second} name one file.",
                path=named[second],
                advice="Give each its own.",
            )
        if one.is_relative_to(other):
            raise SettingsError(
                Code.SETTINGS,
                f"{first} would lie below {second}, which is a file.",
                path=named[first],
                advice="Give each its own.",
            )
