"""RANO 2.0, 2023: products or volumes, enhancing and non-enhancing tumor in parallel."""

from __future__ import annotations

from functools import partial

from oncometry.core import Compartment, Quantity
from oncometry.response.best_response import OutcomeSettings
from oncometry.response.clause import Clause, Evidence, Ruleset
from oncometry.response.rano.bookkeeping import bookkeeping
from oncometry.response.rano.component import ENHANCING, NON_ENHANCING, Component, Thresholds
from oncometry.response.rano.criterion import RanoCriterion
from oncometry.response.rano.inputs import InputRules
from oncometry.response.rano.measurable import BIDIMENSIONAL_10_MM
from oncometry.response.selection import Limits

__all__ = ["RANO_2", "RANO_2_ENHANCING", "RANO_2_VOLUME"]

DOI = "10.1200/JCO.23.01059"
ABSTRACT = "abstract (PMC10860967)"
TABLE = "response table"
RADIOTHERAPY = "newly diagnosed tumors (PMC10860967)"
TABLE_IN_CODE = "footnotes of the response table, as quoted in the source of RANO2.0-assist"
rule = partial(Clause, doi=DOI)
in_code = partial(Clause, section=TABLE_IN_CODE, doi=DOI, evidence=Evidence.CODE)
recalled = partial(Clause, section=TABLE, doi=DOI, evidence=Evidence.MEMORY)
BASELINE = (
    "What the other visits are compared with: the first scan after radiotherapy where the visits begin before its "
    "end, else the first; or a visit before it."
)


def _ruleset(name: str, title: str, less: str, more: str, minor: str | None) -> Ruleset:
    """The rules with the thresholds' words; `minor` None where only enhancing tumor is judged."""
    non_enhancing = (
        ()
        if minor is None
        else (
            recalled("mr", f"Non-enhancing tumor: {minor} below baseline, a minor response."),
            in_code(
                "joined",
                "Enhancing and non-enhancing tumor judged in parallel: a response of one beside stable disease of the "
                "other is that response, a complete response of one leaves the category to the other.",
            ),
        )
    )
    return Ruleset(
        name,
        "1",
        title,
        (
            recalled("new", "A new lesion is progression."),
            recalled("non-target-pd", "Unequivocal progression of non-target or non-measurable disease."),
            recalled("reappeared", "Tumor again after all of it had disappeared is progression."),
            rule("pd", f"{more} above the smallest.", ABSTRACT),
            rule(
                "window",
                "Progression on the scan in the first 12 weeks after radiotherapy, neither seen again on a scan at "
                "least 4 weeks later nor proven by histology: it stays open.",
                RADIOTHERAPY,
            ),
            recalled("clinical-window", "In those 12 weeks clinical decline alone is not progression."),
            rule(
                "unchecked",
                "Progression; when radiotherapy ended was not said, so the 12 weeks after it could not be excluded.",
                RADIOTHERAPY,
            ),
            recalled("clinical-pd", "Clear clinical deterioration due to the tumor."),
            in_code(
                "observe",
                "More steroids than at baseline without progression: a higher dose alone is never progression, and "
                "the visit is neither response nor stable disease; a progression that follows dates from the scan at "
                "which the dose had to be raised.",
            ),
            recalled(
                "cr", "All target and non-target disease gone, without steroids, clinically stable or better."
            ),
            recalled("cr-on-steroids", "All disease gone, but under steroids: a partial response."),
            rule("pr", f"{less} below baseline.", ABSTRACT),
            recalled("sd", "Neither response nor progression, on steroids no higher than at baseline."),
            *non_enhancing,
            *bookkeeping(TABLE, DOI, evidence=Evidence.MEMORY, baseline=BASELINE),
        ),
    )


INPUTS = InputRules(window_weeks=12, repeated=True)
LIMITS = Limits(
    smallest=BIDIMENSIONAL_10_MM,
    targets=2,
    after_radiotherapy=True,
    compartments=(Compartment.ENHANCING, Compartment.NON_ENHANCING),
)
OUTCOME = OutcomeSettings(confirmation_days=28, minimum_sd_days=0)
AREA = ("Sum of products at least 50 %", "Sum of products at least 25 %", "products 25 % to less than 50 %")
VOLUME = ("Volume at least 65 %", "Volume at least 40 %", "volume 40 % to less than 65 %")

RANO_2 = RanoCriterion(
    _ruleset("rano-2.0", "RANO 2.0 (2023)", *AREA),
    Quantity.PRODUCT_MM2,
    (
        Component("enhancing tumor", ENHANCING, Thresholds(pr=0.5, pd=1.25)),
        Component("non-enhancing tumor", NON_ENHANCING, Thresholds(pr=0.5, pd=1.25, mr=0.75)),
    ),
    INPUTS,
    LIMITS,
    OUTCOME,
)
RANO_2_ENHANCING = RanoCriterion(
    _ruleset("rano-2.0-enhancing", "RANO 2.0 (2023), enhancing tumor alone", *AREA[:2], None),
    Quantity.PRODUCT_MM2,
    (Component("enhancing tumor", ENHANCING, Thresholds(pr=0.5, pd=1.25)),),
    INPUTS,
    LIMITS,
    OUTCOME,
)
RANO_2_VOLUME = RanoCriterion(
    _ruleset("rano-2.0-volume", "RANO 2.0 (2023), volumes", *VOLUME),
    Quantity.VOLUME_ML,
    (
        Component("enhancing tumor", ENHANCING, Thresholds(pr=0.35, pd=1.40)),
        Component("non-enhancing tumor", NON_ENHANCING, Thresholds(pr=0.35, pd=1.40, mr=0.60)),
    ),
    INPUTS,
    LIMITS,
    OUTCOME,
)
