"""The rules of RECIST 1.1 in our words, each with its place in the paper."""

from __future__ import annotations

from dataclasses import replace

from oncometry.response.clause import Clause, Ruleset

__all__ = ["DOI", "RULESET", "recist_clauses"]

DOI = "10.1016/j.ejca.2008.10.026"
_TARGETS = (
    ("target-none", "There are no target lesions.", "3.1.1"),
    ("target-baseline", "The first visit gives the sum that response is measured against.", "4.2"),
    ("target-cr", "No target lesion is left; every target node has a short axis below 10 mm.", "4.3.1"),
    (
        "target-reappeared",
        "A target lesion is there again after all disease was gone at two visits: progression, whatever its size.",
        "4.4.3, Table 3, footnote; EORTC RECIST questions",
    ),
    (
        "target-pd",
        "The sum of diameters is at least 20 % and at least 5 mm above the smallest so far, the baseline among them.",
        "4.3.1",
    ),
    (
        "target-ne",
        "A target lesion was not evaluated, now or at the baseline, and what was does not make it progression.",
        "4.4.2",
    ),
    (
        "target-doubtful-cr",
        "A target lesion is there again after all disease was gone at one visit only, and the sum is less than 5 mm or "
        "20 % above the smallest: taken to have been there all the time. Had that response been sure, this were progression.",
        "4.4.3, Table 3, footnote; EORTC RECIST questions",
    ),
    ("target-pr", "The sum of diameters is at least 30 % below the baseline.", "4.3.1"),
    ("target-sd", "The sum is neither small enough for response nor large enough for progression.", "4.3.1"),
)
_OTHERS = (
    ("non-target-none", "There are no non-target lesions.", "4.2"),
    ("non-target-baseline", "The first visit tells which non-target lesions there are.", "4.2"),
    ("non-target-pd", "A non-target lesion has unequivocally progressed.", "4.3.3"),
    (
        "non-target-reappeared",
        "A non-target lesion is there again after all disease was gone at two visits.",
        "4.4.3, Table 3, footnote; EORTC RECIST questions",
    ),
    ("non-target-ne", "A non-target lesion was not evaluated.", "4.4.2"),
    (
        "non-target-cr",
        "No non-target lesion is left and all nodes are below 10 mm; tumor markers are not asked.",
        "4.3.3",
    ),
    (
        "non-target-persists",
        "A non-target lesion is still there and none has unequivocally progressed.",
        "4.3.3",
    ),
    ("new", "A lesion is there that the baseline did not show.", "4.3.5"),
    ("new-none", "No new lesion is known.", "4.3.5"),
)
_OVERALL = (
    ("overall-baseline", "The first visit is what the others are compared with.", "4.2"),
    ("overall-target-pd", "Progression of the target lesions is progression, whatever else.", "Table 1"),
    ("overall-non-target-pd", "Progression of a non-target lesion is progression, whatever else.", "Tables 1 and 2"),
    ("overall-new", "A new lesion is progression, whatever else.", "Tables 1 and 2"),
    ("overall-none", "There was no lesion at the baseline and there is none now.", "3.1.1"),
    ("overall-ne", "The target lesions cannot be told, and nothing else is progression.", "Table 1"),
    ("overall-cr", "Target and non-target lesions are gone, and none is new.", "Table 1"),
    (
        "overall-cr-but-non-target",
        "Target lesions are gone, but a non-target lesion is there or was not evaluated: partial response.",
        "Table 1",
    ),
    ("overall-pr", "Target lesions respond and nothing has progressed.", "Table 1"),
    ("overall-sd", "Target lesions are stable and nothing has progressed.", "Table 1"),
    ("overall-non-target-cr", "Without target lesions: all non-target lesions are gone, and none is new.", "Table 2"),
    ("overall-non-target-ne", "Without target lesions: a non-target lesion was not evaluated.", "Table 2"),
    (
        "overall-non-target-persists",
        "Without target lesions: a non-target lesion is still there and nothing has progressed.",
        "Table 2",
    ),
)  # fmt: skip


def recist_clauses(**changed: Clause) -> tuple[Clause, ...]:
    """All rules of RECIST 1.1, some of them as another criterion has them.

    Args:
        changed: key with underscores -> the clause that stands in its place.
    """
    rules = [Clause(key, text, section, DOI) for key, text, section in (*_TARGETS, *_OTHERS, *_OVERALL)]
    known = {key.replace("_", "-"): clause for key, clause in changed.items()}
    return tuple(replace(known.get(rule.key, rule), key=rule.key) for rule in rules)


RULESET = Ruleset("recist-1.1", "1", "RECIST 1.1 (2009)", recist_clauses())
