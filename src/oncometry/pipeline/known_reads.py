"""Reads that other files of a cohort hold already: a reader says a thing once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from oncometry.core import Code, Quantity
from oncometry.io.clinical.result import RowStatus
from oncometry.pipeline.read_account import ReadAccount
from oncometry.pipeline.stored_rows import plain_rows
from oncometry.store import Store

__all__ = ["KnownReads", "known_reads"]

Place = tuple[str, str, str, str, str]
"""Patient, reader, visit, lesion, compartment."""


@dataclass(frozen=True)
class _Said:
    """Where a read stands, by which name its file calls the visit, and what it says."""

    file: str
    visit: str
    words: str


@dataclass(frozen=True, eq=False)
class KnownReads:
    """Reads by what they are of; those that are checked become known."""

    said: dict[Place, list[_Said]] = field(default_factory=dict)

    def checked(self, account: ReadAccount, file: str) -> ReadAccount:
        """The account, not to be kept where another file has that read.

        What a file of the same name says of the visit is replaced (`Store.add_readings`), so it is no other file.
        """
        if not account.kept:
            return account
        reading = account.reading
        place = _place(
            reading.patient_id, reading.reader, account.timepoint, reading.timepoint,
            account.lesion_uid or reading.lesion, reading.compartment,
        )  # fmt: skip
        words = _words(vars(reading), reading.values)
        others = [
            known
            for known in self.said.get(place, ())
            if (known.file, known.visit) != (file, reading.timepoint)
        ]
        if not others:
            self.said.setdefault(place, []).append(_Said(file, reading.timepoint, words))
            return account
        same = others[0].words == words
        how = "says the same" if same else "says otherwise"
        return replace(
            account,
            status=RowStatus.EXCLUDED if same else RowStatus.CONFLICTING,
            kept=False,
            lesion=None,
            lesion_uid=None,
            matched_by=None,
            code=Code.ROW_EXCLUDED if same else Code.ROW_CONFLICTING,
            detail=f"{others[0].file} has a reading of this lesion, visit and reader that {how}; it stays",
        )


def known_reads(store: Store) -> KnownReads:
    """The reads of the current files."""
    known = KnownReads()
    for row in plain_rows(store.table("readings")):
        place = _place(
            row["patient_id"], row["reader"], row["timepoint"], row["visit"],
            row["lesion_uid"] or row["lesion"], row["compartment"],
        )  # fmt: skip
        values = {q: row[q.value] for q in Quantity if row[q.value] is not None}
        known.said.setdefault(place, []).append(_Said(row["file"], row["visit"], _words(row, values)))
    return known


def _place(
    patient: str, reader: str, timepoint: int | None, visit: str, lesion: str, compartment: str
) -> Place:
    return patient, reader, visit if timepoint is None else f"#{timepoint}", lesion, str(compartment)


def _words(row: Mapping[str, Any], values: Mapping[Quantity, float]) -> str:
    """Sizes, state, role and whether it counts, one spelling of them."""
    said = {str(q): float(value) for q, value in values.items()}
    words = {name: row[name] for name in ("role", "status", "state", "accepted")}
    return json.dumps([said, words], sort_keys=True, default=str)
