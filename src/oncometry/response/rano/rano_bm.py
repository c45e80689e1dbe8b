"""RANO for brain metastases, 2015: longest diameters."""

from __future__ import annotations

from functools import partial

from oncometry.core import Compartment, Quantity
from oncometry.response.best_response import OutcomeSettings
from oncometry.response.clause import Clause, Ruleset
from oncometry.response.rano.bookkeeping import bookkeeping
from oncometry.response.rano.component import ENHANCING, Component, Thresholds
from oncometry.response.rano.criterion import RanoCriterion
from oncometry.response.rano.inputs import InputRules
from oncometry.response.rano.measurable import BRAIN_METASTASIS
from oncometry.response.selection import Limits

__all__ = ["RANO_BM"]

DOI = "10.1016/S1470-2045(15)70057-4"
SECTION = "response table, as reprinted in PMC6499019, Table 4"
ABSOLUTE = "definition of progression, as reviewed in PMC7251532"
rule = partial(Clause, section=SECTION, doi=DOI)

RULESET = Ruleset(
    "rano-bm",
    "1",
    "RANO, brain metastases (2015)",
    (
        rule("new", "A new lesion in the brain is progression."),
        rule("non-target-pd", "Unequivocal progression of non-target lesions."),
        Clause(
            "reappeared",
            "The targets had disappeared; a size again is progression if a complete response had been called, else "
            "where a lesion measures at least 5 mm.",
            ABSOLUTE,
            DOI,
        ),
        Clause(
            "pd",
            "Sum of longest diameters at least 20 % above the smallest, and at least one lesion at least 5 mm larger "
            "than at that scan.",
            ABSOLUTE,
            DOI,
        ),
        rule("clinical-pd", "Clinical deterioration due to the tumor is progression."),
        rule(
            "observe",
            "More steroids than at baseline: neither response nor stable disease, and alone no progression.",
        ),
        rule("cr", "All lesions gone, no new one, no steroids, clinically stable or better."),
        rule("cr-on-steroids", "All lesions gone, but under steroids: a partial response."),
        rule(
            "pr",
            "Sum of longest diameters at least 30 % below baseline, others stable or better, no new lesion, steroids "
            "no higher than at baseline, clinically stable or better.",
        ),
        rule("sd", "Neither enough less for response nor enough more for progression."),
        *bookkeeping(SECTION, DOI),
    ),
)

RANO_BM = RanoCriterion(
    RULESET,
    Quantity.LONGEST_DIAMETER_MM,
    (Component("enhancing tumor", ENHANCING, Thresholds(pr=0.7, pd=1.2, growth_mm=5.0)),),
    InputRules(),
    Limits(smallest=BRAIN_METASTASIS, targets=5, compartments=(Compartment.ENHANCING,)),
    OutcomeSettings(confirmation_days=28, minimum_sd_days=0),
)
