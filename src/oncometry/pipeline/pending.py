"""Decisions that the lesions of a cohort do not show yet: only a run of the scans follows by them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from oncometry.core import Decision, in_force, undone
from oncometry.measurement import FOLLOWED
from oncometry.store import Store

__all__ = ["pending_among", "pending_decisions"]


def pending_decisions(store: Store, patient_id: str | None = None) -> tuple[Decision, ...]:
    """Of a patient, or of all, in order of number."""
    return pending_among(store.decisions(patient_id), store.decisions_followed())


def pending_among(
    decisions: Sequence[Decision], followed: Mapping[str, frozenset[int]]
) -> tuple[Decision, ...]:
    """Those in force that the lesions were not followed by, and those that undo one that they were.

    Args:
        decisions: all, those undone among them.
        followed: patient -> numbers of the decisions that the lesions were followed by.
    """
    held, gone = in_force(decisions), undone(decisions)
    waiting = {
        d.number
        for d in held
        if d.kind in FOLLOWED and d.number not in followed.get(d.patient_id, frozenset())
    }
    kept = {d.number for d in held}
    return tuple(
        d
        for d in sorted(decisions, key=lambda one: one.number)
        if d.number in waiting
        or (
            d.undoes is not None
            and d.number not in gone
            and d.undoes not in kept
            and d.undoes in followed.get(d.patient_id, frozenset())
        )
    )
