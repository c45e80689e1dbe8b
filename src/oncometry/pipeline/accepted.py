"""Whose response counts, as an adjudicator decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from oncometry.core import PROGRAM, Decision, DecisionKind
from oncometry.response import Assessment

__all__ = ["accepting", "with_accepted"]


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


def with_accepted(
    assessment: Assessment, decisions: Sequence[Decision], anchors: Mapping[str, str]
) -> Assessment:
    """The assessment with whose word counts: as was decided, else as the reads themselves say.

    Args:
        anchors: label -> anchor of the cohort's visits.
    """
    rows = []
    for row in assessment.rows:
        anchor = anchors.get(row.timepoint) if row.timepoint else None
        decision = accepting(decisions, row.ruleset, anchor)
        counts = row.accepted if decision is None else decision.accepted_reader == (row.reader or PROGRAM)
        rows.append(replace(row, accepted=counts))
    return replace(assessment, rows=tuple(rows))
