"""A dose in one structure, summed up: histogram, metrics, complication probabilities."""

from __future__ import annotations

from dataclasses import dataclass

from oncometry.core import Code, Notice
from oncometry.core.dose import Dose
from oncometry.dose.dvh import Dvh, as_eqd2
from oncometry.dose.metrics import MetricValue, measure_metrics, metric_named
from oncometry.dose.ntcp_apply import NtcpValue, ntcp_values, sets_for
from oncometry.dose.quantity import DoseQuantity, Fractionation
from oncometry.dose.sampling import dvh_of
from oncometry.dose.settings import DoseSettings
from oncometry.dose.structure import Structure

__all__ = ["DoseSummary", "QuantityMetrics", "summarize"]

OUTSIDE_TOLD = 1e-4
"""Part of a structure beyond the dose grid that is worth saying."""


@dataclass(frozen=True)
class QuantityMetrics:
    """Metrics in one dose quantity."""

    quantity: DoseQuantity
    values: tuple[MetricValue, ...]


@dataclass(frozen=True, eq=False)
class DoseSummary:
    """What a structure gets.

    Attributes:
        number, name: of the structure.
        dose_key: of the dose.
        dvh: in the quantity of the dose file.
        metrics: of the dose as it is, then as EQD2 where alpha/beta is set and the number of fractions known.
        ntcp: of published sets whose organ the structure's name is.
        fractionation: what conversions went by; None where nothing tells.
        notices: what to know of it.
    """

    number: int
    name: str
    dose_key: str
    dvh: Dvh
    metrics: tuple[QuantityMetrics, ...]
    ntcp: tuple[NtcpValue, ...]
    fractionation: Fractionation | None
    notices: tuple[Notice, ...]


def summarize(
    dose: Dose,
    structure: Structure,
    fractionation: Fractionation | None = None,
    settings: DoseSettings | None = None,
) -> DoseSummary:
    """The dose in a structure.

    Args:
        fractionation: of the plan, or declared; None is never guessed: what needs it is left out and said.

    Raises:
        GeometryError: as `dvh_of`.
    """
    chosen = settings or DoseSettings()
    dvh = dvh_of(dose, structure)
    notices = [*structure.notices, *_outside(dvh, structure.name)]
    asked = [metric_named(name) for name in chosen.metrics]
    found = [QuantityMetrics(dvh.quantity, measure_metrics(dvh, asked))]
    if chosen.alpha_beta_gy is not None:
        told = _why_no_eqd2(dose, fractionation, structure.name)
        notices += told
        if not told:
            converted = as_eqd2(dvh, chosen.alpha_beta_gy, fractionation)
            found.append(QuantityMetrics(converted.quantity, measure_metrics(converted, asked)))
    ntcp: tuple[NtcpValue, ...] = ()
    if chosen.ntcp:
        sets = sets_for(structure.name)
        ntcp = ntcp_values(
            dvh, sets, fractionation, alpha_beta_gy=chosen.alpha_beta_gy, whole_course=dose.is_whole_course
        )
    return DoseSummary(
        structure.number, structure.name, dose.key, dvh, tuple(found), ntcp, fractionation, tuple(notices)
    )


def _outside(dvh: Dvh, name: str) -> tuple[Notice, ...]:
    if dvh.outside_fraction <= OUTSIDE_TOLD:
        return ()
    what = f"{name}: {100 * dvh.outside_fraction:.2f} % of it lies outside the dose grid; its doses are those of the rest."
    return (Notice(Code.DOSE_OUTSIDE_GRID, what),)


def _why_no_eqd2(dose: Dose, fractionation: Fractionation | None, name: str) -> list[Notice]:
    """What stands against EQD2; nothing where it can be given."""
    if dose.dose_type != "PHYSICAL":
        what = f"{name}: no EQD2, since the dose is {dose.dose_type}, not physical."
        return [Notice(Code.DOSE_QUANTITY, what)]
    if not dose.is_whole_course:
        said = dose.summation_type or "not said"
        what = f"{name}: no EQD2, since the dose need not be that of the whole course (Dose Summation Type: {said})."
        return [Notice(Code.DOSE_NOT_COURSE, what)]
    if fractionation is None:
        what = f"{name}: no EQD2, since no plan states the number of fractions and none was declared."
        return [Notice(Code.FRACTIONS_UNKNOWN, what)]
    return []
