"""How far features can be relied on: from outside, or told in each fold from its training patients."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from oncometry.features.reliability import IccKind, intraclass_correlation
from oncometry.prediction.fold.one_way import one_way_limits
from oncometry.prediction.ledger import FitLedger

__all__ = ["Reliabilities", "RepeatedColumns", "limits_in_fold"]

FILTER = "reliability filter"


@dataclass(frozen=True, eq=False)
class RepeatedColumns:
    """Features of regions that were measured again and again; regions of one group are compared.

    Attributes:
        patients: (m,) whose each region is.
        columns: column of the experiment -> place of the feature behind it, among the q; several may have one.
        values: (m, k, q), NaN where there is none.
        kind: of the correlation.
    """

    patients: NDArray[np.str_]
    columns: Mapping[str, int]
    values: NDArray[np.float64]
    kind: IccKind

    def limits(self, patients: NDArray[np.str_]) -> dict[str, float]:
        """Column -> lower limit of its ICC among these patients; 0 where they are too few to tell."""
        own = self.values[np.isin(self.patients, patients)]
        if self.kind is IccKind.ONE_WAY:
            lows = one_way_limits(own).tolist()
        else:
            every = range(own.shape[2])
            lows = [intraclass_correlation(own[:, :, at], self.kind).low or 0.0 for at in every]
        return {name: lows[at] for name, at in self.columns.items()}


@dataclass(frozen=True, eq=False)
class Reliabilities:
    """All that is known; of a column that several tell, the lowest counts.

    Attributes:
        outside: column -> lower limit of its ICC, from subjects that are not the experiment's.
        told_by: who told it; '' where nobody.
        repeated: of the experiment's own patients, told anew in each fold.
    """

    outside: Mapping[str, float]
    told_by: str = ""
    repeated: tuple[RepeatedColumns, ...] = ()

    @property
    def columns(self) -> frozenset[str]:
        """Of which something is known."""
        return frozenset(self.outside).union(*(one.columns for one in self.repeated))

    @property
    def told(self) -> str:
        """Where it is from, in words."""
        parts = ["in each fold from its training patients"] if self.repeated else []
        parts += [f"once, by {self.told_by}"] if self.told_by else []
        return " and ".join(parts)


def limits_in_fold(
    known: Reliabilities | None, patients: NDArray[np.str_], ledger: FitLedger
) -> Mapping[str, float] | None:
    """Column -> lower limit of its ICC, of these training patients alone where it is of the experiment's own.

    The ledger notes whom it was told from; what comes from outside it notes without patients.
    """
    if known is None:
        return None
    found = dict(known.outside)
    if known.told_by:
        ledger.saw(f"{FILTER}, told by {known.told_by}", ())
    for one in known.repeated:
        ledger.saw(FILTER, one.patients[np.isin(one.patients, patients)])
        for name, low in one.limits(patients).items():
            found[name] = min(found.get(name, 1.0), low)
    return found
