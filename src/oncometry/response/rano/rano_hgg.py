"""RANO for high-grade glioma, 2010."""

from __future__ import annotations

from functools import partial

from oncometry.core import Compartment, Quantity
from oncometry.response.best_response import OutcomeSettings
from oncometry.response.clause import Clause, Ruleset
from oncometry.response.rano.bookkeeping import bookkeeping
from oncometry.response.rano.component import ENHANCING, Component, Thresholds
from oncometry.response.rano.criterion import RanoCriterion
from oncometry.response.rano.inputs import InputRules
from oncometry.response.rano.measurable import BIDIMENSIONAL_10_MM
from oncometry.response.selection import Limits

__all__ = ["RANO_HGG"]

DOI = "10.1200/JCO.2009.26.3541"
SECTION = "response table, as reprinted in PMC6499019, Table 2"
PROGRESSION = "definition of progression, as summarized in PMC7968800, Table 2"
PSEUDO = "pseudoprogression within 12 weeks, as summarized in PMC6655498, Table 1"
rule = partial(Clause, doi=DOI)

RULESET = Ruleset(
    "rano-hgg",
    "1",
    "RANO, high-grade glioma (2010)",
    (
        rule("new", "A new lesion is progression.", SECTION),
        rule("non-target-pd", "Clear progression of non-measurable disease.", PROGRESSION),
        rule("t2-flair-pd", "Significant T2/FLAIR increase that only the tumor explains.", PROGRESSION),
        rule("reappeared", "Enhancing tumor again after all of it had disappeared.", PROGRESSION),
        rule(
            "pd",
            "Sum of products at least 25 % above the smallest, on steroids no lower than at that scan.",
            PROGRESSION,
        ),
        rule(
            "taper",
            "Sum of products at least 25 % above the smallest, but steroids were lowered since that scan: their "
            "reduction may explain it, so this is not progression yet.",
            SECTION,
        ),
        rule(
            "window",
            "Progression on the scan in the first 12 weeks after radiotherapy, neither outside the high-dose region "
            "(80 % isodose) nor proven by histology: it may be the radiotherapy's effect, and stays open.",
            PSEUDO,
        ),
        rule("clinical-window", "In those 12 weeks clinical decline alone is not progression.", PSEUDO),
        rule(
            "unchecked",
            "Progression; when radiotherapy ended, or the steroid dose, was not said, so pseudoprogression or the "
            "effect of a lower dose could not be excluded.",
            SECTION,
        ),
        rule("clinical-pd", "Clear clinical deterioration due to the tumor.", PROGRESSION),
        rule(
            "observe",
            "More steroids than at baseline without progression: neither response nor stable disease; a progression "
            "that follows dates from the scan at which the dose had to be raised.",
            SECTION,
        ),
        rule(
            "cr",
            "All enhancing disease gone, measurable or not, no new lesion, T2/FLAIR stable or better, no steroids but "
            "replacement, clinically stable or better.",
            SECTION,
        ),
        rule(
            "cr-on-steroids", "All enhancing disease gone, but under steroids: a partial response.", SECTION
        ),
        rule(
            "pr",
            "Sum of products at least 50 % below baseline, no progression of non-measurable disease, no new lesion, "
            "T2/FLAIR stable or better, steroids no higher than at baseline, clinically stable or better.",
            SECTION,
        ),
        rule("sd", "Neither response nor progression, on steroids no higher than at baseline.", SECTION),
        *bookkeeping(SECTION, DOI),
    ),
)

RANO_HGG = RanoCriterion(
    RULESET,
    Quantity.PRODUCT_MM2,
    (Component("enhancing tumor", ENHANCING, Thresholds(pr=0.5, pd=1.25)),),
    InputRules(t2_flair=True, taper=True, window_weeks=12, field=True),
    Limits(smallest=BIDIMENSIONAL_10_MM, by_slices=True, targets=5, compartments=(Compartment.ENHANCING,)),
    OutcomeSettings(confirmation_days=28, minimum_sd_days=0),
)
