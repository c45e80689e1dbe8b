"""What is explained: any function of rows, such as a whole fitted pipeline from raw features to a probability."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from oncometry.core.errors import Code, SettingsError
from oncometry.core.geometry import FloatArray

__all__ = ["ModelOutput", "Players", "each_column", "evaluated"]

ModelOutput = Callable[[FloatArray], FloatArray]
"""(m, p) rows of raw features to (m,) outputs: a probability, log odds, a risk, a number."""

AT_ONCE = 8_000_000
"""Values of rows that are made at once: memory, not result, depends on it."""


@dataclass(frozen=True, eq=False)
class Players:
    """Who shares the output: single columns, or blocks of columns that come and go together.

    Attributes:
        names: one each.
        columns: of each player; none twice. A column of no player always keeps the background's value.
    """

    names: tuple[str, ...]
    columns: tuple[NDArray[np.intp], ...]

    def __post_init__(self) -> None:
        together = np.concatenate([np.empty(0, np.intp), *self.columns])
        if len(self.names) != len(self.columns) or len(np.unique(together)) != len(together):
            raise SettingsError(
                Code.SETTINGS, f"{len(self.names)} names for {len(self.columns)} blocks, no column in two."
            )

    def __len__(self) -> int:
        return len(self.names)

    def only(self, kept: Sequence[int]) -> Players:
        """Some of them."""
        return Players(tuple(self.names[k] for k in kept), tuple(self.columns[k] for k in kept))


def each_column(names: Sequence[str]) -> Players:
    """Every column by itself."""
    return Players(tuple(names), tuple(np.array([k], dtype=np.intp) for k in range(len(names))))


def evaluated(output: ModelOutput, rows: FloatArray) -> FloatArray:
    """(m,) finite outputs of (m, p) rows, a bounded number at once.

    Raises:
        SettingsError: `SETTINGS`, the model gives another shape, or what is not finite.
    """
    most = max(AT_ONCE // max(rows.shape[1], 1), 1)
    parts = [np.asarray(output(rows[k : k + most]), dtype=np.float64) for k in range(0, len(rows), most)]
    found = np.concatenate(parts) if parts else np.empty(0)
    if found.shape != (len(rows),) or not np.isfinite(found).all():
        raise SettingsError(
            Code.SETTINGS,
            f"a model to be explained gives one finite number a row; of {len(rows)} rows came shape {found.shape}.",
        )
    return found
