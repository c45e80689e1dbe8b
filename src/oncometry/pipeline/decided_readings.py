"""What people decided of readings: sizes by hand, states, roles. Their word stands in place of what was computed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from oncometry.core import (
    Code,
    Compartment,
    Decision,
    DecisionKind,
    LesionReading,
    LesionStatus,
    NonTargetState,
    Notice,
    Quantity,
)
from oncometry.pipeline.decided_lesions import StoredLesions

__all__ = ["CHANGES", "Decided", "Part", "decided_readings", "unplaced"]

Part = tuple[str, str, Compartment]
"""Lesion, label of the visit, compartment."""

IN_PLANE = frozenset({Quantity.LONGEST_DIAMETER_MM, Quantity.SHORT_AXIS_MM, Quantity.PRODUCT_MM2})
"""Taken together: a perpendicular that was computed is none of a diameter by hand, nor is their product."""
CHANGES = (DecisionKind.ROLE, DecisionKind.MEASURE, DecisionKind.STATUS, DecisionKind.STATE)
"""Kinds that change what is judged of the lesions that there are."""


@dataclass(eq=False)
class Decided:
    """Readings with decisions in them.

    Attributes:
        readings: one a lesion, visit and compartment.
        sizes: what was decided of a reading, and by which decision; a status or state stands under None.
        roles: lesion -> the decision that gave its role.
        unplaced: decisions that are of nothing in the cohort any more.
    """

    readings: dict[Part, LesionReading]
    sizes: dict[Part, dict[Quantity | None, int]] = field(default_factory=dict)
    roles: dict[str, int] = field(default_factory=dict)
    unplaced: list[Notice] = field(default_factory=list)

    def source_of(self, reading: LesionReading, quantity: Quantity | None) -> tuple[str, ...]:
        """Value ids that this quantity of a reading, of all parts of the lesion, is from; the decision about it last."""
        computed: list[str] = []
        decided: list[int] = []
        for part, own in self.readings.items():
            if part[1:] != _part(reading)[1:] or reading.lesion not in (part[0], own.part_of):
                continue
            by = self.sizes.get(part, {})
            by_hand = _by_hand(by, quantity)
            if not by_hand and (None not in by or quantity in own.values):
                computed += own.sources
            decided += [by[key] for key in (None, *by_hand) if key in by]
        return (*computed, *(f"decision:{number}" for number in decided))

    def not_judged(self, judged: Collection[tuple[str, Compartment]], criteria: str) -> list[Notice]:
        """Decisions about sizes and states of which a criterion looks at no part; `judged`: those that it does."""
        heard = {
            number for part, by in self.sizes.items() if self._place(part) in judged for number in by.values()
        }
        return [
            Notice(
                Code.DECISION_UNPLACED,
                f"decision:{number} is of the {part[2]} of {part[0]}, which {criteria} does not judge",
            )
            for part, by in self.sizes.items()
            for number in dict.fromkeys(by.values())
            if number not in heard
        ]

    def _place(self, part: Part) -> tuple[str, Compartment]:
        """Lesion, or the one that it is part of, and compartment."""
        return self.readings[part].part_of or part[0], part[2]


def decided_readings(
    readings: Iterable[LesionReading],
    decisions: Sequence[Decision],
    lesions: StoredLesions,
    labels: Mapping[str, str],
    criteria: str,
) -> Decided:
    """Put decisions in the place of what was computed, in order of number: the last of a kind holds.

    Args:
        readings: of this program.
        decisions: of the patient, those in force.
        lesions: to find what they are about.
        labels: anchor -> label of each visit.
        criteria: name of the criterion that judges; a role for it outranks one for all.
    """
    found = Decided({_part(reading): reading for reading in readings})
    wanted = [d for d in decisions if d.kind in CHANGES and d.criteria in (None, criteria)]
    for decision in sorted(wanted, key=lambda d: (d.criteria is not None, d.number)):
        name = lesions.name_of(decision.lesions[0])
        label = None if decision.anchor is None else labels.get(decision.anchor)
        if name is None or (decision.anchor is not None and label is None):
            missing = "its lesion" if name is None else f"the visit {decision.anchor}"
            found.unplaced.append(unplaced(decision, f"{missing} is not in the cohort any more"))
        elif lesions.is_excluded(name):
            found.unplaced.append(unplaced(decision, f"{name} is excluded"))
        elif decision.kind is DecisionKind.ROLE:
            _set_role(found, decision, name)
        else:
            _set_reading(found, decision, name, label)
    return found


def unplaced(decision: Decision, why: str) -> Notice:
    """That a decision is not applied."""
    told = f"{decision.value_id} ({decision.kind} by {decision.reader}: {why}) is not applied; undo it, or decide anew"
    return Notice(Code.DECISION_UNPLACED, told)


def _part(reading: LesionReading) -> Part:
    return reading.lesion, reading.timepoint, reading.compartment


def _by_hand(by: Mapping[Quantity | None, int], quantity: Quantity | None) -> list[Quantity]:
    """What of the sizes by hand a quantity is from: itself, else those in its plane, of which it is or which drop it."""
    if quantity is None or quantity in by:
        return [] if quantity is None else [quantity]
    return sorted(q for q in IN_PLANE if q in by) if quantity in IN_PLANE else []


def _set_role(found: Decided, decision: Decision, name: str) -> None:
    own = {part: reading for part, reading in found.readings.items() if part[0] == name}
    hosts = {reading.part_of for reading in own.values()} - {name}
    if hosts and None not in hosts:
        found.unplaced.append(unplaced(decision, f"{name} is part of {', '.join(map(str, hosts))}"))
        return
    found.roles[name] = decision.number
    for part, reading in own.items():
        found.readings[part] = replace(reading, role=decision.role)


def _set_reading(found: Decided, decision: Decision, name: str, label: str | None) -> None:
    """At the visit; a size of a part that nothing was computed of begins a reading of it."""
    own = [part for part in found.readings if part[0] == name and part[1] == label]
    if decision.kind is DecisionKind.MEASURE:
        asked = decision.compartment or Compartment.WHOLE
        if own and (name, str(label), asked) not in own:
            bare = replace(
                found.readings[own[0]], compartment=asked, values={}, standard_errors={}, sources=()
            )
            found.readings[_part(bare)] = bare
        own = [(name, str(label), asked)] if own else []
    elif decision.compartment is not None:
        own = [part for part in own if part[2] == decision.compartment]
    if not own:
        found.unplaced.append(unplaced(decision, f"{name} has no row at visit {label}"))
    for part in own:
        _SET[decision.kind](found, decision, part)


def _measure(found: Decided, decision: Decision, part: Part) -> None:
    reading, by_hand = found.readings[part], found.sizes.setdefault(part, {})
    if decision.quantity is None or decision.value is None:
        return
    by_hand.pop(None, None)
    by_hand[decision.quantity] = decision.number
    values = dict(reading.values) if reading.status is LesionStatus.MEASURED else {}
    if decision.quantity in IN_PLANE:
        values = {q: v for q, v in values.items() if q not in IN_PLANE or q in by_hand}
    values[decision.quantity] = decision.value
    errors = {q: e for q, e in reading.standard_errors.items() if q in values and q not in by_hand}
    found.readings[part] = replace(
        reading,
        status=LesionStatus.MEASURED,
        values=values,
        standard_errors=errors,
        state=None,
        reason=_said(decision),
        merged_into=None,
    )


def _status(found: Decided, decision: Decision, part: Part) -> None:
    if decision.status is None:
        return
    found.sizes[part] = {None: decision.number}
    found.readings[part] = replace(
        found.readings[part],
        status=decision.status,
        values={},
        standard_errors={},
        state=None,
        reason=_said(decision),
        merged_into=None,
    )


def _state(found: Decided, decision: Decision, part: Part) -> None:
    """By eye: a lesion that is there, or that is gone."""
    reading = found.readings[part]
    gone = decision.state is NonTargetState.ABSENT
    by_hand = {} if gone else found.sizes.get(part, {})
    found.sizes[part] = by_hand | {None: decision.number}
    found.readings[part] = replace(
        reading,
        status=LesionStatus.ABSENT if gone else LesionStatus.MEASURED,
        state=decision.state,
        values={} if gone else reading.values,
        standard_errors={} if gone else reading.standard_errors,
        reason=_said(decision),
    )


def _said(decision: Decision) -> str:
    return f"{decision.reader}: {decision.why}"


_SET: Mapping[DecisionKind, Callable[[Decided, Decision, Part], None]] = {
    DecisionKind.MEASURE: _measure,
    DecisionKind.STATUS: _status,
    DecisionKind.STATE: _state,
}
