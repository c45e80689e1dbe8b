"""A verdict as the first of a list of cases that holds, for every draw and visit at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from oncometry.response.category import CATEGORIES, Category
from oncometry.response.clause import Ruleset
from oncometry.response.course import BoolArray

__all__ = ["Case", "Verdict", "first_of"]


@dataclass(frozen=True, eq=False)
class Case:
    """Where a rule holds, what it gives, and which clause it is.

    Attributes:
        holds: broadcast to (draws, visits).
        category: what it gives.
        clause: key in the ruleset.
    """

    holds: BoolArray | bool
    category: Category
    clause: str


@dataclass(frozen=True, eq=False)
class Verdict:
    """Categories and the clauses that gave them, both (draws, visits): codes of `CATEGORIES`, numbers of clauses."""

    categories: NDArray[np.int8]
    clauses: NDArray[np.int16]

    def is_(self, *categories: Category) -> BoolArray:
        """(draws, visits): where it is one of these."""
        wanted = np.zeros(len(CATEGORIES), dtype=bool)
        wanted[[category.code for category in categories]] = True
        return wanted.take(self.categories)

    def clause_is(self, ruleset: Ruleset, key: str) -> BoolArray:
        """(draws, visits): where that clause gave it."""
        return np.asarray(self.clauses == ruleset.numbers[key])

    def at(self, visit: int, draw: int = 0) -> Category:
        """The category of one visit."""
        return CATEGORIES[int(self.categories[draw, visit])]


def first_of(ruleset: Ruleset, shape: tuple[int, int], *cases: Case) -> Verdict:
    """Judge by the first case that holds.

    Args:
        ruleset: whose clauses the cases cite.
        shape: (draws, visits).
        cases: in order of precedence; one must hold everywhere.

    Raises:
        ValueError: a draw and visit that no case covers: the criterion has a hole.
    """
    numbers = ruleset.numbers
    categories = np.full(shape, -1, dtype=np.int8)
    clauses = np.full(shape, -1, dtype=np.int16)
    for case in cases:
        free = (categories < 0) & case.holds
        np.putmask(categories, free, case.category.code)  # a sixth of the time of categories[free] = ...
        np.putmask(clauses, free, numbers[case.clause])
    if (categories < 0).any():
        raise ValueError(f"{ruleset.name}: no case holds at {np.argwhere(categories < 0)[0].tolist()}")
    return Verdict(categories, clauses)
