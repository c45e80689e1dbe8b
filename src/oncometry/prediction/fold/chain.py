"""Features made ready inside a training fold: left out, imputed, harmonized, scaled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from oncometry.core import Notice
from oncometry.prediction.declaration import Harmonization, Preprocessing
from oncometry.prediction.harmonization import ComBat
from oncometry.prediction.ledger import FitLedger
from oncometry.prediction.table import Block, Column, FeatureTable, Matrix

__all__ = ["IMAGE_BLOCKS", "Chain", "Harmonized", "fit_chain"]

IMAGE_BLOCKS = frozenset({Block.RADIOMICS, Block.DELTA, Block.DEEP, Block.DOSE})
"""Blocks of many columns that nobody chose by hand: thinned and selected from; the others are taken as declared."""

IQR_OF_NORMAL = 1.3489795003921634

Places = NDArray[np.intp]
Numbers = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Harmonized:
    """ComBat over some of the columns that enter: their places, and those of the columns whose effect is kept."""

    combat: ComBat
    places: Places
    covariates: Places

    def apply(self, filled: Matrix, sites: NDArray[np.str_]) -> Matrix:
        """(n, q) with the effects of the sites taken off."""
        kept = filled[:, self.covariates] if len(self.covariates) else None
        changed = filled.copy()
        changed[:, self.places] = self.combat.transform(filled[:, self.places], sites=sites, covariates=kept)
        return changed


@dataclass(frozen=True, eq=False)
class Chain:
    """What a training fold taught about the features.

    Attributes:
        entering: (q,) places of the table's columns that are looked at.
        medians: (q,) what stands for a missing value; of the indicators of a category, the most frequent one.
        leaving: (r,) places within `entering` of the columns that go on.
        centers, scales: (r,) of the columns that go on.
        harmonized: between sites; None where there is nothing to harmonize.
    """

    entering: Places
    medians: Numbers
    leaving: Places
    centers: Numbers
    scales: Numbers
    harmonized: Harmonized | None = None

    @property
    def columns(self) -> Places:
        """(r,) places of the table's columns that go on."""
        return self.entering[self.leaving]

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What is worth saying of this fold."""
        return () if self.harmonized is None else self.harmonized.combat.notices_

    def transform(self, table: FeatureTable) -> Matrix:
        """(n, r) without gaps, on a common scale."""
        return (self.filled(table)[:, self.leaving] - self.centers) / self.scales

    def filled(self, table: FeatureTable) -> Matrix:
        """(n, q) imputed and harmonized, in the units of the table."""
        values = table.values[:, self.entering]
        values = np.where(np.isfinite(values), values, self.medians)
        if self.harmonized is None or table.sites is None:
            return values
        return self.harmonized.apply(values, table.sites)


def fit_chain(
    table: FeatureTable,
    settings: Preprocessing,
    ledger: FitLedger,
    reliability: Mapping[str, float] | None = None,
) -> Chain:
    """Learn from training rows alone; outcomes are not looked at.

    Args:
        table: the training rows.
        reliability: name -> lower limit of its ICC, of training patients or of strangers; a feature that is not named stays.
    """
    for what in ("imputation", "scaling"):
        ledger.saw(what, table.patients)
    values = np.where(np.isfinite(table.values), table.values, np.nan)
    enters = _usable(values, settings.maximum_missing) & _reliable(table, settings, reliability)
    entering = np.flatnonzero(enters)
    none = np.empty(0, dtype=np.intp)
    medians = _fillers(values[:, entering], [table.columns[i] for i in entering])
    chain = Chain(entering, medians, none, np.empty(0), np.empty(0))
    if settings.harmonize is not None and table.sites is not None:
        chain = replace(chain, harmonized=_harmonize(chain, table, settings.harmonize, ledger))
    filled = chain.filled(table)
    centers, scales = _scaling(filled, settings)
    varies = scales > 1e-12 * np.maximum(np.abs(centers), 1e-300)
    leaving = np.flatnonzero(varies)
    return replace(chain, leaving=leaving, centers=centers[leaving], scales=scales[leaving])


def _fillers(values: Matrix, columns: Sequence[Column]) -> Numbers:
    """(q,) medians; the indicators of one source together say its most frequent category."""
    if not len(columns):
        return np.empty(0)
    found = np.nanmedian(values, axis=0)
    shares = np.nanmean(values, axis=0)
    for places in _categories(columns).values():
        found[places] = 0.0
        most = places[int(np.argmax(shares[places]))]
        if shares[most] >= 1 - shares[places].sum():
            found[most] = 1.0
    return np.asarray(found)


def _categories(columns: Sequence[Column]) -> dict[str, list[int]]:
    """Source -> places of its indicators."""
    found: dict[str, list[int]] = {}
    for i, column in enumerate(columns):
        if column.level is not None:
            found.setdefault(column.source, []).append(i)
    return found


def _usable(values: Matrix, maximum_missing: float) -> NDArray[np.bool_]:
    known = np.isfinite(values)
    low = np.where(known, values, np.inf).min(0)
    high = np.where(known, values, -np.inf).max(0)
    return np.asarray((low < high) & (1 - known.mean(0) <= maximum_missing))


def _reliable(
    table: FeatureTable, settings: Preprocessing, reliability: Mapping[str, float] | None
) -> NDArray[np.bool_]:
    if settings.reliability is None or reliability is None:
        return np.ones(len(table.columns), dtype=bool)
    least = settings.reliability.minimum_icc
    return np.array([reliability.get(c.source, 1.0) >= least for c in table.columns], dtype=bool)


def _harmonize(
    chain: Chain, table: FeatureTable, chosen: Harmonization, ledger: FitLedger
) -> Harmonized | None:
    blocks = [table.columns[i].block for i in chain.entering]
    places = np.array([i for i, b in enumerate(blocks) if b in chosen.blocks], dtype=np.intp)
    if not len(places) or table.sites is None:
        return None
    filled = chain.filled(table)
    covariates = _covariates(filled, [table.columns[i] for i in chain.entering], chosen.keep)
    ledger.saw("ComBat", table.patients)
    combat = ComBat(
        unseen=chosen.unseen,
        reference_site=chosen.reference_site,
        minimum_per_site=chosen.minimum_patients,
        covariates=tuple(table.columns[chain.entering[i]].name for i in covariates),
    )
    kept = filled[:, covariates] if len(covariates) else None
    combat.fit(filled[:, places], sites=table.sites, covariates=kept, groups=table.patients)
    return Harmonized(combat, places, covariates)


def _covariates(filled: Matrix, columns: Sequence[Column], keep: tuple[str, ...]) -> Places:
    """Places of the columns that are kept; of indicators that add up to 1, as those of sites do, all but the most frequent."""
    found = {i for i, column in enumerate(columns) if column.source in keep}
    for places in _categories(columns).values():
        if len(places) > 1 and found.issuperset(places) and (filled[:, places].sum(1) == 1).all():
            found.discard(places[int(np.argmax(filled[:, places].sum(0)))])
    return np.array(sorted(found), dtype=np.intp)


def _scaling(filled: Matrix, settings: Preprocessing) -> tuple[Numbers, Numbers]:
    if settings.scale == "standard" or not filled.size:
        return filled.mean(0), filled.std(0)
    low, middle, high = np.quantile(filled, [0.25, 0.5, 0.75], axis=0)
    spread = (high - low) / IQR_OF_NORMAL
    return middle, np.where(spread > 0, spread, filled.std(0))
