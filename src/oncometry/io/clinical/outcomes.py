"""Which values of a clinical sheet say an outcome: events, toxicities and responses are no baseline knowledge."""

from __future__ import annotations

from oncometry.io.clinical.columns import Role, recognize

__all__ = ["says_outcome"]

OUTCOMES = frozenset(
    {
        Role.RESPONSE,
        Role.SURVIVAL,
        Role.OBSERVED,
        Role.CENSORING,
        Role.EVENT_DATE,
        Role.LAST_CONTACT,
        Role.TOXICITY_TERM,
        Role.TOXICITY_GRADE,
        Role.CTCAE_VERSION,
    }
)


def says_outcome(name: str) -> bool:
    """Whether a value of that name is what became of the patient, as far as names of columns are known."""
    return recognize([name], {})[0].role in OUTCOMES
