"""Whose a mask file is, where its own name gives a patient who has no image."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from oncometry.io.ledger import Ledger
from oncometry.io.manifest import SeriesRecord
from oncometry.io.walk import Found

__all__ = ["Owner", "Owners"]

Place = tuple[str, ...]


@dataclass(frozen=True)
class Owner:
    """A patient, and why a mask is taken for theirs."""

    patient_id: str
    because: str


@dataclass(frozen=True)
class Owners:
    """The patients who have images, and in which folders those lie.

    Attributes:
        patients: their ids.
        below: folder (name of the input, then folders) -> patients with images in it or below.
    """

    patients: frozenset[str]
    below: Mapping[Place, frozenset[str]]

    @classmethod
    def of(
        cls, series: Iterable[SeriesRecord], ledger: Ledger, others: Collection[str] = frozenset()
    ) -> Owners:
        """From the series that were found; `others` have images that came earlier."""
        below: dict[Place, set[str]] = defaultdict(set)
        patients = set(others)
        for record in series:
            patients.add(record.patient_id)
            for folder in {ledger[i.path].found.parts[:-1] for i in record.instances}:
                for depth in range(1, len(folder) + 1):
                    below[folder[:depth]].add(record.patient_id)
        return cls(frozenset(patients), {place: frozenset(ids) for place, ids in below.items()})

    def owner(self, found: Found, named: str) -> Owner | None:
        """Who a mask belongs to that is `named` for a patient without images; None if nothing says.

        The only patient there is; else the only one with images in the nearest folder above it that holds
        any; else the only one of those whose id stands in its path.
        """
        if named in self.patients:
            return None
        if len(self.patients) == 1:
            return Owner(min(self.patients), "the only one")
        near = self._near(found.parts[:-1])
        if len(near) == 1:
            return Owner(min(near), "whose images lie beside it")
        path = "/".join(found.parts[1:])
        told = [patient for patient in near or self.patients if _stands_in(path, patient)]
        return Owner(told[0], "whose id stands in its path") if len(told) == 1 else None

    def _near(self, folder: Place) -> frozenset[str]:
        depths = range(len(folder), 0, -1)
        return next((self.below[folder[:d]] for d in depths if folder[:d] in self.below), frozenset())


def _stands_in(path: str, patient_id: str) -> bool:
    """Whether an id stands in a path by itself, not as part of a longer word or number."""
    return re.search(rf"(?<![A-Za-z0-9]){re.escape(patient_id)}(?![A-Za-z0-9])", path) is not None
