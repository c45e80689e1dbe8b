"""One file of the input, looked at and cleaned: what runs in a process with limits."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from oncometry.core import UnsupportedError
from oncometry.io.deidentify.file import clean_file, meet
from oncometry.io.deidentify.identifiers import Identifiers
from oncometry.io.deidentify.key import Key
from oncometry.io.deidentify.planned import Plan, Seen
from oncometry.io.deidentify.settings import DeidentifySettings
from oncometry.io.deidentify.sidecar import clean_sidecar
from oncometry.io.deidentify.subject import Subject
from oncometry.io.deidentify.texts import Text, texts_in, texts_of
from oncometry.io.deidentify.volume import clean_volume, ending_of
from oncometry.io.files import sha256_of, write_bytes, write_text
from oncometry.io.labelmap import label_table
from oncometry.io.look import Look, LookSettings, look
from oncometry.io.manifest import FileKind

__all__ = ["Met", "Taken", "Target", "copy_sidecar", "copy_volume", "see", "take"]


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
        emptied: attributes -> how often one was emptied because of what it said.
    """

    place: str
    digests: frozenset[str]
    texts: tuple[Text, ...]
    subject: Subject
    emptied: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Met:
    """A DICOM file before it is copied: whose it is, and what identifies them."""

    patient_id: str
    identifiers: Identifiers


def see(path: Path, target: Target) -> Met | Look:
    """Of a DICOM file, whom it is about; of any other, what it is.

    Raises:
        OncometryError: why it is left out.
    """
    seen = look(path, target.looking)
    if seen.code is not None:
        raise UnsupportedError(seen.code, seen.detail)
    return Met(*meet(path)) if seen.kind is FileKind.DICOM else seen


def take(path: Path, target: Target, identifiers: Identifiers) -> Taken:
    """Write the copy of a DICOM file.

    Raises:
        OncometryError: why it is left out.
    """
    clean = clean_file(path, target.key, target.settings, identifiers)
    digests = _put(target, clean.place, clean.content)
    return Taken(clean.place, digests, tuple(texts_of(clean.dataset)), clean.subject, clean.emptied)


def copy_volume(seen: Seen, target: Target, plan: Plan) -> Taken:
    """Write the copy of a NIfTI or NRRD file, and the table of its labels beside it.

    Raises:
        OncometryError: why it is left out.
    """
    path, kind = seen.found.path, seen.look.kind
    place = plan.place + ending_of(path, kind)
    digests = _put(target, place, clean_volume(path, kind, target.looking, target.key))
    beside = (
        (number, plan.subject.descriptor(said.name) or "label") for number, said in label_table(path).items()
    )
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
    digests = _put(target, place, clean_sidecar(path, plan.subject, target.key, target.settings))
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
