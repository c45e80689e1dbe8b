"""One file of the input, looked at and cleaned: what runs in a process with limits."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from oncometry.core import UnsupportedError
from oncometry.io.deidentify.file import clean_file
from oncometry.io.deidentify.key import Key
from oncometry.io.deidentify.review import Text, texts_of
from oncometry.io.deidentify.settings import DeidentifySettings
from oncometry.io.deidentify.subject import Subject
from oncometry.io.files import sha256_of, write_bytes
from oncometry.io.look import Look, LookSettings, look
from oncometry.io.manifest import FileKind

__all__ = ["Taken", "Target", "put", "take"]


@dataclass(frozen=True)
class Target:
    """Where clean copies go, and how they are made.

    Attributes:
        anew: whether files of an earlier run are made anew (another version made them) rather than compared.
    """

    output: Path
    key: Key
    settings: DeidentifySettings
    anew: bool = False


@dataclass(frozen=True, slots=True)
class Taken:
    """A copy that was made.

    Attributes:
        place: below the output.
        digests: SHA-256 of the content, and of what stood there before; two that differ are a conflict.
        texts: what it still says.
        subject: whom it is of.
    """

    place: str
    digests: frozenset[str]
    texts: tuple[Text, ...]
    subject: Subject


def take(path: Path, target: Target, looking: LookSettings) -> Taken | Look:
    """A DICOM file is copied at once; of any other, what it is.

    Raises:
        OncometryError: why it is left out.
    """
    seen = look(path, looking)
    if seen.code is not None:
        raise UnsupportedError(seen.code, seen.detail)
    if seen.kind is not FileKind.DICOM:
        return seen
    cleaned = clean_file(path, target.key, target.settings)
    texts = tuple(texts_of(cleaned.dataset))
    return put(target, cleaned.place, cleaned.content, texts, cleaned.subject)


def put(target: Target, place: str, content: bytes, texts: tuple[Text, ...], subject: Subject) -> Taken:
    """Write a copy, unless another content stands at its place.

    Raises:
        StoreError: `WRITE_FAILED`.
    """
    path, digest = target.output / place, hashlib.sha256(content).hexdigest()
    before = sha256_of(path) if path.is_file() and not target.anew else None
    if before is None:
        write_bytes(path, content)
    return Taken(place, frozenset((digest, before or digest)), texts, subject)
