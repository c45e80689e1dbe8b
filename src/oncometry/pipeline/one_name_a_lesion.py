"""One name a lesion: what a reader calls otherwise at each visit is one lesion where it was matched with one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from oncometry.store import ImportedRead

__all__ = ["one_name_a_lesion"]


def one_name_a_lesion(reads: Sequence[ImportedRead], names: Mapping[str, str]) -> tuple[ImportedRead, ...]:
    """Reads in which a lesion of the ledger has one name a reader, and a name is of one lesion.

    Where a reader's own names do that they stay; else the ledger's stand for them: lines drawn at each visit are often
    all called alike. What was matched with no lesion keeps its name, or follows it where it is of one lesion alone.

    Args:
        reads: of a patient.
        names: tracking UID -> display id of the patient's lesions.
    """
    by_reader: dict[str, list[ImportedRead]] = defaultdict(list)
    for read in reads:
        by_reader[read.reading.reader].append(read)
    calls = {reader: _Names(own, names) for reader, own in by_reader.items()}
    return tuple(calls[read.reading.reader].named(read) for read in reads)


class _Names:
    """How one reader's lesions are called."""

    def __init__(self, reads: Sequence[ImportedRead], ledger: Mapping[str, str]) -> None:
        self.uids: dict[str, set[str]] = defaultdict(set)
        own: dict[str, set[str]] = defaultdict(set)
        for read in reads:
            if read.lesion_uid is not None:
                self.uids[read.reading.lesion].add(read.lesion_uid)
                own[read.lesion_uid].add(read.reading.lesion)
        self.there = {(read.lesion_uid, _visit(read)) for read in reads}
        kept = {
            uid: next(iter(said))
            for uid, said in own.items()
            if len(said) == 1 and len(self.uids[next(iter(said))]) == 1
        }
        alone = {read.reading.lesion for read in reads if not self.uids.get(read.reading.lesion)}
        taken = alone | set(kept.values())
        self.names = kept | {
            uid: _free(ledger.get(uid, uid), taken, "cohort") for uid in own if uid not in kept
        }

    def named(self, read: ImportedRead) -> ImportedRead:
        """The read under the name of its lesion."""
        reading = read.reading
        lesion = self._unmatched(read) if read.lesion_uid is None else self.names[read.lesion_uid]
        return replace(
            read,
            reading=replace(
                reading,
                lesion=lesion,
                part_of=self._followed(reading.part_of),
                merged_into=self._followed(reading.merged_into),
            ),
        )

    def _unmatched(self, read: ImportedRead) -> str:
        """As it is matched at other visits, unless that lesion is there beside it."""
        said = read.reading.lesion
        uids = self.uids.get(said, set())
        if len(uids) == 1 and (next(iter(uids)), _visit(read)) not in self.there:
            return self.names[next(iter(uids))]
        return _free(said, set(self.names.values()), "reader")

    def _followed(self, said: str | None) -> str | None:
        """The name of a lesion that another is said to be part of."""
        uids = self.uids.get(said, set()) if said is not None else set()
        return self.names[next(iter(uids))] if len(uids) == 1 else said


def _visit(read: ImportedRead) -> tuple[str | int, str]:
    reading = read.reading
    return reading.timepoint if read.timepoint is None else read.timepoint, reading.compartment


def _free(name: str, taken: set[str], giver: str) -> str:
    """The name; with who gave it, where another lesion has it."""
    return f"{name} of the {giver}" if name in taken else name
