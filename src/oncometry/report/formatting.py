"""Numbers and codes as a person reads them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

__all__ = [
    "EXPLAINED",
    "change_text",
    "code_list",
    "cohort_title",
    "count_text",
    "date_text",
    "day_text",
    "listed",
    "number_text",
    "quantity_text",
    "significant_text",
]

MISSING = "–"

EXPLAINED = {
    "SPACING_IMPLAUSIBLE": "The file's voxel spacing cannot be that of the scanner, so no absolute size is given. "
    "Change relative to the first date holds if the true voxel size is the same at both dates.",
    "ABSENT": "The part was there before and is gone at this date.",
    "SPLIT": "One piece of a lesion that split: its change alone is not that of the lesion.",
    "READER_AMBIGUOUS": "Several masks show the lesion at one date, and nothing tells which is by the same reader.",
    "REGISTRATION_POOR": "The two images do not match well enough after registration to compare positions.",
    "BORDER": "The region touches the edge of the image; the lesion may go on beyond it.",
    "TOO_SMALL": "Too small for the voxel size: the number carries a large relative error.",
    "LABELS_GUESSED": "The meaning of the label numbers was not stated; it was guessed.",
    "DATE_MISSING": "No date is known; the order is the source's.",
}


def number_text(value: float | int | None, decimals: int = 2) -> str:
    """A number with a true minus sign and narrow spaces between thousands."""
    if value is None:
        return MISSING
    text = f"{value:,.{decimals}f}".replace(",", "\u202f")
    if text.startswith("-"):
        text = text[1:] if not text.strip("-0.") else "\u2212" + text[1:]
    return text


def quantity_text(value: float | None, column: str) -> str:
    """A measurement with the decimals its unit deserves; the unit is the column name's suffix."""
    if value is None:
        return MISSING
    if column.endswith("_ml"):
        return number_text(value, 3 if abs(value) < 1 else 2 if abs(value) < 100 else 1)
    if column.endswith("_mm2"):
        return number_text(value, 0 if abs(value) >= 10 else 1)
    if column.endswith("_percent"):
        return change_text(value)
    if column.endswith("_mm"):
        return number_text(value, 1)
    return significant_text(value)


def significant_text(value: float) -> str:
    """Four significant digits, without an exponent in the range of image intensities."""
    size = abs(value)
    if float(value).is_integer() and size < 1e15:
        return number_text(value, 0)
    if size >= 1e7 or size < 1e-4:
        return f"{value:.3e}".replace("-", "\u2212")
    return number_text(value, 0 if size >= 1000 else 1 if size >= 100 else 2 if size >= 10 else 3)


def change_text(percent: float | None) -> str:
    """A signed percentage, '+12.5 %' say."""
    if percent is None:
        return MISSING
    text = number_text(percent, 1)
    return f"+{text}\u00a0%" if percent > 0 and text != "0.0" else f"{text}\u00a0%"


def count_text(count: int, singular: str, plural: str | None = None) -> str:
    """'1 patient', '3 patients'."""
    return f"{number_text(count, 0)} {singular if count == 1 else plural or singular + 's'}"


def cohort_title(name: str) -> str:
    """'Cohort NAME'; 'Cohort' alone where the folder is named so."""
    return "Cohort" if name.lower() == "cohort" else f"Cohort {name}"


def day_text(day: float | None, timepoint: int | None = None) -> str:
    """'day 42', or the time point's number where no date is known."""
    if day is not None:
        return f"day {int(day)}"
    return f"time point {timepoint}" if timepoint is not None else MISSING


def date_text(value: Any) -> str:
    """ISO date, whatever type the table holds it in."""
    if value is None:
        return MISSING
    if isinstance(value, datetime):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)[:10]


def listed(texts: Sequence[str]) -> str:
    """'a', 'a and b', 'a, b and c'."""
    return " and ".join([", ".join(texts[:-1]), texts[-1]] if len(texts) > 1 else texts)


def code_list(value: Any) -> list[str]:
    """Flags or notices of a row as texts, whether stored as a list, objects or one text."""
    if value is None or value == "":
        return []
    if isinstance(value, dict):
        what, code = value.get("what", ""), value.get("code", "")
        return [f"{code}: {what}" if what else str(code)]
    if isinstance(value, Iterable) and not isinstance(value, str):
        return [text for item in value for text in code_list(item)]
    return [part.strip() for part in str(value).split("\n") if part.strip()]
