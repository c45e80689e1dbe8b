"""The table that models learn from: one row an example, one column a number that was known before the outcome."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from oncometry.core import Code, Notice, SettingsError

__all__ = ["NO_CATEGORY", "Block", "Column", "FeatureTable", "Matrix"]

NO_CATEGORY = "(missing)"
"""The level that stands for cells in which no category is known, where they are too many to be filled."""

Matrix = NDArray[np.float64]
"""(n, p) numbers."""


class Block(StrEnum):
    """What kind of knowledge a column is: what the images add is judged block by block."""

    CLINICAL = "clinical"
    VOLUME = "volume"
    RADIOMICS = "radiomics"
    DELTA = "delta"
    DOSE = "dose"
    DEEP = "deep"


@dataclass(frozen=True)
class Column:
    """One number of each example.

    Attributes:
        name: unique in a table.
        block: the kind of knowledge.
        source: the column of the sheet that it came from.
        level: for an indicator (0 or 1), the text of the cell that it stands for.
        day: days from the origin of the outcome at which it was known, where that is stated.
    """

    name: str
    block: Block
    source: str
    level: str | None = None
    day: float | None = None


@dataclass(frozen=True, eq=False)
class FeatureTable:
    """Examples by columns.

    Attributes:
        patients: (n,) whose example each row is; rows of one patient are never split.
        columns: (p,) what the numbers are.
        values: (n, p), NaN where nothing is known.
        sites: (n,) where each patient was seen, None where sites are not known.
        notices: what was accepted but is worth saying.
    """

    patients: NDArray[np.str_]
    columns: tuple[Column, ...]
    values: Matrix
    sites: NDArray[np.str_] | None = None
    notices: tuple[Notice, ...] = ()

    def __post_init__(self) -> None:
        n, p = len(self.patients), len(self.columns)
        if self.values.shape != (n, p):
            raise SettingsError(
                Code.SETTINGS, f"{n} patients and {p} columns, but values of shape {self.values.shape}."
            )
        names = [c.name for c in self.columns]
        if len(set(names)) < p:
            twice = next(name for name in names if names.count(name) > 1)
            raise SettingsError(Code.SETTINGS, f"two columns are named {twice!r}.")

    @property
    def names(self) -> tuple[str, ...]:
        """Of the columns."""
        return tuple(c.name for c in self.columns)

    @property
    def blocks(self) -> tuple[Block, ...]:
        """Those that are there, in the order of `Block`."""
        found = {c.block for c in self.columns}
        return tuple(b for b in Block if b in found)

    def of(self, blocks: Iterable[Block]) -> NDArray[np.intp]:
        """Places of the columns of these blocks."""
        wanted = set(blocks)
        return np.array([i for i, c in enumerate(self.columns) if c.block in wanted], dtype=np.intp)

    def rows(self, chosen: NDArray[np.bool_] | NDArray[np.intp]) -> FeatureTable:
        """The table of these rows alone."""
        sites = None if self.sites is None else self.sites[chosen]
        return replace(self, patients=self.patients[chosen], values=self.values[chosen], sites=sites)

    def only(self, columns: Sequence[int] | NDArray[np.intp]) -> FeatureTable:
        """The table of these columns alone."""
        return replace(
            self, columns=tuple(self.columns[i] for i in columns), values=self.values[:, list(columns)]
        )

    def told(self, notices: Iterable[Notice]) -> FeatureTable:
        """The same, with more to say."""
        return replace(self, notices=(*self.notices, *notices))
