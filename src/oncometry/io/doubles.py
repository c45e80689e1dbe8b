"""Files with the bytes of another patient's: counted as duplicates, but never without a word."""

from __future__ import annotations

from collections import Counter

from oncometry.core import Code, Notice
from oncometry.io.layouts import identify
from oncometry.io.ledger import Ledger
from oncometry.io.manifest import FileKind, FileStatus
from oncometry.io.places import Places

__all__ = ["doubled_patients"]


def doubled_patients(ledger: Ledger, places: Places) -> tuple[Notice, ...]:
    """A notice for each pair of patients, by place and name, of whom one repeats files of the other."""
    volumes = [e for e in ledger.entries if e.kind in (FileKind.NIFTI, FileKind.NRRD)]
    first = {e.found.shown: e for e in volumes}
    pairs: Counter[tuple[str, str]] = Counter()
    for entry in volumes:
        original = first.get(entry.duplicate_of or "")
        if entry.status is FileStatus.DUPLICATE and original is not None:
            pair = (identify(entry.found, places).patient_id, identify(original.found, places).patient_id)
            pairs[pair] += pair[0] != pair[1]
    return tuple(
        Notice(
            Code.PATIENT_CONFLICT,
            f"{count} files of patient {one!r} have the bytes of files of patient {other!r}: they are counted as "
            "duplicates. If these are two people, one of them has the other's files.",
        )
        for (one, other), count in sorted(pairs.items())
        if count
    )
