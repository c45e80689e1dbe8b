"""What rows of TU, TR and RS have in common: who read, when, at which visit."""

from __future__ import annotations

from datetime import date

from oncometry.io.clinical.cells import parse_date
from oncometry.io.lesions.named_rows import NamedRow

__all__ = ["date_of", "reader_of", "study_day", "visit_of"]


def reader_of(row: NamedRow, domain: str) -> str:
    """The evaluator's name, else what kind of evaluator."""
    return row.text(f"{domain}EVALID", f"{domain}EVAL") or ""


def date_of(row: NamedRow, domain: str) -> date | None:
    """--DTC where it is a full date."""
    text = row.text(f"{domain}DTC")
    return None if text is None else parse_date(text)


def study_day(row: NamedRow, domain: str) -> int | None:
    """Day counted from 0; CDISC's study days have none."""
    day = row.number_of(f"{domain}DY")
    return None if day is None else int(day) - (day > 0)


def visit_of(row: NamedRow) -> str:
    """VISIT, else VISITNUM; '' where neither is said."""
    return row.text("VISIT", "VISITNUM") or ""
