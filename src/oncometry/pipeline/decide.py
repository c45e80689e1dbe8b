"""What a person says of lesions, checked against the ledger before it is kept."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from oncometry.core import (
    LARGEST_SIZES,
    PROGRAM,
    Code,
    Compartment,
    DecidedLesion,
    Decision,
    DecisionKind,
    LesionRole,
    LesionStatus,
    NonTargetState,
    NothingFoundError,
    Quantity,
    SettingsError,
    Timepoint,
    undone,
    visit_anchors,
)
from oncometry.pipeline.lesion_ledger import LedgerLesion, LesionLedger, PatientLesions
from oncometry.response import criterion_named
from oncometry.store import Store

__all__ = ["Decider", "keep"]

AT_A_VISIT = frozenset({DecisionKind.MEASURE, DecisionKind.STATUS, DecisionKind.STATE})
"""Kinds that say how a lesion is at one visit, each in the place of the others."""


@dataclass(frozen=True, eq=False)
class Decider:
    """A person who decides about the lesions of a ledger. Each verb gives decisions that are not kept yet.

    Attributes:
        ledger: of the cohort, or of one patient.
        reader, why: who, and why.
        patient_id: whose lesions are meant; None where their names are those of one patient.
        made: when.

    Raises, in all verbs:
        NothingFoundError: `NOTHING_FOUND`, there is no such lesion, visit, patient, reader, decision.
        SettingsError: `SETTINGS`, it does not make sense.
    """

    ledger: LesionLedger
    reader: str
    why: str
    patient_id: str | None = None
    made: datetime | None = None

    def __post_init__(self) -> None:
        for option, text in (("--by", self.reader), ("--why", self.why)):
            if not text.strip():
                raise _refused(f"{option} is empty: a decision has who made it and why.")
        if self.reader.strip().casefold() == PROGRAM:
            raise _refused(f"{PROGRAM!r} is this program; a decision is a person's.")

    def link(self, one: str, other: str) -> list[Decision]:
        """Two lesions are one."""
        patient, first = self._lesion(one)
        beside, second = self._lesion(other)
        if patient is not beside:
            raise _refused(f"{one} is of patient {patient.patient_id}, {other} of {beside.patient_id}.")
        if first is second:
            raise _refused(f"{one} and {other} are the same lesion.")
        _check_order(patient)
        masks = [
            {(o["timepoint"], o["mask_key"]) for o in x.observations if o["mask_key"]}
            for x in (first, second)
        ]
        shared = sorted(masks[0] & masks[1])
        if shared:
            raise _refused(
                f"one mask of visit {shared[0][0]} shows both {first.name} and {second.name}: in a mask a lesion is one.",
                "Draw them as one lesion there, or exclude one.",
            )
        return [
            self._decision(patient, DecisionKind.LINK, _as_seen(patient, first), _as_seen(patient, second))
        ]

    def split(self, lesion: str, visit: str) -> list[Decision]:
        """From a visit on it is another lesion."""
        patient, found = self._lesion(lesion)
        _check_order(patient)
        since = _visit(patient, visit)
        seen = [o["timepoint"] for o in found.observations if o["mask_key"] is not None]
        if not any(n < since.number for n in seen) or not any(n >= since.number for n in seen):
            raise _refused(f"{found.name} is not seen both before visit {since.number} and from then on.")
        return [self._decision(patient, DecisionKind.SPLIT, _as_seen(patient, found), at=since)]

    def exclude(self, lesion: str) -> list[Decision]:
        """It is no lesion."""
        patient, found = self._lesion(lesion)
        return [self._decision(patient, DecisionKind.EXCLUDE, _as_seen(patient, found))]

    def role(self, lesion: str, role: LesionRole, criteria: str | None = None) -> list[Decision]:
        """What it counts as, by one criterion or all."""
        patient, found = self._lesion(lesion)
        if criteria is not None:
            criterion_named(criteria)
        made = self._decision(patient, DecisionKind.ROLE, _as_seen(patient, found))
        return [replace(made, role=role, criteria=criteria)]

    def measure(
        self, lesion: str, visit: str, sizes: Mapping[Quantity, float], compartment: Compartment
    ) -> list[Decision]:
        """Its sizes at a visit, by hand: one decision each."""
        patient, found = self._lesion(lesion)
        at = _visit(patient, visit)
        _check_sizes(sizes)
        made = self._decision(patient, DecisionKind.MEASURE, _as_seen(patient, found), at=at)
        return [replace(made, compartment=compartment, quantity=q, value=v) for q, v in sizes.items()]

    def state(self, lesion: str, visit: str, state: NonTargetState) -> list[Decision]:
        """How it stands at a visit, by eye."""
        patient, found = self._lesion(lesion)
        made = self._decision(
            patient, DecisionKind.STATE, _as_seen(patient, found), at=_visit(patient, visit)
        )
        return [replace(made, state=state)]

    def status(self, lesion: str, visit: str, status: LesionStatus) -> list[Decision]:
        """Why it has no size at a visit."""
        patient, found = self._lesion(lesion)
        if status is LesionStatus.MEASURED:
            raise _refused("a lesion is measured by a size.", "Use `oncometry lesions measure`.")
        made = self._decision(
            patient, DecisionKind.STATUS, _as_seen(patient, found), at=_visit(patient, visit)
        )
        return [replace(made, status=status)]

    def accept(self, reader: str, visit: str | None = None, criteria: str | None = None) -> list[Decision]:
        """Whose response counts: at one visit or all, by one criterion or all."""
        patient = self._patient()
        there = {PROGRAM, *(str(row["reader"]) for row in patient.readings)}
        if reader not in there:
            raise NothingFoundError(
                Code.NOTHING_FOUND,
                f"there is no reader {reader!r}.",
                advice=f"There are {', '.join(sorted(there))}.",
            )
        if criteria is not None:
            criterion_named(criteria)
        at = None if visit is None else _visit(patient, visit)
        made = self._decision(patient, DecisionKind.ACCEPT, at=at)
        return [replace(made, accepted_reader=reader, criteria=criteria)]

    def undo(self, number: int) -> list[Decision]:
        """An earlier decision does not hold any more."""
        found = next((d for d in self.ledger.decisions if d.number == number), None)
        if found is None:
            raise NothingFoundError(Code.NOTHING_FOUND, f"there is no decision {number}.")
        if number in undone(self.ledger.decisions):
            raise _refused(f"decision {number} does not hold any more: it was undone.")
        return [
            Decision(found.patient_id, self.reader, self._when, self.why, DecisionKind.UNDO, undoes=number)
        ]

    @property
    def _when(self) -> datetime:
        return self.made or datetime.now(UTC).replace(microsecond=0)

    def _decision(
        self,
        patient: PatientLesions,
        kind: DecisionKind,
        *lesions: DecidedLesion,
        at: Timepoint | None = None,
    ) -> Decision:
        anchor = None if at is None else visit_anchors(patient.timepoints)[at]
        return Decision(patient.patient_id, self.reader, self._when, self.why, kind, lesions, anchor)

    def _patient(self) -> PatientLesions:
        if len(self.ledger.patients) == 1:
            return self.ledger.patients[0]
        raise _refused("it is not said of which patient.", "Give --patient ID.")

    def _lesion(self, name: str) -> tuple[PatientLesions, LedgerLesion]:
        """By its display name or its tracking UID."""
        found = [
            (patient, lesion)
            for patient in self.ledger.patients
            for lesion in patient.lesions
            if name in (lesion.name, lesion.row["tracking_uid"])
        ]
        if not found:
            raise NothingFoundError(
                Code.NOTHING_FOUND,
                f"there is no lesion {name!r}.",
                advice="`oncometry lesions COHORT` lists them.",
            )
        if len(found) > 1:
            some = ", ".join(patient.patient_id for patient, _ in found[:3]) + (
                " ..." if len(found) > 3 else ""
            )
            raise _refused(f"{len(found)} patients have a lesion {name} ({some}).", "Give --patient ID.")
        return found[0]


def keep(store: Store, decisions: Sequence[Decision], held: Sequence[Decision]) -> tuple[Decision, ...]:
    """Keep what does not hold already; gives all with the numbers they have.

    What was decided alike before a decision that outranks it is kept anew: it is to hold again.

    Args:
        store: nobody else writes to it meanwhile.
        decisions: new ones.
        held: those in force.
    """
    known = {_content(d): d for d in held if not any(x.number > d.number and _outranks(x, d) for x in held)}
    new = [d for d in decisions if _content(d) not in known]
    kept = {_content(d): d for d in store.add_decisions(new)} if new else {}
    return tuple(kept.get(_content(d)) or known[_content(d)] for d in decisions)


def _content(decision: Decision) -> Decision:
    """What is decided, whoever decided it, when and why."""
    lesions = tuple(DecidedLesion(x.name, x.tracking_uid) for x in decision.lesions)
    return replace(decision, reader="", made=datetime.min, why="", lesions=lesions, number=0)


def _outranks(later: Decision, earlier: Decision) -> bool:
    """Whether a later decision may leave nothing of what an earlier one says."""
    if later.patient_id != earlier.patient_id or _content(later) == _content(earlier):
        return False
    shared = {x.tracking_uid for x in later.lesions} & {x.tracking_uid for x in earlier.lesions}
    kinds = {later.kind, earlier.kind}
    if kinds == {DecisionKind.ACCEPT} or (kinds == {DecisionKind.ROLE} and shared):
        return (later.anchor, later.criteria) == (earlier.anchor, earlier.criteria)
    if kinds == {DecisionKind.MEASURE}:
        part = (later.anchor, later.compartment, later.quantity)
        return bool(shared) and part == (earlier.anchor, earlier.compartment, earlier.quantity)
    if kinds <= AT_A_VISIT:
        return bool(shared) and later.anchor == earlier.anchor
    return bool(shared) and kinds == {DecisionKind.LINK, DecisionKind.SPLIT}


def _refused(what: str, advice: str = "") -> SettingsError:
    return SettingsError(Code.SETTINGS, what, advice=advice)


def _check_order(patient: PatientLesions) -> None:
    if not all(timepoint.is_ordered for timepoint in patient.timepoints):
        raise _refused(
            f"nothing tells which visit of patient {patient.patient_id} came first: lesions are not compared.",
            "Put the visits into folders that say their order (ses-01, ses-02), and run again.",
        )


def _visit(patient: PatientLesions, text: str) -> Timepoint:
    """By number, label or date."""
    found = [
        t
        for t in patient.timepoints
        if text in (str(t.number), t.label, "" if t.acquired is None else t.acquired.isoformat())
    ]
    if len(found) == 1:
        return found[0]
    there = ", ".join(f"{t.number} ({_told(t)})" for t in patient.timepoints)
    if found:
        raise _refused(f"{text!r} may be more than one visit.", f"There are {there}.")
    raise NothingFoundError(
        Code.NOTHING_FOUND,
        f"patient {patient.patient_id} has no visit {text!r}.",
        advice=f"There are {there}.",
    )


def _told(visit: Timepoint) -> str:
    """Label and date, as either names the visit."""
    return visit.label if visit.acquired is None else f"{visit.label}, {visit.acquired}"


def _as_seen(patient: PatientLesions, lesion: LedgerLesion) -> DecidedLesion:
    """Where the lesion is at the first visit that shows it."""
    anchors = {t.number: anchor for t, anchor in visit_anchors(patient.timepoints).items()}
    places = [
        row for row in lesion.wholes if row["centroid_x_mm"] is not None and row["timepoint"] in anchors
    ]
    first = min(places, key=lambda row: (row["timepoint"], row["mask_key"]), default=None)
    if first is None:
        return DecidedLesion(lesion.name, lesion.row["tracking_uid"])
    center = (float(first["centroid_x_mm"]), float(first["centroid_y_mm"]), float(first["centroid_z_mm"]))
    return DecidedLesion(
        lesion.name,
        lesion.row["tracking_uid"],
        anchors[first["timepoint"]],
        first["mask_key"],
        int(first["mask_lesion"]),
        center,
    )


def _check_sizes(sizes: Mapping[Quantity, float]) -> None:
    if not sizes:
        raise _refused("there is no size.", "Give --longest-diameter, --short-axis, --product or --volume.")
    for quantity, value in sizes.items():
        if not (math.isfinite(value) and 0 < value <= LARGEST_SIZES[quantity]):
            raise _refused(
                f"{value:g} is no {quantity}: it is above 0 and at most {LARGEST_SIZES[quantity]:g}.",
                "A lesion that is gone, or too small to measure, has a status: `oncometry lesions status`.",
            )
    longest, short = (sizes.get(q) for q in (Quantity.LONGEST_DIAMETER_MM, Quantity.SHORT_AXIS_MM))
    if longest is not None and short is not None and short > longest:
        raise _refused(f"a short axis of {short:g} mm is more than the longest diameter, {longest:g} mm.")
