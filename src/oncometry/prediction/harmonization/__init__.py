"""Measurements of several sites on one scale: learned on training rows alone, never from the outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oncometry.core.lazy_door import open_lazily

if TYPE_CHECKING:
    from oncometry.prediction.harmonization.combat import ComBat, Unseen
    from oncometry.prediction.harmonization.confounding import check_not_outcome, site_outcome_confounding

__all__ = ["ComBat", "Unseen", "check_not_outcome", "site_outcome_confounding"]

open_lazily(
    __name__,
    {
        "ComBat": "oncometry.prediction.harmonization.combat",
        "Unseen": "oncometry.prediction.harmonization.combat",
        "check_not_outcome": "oncometry.prediction.harmonization.confounding",
        "site_outcome_confounding": "oncometry.prediction.harmonization.confounding",
    },
)
