"""RAPNO for pediatric high-grade glioma, 2020."""

from __future__ import annotations

from functools import partial

from oncometry.core import Compartment, Quantity
from oncometry.response.best_response import OutcomeSettings
from oncometry.response.clause import Clause, Evidence, Ruleset
from oncometry.response.rano.bookkeeping import bookkeeping
from oncometry.response.rano.component import ENHANCING, T2_FLAIR, Component, Thresholds
from oncometry.response.rano.criterion import RanoCriterion
from oncometry.response.rano.inputs import InputRules
from oncometry.response.rano.measurable import BIDIMENSIONAL_10_MM
from oncometry.response.selection import Limits

__all__ = ["RAPNO_HGG"]

DOI = "10.1016/S1470-2045(20)30173-X"
SECTION = "response definitions"
recalled = partial(Clause, section=SECTION, doi=DOI, evidence=Evidence.MEMORY)

RULESET = Ruleset(
    "rapno-hgg",
    "1",
    "RAPNO, pediatric high-grade glioma (2020)",
    (
        recalled("new", "A new lesion is progression."),
        recalled("non-target-pd", "Clear growth of disease that cannot be measured is progression."),
        recalled("t2-flair-pd", "Significant T2/FLAIR increase that only the tumor explains is progression."),
        recalled("reappeared", "Tumor again after all of it had disappeared is progression."),
        recalled("pd", "Sum of products at least 25 % above the smallest."),
        recalled("clinical-pd", "Clinical deterioration due to the tumor is progression."),
        recalled(
            "observe",
            "More steroids than at baseline without progression: neither response nor stable disease.",
        ),
        recalled(
            "cr", "All disease gone, T2/FLAIR stable or better, no steroids, clinically stable or better."
        ),
        recalled("cr-on-steroids", "All disease gone, but under steroids: a partial response."),
        recalled("pr", "Sum of products at least 50 % below baseline (another program uses 25 %)."),
        recalled("sd", "Neither response nor progression."),
        *bookkeeping(SECTION, DOI, evidence=Evidence.MEMORY),
    ),
)

RAPNO_HGG = RanoCriterion(
    RULESET,
    Quantity.PRODUCT_MM2,
    (Component("tumor", ENHANCING | T2_FLAIR, Thresholds(pr=0.5, pd=1.25)),),
    InputRules(t2_flair=True),
    Limits(smallest=BIDIMENSIONAL_10_MM, targets=3, compartments=(Compartment.ENHANCING,)),
    OutcomeSettings(confirmation_days=56, minimum_sd_days=0),
)
