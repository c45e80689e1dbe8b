"""NTCP sets on histograms, each in the quantity it was fitted in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

import numpy as np

from oncometry.core import Code, Notice, OncometryError, SettingsError
from oncometry.core.geometry import FloatArray
from oncometry.dose.dvh import Dvh, as_eqd2
from oncometry.dose.dvh_table import DvhTable
from oncometry.dose.ntcp import Covariates
from oncometry.dose.ntcp_sets import NtcpSet, ntcp_sets
from oncometry.dose.quantity import (
    PHYSICAL,
    STANDARD_FRACTION_GY,
    DoseKind,
    DoseQuantity,
    Fractionation,
)
from oncometry.dose.sampling import WHOLE_COVERED

__all__ = ["NtcpValue", "apply_set", "in_quantity_of", "ntcp_values", "sets_for", "without_sets"]

NEAR, SHOWN, SHORTEST = 0.75, 4, 4
HOTTER = 1.1
"""A fraction may be larger by this factor than those that a set was fitted on: doses differ within a structure."""


@dataclass(frozen=True)
class NtcpValue:
    """What a set says of a structure; null only with a reason.

    `quantity`: what the doses were when the model took them; that of the set where it took none.
    """

    set: NtcpSet
    value: float | None
    quantity: DoseQuantity
    reason: Code | None = None
    why: str = ""


def sets_for(structure: str) -> tuple[NtcpSet, ...]:
    """Sets whose organ a structure's name is, letter by letter but for case and '_'."""
    name = _plain(structure)
    return tuple(one for one in ntcp_sets() if name in one.structures)


def without_sets(structures: Sequence[str]) -> tuple[Notice, ...]:
    """Which structures no set is for, under which name each was looked for, and the nearest names that sets know."""
    lone = [name for name in dict.fromkeys(structures) if not sets_for(name)]
    if not lone:
        return ()
    known = sorted({name for one in ntcp_sets() for name in one.structures})
    near = {name: _near(_plain(name), known) for name in lone}
    alike = [f"'{_plain(name)}' (nearest: {', '.join(found)})" for name, found in near.items() if found]
    strange = [f"'{_plain(name)}'" for name, found in near.items() if not found]
    more = f" and {len(strange) - SHOWN} more" if len(strange) > SHOWN else ""
    tried = ", ".join([*alike, *strange[:SHOWN]]) + more
    what = (
        f"no published NTCP model is of {tried}: a structure is found by its whole name, in small letters and with blanks for "
        "'_'; if one of these is an organ that a set is of, name it so in the structure set."
    )
    return (Notice(Code.LABEL_UNKNOWN, what),)


def _near(name: str, known: Sequence[str]) -> list[str]:
    """Names that have a word of it, singular or plural, or are spelled nearly so."""
    words = {word.removesuffix("s") for word in name.split() if len(word) >= SHORTEST}
    alike = [one for one in known if words & {word.removesuffix("s") for word in one.split()}]
    return alike or get_close_matches(name, known, n=2, cutoff=NEAR)


def _plain(structure: str) -> str:
    """The name as sets have it."""
    return " ".join(structure.lower().replace("_", " ").split())


def in_quantity_of(
    table: DvhTable,
    asked: NtcpSet,
    fractionation: Fractionation | None,
    *,
    alpha_beta_gy: float | None = None,
    fractions_as_fitted: bool = False,
) -> DvhTable:
    """The histograms in the quantity that a set was fitted in.

    Physical doses become EQD2 where the set asks for that. A set on physical doses of certain fractions takes them as they
    are where the fractions are no larger, and else, with `alpha_beta_gy`, as EQD2.

    Args:
        fractions_as_fitted: a person declares that doses were given in fractions as those of the set.

    Raises:
        SettingsError: `DOSE_QUANTITY`, they are in another quantity, or in larger fractions; `FRACTIONS_UNKNOWN`.
    """
    if table.quantity == asked.quantity and (asked.fraction_gy is None or fractions_as_fitted):
        return table
    if asked.quantity.kind is DoseKind.EQD2 and table.quantity == PHYSICAL:
        return _eqd2(table, asked.quantity.alpha_beta_gy or 0.0, fractionation)
    if table.quantity != asked.quantity:
        raise SettingsError(
            Code.DOSE_QUANTITY,
            f"{asked.name} was fitted on {asked.quantity}, the doses are {table.quantity}.",
            advice="Give the physical dose with its number of fractions.",
        )
    return _conventional(table, asked, fractionation, alpha_beta_gy)


