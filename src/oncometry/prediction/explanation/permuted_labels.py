"""Is an importance more than a model makes of labels that mean nothing? Held against models fitted to permuted ones.

A. Altmann et al., "Permutation importance: a corrected feature importance measure", 2010,
doi:10.1093/bioinformatics/btq134.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oncometry.core.errors import Code, SettingsError
from oncometry.core.geometry import FloatArray

__all__ = ["ImportanceOverChance", "importance_over_chance"]


@dataclass(frozen=True, eq=False)
class ImportanceOverChance:
    """Of p features.

    Attributes:
        importance: (p,).
        by_chance: (p,) mean with permuted labels.
        p_value: (p,) (1 + models on permuted labels with as much) / (1 + models).
        concentration, concentration_by_chance: part of all importance that the most important feature has, and its mean
            with permuted labels: 1 / p is flat.
    """

    importance: FloatArray
    by_chance: FloatArray
    p_value: FloatArray
    concentration: float
    concentration_by_chance: float


def importance_over_chance(importance: FloatArray, permuted: FloatArray) -> ImportanceOverChance:
    """Hold (p,) importances against (r, p) of the same procedure on permuted labels.

    Raises:
        SettingsError: `SETTINGS`, shapes do not fit, or an importance is below 0.
    """
    if permuted.ndim != 2 or permuted.shape[1:] != importance.shape or len(permuted) < 1:
        raise SettingsError(Code.SETTINGS, f"importances {importance.shape}, permuted {permuted.shape}.")
    if min(importance.min(), permuted.min()) < 0:
        raise SettingsError(Code.SETTINGS, "importances are mean absolute contributions, 0 or more.")
    return ImportanceOverChance(
        importance,
        np.asarray(permuted.mean(axis=0), dtype=np.float64),
        (1.0 + (permuted >= importance).sum(axis=0)) / (1.0 + len(permuted)),
        _largest_part(importance),
        float(np.mean([_largest_part(row) for row in permuted])),
    )


def _largest_part(importance: FloatArray) -> float:
    """1 / p where nothing has any importance."""
    total = float(importance.sum())
    return float(importance.max()) / total if total > 0 else 1.0 / len(importance)
