"""One file of the input, looked at and cleaned: what runs in a process with limits."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from oncometry.core import UnsupportedError
from oncometry.io.deidentify.file import clean_file
from oncometry.io.deidentify.key import Key
from oncometry.io.deidentify.planned import Plan, Seen
from oncometry.io.deidentify.settings import DeidentifySettings
from oncometry.io.deidentify.sidecar import clean_sidecar
from oncometry.io.deidentify.subject import Subject
from oncometry.io.deidentify.texts import Text, texts_in, texts_of
from oncometry.io.deidentify.volume import clean_volume, ending_of
from oncometry.io.deidentify.words import cleaned
from oncometry.io.files import sha256_of, write_bytes, write_text
from oncometry.io.labelmap import label_table
from oncometry.io.look import Look, LookSettings, look
from oncometry.io.manifest import FileKind

__all__ = ["Taken", "Target", "copy_sidecar", "copy_volume", "take"]


@dataclass(frozen=True)
class Target:
    """Where clean copies go, and how they are made.

    Attributes:
        anew: whether files of an earlier run are made anew (another version made them) rather than compared.
    """

    output: Path
    key: Key
    settings: DeidentifySettings
    looking: LookSettings
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


def take(path: Path, target: Target) -> Taken | Look:
    """A DICOM file is copied at once; of any other, what it is.

    Raises:
        OncometryError: why it is left out.
    """
    seen = look(path, target.looking)
    if seen.code is not None:
        raise UnsupportedError(seen.code, seen.detail)
    if seen.kind is not FileKind.DICOM:
        return seen
    cleaned_file = clean_file(path, target.key, target.settings)
    digests = _put(target, cleaned_file.place, cleaned_file.content)
    return Taken(cleaned_file.place, digests, tuple(texts_of(cleaned_file.dataset)), cleaned_file.subject)


def copy_volume(seen: Seen, target: Target, plan: Plan) -> Taken:
    """Write the copy of a NIfTI or NRRD file, and the table of its labels beside it.

    Raises:
        OncometryError: why it is left out.
    """
    path, kind = seen.found.path, seen.look.kind
    place = plan.place + ending_of(path, kind)
    digests = _put(target, place, clean_volume(path, kind, target.looking))
    beside = ((number, cleaned(said.name) or "label") for number, said in label_table(path).items())
    labels = plan.labels or tuple(beside)
    if labels:
        rows = "".join(f"{number}\t{name}\n" for number, name in labels)
        write_text(target.output / f"{plan.place}.tsv", f"index\tname\n{rows}")
    return Taken(place, digests, texts_in(target.output / place), plan.subject)


def copy_sidecar(path: Path, target: Target, plan: Plan) -> Taken:
    """Write the copy of the JSON file that belongs to a volume.

    Raises:
        OncometryError: why it is left out.
    """
    place = f"{plan.place}.json"
    digests = _put(target, place, clean_sidecar(path))
    return Taken(place, digests, texts_in(target.output / place), plan.subject)


def _put(target: Target, place: str, content: bytes) -> frozenset[str]:
    """Write a copy, unless another content stands at its place; gives the digests of both.

    Raises:
        StoreError: `WRITE_FAILED`.
    """
    path, digest = target.output / place, hashlib.sha256(content).hexdigest()
    before = sha256_of(path) if path.is_file() and not target.anew else None
    if before is None:
        write_bytes(path, content)
    return frozenset((digest, before or digest))
