"""Macdonald 1990: enhancing tumor by its largest product, steroids and neurologic state."""

from __future__ import annotations

from functools import partial

from oncometry.core import Compartment, Quantity
from oncometry.response.best_response import OutcomeSettings
from oncometry.response.clause import Clause, Ruleset
from oncometry.response.rano.bookkeeping import bookkeeping
from oncometry.response.rano.component import ENHANCING, Component, Thresholds
from oncometry.response.rano.criterion import RanoCriterion
from oncometry.response.rano.inputs import InputRules
from oncometry.response.selection import Limits

__all__ = ["MACDONALD"]

DOI = "10.1200/JCO.1990.8.7.1277"
SECTION = "response categories, as tabulated in PMC6655498, Table 1"
rule = partial(Clause, section=SECTION, doi=DOI)

RULESET = Ruleset(
    "macdonald",
    "1",
    "Macdonald (1990)",
    (
        rule("new", "A new lesion is progression."),
        rule("non-target-pd", "Clear growth of enhancing tumor that cannot be measured is progression."),
        rule("reappeared", "Enhancing tumor again after all of it had disappeared is progression."),
        rule("pd", "Enhancing area at least 25 % above the smallest."),
        rule(
            "clinical-pd", "Clinical deterioration due to the tumor is progression, whatever the scans show."
        ),
        rule("cr", "All enhancing tumor gone, without steroids, neurologically stable or better."),
        rule("cr-on-steroids", "All enhancing tumor gone under steroids is a partial response."),
        rule(
            "pr", "Enhancing area at least 50 % below baseline, no new lesion, clinically stable or better."
        ),
        rule("steroids-raised", "A response under more steroids than at baseline counts as stable disease."),
        rule("sd", "Neither response nor progression."),
        *bookkeeping(SECTION, DOI),
    ),
)

MACDONALD = RanoCriterion(
    RULESET,
    Quantity.PRODUCT_MM2,
    (Component("enhancing tumor", ENHANCING, Thresholds(pr=0.5, pd=1.25)),),
    InputRules(observe=False),
    Limits(ranked_by=Quantity.PRODUCT_MM2, compartments=(Compartment.ENHANCING,)),
    OutcomeSettings(confirmation_days=28, minimum_sd_days=0),
)
