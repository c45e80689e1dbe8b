"""A dose-volume histogram: how much of a structure gets which dose."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from oncometry.core import Code, SettingsError
from oncometry.core.geometry import FloatArray
from oncometry.dose.quantity import (
    PHYSICAL,
    DoseQuantity,
    Fractionation,
    bed_gy,
    bed_quantity,
    eqd2_gy,
    eqd2_quantity,
)

__all__ = ["Dvh", "as_bed", "as_eqd2"]


@dataclass(frozen=True, eq=False)
class Dvh:
    """The part of a structure that lies in the dose grid, by dose.

    Attributes:
        edges_gy: (n + 1,) growing edges of the bins.
        volume_cc: (n,) volume in each; what is in a bin has doses of [lower edge, upper edge).
        mean_gy: (n,) mean dose of what is in each; of an empty one its middle.
        min_gy, max_gy: lowest and highest dose.
        quantity: what the doses are doses of.
        outside_cc: volume of the structure beyond the dose grid, of which no dose is known.
    """

    edges_gy: FloatArray
    volume_cc: FloatArray
    mean_gy: FloatArray
    min_gy: float
    max_gy: float
    quantity: DoseQuantity = PHYSICAL
    outside_cc: float = 0.0

    @cached_property
    def covered_cc(self) -> float:
        """Volume in the dose grid."""
        return float(self.volume_cc.sum())

    @property
    def structure_cc(self) -> float:
        """Volume of the whole structure."""
        return self.covered_cc + self.outside_cc

    @property
    def outside_fraction(self) -> float:
        """Part of the structure beyond the dose grid."""
        return self.outside_cc / self.structure_cc if self.structure_cc > 0 else 0.0

    @cached_property
    def cumulative_cc(self) -> FloatArray:
        """(n + 1,) volume with at least the dose of each edge."""
        return np.concatenate([np.cumsum(self.volume_cc[::-1])[::-1], [0.0]])

    @cached_property
    def average_gy(self) -> float:
        """Mean dose."""
        return float(self.volume_cc @ self.mean_gy) / self.covered_cc

    def dose_of(self, volume_cc: float) -> float:
        """The dose that at least this volume gets, in Gy; NaN where the structure is smaller."""
        if volume_cc > self.covered_cc * (1 + 1e-9):
            return float("nan")
        reached = float(np.interp(volume_cc, self.cumulative_cc[::-1], self.edges_gy[::-1]))
        return min(max(reached, self.min_gy), self.max_gy)

    def volume_of(self, dose_gy: float) -> float:
        """The volume that gets at least this dose, in cc."""
        if dose_gy <= self.min_gy:
            return self.covered_cc
        if dose_gy > self.max_gy:
            return 0.0
        return float(np.interp(dose_gy, self.edges_gy, self.cumulative_cc))

    def percent_of(self, dose_gy: float) -> float:
        """The volume that gets at least this dose, in percent of what the dose grid covers."""
        return 100 * self.volume_of(dose_gy) / self.covered_cc


def as_eqd2(dvh: Dvh, alpha_beta_gy: float, fractionation: Fractionation | None) -> Dvh:
    """The same structure in EQD2, bin by bin: no bin is wider than a two-thousandth of the highest dose.

    Raises:
        SettingsError: `FRACTIONS_UNKNOWN` without a number of fractions; `DOSE_QUANTITY` where it is no physical dose;
            `SETTINGS` for an alpha/beta that is none.
    """
    quantity = eqd2_quantity(alpha_beta_gy)
    fractions = _fractions(dvh, fractionation, quantity)
    edges, mean, ends = (
        eqd2_gy(doses, fractions, alpha_beta_gy)
        for doses in (dvh.edges_gy, dvh.mean_gy, np.array([dvh.min_gy, dvh.max_gy]))
    )
    return _with_doses(dvh, edges, mean, ends, quantity)


def as_bed(dvh: Dvh, alpha_beta_gy: float, fractionation: Fractionation | None) -> Dvh:
    """The same structure in BED, bin by bin.

    Raises:
        SettingsError: as `as_eqd2`.
    """
    quantity = bed_quantity(alpha_beta_gy)
    fractions = _fractions(dvh, fractionation, quantity)
    edges, mean, ends = (
        bed_gy(doses, fractions, alpha_beta_gy)
        for doses in (dvh.edges_gy, dvh.mean_gy, np.array([dvh.min_gy, dvh.max_gy]))
    )
    return _with_doses(dvh, edges, mean, ends, quantity)


def _fractions(dvh: Dvh, fractionation: Fractionation | None, quantity: DoseQuantity) -> int:
    if dvh.quantity != PHYSICAL:
        raise SettingsError(
            Code.DOSE_QUANTITY, f"only a physical dose becomes {quantity}; this one is {dvh.quantity}."
        )
    if fractionation is None:
        raise SettingsError(
            Code.FRACTIONS_UNKNOWN,
            f"{quantity} needs the number of fractions, which no plan states.",
            advice="Declare it (--fractions), or give the RTPLAN.",
        )
    return fractionation.fractions


def _with_doses(
    dvh: Dvh, edges_gy: FloatArray, mean_gy: FloatArray, ends_gy: FloatArray, quantity: DoseQuantity
) -> Dvh:
    low, high = ends_gy.tolist()
    return replace(dvh, edges_gy=edges_gy, mean_gy=mean_gy, min_gy=low, max_gy=high, quantity=quantity)
