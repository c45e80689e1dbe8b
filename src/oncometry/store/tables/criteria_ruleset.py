"""Table `criteria_ruleset`: response criteria as they were applied."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from oncometry.store.tables.columns import Digest, LongText, Name, Word
from oncometry.store.tables.model import Model

__all__ = ["CriteriaRuleset"]


class CriteriaRuleset(Model):
    """Rules in our words with their sources, each distinct set once.

    Attributes:
        verified: whether each rule was read in a published text.
        clauses: JSON, a list of {key, text, section, doi, evidence}.
        sha256: of all the others.
    """

    __tablename__ = "criteria_ruleset"

    name: Mapped[str] = mapped_column(Word)
    version: Mapped[str] = mapped_column(Word)
    title: Mapped[str] = mapped_column(Name)
    verified: Mapped[bool]
    clauses: Mapped[str] = mapped_column(LongText)
    sha256: Mapped[str] = mapped_column(Digest, unique=True)
