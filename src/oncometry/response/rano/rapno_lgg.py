"""RAPNO for pediatric low-grade glioma, 2020: the tumor on T2/FLAIR."""

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

__all__ = ["RAPNO_LGG"]

DOI = "10.1016/S1470-2045(20)30064-4"
SECTION = "response definitions"
REGROWTH = "progression, as restated in the consensus on regrowth of pediatric low-grade glioma, Table 3"
rule = partial(Clause, section=REGROWTH, doi=DOI)
recalled = partial(Clause, section=SECTION, doi=DOI, evidence=Evidence.MEMORY)

RULESET = Ruleset(
    "rapno-lgg",
    "1",
    "RAPNO, pediatric low-grade glioma (2020)",
    (
        rule("new", "A new lesion is progression, ideally seen on a second scan."),
        recalled("non-target-pd", "Clear growth of disease that cannot be measured is progression."),
        recalled("reappeared", "Tumor again after all of it had disappeared is progression."),
        rule("pd", "Product at least 25 % above the smallest, ideally seen on a second scan."),
        recalled("clinical-pd", "Clinical deterioration due to the tumor, vision included, is progression."),
        recalled(
            "observe",
            "More steroids than at baseline without progression: neither response nor stable disease.",
        ),
        recalled("cr", "All tumor on T2/FLAIR gone, no steroids, clinically stable or better."),
        recalled("cr-on-steroids", "All tumor on T2/FLAIR gone, but under steroids: a partial response."),
        recalled("pr", "Product at least 50 % below baseline."),
        recalled("mr", "Product 25 % to less than 50 % below baseline; it counts as objective response."),
        recalled("sd", "Neither response nor progression."),
        *bookkeeping(SECTION, DOI, evidence=Evidence.MEMORY),
    ),
)

RAPNO_LGG = RanoCriterion(
    RULESET,
    Quantity.PRODUCT_MM2,
    (Component("tumor on T2/FLAIR", T2_FLAIR, Thresholds(pr=0.5, pd=1.25, mr=0.75)),),
    InputRules(),
    Limits(smallest=BIDIMENSIONAL_10_MM, targets=5),
    OutcomeSettings(confirmation_days=56, minimum_sd_days=0),
)
