"""De-identify what lies below the inputs: files in = written + duplicate + quarantined with a code."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pydicom

from oncometry.core import Code, OncometryError, SettingsError
from oncometry.io.deidentify.file import Cleaned, clean_file
from oncometry.io.deidentify.key import Key
from oncometry.io.deidentify.review import Review
from oncometry.io.deidentify.settings import DeidentifySettings
from oncometry.io.deidentify.subject import Subject
from oncometry.io.files import write_bytes, write_text
from oncometry.io.walk import Found, walk

__all__ = ["Deidentified", "deidentify"]

_OURS = "deidentification.key-fingerprint"


@dataclass
class Deidentified:
    """What came of it.

    Attributes:
        files: how many came in.
        written, duplicates: how many went out; how many were the same instance with the same content again.
        quarantined: code -> how many were left out.
        subjects: original id -> patient. It identifies: it is written only where the user says.
    """

    files: int = 0
    written: int = 0
    duplicates: int = 0
    quarantined: Counter[Code] = field(default_factory=Counter)
    subjects: dict[str, Subject] = field(default_factory=dict, repr=False)


def deidentify(
    inputs: Sequence[Path], output: Path, key: Key, settings: DeidentifySettings | None = None
) -> Deidentified:
    """Write clean copies below `output`, with names of our own, and the table for review.

    Raises:
        SettingsError: the output holds something else, another key's files, or an input lies in it.
        NothingFoundError: an input does not exist.
    """
    _claim(inputs, output, key)
    run = _Run(output, key, settings or DeidentifySettings())
    for found in walk(inputs):
        run.take(found)
    run.settle()
    return run.result


class _Run:
    def __init__(self, output: Path, key: Key, settings: DeidentifySettings) -> None:
        self._output, self._key, self._settings = output, key, settings
        self._hashes: dict[str, str] = {}
        self._conflicts: set[str] = set()
        self._review = Review()
        self.result = Deidentified()

    def take(self, found: Found) -> None:
        self.result.files += 1
        if found.problem:
            self.result.quarantined[Code.UNREADABLE] += 1
            return
        try:
            cleaned = clean_file(found.path, self._key, self._settings)
        except OncometryError as error:
            self.result.quarantined[error.code] += 1
            return
        self._put(cleaned)

    def _put(self, cleaned: Cleaned) -> None:
        digest = hashlib.sha256(cleaned.content).hexdigest()
        earlier = self._hashes.get(cleaned.place)
        if cleaned.place in self._conflicts:
            self.result.quarantined[Code.DUPLICATE_CONFLICT] += 1
        elif earlier is None:
            write_bytes(self._output / cleaned.place, cleaned.content)
            self._hashes[cleaned.place] = digest
            self._review.add(cleaned.dataset)
            self.result.subjects.setdefault(cleaned.subject.original_id, cleaned.subject)
            self.result.written += 1
        elif earlier == digest:
            self.result.duplicates += 1
        else:
            self._conflicts.add(cleaned.place)
            self.result.quarantined[Code.DUPLICATE_CONFLICT] += 1

    def settle(self) -> None:
        """Take back the first of two instances that differ under one UID; write the review."""
        for place in self._conflicts:
            self._review.add(pydicom.dcmread(self._output / place), times=-1)
            (self._output / place).unlink()
            self.result.written -= 1
            self.result.quarantined[Code.DUPLICATE_CONFLICT] += 1
        self._review.write(self._output / "review")


def _claim(inputs: Sequence[Path], output: Path, key: Key) -> None:
    target = output.resolve()
    for given in inputs:
        source = Path(given).resolve()
        if source.is_relative_to(target) or target.is_relative_to(source):
            raise SettingsError(Code.SETTINGS, "the input and the output lie in each other.", path=output)
    sign = output / _OURS
    if sign.is_file():
        if sign.read_text("utf-8").strip() != key.fingerprint:
            raise SettingsError(Code.SETTINGS, "the output was made with another key.", path=output)
    elif output.exists() and (not output.is_dir() or any(output.iterdir())):
        raise SettingsError(
            Code.SETTINGS, "the output holds something else.", path=output, advice="Give a new folder."
        )
    else:
        write_text(sign, key.fingerprint + "\n")
