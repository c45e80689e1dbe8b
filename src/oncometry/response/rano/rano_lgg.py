"""RANO for low-grade glioma, 2011: the tumor on T2/FLAIR."""

from __future__ import annotations

from functools import partial

from oncometry.core import Quantity
from oncometry.response.best_response import OutcomeSettings
from oncometry.response.clause import Clause, Evidence, Ruleset
from oncometry.response.rano.bookkeeping import bookkeeping
from oncometry.response.rano.component import T2_FLAIR, Component, Thresholds
from oncometry.response.rano.criterion import RanoCriterion
from oncometry.response.rano.inputs import InputRules
from oncometry.response.rano.measurable import BIDIMENSIONAL_10_MM
from oncometry.response.selection import Limits

__all__ = ["RANO_LGG"]

DOI = "10.1016/S1470-2045(11)70057-2"
SECTION = "response criteria, as summarized in PMC10584081, Table 1"
OWN = "response criteria"
rule = partial(Clause, section=SECTION, doi=DOI)
recalled = partial(Clause, section=OWN, doi=DOI, evidence=Evidence.MEMORY)

RULESET = Ruleset(
    "rano-lgg",
    "1",
    "RANO, low-grade glioma (2011)",
    (
        rule("new", "A new lesion is progression."),
        recalled("non-target-pd", "Clear growth of T2/FLAIR tumor that cannot be measured is progression."),
        recalled("enhancement-pd", "New or increased enhancement is progression: malignant transformation."),
        recalled("reappeared", "Tumor on T2/FLAIR again after all of it had disappeared is progression."),
        rule("pd", "Sum of products on T2/FLAIR at least 25 % above the smallest."),
        recalled("clinical-pd", "Clinical deterioration due to the tumor is progression."),
        recalled(
            "observe",
            "More steroids than at baseline without progression: neither response nor stable disease.",
        ),
        rule("cr", "All T2/FLAIR tumor gone, no new or increased enhancement."),
        recalled("cr-on-steroids", "All T2/FLAIR tumor gone, but under steroids: a partial response."),
        rule("pr", "Sum of products at least 50 % below baseline, no new or increased enhancement."),
        rule("mr", "Sum of products 25 % to less than 50 % below baseline, no new or increased enhancement."),
        rule("sd", "Less than 25 % below baseline and less than 25 % above the smallest."),
        *bookkeeping(SECTION, DOI),
    ),
)

RANO_LGG = RanoCriterion(
    RULESET,
    Quantity.PRODUCT_MM2,
    (Component("tumor on T2/FLAIR", T2_FLAIR, Thresholds(pr=0.5, pd=1.25, mr=0.75)),),
    InputRules(enhancement=True),
    Limits(smallest=BIDIMENSIONAL_10_MM, targets=5),
    OutcomeSettings(confirmation_days=28, minimum_sd_days=0),
)
