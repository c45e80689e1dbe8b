"""Clinical data: what stays the same once, then one row a visit, then courses, outcomes and toxicities."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from oncometry.report.formatting import count_text, number_text
from oncometry.report.grid import Cell, Cells, Grid, make_grid
from oncometry.report.tables import Row

__all__ = ["clinical_grids", "outcome_text", "responses"]

FIRST = ("response", "dexamethasone", "steroid", "toxicity")
UNITS = {"_mg_per_day": "mg/day", "_years": "years", "_days": "days", "_gy": "Gy", "_day": "day", "_mm": "mm"}
TABLES = (
    (
        "treatments",
        "Treatments",
        ("kind", "agent", "start_day", "end_day", "dose_gy", "fractions"),
        ("Kind", "Agent", "#Start (day)", "#End (day)", "#Dose (Gy)", "#Fractions"),
    ),
    (
        "toxicities",
        "Toxicities",
        ("term", "grade", "ctcae_version", "day"),
        ("Term", "#Grade", "CTCAE version", "#Day"),
    ),
)


def clinical_grids(
    rows_of: Callable[[str], Sequence[Row]], csv: Callable[[str], str], limit: int
) -> list[Grid]:
    """Tables of the patient's clinical data; empty ones are left out.

    Args:
        rows_of: table name -> rows of the patient.
        csv: table name -> link to its CSV file.
        limit: longest table.
    """
    values = rows_of("clinical_values")
    constant, varying = _names(values)
    grids = [_constants(values, constant), _visits(values, varying, csv("clinical_values"), limit)]
    for table, caption, columns, headings in TABLES:
        rows = [[Cell(_plain(row[c]), str(row["value_id"] or "")) for c in columns] for row in rows_of(table)]
        grids.append(make_grid(caption, headings, rows, csv(table), limit))
    outcomes = [
        [row["endpoint"] or "", Cell(outcome_text(row), str(row["value_id"] or "")), _plain(row["day"])]
        for row in rows_of("events")
    ]
    grids.append(make_grid("Outcomes", ["Endpoint", "Outcome", "#Day"], outcomes, csv("events"), limit))
    return [grid for grid in grids if grid.rows]


def outcome_text(event: Row) -> str:
    """'death' where it was observed, 'censored' where not."""
    return str(event["endpoint"]) if event["observed"] else "censored"


def responses(values: Sequence[Row]) -> list[Row]:
    """Values that state a response on a day, in order of day."""
    found = [v for v in values if v["name"] == "response" and v["text"] and v["day"] is not None]
    return sorted(found, key=lambda v: v["day"])


def _names(values: Sequence[Row]) -> tuple[list[str], list[str]]:
    """Names whose value never changes, and the others: response, steroids and toxicity first, which are of a visit."""
    lines = {(v["sheet"], v["row"]) for v in values}
    names = list(dict.fromkeys(str(v["name"]) for v in values))
    same = []
    for name in names:
        own = [v for v in values if v["name"] == name]
        if (
            not name.startswith(FIRST)
            and len(own) == len(lines)
            and len({(v["text"], v["number"], v["unit"]) for v in own}) == 1
        ):
            same.append(name)
    order = {word: place for place, word in enumerate(FIRST)}

    def place(name: str) -> int:
        return min((order[word] for word in FIRST if name.startswith(word)), default=len(FIRST))

    varying = sorted((n for n in names if n not in same), key=place)
    return same, varying


def _constants(values: Sequence[Row], names: Sequence[str]) -> Grid:
    rows: list[Cells] = []
    for name in names:
        value = next(v for v in values if v["name"] == name)
        rows.append([_heading(name, value["unit"]), _value([value])])
    lines = len({(v["sheet"], v["row"]) for v in values})
    return make_grid(f"The same in {count_text(lines, 'row')}", ["What", "Value"], rows)


def _visits(values: Sequence[Row], names: Sequence[str], csv: str, limit: int) -> Grid:
    """One row per line of the sheet, which is a visit."""
    lines = list(dict.fromkeys((v["sheet"], v["row"]) for v in values)) if names else []
    rows: list[Cells] = []
    for sheet, number in lines:
        own = [v for v in values if (v["sheet"], v["row"]) == (sheet, number)]
        days = [v["day"] for v in own if v["day"] is not None]
        cells = [_value([v for v in own if v["name"] == name]) for name in names]
        rows.append([_plain(days[0] if days else None), *cells, f"{sheet}, row {number}"])
    units = {v["name"]: v["unit"] for v in values}
    headings = ["#Day", *(_heading(name, units[name]) for name in names), "From"]
    return make_grid("Visits", headings, rows, csv, limit, "Every clinical value")


def _heading(name: str, unit: str | None) -> str:
    """'dexamethasone (mg/day)'."""
    ending = next((end for end in UNITS if name.endswith(end) and name != end.removeprefix("_")), None)
    shown = name.removesuffix(ending or "").replace("_", " ")
    known = unit or (UNITS[ending] if ending else None)
    return shown + (f" ({known})" if known else "")


def _value(values: Sequence[Row]) -> Cell:
    """The cell's text or number; the pointer shows its id."""
    shown = [
        v["text"] if v["text"] is not None else number_text(v["number"], _decimals(v["number"]))
        for v in values
    ]
    return Cell("; ".join(shown), ", ".join(str(v["value_id"]) for v in values))


def _decimals(number: float | None) -> int:
    return 0 if number is None or float(number).is_integer() else 2


def _plain(value: object) -> str:
    if value is None:
        return ""
    return f"{value:g}" if isinstance(value, float) else str(value)
