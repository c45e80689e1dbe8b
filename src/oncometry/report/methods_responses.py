"""Methods sentences on response criteria and on how uncertainty was carried to the call."""

from __future__ import annotations

from oncometry.report.criteria_names import NAMED, criterion_title
from oncometry.report.formatting import listed
from oncometry.report.methods_facts import Facts, distinct, either, parameter_values
from oncometry.report.references import Bibliography
from oncometry.response.category import Scope

__all__ = ["response_sentences"]


def response_sentences(facts: Facts, papers: Bibliography) -> list[str]:
    """Which criteria judged whose readings, what was left open, and what probabilities are; none without responses."""
    rows = facts.rows("responses")
    if not rows:
        return []
    shown = []
    for name, version in sorted({(r["criteria"], str(r["version"])) for r in rows}):
        cited = f" {papers.cite(NAMED[name].paper)}" if name in NAMED else ""
        shown.append(f"{criterion_title(name)}{cited} (rules {name}, version {version})")
    readers = listed(sorted({str(r["reader"]) for r in rows}))
    sentences = [f"Response was assessed by {listed(shown)}, from the readings of {readers}."]
    doubtful = distinct(criterion_title(r["criteria"]) for r in rows if not r["verified"])
    if doubtful:
        sentences.append(f"Not every rule of {listed(doubtful)} was read in a published text.")
    if any(r["scope"] == Scope.IMAGING for r in rows):
        sentences.append("Where clinical data were missing, the category of the scans alone is given beside.")
    if any(r["accepted"] for r in rows):
        sentences.append("An adjudicator chose among readers.")
    return sentences + _uncertainty(facts)


def _uncertainty(facts: Facts) -> list[str]:
    if not facts.rows("response_probabilities"):
        return []
    draws = either(parameter_values(facts.steps("respond"), "response", "draws"))
    times = f" {draws} times" if draws else ""
    return [
        "The probability of each category is the share of draws that gave it, when every measurement, the baseline and "
        f"the nadir included, was drawn{times} with its standard error and judged by the same rules."
    ]
