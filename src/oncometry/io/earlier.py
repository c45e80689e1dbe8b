"""What earlier inputs of a cohort brought: kept, unless a new input speaks of the same place."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

from oncometry.io.manifest import DoseRecord, MaskRecord, Record, Records, SeriesRecord

__all__ = ["Earlier", "Joined", "NothingEarlier", "join"]

R = TypeVar("R", SeriesRecord, MaskRecord, DoseRecord)


class Earlier(Protocol):
    """The cohort's memory of its inputs."""

    @property
    def patients(self) -> frozenset[str]:
        """Ids of all patients of the cohort."""

    def of(self, patients: Collection[str]) -> tuple[Records, Records]:
        """What was found of these patients: as it was read, and as it was linked and dated."""

    def check(self, patients: Collection[str]) -> None:
        """Say whether what is kept of these patients was read as this input is.

        Raises:
            SettingsError: `SETTINGS`, it was read under other settings.
        """


@dataclass(frozen=True)
class NothingEarlier:
    """A cohort that begins."""

    patients: frozenset[str] = frozenset()

    def of(self, patients: Collection[str]) -> tuple[Records, Records]:  # noqa: ARG002 -- the protocol's
        """Nothing."""
        return Records(), Records()

    def check(self, patients: Collection[str]) -> None:
        """Nothing is kept."""


@dataclass(frozen=True, eq=False)
class Joined:
    """What came now, beside what earlier inputs brought of the same patients.

    Attributes:
        known: all of the latter, as it was read.
        read: what came now, and what is known and whose files are there: it is linked and dated anew.
        away: what is known and whose files are put away, as it was linked.
    """

    known: Records
    read: Records
    away: Records


def join(found: Records, earlier: Earlier, roots: Sequence[Path]) -> Joined:
    """Lay what an input brings beside what is known.

    Args:
        roots: the inputs. Of what lies below them they tell everything: what is no longer found there is gone.

    Raises:
        SettingsError: `SETTINGS`, what stays was read under other settings.
    """
    known, linked = (
        _still_there(records, found.keys, roots)
        for records in earlier.of({r.patient_id for r in found.every})
    )
    earlier.check({r.patient_id for r in known.every})
    here = {r.key for r in known.every if all(path.exists() for path in _sources_of(r))}
    return Joined(known, found.joined(known.where(here)), linked.where(known.keys - here))


def _sources_of(record: Record) -> tuple[Path, ...]:
    """The files that a record was read from."""
    return tuple(i.path for i in record.instances) if isinstance(record, SeriesRecord) else (record.path,)


def _still_there(records: Records, now: Collection[str], roots: Sequence[Path]) -> Records:
    """Records that a new input leaves as they are: not among its own keys, not below its roots."""
    resolved = [root.resolve() for root in roots]

    def stays(record: Record) -> bool:
        return record.key not in now and not any(_below(p, resolved) for p in _sources_of(record))

    return Records(_those(records.series, stays), _those(records.masks, stays), _those(records.doses, stays))


def _those(records: Iterable[R], stays: Callable[[Record], bool]) -> tuple[R, ...]:
    return tuple(record for record in records if stays(record))


def _below(path: Path, roots: Sequence[Path]) -> bool:
    absolute = path.parent.resolve() / path.name
    return any(absolute == root or root in absolute.parents for root in roots)
