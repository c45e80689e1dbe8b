"""The pieces of a lesion that split, summed: what the lesion as a whole did."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from oncometry.core import Compartment
from oncometry.report.burden import Burden, burdens
from oncometry.report.lineage import Split
from oncometry.report.tables import Row

__all__ = ["Family", "find_families"]


@dataclass(frozen=True)
class Family:
    """A split with the sum over its pieces at each date."""

    split: Split
    visits: tuple[Burden, ...]

    @property
    def name(self) -> str:
        """'L1 + L2'."""
        return " + ".join(self.split.pieces)


def find_families(
    splits: Sequence[Split],
    timepoints: Sequence[Row],
    measurements: Sequence[Row],
    observations: Sequence[Row],
    masks: Sequence[Row],
) -> list[Family]:
    """Sums of the whole compartment; a lesion that split twice has two families."""
    found = []
    for split in splits:
        own = [m for m in measurements if m["lesion"] in split.pieces]
        states = [o for o in observations if o["lesion"] in split.pieces]
        visits = burdens(timepoints, own, states, masks, Compartment.WHOLE)
        found.append(Family(split, tuple(v for v in visits if v.members)))
    return found
