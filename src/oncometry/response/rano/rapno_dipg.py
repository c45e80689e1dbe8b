"""RAPNO for diffuse intrinsic pontine glioma, 2020: the tumor on T2/FLAIR."""

from __future__ import annotations

from functools import partial

from oncometry.core import Quantity
from oncometry.response.best_response import OutcomeSettings
from oncometry.response.clause import Clause, Evidence, Ruleset
from oncometry.response.rano.bookkeeping import bookkeeping
from oncometry.response.rano.component import T2_FLAIR, Component, Thresholds
from oncometry.response.rano.criterion import RanoCriterion
from oncometry.response.rano.inputs import InputRules
from oncometry.response.selection import Limits

__all__ = ["RAPNO_DIPG"]

DOI = "10.1016/S1470-2045(20)30166-2"
SECTION = "response definitions"
in_code = partial(Clause, section=SECTION, doi=DOI, evidence=Evidence.CODE)
recalled = partial(Clause, section=SECTION, doi=DOI, evidence=Evidence.MEMORY)

RULESET = Ruleset(
    "rapno-dipg",
    "1",
    "RAPNO, diffuse intrinsic pontine glioma (2020)",
    (
        recalled("new", "A new lesion is progression."),
        recalled("non-target-pd", "Clear growth of disease that cannot be measured is progression."),
        recalled("reappeared", "Tumor again after all of it had disappeared is progression."),
        in_code("pd", "Product on T2/FLAIR at least 25 % above the smallest."),
        recalled("clinical-pd", "Clinical deterioration due to the tumor is progression."),
        recalled(
            "observe",
            "More steroids than at baseline without progression: neither response nor stable disease.",
        ),
        recalled("cr", "All tumor on T2/FLAIR gone, no steroids, clinically stable or better."),
        recalled("cr-on-steroids", "All tumor on T2/FLAIR gone, but under steroids: a partial response."),
        in_code("pr", "Product on T2/FLAIR at least 25 % below baseline."),
        recalled("sd", "Neither response nor progression."),
        *bookkeeping(SECTION, DOI, evidence=Evidence.MEMORY),
    ),
)

RAPNO_DIPG = RanoCriterion(
    RULESET,
    Quantity.PRODUCT_MM2,
    (Component("tumor on T2/FLAIR", T2_FLAIR, Thresholds(pr=0.75, pd=1.25)),),
    InputRules(),
    Limits(ranked_by=Quantity.LONGEST_DIAMETER_MM),
    OutcomeSettings(confirmation_days=56, minimum_sd_days=0),
)
