"""How far apart two readings of one lesion are, as published: `reader_spread.csv`."""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from oncometry.core import Quantity

__all__ = ["Published", "Spread", "published", "reader_spread"]

BETWEEN_TO_WITHIN = 1.40
"""Of the limits of the longest diameter (Yoon 2016, doi:10.1016/j.ejca.2015.10.014): where only one of both is published."""


@dataclass(frozen=True)
class Spread:
    """Standard deviations of one reading, parts of its value.

    Attributes:
        own: of one reader's readings about that reader's mean.
        bias: of the readers' means about the mean of all: what a reader does alike at every visit.
    """

    own: float
    bias: float


@dataclass(frozen=True)
class Published:
    """A row of the table: 95 % limits of agreement, percent, of two readings by two readers or by one.

    Attributes:
        quantity: what was read.
        from_mm, to_mm: size of the lesion; `to_mm` excluded.
        between, within: (low, high); None where nobody published it.
        source, doi, note: where it stands, and what was done with it.
        evidence: 'abstract' of the paper was read, 'derived' from others, or 'memory': not verified.
    """

    quantity: Quantity
    from_mm: float
    to_mm: float
    between: tuple[float, float] | None
    within: tuple[float, float] | None
    source: str
    doi: str
    evidence: str
    note: str

    @property
    def spread(self) -> Spread:
        """Two readings differ by the square root of 2 more than one spreads; limits lie 1.96 deviations out."""
        within, between = _deviation(self.within), _deviation(self.between)
        own = within or between / BETWEEN_TO_WITHIN
        whole = between or within * BETWEEN_TO_WITHIN
        return Spread(own, math.sqrt(max(whole**2 - own**2, 0.0)))


@cache
def published() -> tuple[Published, ...]:
    """The table."""
    text = files("oncometry.measurement").joinpath("reader_spread.csv").read_text("utf-8")
    return tuple(_row(row) for row in csv.DictReader(text.splitlines()))


def reader_spread(quantity: Quantity, value: float) -> Spread | None:
    """Spread of a reading of that value, in the unit of the quantity; None of what nobody published.

    The size that the table goes by is the value itself, the side of a square of that area, or the diameter of a ball
    of that volume.
    """
    rows = _spreads().get(quantity, ())
    size = _size_mm(quantity, value)
    return next((spread for low, high, spread in rows if low <= size < high), None)


@cache
def _spreads() -> dict[Quantity, tuple[tuple[float, float, Spread], ...]]:
    return {
        quantity: tuple((p.from_mm, p.to_mm, p.spread) for p in published() if p.quantity is quantity)
        for quantity in Quantity
    }


def _size_mm(quantity: Quantity, value: float) -> float:
    if quantity is Quantity.PRODUCT_MM2:
        return math.sqrt(value)
    if quantity is Quantity.VOLUME_ML:
        return math.cbrt(6000 * value / math.pi)
    return value


def _deviation(limits: tuple[float, float] | None) -> float:
    return 0.0 if limits is None else (limits[1] - limits[0]) / (2 * 1.96 * math.sqrt(2)) / 100


def _row(row: dict[str, str]) -> Published:
    def limits(name: str) -> tuple[float, float] | None:
        low, high = row[f"{name}_low"], row[f"{name}_high"]
        return (float(low), float(high)) if low else None

    return Published(
        Quantity(row["quantity"]),
        float(row["from_mm"]),
        float(row["to_mm"] or math.inf),
        limits("between"),
        limits("within"),
        row["source"],
        row["doi"],
        row["evidence"],
        row["note"],
    )
