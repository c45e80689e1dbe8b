"""The fit ledger: which patients each fitted object saw, and that none of them judged it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from oncometry.core import Code, StoreError

__all__ = ["FitLedger", "LedgerRow", "Scope"]


@dataclass(frozen=True, order=True)
class Scope:
    """Where in the validation something was fitted; `inner` None: for the outer test patients."""

    repeat: int
    fold: int
    inner: int | None = None


@dataclass(frozen=True)
class LedgerRow:
    """One fitted object, where it was fitted, and whom it saw."""

    what: str
    scope: Scope
    patients: tuple[str, ...]


@dataclass
class FitLedger:
    """Every fit goes through it: it notes the patients, and refuses those that are held out.

    Attributes:
        held_out: patients that the present scope is judged on.
        fits: what was fitted so far, in order; each fit of the same settings once.
    """

    scope: Scope
    held_out: frozenset[str]
    fits: dict[LedgerRow, None] = field(default_factory=dict)

    @property
    def rows(self) -> tuple[LedgerRow, ...]:
        """What was fitted so far."""
        return tuple(self.fits)

    def saw(self, what: str, patients: NDArray[np.str_] | Iterable[str]) -> None:
        """Note a fit.

        Raises:
            StoreError: `LEAK`, it saw a patient that it is judged on.
        """
        seen = frozenset(map(str, patients))
        if both := seen & self.held_out:
            shown = ", ".join(sorted(both)[:3])
            raise StoreError(
                Code.LEAK,
                f"{what} was fitted on {len(both)} of the patients that it is judged on ({shown}): nothing it says holds.",
            )
        self.fits[LedgerRow(what, self.scope, tuple(sorted(seen)))] = None

    def within(self, inner: int, held_out: NDArray[np.str_]) -> FitLedger:
        """The ledger of an inner fold, whose rows come into this one."""
        scope = Scope(self.scope.repeat, self.scope.fold, inner)
        return FitLedger(scope, self.held_out | frozenset(map(str, held_out)), self.fits)
