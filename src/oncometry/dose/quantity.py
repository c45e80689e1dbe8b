"""What a dose in gray is a dose of: energy absorbed, or that weighed for its effect or its fractions.

Numbers of two quantities are never compared; a conversion is asked for by name, and needs the number of fractions.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from oncometry.core import Code, SettingsError
from oncometry.core.geometry import FloatArray

__all__ = [
    "EFFECTIVE",
    "PHYSICAL",
    "DoseKind",
    "DoseQuantity",
    "Fractionation",
    "bed_gy",
    "bed_quantity",
    "eqd2_gy",
    "eqd2_quantity",
]

STANDARD_FRACTION_GY = 2.0


class DoseKind(StrEnum):
    """Kinds of dose. EFFECTIVE is DICOM's: weighted by the biological effect of the radiation (protons, ions)."""

    PHYSICAL = "PHYSICAL"
    EFFECTIVE = "EFFECTIVE"
    BED = "BED"
    EQD2 = "EQD2"


@dataclass(frozen=True)
class DoseQuantity:
    """A quantity. `alpha_beta_gy`: of BED and EQD2, None of the others."""

    kind: DoseKind
    alpha_beta_gy: float | None = None

    def __str__(self) -> str:
        return self.kind.value if self.alpha_beta_gy is None else f"{self.kind.value}({self.alpha_beta_gy:g})"


PHYSICAL = DoseQuantity(DoseKind.PHYSICAL)
EFFECTIVE = DoseQuantity(DoseKind.EFFECTIVE)


@dataclass(frozen=True)
class Fractionation:
    """In how many equal fractions the dose is given. `source`: 'plan' (RTPLAN) or 'declared' by a person.

    Raises:
        SettingsError: `FRACTIONS_UNKNOWN`, the number is none.
    """

    fractions: int
    source: str = "declared"

    def __post_init__(self) -> None:
        if not isinstance(self.fractions, int) or self.fractions < 1:
            raise SettingsError(
                Code.FRACTIONS_UNKNOWN,
                f"the number of fractions is {self.fractions!r}, not a whole number of at least 1.",
            )


def bed_quantity(alpha_beta_gy: float) -> DoseQuantity:
    """Biologically effective dose.

    Raises:
        SettingsError: `SETTINGS`, alpha/beta is no positive number.
    """
    return DoseQuantity(DoseKind.BED, _checked(alpha_beta_gy))


def eqd2_quantity(alpha_beta_gy: float) -> DoseQuantity:
    """Equivalent dose in fractions of 2 Gy.

    Raises:
        SettingsError: `SETTINGS`, alpha/beta is no positive number.
    """
    return DoseQuantity(DoseKind.EQD2, _checked(alpha_beta_gy))


def bed_gy(dose_gy: FloatArray, fractions: int, alpha_beta_gy: float) -> FloatArray:
    """BED = D (1 + (D / n) / (alpha/beta)), elementwise (Fowler 1989, doi:10.1259/0007-1285-62-740-679).

    Args:
        dose_gy: (...) total physical dose.
        fractions: n.
    """
    dose = np.asarray(dose_gy, dtype=np.float64)
    return np.asarray(dose * (1 + dose / fractions / alpha_beta_gy))


def eqd2_gy(dose_gy: FloatArray, fractions: int, alpha_beta_gy: float) -> FloatArray:
    """EQD2 = D (D / n + alpha/beta) / (2 + alpha/beta), elementwise (Fowler 1989)."""
    return bed_gy(dose_gy, fractions, alpha_beta_gy) / (1 + STANDARD_FRACTION_GY / alpha_beta_gy)


def _checked(alpha_beta_gy: float) -> float:
    if not (math.isfinite(alpha_beta_gy) and alpha_beta_gy > 0):
        raise SettingsError(Code.SETTINGS, f"alpha/beta is a positive number of Gy, got {alpha_beta_gy!r}.")
    return float(alpha_beta_gy)
