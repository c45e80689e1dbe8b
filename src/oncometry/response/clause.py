"""A rule of a criterion, in our words, with where it stands; and the set of them that is one criterion."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Clause", "Evidence", "Ruleset"]


class Evidence(StrEnum):
    """How we know that the rule is what the criterion says."""

    PUBLISHED = "read in a published text"
    CODE = "read in running code only"
    MEMORY = "from memory"


@dataclass(frozen=True)
class Clause:
    """One rule.

    Attributes:
        key: unique in its ruleset, 'target-pd' say.
        text: the rule in our own words, with its thresholds.
        section: of the source: a heading or table of the paper.
        doi: of the source.
        evidence: what it was read in.
    """

    key: str
    text: str
    section: str
    doi: str
    evidence: Evidence = Evidence.PUBLISHED

    def cited(self) -> str:
        """Rule and source on one line."""
        doubt = "" if self.evidence is Evidence.PUBLISHED else f"; unverified: {self.evidence}"
        return f"{self.text} ({self.section}, doi:{self.doi}{doubt})"


@dataclass(frozen=True)
class Ruleset:
    """A criterion's name, version and rules; a rule that changes is a new version.

    Attributes:
        name: what `--criteria` takes, 'recist-1.1' say.
        version: of our wording and code, '1' first.
        title: the criterion as the field names it, with year.
        clauses: every rule a verdict may cite, in the order the documents give them.
    """

    name: str
    version: str
    title: str
    clauses: tuple[Clause, ...]

    @property
    def verified(self) -> bool:
        """Whether every rule was read in a published text."""
        return all(clause.evidence is Evidence.PUBLISHED for clause in self.clauses)

    @property
    def numbers(self) -> Mapping[str, int]:
        """Key of a clause -> its place in `clauses`: what arrays of verdicts hold (int16)."""
        return {clause.key: number for number, clause in enumerate(self.clauses)}