def apply_set(
    asked: NtcpSet,
    table: DvhTable,
    fractionation: Fractionation | None = None,
    covariates: Covariates | None = None,
    *,
    alpha_beta_gy: float | None = None,
    fractions_as_fitted: bool = False,
) -> FloatArray:
    """(n,) probability of each row of a table.

    Raises:
        SettingsError: as `in_quantity_of`; `VALUE_MISSING` where the model needs covariates.
    """
    doses = in_quantity_of(
        table, asked, fractionation, alpha_beta_gy=alpha_beta_gy, fractions_as_fitted=fractions_as_fitted
    )
    return asked.model.probability(doses, covariates)


def ntcp_values(
    dvh: Dvh,
    sets: tuple[NtcpSet, ...],
    fractionation: Fractionation | None,
    *,
    alpha_beta_gy: float | None = None,
    whole_course: bool = True,
) -> tuple[NtcpValue, ...]:
    """Each set on one structure; null where it cannot be applied, with the reason."""
    return tuple(_value(dvh, one, fractionation, alpha_beta_gy, whole_course) for one in sets)


def _value(
    dvh: Dvh, asked: NtcpSet, fractionation: Fractionation | None, alpha_beta_gy: float | None, whole: bool
) -> NtcpValue:
    if not whole:
        return NtcpValue(
            asked, None, asked.quantity, Code.DOSE_NOT_COURSE, "the dose is not that of the whole course."
        )
    if dvh.outside_fraction > 1 - WHOLE_COVERED:
        why = f"{100 * dvh.outside_fraction:.1f} % of the structure lies outside the dose grid."
        return NtcpValue(asked, None, asked.quantity, Code.DOSE_OUTSIDE_GRID, why)
    try:
        doses = in_quantity_of(DvhTable((dvh,)), asked, fractionation, alpha_beta_gy=alpha_beta_gy)
        found = asked.model.probability(doses)
    except OncometryError as error:
        return NtcpValue(asked, None, asked.quantity, error.code, error.what)
    return NtcpValue(asked, float(found[0]), doses.quantity)


def _eqd2(table: DvhTable, alpha_beta_gy: float, fractionation: Fractionation | None) -> DvhTable:
    return DvhTable(tuple(as_eqd2(row, alpha_beta_gy, fractionation) for row in table.rows))


def _conventional(
    table: DvhTable, asked: NtcpSet, fractionation: Fractionation | None, alpha_beta_gy: float | None
) -> DvhTable:
    """A set on physical doses of certain fractions."""
    if fractionation is None:
        raise SettingsError(
            Code.FRACTIONS_UNKNOWN,
            f"{asked.name} was fitted on {_span(asked)}; in how many fractions the dose was given is not known.",
            advice="Declare the number of fractions (--fractions), or give the RTPLAN.",
        )
    largest = float(np.max([row.max_gy for row in table.rows])) / fractionation.fractions
    most = _fractions_of(asked)[1]
    if largest <= most * HOTTER:
        return table
    if alpha_beta_gy is None or not _holds_two_gray(asked):
        raise SettingsError(
            Code.DOSE_QUANTITY,
            f"{asked.name} was fitted on {_span(asked)}; here up to {largest:.2f} Gy is given in a fraction.",
            advice="State an alpha/beta, by which the dose is converted to fractions of 2 Gy."
            if _holds_two_gray(asked)
            else None,
        )
    return _eqd2(table, alpha_beta_gy, fractionation)


def _fractions_of(asked: NtcpSet) -> tuple[float, float]:
    return asked.fraction_gy or (0.0, np.inf)


def _holds_two_gray(asked: NtcpSet) -> bool:
    low, high = _fractions_of(asked)
    return low <= STANDARD_FRACTION_GY <= high


def _span(asked: NtcpSet) -> str:
    low, high = _fractions_of(asked)
    return f"physical doses in fractions of {low:g} Gy" + ("" if low == high else f" to {high:g} Gy")
