"""A fold whose features are ready: each set of features and each model draws its matrix from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from oncometry.prediction.declaration import Preprocessing
from oncometry.prediction.feature_sets import FeatureSet
from oncometry.prediction.fold.chain import IMAGE_BLOCKS, Chain, fit_chain
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
    """

    chain: Chain
    train: Matrix
    test: Matrix
    blocks: tuple[Block, ...]


@dataclass(frozen=True, eq=False)
class Prepared:
    """A fold's features, and how closely each goes with the outcome of the training rows."""

    ready: Ready
    strength: NDArray[np.float64]
    select_from: int

    def columns(self, chosen: FeatureSet, select: int) -> NDArray[np.intp]:
        """Places within the chain's columns: of image blocks the `select` strongest where there are many, of others all."""
        wanted = [b in chosen.blocks for b in self.ready.blocks]
        image = np.array([b in IMAGE_BLOCKS for b in self.ready.blocks], dtype=bool) & wanted
        plain = np.flatnonzero(np.array(wanted, dtype=bool) & ~image)
        many = np.flatnonzero(image)
        if len(many) > self.select_from:
            many = np.sort(many[np.argsort(-self.strength[many], kind="stable")[:select]])
        return np.concatenate([plain, many])


def ready_fold(
    train: FeatureTable,
    test: FeatureTable,
    settings: Preprocessing,
    ledger: FitLedger,
    reliability: Mapping[str, float] | None,
) -> Ready:
    """Learn the chain from the training rows, and pass both through it."""
    chain = fit_chain(train, settings, ledger, reliability)
    blocks = tuple(train.columns[i].block for i in chain.columns)
    return Ready(chain, chain.transform(train), chain.transform(test), blocks)


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
