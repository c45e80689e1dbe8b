"""Methods paragraphs for a paper, from what really ran and what really occurred."""

from __future__ import annotations

from dataclasses import dataclass

from oncometry.report.formatting import listed
from oncometry.report.methods_facts import Facts
from oncometry.report.methods_features import feature_sentences
from oncometry.report.methods_images import data_sentences, preparation_sentences, registration_sentences
from oncometry.report.methods_responses import response_sentences
from oncometry.report.methods_sizes import (
    change_sentences,
    following_sentences,
    label_sentences,
    size_sentences,
)
from oncometry.report.references import Bibliography, Reference
from oncometry.report.versions import SYSTEM, run_versions
from oncometry.report.wording import leading_compartments

__all__ = ["Methods", "write_methods"]


@dataclass(frozen=True)
class Methods:
    """Sentences, and the papers they cite in order."""

    paragraphs: tuple[str, ...]
    references: tuple[Reference, ...]


def write_methods(facts: Facts) -> Methods:
    """A paragraph each on images, registration, labels and sizes, features, following, response, software.

    What did not occur is not mentioned: every sentence rests on a step, a row or a parameter of the run.
    """
    papers = Bibliography()
    compartments = leading_compartments(facts.rows("measurements"))
    paragraphs = [
        [*data_sentences(facts), *preparation_sentences(facts, papers)],
        registration_sentences(facts, papers),
        [*label_sentences(facts), *size_sentences(facts, papers)],
        feature_sentences(facts, papers),
        [*following_sentences(facts), *change_sentences(facts, compartments)],
        response_sentences(facts, papers),
        _software(facts),
    ]
    return Methods(tuple(" ".join(p) for p in paragraphs if p), tuple(papers.references))


def _software(facts: Facts) -> list[str]:
    used = run_versions(facts.rows("steps"), facts.rows("volumes"), facts.rows("software"))
    if not used:
        return []
    system = f" on {' and '.join(used.pop(SYSTEM))}" if SYSTEM in used else ""
    shown = listed([f"{name} {' and '.join(versions)}" for name, versions in used.items()])
    return [f"Software: {shown}{system}."]
