"""How many patients a model of so many parameters needs at least: Riley's criteria, with what they assume.

R. D. Riley et al. 2019, continuous outcomes doi:10.1002/sim.7993, binary outcomes and times to event doi:10.1002/sim.7992; the
anticipated fit, where no earlier model tells it, is 15 % of what is possible (R. D. Riley et al. 2020, doi:10.1136/bmj.m441).
The criteria are of unpenalized regression: penalties, trees and selection need no fewer patients.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from scipy.special import gammaincinv, stdtrit

from oncometry.core import Code, SettingsError

__all__ = [
    "ANTICIPATED",
    "Assumptions",
    "Criterion",
    "SampleSize",
    "binary_sample_size",
    "continuous_sample_size",
    "survival_sample_size",
]

ANTICIPATED = 0.15
"""Share of the greatest possible R2 that is anticipated."""
NORMAL_95 = 1.96
LARGEST = 10**7
"""More patients than this are not counted out."""


@dataclass(frozen=True)
class Assumptions:
    """What the criteria ask for.

    Attributes:
        shrinkage: of the coefficients, at least: less than 10 % overfitting.
        optimism: of R2, as a share of the greatest possible, at most.
        risk_margin: of the overall risk, at most.
        number_margin: of a mean and a residual deviation, as a ratio, at most.
    """

    shrinkage: float = 0.9
    optimism: float = 0.05
    risk_margin: float = 0.05
    number_margin: float = 1.1


@dataclass(frozen=True)
class Criterion:
    """One demand: what it is of, and how many patients meet it; None where more than ten million."""

    what: str
    patients: int | None


@dataclass(frozen=True)
class SampleSize:
    """All demands on a model.

    Attributes:
        parameters: candidates, those that selection may drop as well.
        r2: anticipated, Cox and Snell's (of numbers, the adjusted R2).
        greatest_r2: that the outcome allows; 1 of numbers.
        criteria: each.
        events_per_patient: expected; None of numbers.
    """

    parameters: int
    r2: float
    greatest_r2: float
    criteria: tuple[Criterion, ...]
    events_per_patient: float | None

    @property
    def patients(self) -> int | None:
        """The least that meets all demands."""
        counts = [c.patients for c in self.criteria]
        known = [c for c in counts if c is not None]
        return max(known) if len(known) == len(counts) else None

    @property
    def events(self) -> int | None:
        """Among those patients, expected."""
        if self.patients is None or self.events_per_patient is None:
            return None
        return math.ceil(round(self.patients * self.events_per_patient, 6))


def binary_sample_size(
    parameters: int, prevalence: float, r2: float | None = None, asked: Assumptions | None = None
) -> SampleSize:
    """For a logistic model.

    Args:
        parameters: candidates, >= 1.
        prevalence: of the event, between 0 and 1.
        r2: anticipated, Cox and Snell's; None: `ANTICIPATED` of the greatest.
        asked: what is asked for.

    Raises:
        SettingsError: `SETTINGS`, an argument is not that.
    """
    _check(parameters, r2)
    if not 0 < prevalence < 1:
        raise SettingsError(Code.SETTINGS, f"a prevalence is between 0 and 1, not {prevalence!r}.")
    chosen = asked or Assumptions()
    null = prevalence * math.log(prevalence) + (1 - prevalence) * math.log(1 - prevalence)
    greatest = 1 - math.exp(2 * null)
    fit = _fit(r2, greatest)
    overall = (NORMAL_95 / chosen.risk_margin) ** 2 * prevalence * (1 - prevalence)
    found = (*_of_likelihood(parameters, fit, greatest, chosen), Criterion(_precise(chosen), _up(overall)))
    return SampleSize(parameters, fit, greatest, found, prevalence)


def survival_sample_size(
    parameters: int,
    rate_per_day: float,
    mean_follow_up_days: float,
    horizon_days: float,
    r2: float | None = None,
    asked: Assumptions | None = None,
) -> SampleSize:
    """For a Cox model, the event of interest coming at a constant rate.

    Args:
        parameters: candidates, >= 1.
        rate_per_day: events by days of follow-up.
        mean_follow_up_days: of a patient.
        horizon_days: by which the overall risk is to be precise.
        r2: anticipated, Cox and Snell's; None: `ANTICIPATED` of the greatest.
        asked: what is asked for.

    Raises:
        SettingsError: `SETTINGS`, an argument is not that.
    """
    _check(parameters, r2)
    for name, value in (
        ("rate", rate_per_day),
        ("follow-up", mean_follow_up_days),
        ("horizon", horizon_days),
    ):
        if not (math.isfinite(value) and value > 0):
            raise SettingsError(Code.SETTINGS, f"a {name} is above 0, not {value!r}.")
    chosen = asked or Assumptions()
    events = rate_per_day * mean_follow_up_days
    greatest = 1 - math.exp(2 * (events * math.log(events) - events))
    fit = _fit(r2, greatest)
    risk = 1 - math.exp(-rate_per_day * horizon_days)
    highest = min(risk + chosen.risk_margin, 1 - 1e-12)
    above = -math.log(1 - highest) / horizon_days - rate_per_day
    overall = NORMAL_95**2 * rate_per_day / above**2 / mean_follow_up_days
    found = (*_of_likelihood(parameters, fit, greatest, chosen), Criterion(_precise(chosen), _up(overall)))
    return SampleSize(parameters, fit, greatest, found, events)


def continuous_sample_size(
    parameters: int,
    r2: float = ANTICIPATED,
    mean: float | None = None,
    deviation: float | None = None,
    asked: Assumptions | None = None,
) -> SampleSize:
    """For a linear model.

    Args:
        parameters: candidates, >= 1.
        r2: anticipated, adjusted.
        mean, deviation: of the outcome; None, or a mean of 0 or below: a precise mean is not asked for, for a ratio of
            means says nothing then.
        asked: what is asked for.

    Raises:
        SettingsError: `SETTINGS`, an argument is not that.
    """
    _check(parameters, r2)
    chosen = asked or Assumptions()
    found = [
        Criterion(
            f"coefficients shrink to {chosen.shrinkage:g} or more", _by_shrinkage(parameters, r2, chosen)
        ),
        Criterion(
            f"R2 is too good by {chosen.optimism:g} at most",
            _up(1 + parameters * (1 - r2) / chosen.optimism),
        ),
        Criterion(
            f"residual deviation within a factor of {chosen.number_margin:g}",
            _first(lambda n: _deviation_ratio(n - parameters - 1) <= chosen.number_margin, parameters + 2),
        ),
    ]
    if mean is not None and deviation is not None and mean > 0:
        spread = deviation * math.sqrt(1 - r2)
        found.append(
            Criterion(
                f"mean within a factor of {chosen.number_margin:g}",
                _first(
                    lambda n: (
                        1 + _t_limit(n - parameters - 1) * spread / math.sqrt(n) / mean
                        <= chosen.number_margin
                    ),
                    parameters + 2,
                ),
            )
        )
    return SampleSize(parameters, r2, 1.0, tuple(found), None)


def _of_likelihood(
    parameters: int, r2: float, greatest: float, asked: Assumptions
) -> tuple[Criterion, Criterion]:
    """Shrinkage, and optimism of Nagelkerke's R2 (equations 11 and 14 of doi:10.1002/sim.7992)."""
    by_optimism = r2 / (r2 + asked.optimism * greatest)
    return (
        Criterion(
            f"coefficients shrink to {asked.shrinkage:g} or more", _shrunk(parameters, r2, asked.shrinkage)
        ),
        Criterion(
            f"Nagelkerke's R2 is too good by {asked.optimism:g} at most", _shrunk(parameters, r2, by_optimism)
        ),
    )


