"""The best response of a course: what was seen in time and, where asked, seen again; nothing after progression counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from oncometry.response.cases import Case, Verdict, first_of
from oncometry.response.category import CATEGORIES, Category
from oncometry.response.clause import Clause, Ruleset
from oncometry.response.course import BoolArray, FloatArray

__all__ = [
    "BEST_RESPONSE",
    "LEVEL_OF",
    "MISSED",
    "MR_LEVEL",
    "PROGRESSED",
    "PR_LEVEL",
    "SD_LEVEL",
    "SUSPECTED",
    "OutcomeSettings",
    "best_response",
    "confirmed",
    "counted_levels",
]

RECIST, IRECIST = "10.1016/j.ejca.2008.10.026", "10.1016/S1470-2045(17)30074-8"
CR_LEVEL, PR_LEVEL, MR_LEVEL, SD_LEVEL, SUSPECTED, PROGRESSED, MISSED, UNCOUNTED = 6, 5, 4, 3, 2, 1, 0, -1
_LEVELS: Mapping[int, tuple[Category, ...]] = {
    CR_LEVEL: (Category.CR, Category.ICR, Category.CMR),
    PR_LEVEL: (Category.PR, Category.IPR, Category.PMR),
    MR_LEVEL: (Category.MR,),
    SD_LEVEL: (Category.SD, Category.ISD, Category.SMD, Category.NON_CR_NON_PD),
    SUSPECTED: (Category.IUPD,),
    PROGRESSED: (Category.PD, Category.ICPD, Category.PMD),
    MISSED: (Category.NE,),
    UNCOUNTED: (Category.NONE,),
}
LEVEL_OF = np.array(
    [next(level for level, words in _LEVELS.items() if category in words) for category in CATEGORIES],
    dtype=np.int8,
)
"""Code of a category -> its level."""

BEST_RESPONSE = Ruleset(
    "best-response",
    "1",
    "Best overall response",
    (
        Clause("cr", "Complete response, seen again in time where that is asked.", "4.4.3, Table 3", RECIST),
        Clause("pr", "Partial response or better, seen again in time where that is asked.", "4.4.3, Table 3", RECIST),
        Clause("mr", "Minor response or better, seen again in time where that is asked.", "4.4.3, Table 3", RECIST),
        Clause("sd", "Stable or better at least so long after the baseline as stable disease must last.", "4.4.3", RECIST),
        Clause("non-cr", "Stable for long enough, of a patient without target lesions.", "4.4.3, Table 2", RECIST),
        Clause("pd", "Progression, before anything better was seen for long enough.", "4.4.3, Table 3", RECIST),
        Clause("unconfirmed", "Progression was suspected and never confirmed.", "Table 3, example 8", IRECIST),
        Clause("ne", "Nothing that was seen lasted long enough, or can be told to have.", "4.4.3, Table 3", RECIST),
    ),
)  # fmt: skip


@dataclass(frozen=True)
class OutcomeSettings:
    """What the best response asks for.

    Attributes:
        confirmation_days: a response counts when it is seen again so many days later; None: at once. RECIST 1.1 asks
            for 4 weeks where response is the endpoint of a trial that is not randomised (4.6.1).
        minimum_sd_days: how long after the baseline stable disease must be seen (4.4.3: the protocol says, in general
            not less than 6 to 8 weeks).
        most_missed: visits not evaluable that may lie between a response and its confirmation.
    """

    confirmation_days: int | None = None
    minimum_sd_days: int = 42
    most_missed: int = 1


def counted_levels(verdict: Verdict) -> NDArray[np.int8]:
    """(draws, visits): level of each visit's category, `UNCOUNTED` after progression."""
    levels = LEVEL_OF[verdict.categories]
    over = np.logical_or.accumulate(levels == PROGRESSED, axis=1)
    after = np.zeros_like(over)
    after[:, 1:] = over[:, :-1]
    return np.where(after, np.int8(UNCOUNTED), levels)


def confirmed(levels: NDArray[np.int8], days: FloatArray, level: int, settings: OutcomeSettings) -> BoolArray:
    """(draws, visits): where a response of at least this level begins that counts.

    Between it and the later one that confirms it lie only as good ones, and so many missed visits as settings allow.
    """
    high = levels >= level
    if settings.confirmation_days is None:
        return high
    seen = np.ascontiguousarray(high.T)  # (visits, draws): all draws of some visits lie together
    gaps = np.ascontiguousarray(levels.T) == MISSED
    found, held = np.zeros_like(seen), seen.copy()
    missed = np.zeros(seen.shape, dtype=np.int16)
    for later in range(1, len(seen)):
        far = days[later] - days[:later] >= settings.confirmation_days
        found[:later] |= held[:later] & seen[later] & far[:, None]
        missed[:later] += gaps[later]
        held[:later] &= seen[later] | (gaps[later] & (missed[:later] <= settings.most_missed))
    return found.T


def best_response(
    verdict: Verdict, days: FloatArray, settings: OutcomeSettings, *, with_targets: bool
) -> Verdict:
    """The best response of each draw.

    Args:
        verdict: overall, (draws, visits).
        days: (visits,).
        with_targets: whether there are target lesions; without, stable is called non-CR/non-PD.

    Returns:
        (draws, 1), clauses of `BEST_RESPONSE`, categories in the words of the criterion.
    """
    levels = counted_levels(verdict)
    in_time = days - days[0] >= settings.minimum_sd_days
    lasted = np.any((levels >= SD_LEVEL) & in_time, axis=1, keepdims=True)

    def reached(level: int) -> BoolArray:
        return np.asarray(np.any(confirmed(levels, days, level, settings), axis=1, keepdims=True))

    def word(level: int) -> Category:
        return _word(level, verdict)

    return first_of(
        BEST_RESPONSE,
        (len(levels), 1),
        Case(reached(CR_LEVEL), word(CR_LEVEL), "cr"),
        Case(reached(PR_LEVEL), word(PR_LEVEL), "pr"),
        Case((levels == MR_LEVEL).any() & reached(MR_LEVEL), Category.MR, "mr"),
        Case(lasted & with_targets, word(SD_LEVEL), "sd"),
        Case(lasted, Category.NON_CR_NON_PD, "non-cr"),
        Case(np.any(levels == PROGRESSED, axis=1, keepdims=True), word(PROGRESSED), "pd"),
        Case(np.any(levels == SUSPECTED, axis=1, keepdims=True), Category.IUPD, "unconfirmed"),
        Case(True, Category.NE, "ne"),
    )


def _word(level: int, verdict: Verdict) -> Category:
    """What the criterion of this verdict calls a level: RECIST's, iRECIST's or PERCIST's word."""
    used = {CATEGORIES[code] for code in np.unique(verdict.categories)}
    families = range(3)
    family = next((n for n in families if any(words[n] in used for words in _FAMILIES)), 0)
    return _LEVELS[level][family]


_FAMILIES = tuple(_LEVELS[level][:3] for level in (CR_LEVEL, PR_LEVEL, SD_LEVEL, PROGRESSED))
