"""What values of a clinical sheet say beside what their name says: an outcome, no treatment, a date of treatment."""

from __future__ import annotations

from oncometry.io.clinical.columns import Role, recognize
from oncometry.io.clinical.denials import UNTREATED

__all__ = ["says_course_day", "says_outcome", "says_untreated"]

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

COURSE_DAYS = frozenset({Role.TREATMENT_START, Role.TREATMENT_END})
TREATMENTS = frozenset({Role.TREATMENT, Role.AGENT})


def says_outcome(name: str) -> bool:
    """Whether a value of that name is what became of the patient, as far as names of columns are known."""
    return recognize([name], {})[0].role in OUTCOMES


def says_course_day(name: str) -> bool:
    """Whether a value of that name is when a treatment starts or ends: the treatments have it as a day."""
    return recognize([name], {})[0].role in COURSE_DAYS


def says_untreated(name: str, text: str) -> bool:
    """Whether a value says that the patient has no treatment: 'observation' in a column of treatments."""
    return text.casefold() in UNTREATED and recognize([name], {})[0].role in TREATMENTS
