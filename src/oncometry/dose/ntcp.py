"""Normal tissue complication probability: the models. Each takes histograms in the quantity it was fitted in.

LKB: Lyman 1985 (Radiat Res Suppl 8, S13) with the histogram reduced to gEUD (Kutcher and Burman 1989,
doi:10.1016/0360-3016(89)90972-3). Log-logistic: Niemierko 1999 (as in Gay and Niemierko 2007, doi:10.1016/j.ejmp.2007.07.001).
Relative seriality: Källman et al. 1992 (Int J Radiat Biol 62, 249).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit, ndtr

from oncometry.core import Code, SettingsError
from oncometry.core.geometry import FloatArray
from oncometry.dose.dvh_table import DvhTable

__all__ = [
    "Covariates",
    "LogLogistic",
    "LogisticNtcp",
    "LymanKutcherBurman",
    "NtcpModel",
    "RelativeSeriality",
]

Covariates = Mapping[str, ArrayLike]
"""Name -> (n,) values of what is no dose: 'female', 'age_years' ..."""

INTERCEPT = "intercept"


@dataclass(frozen=True)
class LymanKutcherBurman:
    """NTCP = Phi((gEUD(1/n) - TD50) / (m TD50)).

    Attributes:
        td50_gy: uniform dose to the whole structure that gives half of it the complication.
        m: slope; n: volume effect, 1 for the mean dose and towards 0 for the maximum.
    """

    td50_gy: float
    m: float
    n: float

    def __post_init__(self) -> None:
        _check_positive({"td50_gy": self.td50_gy, "m": self.m, "n": self.n})

    def probability(self, table: DvhTable, covariates: Covariates | None = None) -> FloatArray:  # noqa: ARG002 -- as all models
        """(n,) probability of each row."""
        dose = table.geud(1 / self.n)
        return np.asarray(ndtr((dose - self.td50_gy) / (self.m * self.td50_gy)))


@dataclass(frozen=True)
class LogLogistic:
    """NTCP = 1 / (1 + (TD50 / gEUD(a))^(4 gamma50)).

    Attributes:
        gamma50: relative slope at TD50; a: exponent of gEUD.
    """

    td50_gy: float
    gamma50: float
    a: float

    def __post_init__(self) -> None:
        _check_positive({"td50_gy": self.td50_gy, "gamma50": self.gamma50, "a": self.a})

    def probability(self, table: DvhTable, covariates: Covariates | None = None) -> FloatArray:  # noqa: ARG002 -- as all models
        """(n,) probability of each row."""
        dose = table.geud(self.a)
        with np.errstate(divide="ignore"):
            steps = 4 * self.gamma50 * (np.log(dose) - np.log(self.td50_gy))
        return np.asarray(expit(steps))


@dataclass(frozen=True)
class RelativeSeriality:
    """NTCP = (1 - prod (1 - P(D_i)^s)^v_i)^(1/s) with P(D) = 2^-exp(e gamma (1 - D / D50)).

    Attributes:
        gamma: largest relative slope of P; s: relative seriality, 1 for a serial structure and towards 0 for a parallel one.
    """

    d50_gy: float
    gamma: float
    s: float

    def __post_init__(self) -> None:
        _check_positive({"d50_gy": self.d50_gy, "gamma": self.gamma, "s": self.s})

    def probability(self, table: DvhTable, covariates: Covariates | None = None) -> FloatArray:  # noqa: ARG002 -- as all models
        """(n,) probability of each row; by logarithms, since P^s comes close to 1 and to 0."""
        log_p = -np.log(2) * np.exp(np.e * self.gamma * (1 - table.dose_gy / self.d50_gy))
        spared = np.log(-np.expm1(np.minimum(self.s * log_p, -1e-300)))
        total = np.where(table.share > 0, table.share * spared, 0.0).sum(axis=1)
        return np.asarray(np.power(-np.expm1(total), 1 / self.s))


@dataclass(frozen=True)
class LogisticNtcp:
    """NTCP = 1 / (1 + exp(-(b0 + sum b_i x_i))); each x is a dose metric by name, or else a covariate.

    Attributes:
        metrics: name of a dose metric ('mean', 'V30Gy(%)', 'volume') -> its coefficient, per its unit.
        covariates: name -> coefficient.
    """

    intercept: float
    metrics: Mapping[str, float] = field(default_factory=dict)
    covariates: Mapping[str, float] = field(default_factory=dict)

    def probability(self, table: DvhTable, covariates: Covariates | None = None) -> FloatArray:
        """(n,) probability of each row.

        Raises:
            SettingsError: `VALUE_MISSING`, a covariate was not given.
        """
        return np.asarray(expit(self.predictor(table, covariates)))

    def predictor(self, table: DvhTable, covariates: Covariates | None = None) -> FloatArray:
        """(n,) b0 + sum b_i x_i.

        Raises:
            SettingsError: `VALUE_MISSING`, a covariate was not given.
        """
        total = np.full(len(table), self.intercept)
        for name, weight in self.metrics.items():
            total += weight * table.metric(name)
        there = covariates or {}
        lacking = [name for name in self.covariates if name not in there]
        if lacking:
            raise SettingsError(
                Code.VALUE_MISSING,
                f"the model needs {', '.join(lacking)}; given are {', '.join(there) or 'no covariates'}.",
            )
        for name, weight in self.covariates.items():
            total += weight * np.asarray(there[name], dtype=np.float64)
        return total


NtcpModel = LymanKutcherBurman | LogLogistic | RelativeSeriality | LogisticNtcp


def _check_positive(values: Mapping[str, float]) -> None:
    for name, value in values.items():
        if not (np.isfinite(value) and value > 0):
            raise SettingsError(
                Code.SETTINGS, f"{name} of an NTCP model is a positive number, got {value!r}."
            )
