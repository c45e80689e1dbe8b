"""A verdict as the first of a list of cases that holds, for every draw and visit at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from oncometry.response.category import CATEGORIES, Category
from oncometry.response.clause import Ruleset
from oncometry.response.course import BoolArray

__all__ = ["Case", "Verdict", "first_of", "unless"]


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
        return _among(categories).take(self.categories)

    def is_at(self, visit: int, *categories: Category) -> BoolArray:
        """(draws,): whether it is one of these at a visit."""
        return _among(categories).take(self.categories[:, visit])

    def clause_is(self, ruleset: Ruleset, key: str) -> BoolArray:
        """(draws, visits): where that clause gave it."""
        return np.asarray(self.clauses == ruleset.numbers[key])

    def at(self, visit: int, draw: int = 0) -> Category:
        """The category of one visit."""
        return CATEGORIES[int(self.categories[draw, visit])]


def _among(categories: Sequence[Category]) -> BoolArray:
    """By code of a category, whether it is one of these."""
    wanted = np.zeros(len(CATEGORIES), dtype=bool)
    wanted[[category.code for category in categories]] = True
    return wanted


def first_of(ruleset: Ruleset, shape: tuple[int, int], *cases: Case) -> Verdict:
    """Judge by the first case that holds.

    Args:
        ruleset: whose clauses the cases cite.
        shape: (draws, visits).
        cases: in order of precedence; one must hold everywhere.

    Raises:
        ValueError: a draw and visit that no case covers: the criterion has a hole.
    """
    rank = _first(shape, cases)
    if not rank.all():
        raise ValueError(f"{ruleset.name}: no case holds at {np.argwhere(rank == 0)[0].tolist()}")
    return _verdict(ruleset, cases, rank)


def unless(ruleset: Ruleset, verdict: Verdict, *cases: Case) -> Verdict:
    """The verdict, except where one of the cases holds; the first of them counts."""
    rank = _first((verdict.categories.shape[0], verdict.categories.shape[1]), cases)
    put, held = _verdict(ruleset, cases, rank), rank > 0
    return Verdict(
        np.where(held, put.categories, verdict.categories), np.where(held, put.clauses, verdict.clauses)
    )


def _first(shape: tuple[int, int], cases: Sequence[Case]) -> NDArray[np.int8]:
    """How many cases the first that holds stands before the end; 0 where none does."""
    rank = np.zeros(shape, dtype=np.int8)
    for left, case in zip(range(len(cases), 0, -1), cases, strict=True):
        # a product and a maximum of bytes take a fifth of the time of any way to put under a mask
        np.maximum(rank, np.multiply(case.holds, np.int8(left), dtype=np.int8), out=rank)
    return rank


def _verdict(ruleset: Ruleset, cases: Sequence[Case], rank: NDArray[np.int8]) -> Verdict:
    numbers, by_rank = ruleset.numbers, cases[::-1]
    categories = np.array([0, *(case.category.code for case in by_rank)], dtype=np.int8)
    clauses = np.array([0, *(numbers[case.clause] for case in by_rank)], dtype=np.int16)
    return Verdict(categories.take(rank), clauses.take(rank))
