"""Clauses that every criterion of the family has: where comparison starts, what is missing, disease judged by eye."""

from __future__ import annotations

from oncometry.response.clause import Clause, Evidence

__all__ = ["bookkeeping"]

BASELINE = "What the other visits are compared with, or a visit before it."


def bookkeeping(
    section: str, doi: str, *, evidence: Evidence = Evidence.PUBLISHED, baseline: str = BASELINE
) -> tuple[Clause, ...]:
    """The clauses, with the criterion's source.

    Args:
        section, doi: where the criterion says what response and progression ask for.
        evidence: how that was read.
        baseline: which visit is compared with.
    """
    texts = {
        "baseline": baseline,
        "ne": "A target has no number, or the baseline has none, and what is known is no progression.",
        "inputs": "Response and stable disease ask for clinical state, steroids now and at baseline, and whatever else "
        "the criterion asks for; one of them was not said, and nothing makes it progression.",
        "unmeasurable": "Nothing was measurable at baseline: short of progression, the best is stable disease.",
        "non-target-none": "There is no non-measurable disease.",
        "non-target-cr": "Non-measurable disease has disappeared.",
        "non-target-persists": "Non-measurable disease is there and has not clearly progressed.",
        "non-target-ne": "Non-measurable disease was not evaluated, so that it may have progressed.",
        "non-target-left": "The targets have disappeared and non-measurable disease has not: a partial response.",
    }
    return tuple(Clause(key, text, section, doi, evidence) for key, text in texts.items())
