"""ComBat's effects of sites as numbers, of the columns that a stored model is given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from oncometry.prediction.fold.chain import Chain
from oncometry.prediction.models.frozen.unsafe import Json, Part, refuse
from oncometry.prediction.table import Matrix

__all__ = ["SiteEffects", "site_effects"]

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class SiteEffects:
    """Each site's shift and scale; rows of another site stay as they are.

    Attributes:
        sites: (s,) whose effects are taken off; those of a reference site are 0 and 1.
        places: (a,) within the columns of the fit.
        covariates: (c,) places of the table's columns whose effect is kept, and `covariate_medians` for what is missing.
        mean, deviation: (a,); coefficients: (c, a); shift, variance: (s, a).
    """

    sites: tuple[str, ...]
    places: Places
    covariates: Places
    covariate_medians: Numbers
    mean: Numbers
    deviation: Numbers
    coefficients: Numbers
    shift: Numbers
    variance: Numbers

    def apply(self, filled: Matrix, table: Matrix, sites: NDArray[np.str_]) -> Matrix:
        """(n, q) on the common scale.

        Args:
            filled: (n, q) of the fit, without gaps.
            table: (n, p) of the whole table, NaN where missing.
        """
        kept = table[:, self.covariates]
        kept = np.where(np.isfinite(kept), kept, self.covariate_medians)
        found = filled.copy()
        for i, site in enumerate(self.sites):
            rows = np.flatnonzero(sites == site)
            expected = self.mean + kept[rows] @ self.coefficients
            standard = (filled[np.ix_(rows, self.places)] - expected) / self.deviation
            standard = (standard - self.shift[i]) / np.sqrt(self.variance[i])
            found[np.ix_(rows, self.places)] = standard * self.deviation + expected
        return found

    def state(self) -> tuple[dict[str, Json], dict[str, NDArray[Any]]]:
        """Settings and arrays that tell it whole."""
        names = ("places", "covariates", "covariate_medians", "mean", "deviation", "coefficients")
        arrays = {name: getattr(self, name) for name in (*names, "shift", "variance")}
        return {"kind": "site_effects", "sites": list(self.sites)}, arrays

    @classmethod
    def read(cls, part: Part, columns: int, width: int) -> SiteEffects:
        """What a state tells, of a table of so many columns and a fit of so many.

        Raises:
            CorruptInputError: `MODEL_UNSAFE`.
        """
        names = {"places", "covariates", "covariate_medians", "mean", "deviation", "coefficients"}
        part.only({"sites"}, names | {"shift", "variance"})
        sites = part.settings["sites"]
        if not isinstance(sites, list) or not all(isinstance(s, str) for s in sites):
            refuse(f"{part.name} has sites {sites!r}, no list of names")
        places, covariates = (part.integers(n, np.int64, None) for n in ("places", "covariates"))
        check_places(places, width, part.name)
        check_places(covariates, columns, part.name)
        a, c, s = len(places), len(covariates), len(sites)
        deviation, variance = part.floats("deviation", a), part.floats("variance", s, a)
        if (deviation <= 0).any() or (variance <= 0).any():
            refuse(f"{part.name} has a scale that is not above 0")
        return cls(
            tuple(map(str, sites)), places, covariates, part.floats("covariate_medians", c),
            part.floats("mean", a), deviation, part.floats("coefficients", c, a), part.floats("shift", s, a),
            variance,
        )  # fmt: skip


def check_places(places: Places, width: int, name: str) -> None:
    """Refuse places that are none of so many columns.

    Raises:
        CorruptInputError: `MODEL_UNSAFE`.
    """
    if len(places) and (places.min() < 0 or places.max() >= width):
        refuse(f"{name} has a place that is none of {width}")


def site_effects(chain: Chain, chosen: NDArray[np.intp]) -> SiteEffects | None:
    """Of the columns that are chosen of a chain's leaving ones; None where nothing was harmonized."""
    if chain.harmonized is None:
        return None
    combat, within = chain.harmonized.combat, chain.leaving[chosen]
    adjusted = chain.harmonized.places[combat.adjusted_]
    at = {int(place): i for i, place in enumerate(adjusted)}
    places = [(i, at[int(p)]) for i, p in enumerate(within) if int(p) in at]
    own = np.array([i for i, _ in places], dtype=np.int64)
    theirs = np.array([j for _, j in places], dtype=np.int64)
    kept = chain.harmonized.covariates
    harmonized = [i for i, site in enumerate(combat.sites_) if site != combat.reference_site_]
    return SiteEffects(
        tuple(str(combat.sites_[i]) for i in harmonized),
        own,
        chain.entering[kept].astype(np.int64),
        chain.medians[kept],
        combat.mean_[theirs],
        combat.deviation_[theirs],
        combat.coefficients_[:, theirs],
        combat.shift_[harmonized][:, theirs],
        combat.variance_[harmonized][:, theirs],
    )
