"""One cell of a clinical sheet: missing, number, truth, date, grade. What is ambiguous is not read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

__all__ = [
    "Dialect",
    "date_order",
    "dialect_of",
    "is_missing",
    "lacks_value",
    "parse_date",
    "parse_grade",
    "parse_number",
    "parse_response",
    "parse_truth",
    "parse_version",
]

MISSING = frozenset(
    {"", "na", "n/a", "nan", "null", ".", "-", "--", "?", "unknown", "unk", "missing"}
    | {"not available", "not applicable", "not known", "nd", "not done"}
)
FORMULA = re.compile(r"=.+", re.DOTALL)
SHEET_ERROR = re.compile(r"#[\w/¡¿]+[!?]|#n/[ad]|#nv|#getting_data", re.IGNORECASE)
"""What Excel shows instead of a value, in English (#REF!, #N/A) and other languages (#BEZUG!, #NV)."""
TRUE_WORDS = frozenset({"1", "1.0", "true", "t", "yes", "y"})
FALSE_WORDS = frozenset({"0", "0.0", "false", "f", "no", "n"})
EVENT_WORDS = frozenset(
    {"dead", "died", "deceased", "death", "progressed", "progression", "recurred", "relapsed"}
)
NO_EVENT_WORDS = frozenset({"alive", "living", "lived", "censored", "none", "no event"})
RESPONSES: Mapping[str, str] = {
    "cr": "CR", "pr": "PR", "sd": "SD", "pd": "PD", "ne": "NE",
    "completeresponse": "CR", "completeremission": "CR",
    "partialresponse": "PR", "partialremission": "PR",
    "stabledisease": "SD", "stable": "SD",
    "progressivedisease": "PD", "progression": "PD", "diseaseprogression": "PD",
    "notevaluable": "NE", "inevaluable": "NE",
}  # fmt: skip
PLAIN = re.compile(r"[-+]?(\d+|\d*\.\d+|\d+\.\d*)([eE][-+]?\d+)?")
COMMA = re.compile(r"[-+]?\d+,\d+")
COMMA_SURE = re.compile(r"[-+]?(\d+,(\d{1,2}|\d{4,})|0\d*,\d+|\d{4,},\d+)")
DOT = re.compile(r"[-+]?\d*\.\d+")
CODE_LIKE = re.compile(r"0\d+|[-+]?\d+E\d+")
DATE_FORMATS = (
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%d.%m.%Y",
    "%d-%b-%Y",
    "%d %b %Y",
    "%d %B %Y",
    "%b %d, %Y",
    "%B %d, %Y",
)
SLASHED = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})")


@dataclass(frozen=True)
class Dialect:
    """How a file writes numbers.

    `decimal_comma` True: '12,5' is twelve and a half, and '1.234' may mean two numbers, so it is none.
    """

    decimal_comma: bool


def dialect_of(cells: Iterable[str], delimiter: str | None) -> Dialect:
    """A decimal comma where there are numbers that cannot be read otherwise, and none with a point."""
    sure = points = commas = 0
    for cell in cells:
        commas += bool(COMMA.fullmatch(cell))
        sure += bool(COMMA_SURE.fullmatch(cell))
        points += bool(DOT.fullmatch(cell))
    return Dialect(points == 0 and (sure > 0 or (commas > 0 and delimiter == ";")))


def is_missing(text: str) -> bool:
    """Whether a cell says that nothing is known: blank, NA, n/a, '.', unknown ...; or `lacks_value`."""
    return text.strip().casefold() in MISSING or bool(lacks_value(text))


def lacks_value(text: str) -> str:
    """Why a cell that should have a value has none, and what to do; '' for any other cell."""
    if FORMULA.fullmatch(text.strip()):
        return "a formula without a value; open the sheet in Excel and save it, or export it as CSV"
    if SHEET_ERROR.fullmatch(text.strip()):
        return "an error of the spreadsheet, no value; correct it there"
    return ""


def parse_number(text: str, dialect: Dialect) -> float | None:
    """The number a cell holds, None if it holds none or may mean two.

    Codes stay text: '0012', '1E5'. A comma is decimal only in a file that writes all its fractions so.
    """
    text = text.strip()
    if CODE_LIKE.fullmatch(text):
        return None
    if dialect.decimal_comma and re.fullmatch(r"[-+]?\d{1,3}\.\d{3}", text):
        return None
    if dialect.decimal_comma and COMMA.fullmatch(text):
        text = text.replace(",", ".")
    return float(text) if PLAIN.fullmatch(text) else None


def parse_truth(text: str) -> bool | None:
    """Whether an event was observed: 1/0, yes/no, dead/alive, '1:DECEASED'; None if it is not said."""
    plain = text.strip().casefold()
    words = [plain] if plain in NO_EVENT_WORDS else [w for w in re.split(r"[\s:;()=]+", plain) if w]
    found: set[bool | None] = set()
    for word in words:
        yes, no = word in TRUE_WORDS | EVENT_WORDS, word in FALSE_WORDS | NO_EVENT_WORDS
        found.add(yes if yes or no else None)
    return found.pop() if len(found) == 1 else None


def parse_response(text: str) -> str | None:
    """CR, PR, SD, PD or NE; None for anything else."""
    return RESPONSES.get(re.sub(r"[^a-z]", "", text.casefold()))


def parse_grade(text: str) -> int | None:
    """A CTCAE grade, 0 to 5: '3', 'G3', 'Grade 3', '3.0'; None for anything else."""
    match = re.fullmatch(r"(?:g|gr|grade)?\s*\.?\s*([0-5])(?:\.0+)?", text.strip().casefold())
    return int(match[1]) if match else None


def parse_version(text: str) -> str | None:
    """A CTCAE version: '5.0' for 'v5', '5', 'CTCAE 5.0'; None without a number."""
    match = re.search(r"(\d+)(\.\d+)?", text)
    return f"{match[1]}{match[2] or '.0'}" if match else None


def date_order(cells: Iterable[str]) -> str | None:
    """'day first' or 'month first' for dates like 3/4/2020, where the column itself tells; else None."""
    firsts: set[str] = set()
    for cell in cells:
        if match := SLASHED.fullmatch(cell.strip().split(" ")[0]):
            if int(match[1]) > 12:
                firsts.add("day first")
            if int(match[2]) > 12:
                firsts.add("month first")
    return firsts.pop() if len(firsts) == 1 else None


def parse_date(text: str, order: str | None = None) -> date | None:
    """A date, None if it is none or may be two; a time of day is dropped.

    `order`: of day and month in '3/4/2020', see `date_order`; equal numbers need none.
    """
    text = text.strip()
    stamp = re.fullmatch(r"(\d{4}-\d{2}-\d{2})[T ].*", text)
    if stamp:
        text = stamp[1]
    if match := SLASHED.fullmatch(text.split(" ")[0]):
        first, second, year = int(match[1]), int(match[2]), int(match[3])
        if order is None and first != second:
            return None
        day, month = (second, first) if order == "month first" else (first, second)
        return _calendar(year, month, day)
    if re.fullmatch(r"\d{8}", text):
        return _calendar(int(text[:4]), int(text[4:6]), int(text[6:]))
    for form in DATE_FORMATS:
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    return None


def _calendar(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
