"""The ledger of a cohort's lesions: each with its states, sizes, roles, reads, and what people decided about it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from oncometry.core import Code, Decision, NothingFoundError, Timepoint, in_force
from oncometry.pipeline.clinical import stored_visits
from oncometry.pipeline.decided_lesions import StoredLesions
from oncometry.pipeline.pending import pending_among
from oncometry.pipeline.stored_rows import Row, rows_by_patient
from oncometry.store import Store

__all__ = ["LedgerLesion", "LesionLedger", "PatientLesions", "lesion_ledger"]

TABLES = ("lesions", "observations", "measurements", "relations", "roles", "readings")
MOST_NAMED = 12
WHOLE_SIZES = ("longest_diameter_mm", "perpendicular_mm", "volume_ml")


@dataclass(frozen=True, eq=False)
class LedgerLesion:
    """One lesion, rows as in the tables of the store.

    Attributes:
        row: of `lesions`.
        observations: by time point, then mask.
        wholes: measurements of the whole lesion.
        relations, roles, readings: of those tables.
        decisions: those in force that are about it.
    """

    row: Row
    observations: Sequence[Row]
    wholes: Sequence[Row]
    relations: Sequence[Row]
    roles: Sequence[Row]
    readings: Sequence[Row]
    decisions: Sequence[Decision]

    @property
    def name(self) -> str:
        return str(self.row["lesion"])

    def cells(self) -> dict[str, Any]:
        """Everything, for `--json`."""
        visits: dict[int, dict[str, Any]] = {}
        for seen in self.observations:
            visit = visits.setdefault(
                seen["timepoint"],
                {"timepoint": seen["timepoint"], "day": seen["day"], "status": seen["status"]}
                | {"reason": seen["reason"], "sizes": []},
            )
            visit["sizes"] += [_size(row) for row in self.wholes if _at(row, seen)]
        return {
            "patient": self.row["patient_id"],
            "lesion": self.name,
            "tracking_uid": self.row["tracking_uid"],
            "excluded": self.row["excluded"],
            "visits": list(visits.values()),
            "relations": [_without_patient(row) for row in self.relations],
            "roles": [_without_patient(row) for row in self.roles],
            "readings": [_without_patient(row) for row in self.readings],
            "decisions": [decision.value_id for decision in self.decisions],
        }


@dataclass(frozen=True, eq=False)
class PatientLesions:
    """The lesions of one patient.

    Attributes:
        lesions: in order of name.
        readings: of that table, those of no lesion of the ledger among them.
        held: decisions in force.
        waiting: those of them that are of no lesion here any more.
    """

    patient_id: str
    timepoints: Sequence[Timepoint]
    lesions: Sequence[LedgerLesion]
    readings: Sequence[Row]
    held: Sequence[Decision]
    waiting: Sequence[Decision]


@dataclass(frozen=True, eq=False)
class LesionLedger:
    """All patients with a lesion, a read or a decision, or the one asked for.

    Attributes:
        decisions: those undone among them.
        pending: those of them that only the next run of the scans applies.
    """

    patients: Sequence[PatientLesions]
    decisions: Sequence[Decision]
    pending: Sequence[Decision]


def lesion_ledger(store: Store, patient_id: str | None = None) -> LesionLedger:
    """Read the ledger.

    Raises:
        NothingFoundError: `NOTHING_FOUND`, there is no such patient.
    """
    known = sorted(store.table("patients")["patient_id"])
    if patient_id is not None and patient_id not in known:
        some = ", ".join(known[:MOST_NAMED]) + (" ..." if len(known) > MOST_NAMED else "")
        raise NothingFoundError(
            Code.NOTHING_FOUND, f"there is no patient {patient_id!r}.", advice=f"There are {some}."
        )
    tables = {name: rows_by_patient(store.table(name)) for name in TABLES}
    visits = stored_visits(store)
    decisions = store.decisions(patient_id)
    wanted = [patient_id] if patient_id is not None else known
    patients = []
    for name in wanted:
        own = {table: rows.get(name, []) for table, rows in tables.items()}
        held = in_force([d for d in decisions if d.patient_id == name])
        if own["lesions"] or own["readings"] or held or patient_id is not None:
            patients.append(_patient(name, visits.get(name, []), own, held))
    return LesionLedger(patients, decisions, pending_among(decisions, store.decisions_followed()))


def _patient(
    name: str, timepoints: Sequence[Timepoint], tables: Mapping[str, Sequence[Row]], held: Sequence[Decision]
) -> PatientLesions:
    stored = StoredLesions(tables["lesions"], tables["measurements"], timepoints)
    about: dict[str, list[Decision]] = {}
    waiting = []
    for decision in held:
        names = [stored.name_of(lesion) for lesion in decision.lesions]
        if None in names:
            waiting.append(decision)
        for found in dict.fromkeys(names):
            about.setdefault(found or "", []).append(decision)
    lesions = []
    for row in sorted(tables["lesions"], key=lambda r: _order(str(r["lesion"]))):
        own = str(row["lesion"])
        lesions.append(
            LedgerLesion(
                row,
                _of(tables["observations"], own),
                [m for m in _of(tables["measurements"], own) if m["compartment"] == "whole"],
                _of(tables["relations"], own),
                [r for r in tables["roles"] if r["tracking_uid"] == row["tracking_uid"]],
                [r for r in tables["readings"] if r["lesion_uid"] == row["tracking_uid"]],
                about.get(own, []),
            )
        )
    return PatientLesions(name, timepoints, lesions, tables["readings"], held, waiting)


def _order(name: str) -> tuple[list[int], str]:
    """L2 before L10, L1.2 behind L1."""
    return [int(part) for part in name.removeprefix("L").split(".") if part.isdigit()], name


def _of(rows: Iterable[Row], lesion: str) -> list[Row]:
    return [row for row in rows if row["lesion"] == lesion]


def _at(row: Row, seen: Row) -> bool:
    return bool(row["timepoint"] == seen["timepoint"] and row["mask_key"] == seen["mask_key"])


def _size(row: Row) -> dict[str, Any]:
    named = ("value_id", "mask_key", "mask_lesion", "modality", "contrast", *WHOLE_SIZES, "reason")
    return {name: row[name] for name in named} | {"flags": json.loads(row["flags"])}


def _without_patient(row: Row) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in ("patient_id", "lesion_uid")}
