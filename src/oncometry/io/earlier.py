"""What earlier inputs of a cohort brought: kept, unless a new input speaks of the same place."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

from oncometry.io.manifest import DoseRecord, MaskRecord, Record, Records, SeriesRecord

__all__ = ["Earlier", "NothingEarlier", "sources_of", "still_there"]

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


def sources_of(record: Record) -> tuple[Path, ...]:
    """The files that a record was read from."""
    return tuple(i.path for i in record.instances) if isinstance(record, SeriesRecord) else (record.path,)


def still_there(records: Records, now: Collection[str], roots: Sequence[Path]) -> Records:
    """Records that a new input leaves as they are.

    Args:
        now: keys that the new input has itself.
        roots: the new inputs. Of what lies below them they tell everything: what is no longer found there
            is gone.
    """
    resolved = [root.resolve() for root in roots]

    def stays(record: Record) -> bool:
        return record.key not in now and not any(_below(p, resolved) for p in sources_of(record))

    return Records(_those(records.series, stays), _those(records.masks, stays), _those(records.doses, stays))


def _those(records: Iterable[R], stays: Callable[[Record], bool]) -> tuple[R, ...]:
    return tuple(record for record in records if stays(record))


def _below(path: Path, roots: Sequence[Path]) -> bool:
    absolute = path.parent.resolve() / path.name
    return any(absolute == root or root in absolute.parents for root in roots)
