"""Lesions over time, each with its own law, its class, and the forecast of its next reading."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from oncometry.core.errors import Code, Notice, SettingsError
from oncometry.prediction.growth.choice import best_population
from oncometry.prediction.growth.course_class import (
    CourseClass,
    GrowthCourse,
    TurningDays,
    course_seen,
    turning_days,
)
from oncometry.prediction.growth.equivalent import as_diameters, as_volume
from oncometry.prediction.growth.fit import GrowthFit, fit_each
from oncometry.prediction.growth.forecast import Forecast, checked_level, forecast, posterior
from oncometry.prediction.growth.law import FloatArray
from oncometry.prediction.growth.laws import law_named
from oncometry.prediction.growth.outlook import course_expected, seen_and_expected
from oncometry.prediction.growth.population import LEAST_PATIENTS, GrowthPopulation, fit_population
from oncometry.prediction.growth.reference import reference_population
from oncometry.prediction.growth.series import LEAST_VISITS, SizeSeries, SizeUnit

__all__ = ["FITTED", "GrowthAnalysis", "GrowthSettings", "LesionGrowth", "analyze_growth"]

FITTED = (
    "exponential",
    "linear",
    "logistic",
    "classical-bertalanffy",
    "general-bertalanffy",
    "gompertz",
    "regression-growth",
)
"""Laws that each lesion is fitted to by itself."""
SIMPLEST = "exponential"
CURVE_POINTS = 25
FAR = 2
"""A forecast is told of that is more than so many times as far ahead as the lesion was followed."""


@dataclass(frozen=True)
class GrowthSettings:
    """How lesions are looked at.

    Attributes:
        ahead_days: from the last visit to the reading that is forecast; None takes each lesion's usual time between visits.
        level: of every interval.
        law: of the population; None chooses it by forecasts of last readings.
        from_reference: take the population that ships, however many patients there are.
    """

    ahead_days: float | None = None
    level: float = 0.9
    law: str | None = None
    from_reference: bool = False


@dataclass(frozen=True, eq=False)
class LesionGrowth:
    """What is said of one lesion.

    Attributes:
        fits: by law, to its readings alone.
        own: the one of them with the least AICc; with too few visits to tell, the exponential one.
        course: what was seen.
        next: forecast of the reading `ahead_days` after the last visit, by the population.
        curve: forecasts from the last visit to that day, to be drawn.
        turns: of the forecast.
        population: that the forecasts are from.
    """

    series: SizeSeries
    fits: tuple[GrowthFit, ...]
    own: GrowthFit
    course: GrowthCourse
    next: Forecast
    curve: Forecast
    turns: TurningDays
    population: GrowthPopulation

    @property
    def expected(self) -> CourseClass:
        """What the interval of the forecast says against the last reading."""
        return course_expected(float(self.series.sizes[-1]), self.next, self.series.unit)

    @property
    def in_words(self) -> str:
        """What was seen, and what is forecast; days are those of the source."""
        day = self.series.first_day + float(self.next.days[-1])
        return seen_and_expected(self.course, self.next, self.expected, day, self.series.unit)


@dataclass(frozen=True, eq=False)
class GrowthAnalysis:
    """All lesions, in the order in which they came.

    Attributes:
        notices: of the populations; those of a lesion are in its series.
    """

    lesions: tuple[LesionGrowth, ...]
    settings: GrowthSettings
    notices: tuple[Notice, ...]


def analyze_growth(series: Sequence[SizeSeries], settings: GrowthSettings) -> GrowthAnalysis:
    """Fit, class and forecast each lesion; those of a unit teach a population, or the reference is taken.

    A lesion's own past is part of what its population learns from; its future is not known to anything here.

    Raises:
        SettingsError: `SETTINGS`, a level, a number of days or a law that is none, or not the reference population's that is
            asked for; `TOO_FEW_PATIENTS`, for the law that is named.
    """
    checked_level(settings.level)
    if settings.ahead_days is not None and not 0 < settings.ahead_days < np.inf:
        raise SettingsError(Code.SETTINGS, f"a forecast is for days ahead, not {settings.ahead_days:g}.")
    if settings.law is not None:
        law_named(settings.law)
    found: dict[int, LesionGrowth] = {}
    notices: list[Notice] = []
    for unit in SizeUnit:
        places = [n for n, one in enumerate(series) if one.unit is unit]
        if places:
            members = [series[n] for n in places]
            population, said = _population(members, settings)
            notices += [*said, *_far(members, settings)]
            found.update(zip(places, _looked_at(members, population, settings), strict=True))
    return GrowthAnalysis(tuple(found[n] for n in sorted(found)), settings, tuple(notices))


def _far(series: Sequence[SizeSeries], settings: GrowthSettings) -> list[Notice]:
    """Lesions that are to be forecast far beyond what was seen of them."""
    far = [one for one in series if _ahead(one, settings.ahead_days) > FAR * np.ptp(one.days)]
    if not far:
        return []
    told = (
        f"{len(far)} lesions ('{far[0].patient}') are forecast more than {FAR} times as far ahead as they were followed: the law "
        "alone speaks there, and the interval knows nothing of other laws."
    )
    return [Notice(Code.OUTSIDE_TRAINING, told)]


def _population(
    series: Sequence[SizeSeries], settings: GrowthSettings
) -> tuple[GrowthPopulation, list[Notice]]:
    """Of the lesions themselves where there are enough patients, and a law or visits to choose one by."""
    reference = reference_population()
    if settings.from_reference:
        if settings.law not in (None, reference.law):
            raise SettingsError(
                Code.SETTINGS,
                f"the reference population is of {reference.law!r}, not of {settings.law!r}.",
                advice="Give --reference or --law.",
            )
        return reference, []
    patients = len({one.patient for one in series})
    if patients < LEAST_PATIENTS:
        if settings.law not in (None, reference.law):
            raise SettingsError(
                Code.TOO_FEW_PATIENTS,
                f"{patients} patients teach no population under {settings.law!r}; {LEAST_PATIENTS} do.",
                advice=f"Leave --law away: the reference population is of {reference.law!r}.",
            )
        told = (
            f"{patients} patients with sizes in {series[0].unit} are too few to learn from ({LEAST_PATIENTS})"
        )
        return reference, [_from_reference(Code.TOO_FEW_PATIENTS, told, reference)]
    if settings.law is not None:
        return fit_population(series, law_named(settings.law)), []
    if all(len(one.days) <= LEAST_VISITS for one in series):
        told = (
            f"no lesion of the {patients} patients with sizes in {series[0].unit} has {LEAST_VISITS + 1} visits to choose a law "
            "by (name one with --law to learn from them)"
        )
        return reference, [_from_reference(Code.TOO_FEW_VISITS, told, reference)]
    return best_population(series), []


def _from_reference(code: Code, why: str, reference: GrowthPopulation) -> Notice:
    whose = f"{reference.lesions} target lesions under chemotherapy or immunotherapy"
    return Notice(code, f"{why}: forecasts are from the reference population, {whose}.")


def _looked_at(
    series: Sequence[SizeSeries], population: GrowthPopulation, settings: GrowthSettings
) -> list[LesionGrowth]:
    converted = [as_diameters(one) if population.unit is SizeUnit.MM else one for one in series]
    known = posterior(population, converted)
    days = [_asked(one, settings.ahead_days) for one in series]
    curves = [
        as_volume(curve) if one.unit is not population.unit else curve
        for curve, one in zip(forecast(known, days, settings.level), series, strict=True)
    ]
    fits = [fit_each(series, law_named(name)) for name in FITTED]
    return [
        LesionGrowth(
            one, own, _best(own), course_seen(one, settings.level), _last(curve), curve, turns, population
        )
        for one, own, curve, turns in zip(
            series, zip(*fits, strict=True), curves, turning_days(known), strict=True
        )
    ]


def _asked(series: SizeSeries, ahead_days: float | None) -> FloatArray:
    """Days from the last visit on; the last one is the one that is asked."""
    last = series.days[-1]
    return np.linspace(last, last + _ahead(series, ahead_days), CURVE_POINTS)


def _ahead(series: SizeSeries, ahead_days: float | None) -> float:
    return float(np.median(np.diff(series.days))) if ahead_days is None else ahead_days


def _last(curve: Forecast) -> Forecast:
    return Forecast(curve.days[-1:], curve.sizes[-1:], curve.low[-1:], curve.high[-1:], curve.level)


def _best(fits: Sequence[GrowthFit]) -> GrowthFit:
    best = min(fits, key=lambda fit: fit.aicc)
    return best if np.isfinite(best.aicc) else next(fit for fit in fits if fit.law == SIMPLEST)
