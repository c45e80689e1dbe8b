"""A fold whose features are ready: each set of features and each model draws its matrix from it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from oncometry.prediction.declaration import Preprocessing
from oncometry.prediction.feature_sets import FeatureSet
from oncometry.prediction.fold.chain import IMAGE_BLOCKS, Chain, fit_chain
from oncometry.prediction.fold.redundancy import not_redundant
from oncometry.prediction.fold.reliability import Reliabilities, limits_in_fold
from oncometry.prediction.fold.strength import associations
from oncometry.prediction.ledger import FitLedger
from oncometry.prediction.outcome import Outcomes, Task
from oncometry.prediction.table import Block, FeatureTable, Matrix

__all__ = ["Prepared", "Ready", "prepare", "ready_fold"]


@dataclass(frozen=True, eq=False)
class Ready:
    """A fold's features before any outcome was looked at.

    Attributes:
        chain: what the training rows taught.
        train, test: (n, r) matrices.
        blocks: (r,) of the columns.
        preference: (r,) of columns that say the same, the one with the highest stays.
        redundancy: the rank correlation from which on two say the same.
    """

    chain: Chain
    train: Matrix
    test: Matrix
    blocks: tuple[Block, ...]
    preference: NDArray[np.float64]
    redundancy: float
    _alone: dict[frozenset[Block], NDArray[np.bool_]] = field(default_factory=dict)

    def alone(self, blocks: Iterable[Block]) -> NDArray[np.bool_]:
        """(r,) image columns of these blocks of which none says what another of them says: other blocks have no part in it."""
        wanted = frozenset(blocks) & IMAGE_BLOCKS
        if wanted not in self._alone:
            among = np.array([b in wanted for b in self.blocks], dtype=bool)
            self._alone[wanted] = not_redundant(self.train, among, self.redundancy, self.preference)
        return self._alone[wanted]


@dataclass(frozen=True, eq=False)
class Prepared:
    """A fold's features, and how closely each goes with the outcome of the training rows."""

    ready: Ready
    strength: NDArray[np.float64]
    select_from: int

    def columns(self, chosen: FeatureSet, select: int) -> NDArray[np.intp]:
        """Places within the chain's columns: of image blocks the `select` strongest where there are many, of others all."""
        plain = np.flatnonzero([b in chosen.blocks and b not in IMAGE_BLOCKS for b in self.ready.blocks])
        many = np.flatnonzero(self.ready.alone(chosen.blocks))
        if len(many) > self.select_from:
            many = np.sort(many[np.argsort(-self.strength[many], kind="stable")[:select]])
        return np.concatenate([plain, many])


def ready_fold(
    train: FeatureTable,
    test: FeatureTable,
    settings: Preprocessing,
    ledger: FitLedger,
    reliability: Reliabilities | None,
) -> Ready:
    """Learn the chain from the training rows, and pass both through it."""
    limits = limits_in_fold(reliability, train.patients, ledger)
    chain = fit_chain(train, settings, ledger, limits)
    ledger.saw("redundancy filter", train.patients)
    columns = [train.columns[i] for i in chain.columns]
    preference = np.array([(limits or {}).get(c.source, 0.0) for c in columns])
    blocks = tuple(c.block for c in columns)
    return Ready(
        chain, chain.transform(train), chain.transform(test), blocks, preference, settings.redundancy
    )


def prepare(
    ready: Ready,
    y: Outcomes,
    task: Task,
    patients: NDArray[np.str_],
    settings: Preprocessing,
    ledger: FitLedger,
) -> Prepared:
    """Look at the outcome of the training rows, to be able to select."""
    ledger.saw("selection", patients)
    return Prepared(ready, associations(ready.train, y, task), settings.select_from)