def _shrunk(parameters: int, r2: float, shrinkage: float) -> int | None:
    if r2 >= shrinkage:
        return parameters + 2
    return _up(parameters / ((shrinkage - 1) * math.log(1 - r2 / shrinkage)))


def _by_shrinkage(parameters: int, r2: float, asked: Assumptions) -> int | None:
    """Of a linear model: its expected shrinkage, with the apparent R2 that the anticipated one stands for."""

    def enough(n: int) -> bool:
        apparent = (r2 * (n - parameters - 1) + parameters) / (n - 1)
        return 1 + (parameters - 2) / (n * math.log(1 - apparent)) >= asked.shrinkage

    return _first(enough, parameters + 2)


def _deviation_ratio(degrees: int) -> float:
    """Of the upper or lower 95 % limit of a residual deviation to it, whichever is farther."""
    low, high = 2 * gammaincinv(degrees / 2, 0.025), 2 * gammaincinv(degrees / 2, 0.975)
    return math.sqrt(max(degrees / low, high / degrees))


def _t_limit(degrees: int) -> float:
    return float(stdtrit(degrees, 0.975))


def _first(enough: Callable[[int], bool], least: int) -> int | None:
    """The least number from which on it is enough, found by doubling and halving."""
    if enough(least):
        return least
    low, high = least, 2 * least
    while not enough(high):
        low, high = high, 2 * high
        if low > LARGEST:
            return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def _precise(asked: Assumptions) -> str:
    return f"overall risk within {asked.risk_margin:g}"


def _up(patients: float) -> int | None:
    return math.ceil(round(patients, 9)) if patients <= LARGEST else None


def _fit(r2: float | None, greatest: float) -> float:
    fit = ANTICIPATED * greatest if r2 is None else r2
    if fit > greatest:
        raise SettingsError(Code.SETTINGS, f"R2 is {greatest:.3f} at most here, not {fit!r}.")
    return fit


def _check(parameters: int, r2: float | None) -> None:
    if parameters < 1:
        raise SettingsError(Code.SETTINGS, f"a model has 1 parameter or more, not {parameters}.")
    if r2 is not None and not 0 < r2 < 1:
        raise SettingsError(Code.SETTINGS, f"R2 is between 0 and 1, not {r2!r}.")
