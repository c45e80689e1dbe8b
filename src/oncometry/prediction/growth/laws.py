"""Every law of growth by its name."""

from __future__ import annotations

from oncometry.core.errors import Code, SettingsError
from oncometry.prediction.growth.bertalanffy import (
    CLASSICAL_BERTALANFFY,
    GENERAL_BERTALANFFY,
    GOMPERTZ,
    LOGISTIC,
)
from oncometry.prediction.growth.elementary import EXPONENTIAL, LINEAR
from oncometry.prediction.growth.law import GrowthLaw
from oncometry.prediction.growth.regression_growth import (
    GROWTH_ONLY,
    REGRESSION_GROWTH,
    REGRESSION_GROWTH_SHARE,
    REGRESSION_ONLY,
)

__all__ = ["LAWS", "law_named"]

LAWS = {
    law.name: law
    for law in (
        EXPONENTIAL,
        LINEAR,
        LOGISTIC,
        CLASSICAL_BERTALANFFY,
        GENERAL_BERTALANFFY,
        GOMPERTZ,
        REGRESSION_GROWTH,
        REGRESSION_GROWTH_SHARE,
        GROWTH_ONLY,
        REGRESSION_ONLY,
    )
}


def law_named(name: str) -> GrowthLaw:
    """The law of that name.

    Raises:
        SettingsError: `SETTINGS`, there is none.
    """
    if name not in LAWS:
        raise SettingsError(Code.SETTINGS, f"there is no law {name!r}; there are {', '.join(LAWS)}.")
    return LAWS[name]
