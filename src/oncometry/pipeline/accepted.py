"""Whose response counts, as an adjudicator decided."""

from __future__ import annotations

from collections.abc import Sequence

from oncometry.core import Decision, DecisionKind

__all__ = ["PROGRAM", "accepting"]

PROGRAM = "oncometry"
"""As people name this program among readers; in readings it is ''."""


def accepting(decisions: Sequence[Decision], criteria: str, anchor: str | None) -> Decision | None:
    """The decision that says whose response by a criterion counts at a visit; None where nobody decided.

    One for the visit outranks one for all, one for the criterion one for all, then a later one an earlier one.

    Args:
        decisions: of a patient, those in force.
        criteria: name of the criterion.
        anchor: of the visit; None of the best response of all.
    """
    wanted = [
        d
        for d in decisions
        if d.kind is DecisionKind.ACCEPT and d.criteria in (None, criteria) and d.anchor in (None, anchor)
    ]
    return max(wanted, key=lambda d: (d.anchor is not None, d.criteria is not None, d.number), default=None)
