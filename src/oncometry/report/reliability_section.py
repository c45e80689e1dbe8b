"""How far features can be relied on, beside them: the shown ones with their intervals, all of them counted by family."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from oncometry.features.columns import wide_name
from oncometry.report.feature_choice import chosen_in
from oncometry.report.formatting import number_text
from oncometry.report.grid import Cell, Cells, Grid, make_grid
from oncometry.report.tables import Row

__all__ = ["reliability_grids", "reliability_text"]

RELIABLE = 0.75
MOST_GROUPS = 6
CSV = "csv/reliability.csv"


def reliability_grids(rows: Sequence[Row], columns: Sequence[str]) -> list[Grid]:
    """For each analysis two tables, whose columns are groups of regions; none where nothing was judged.

    Args:
        rows: of the table `reliability`.
        columns: of `features_wide`: which features a cohort has.
    """
    analyses: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        analyses[row["source"], row["data"]].append(row)
    grids: list[Grid] = []
    for (source, data), members in analyses.items():
        groups = _shown_groups(members)
        shown = [row for row in members if row["group_name"] in groups]
        of = f"by {source}" + ("" if data == "cohort" else f", {data}")
        grids += [_of_chosen(shown, groups, columns, of), _by_family(shown, groups, of)]
    return [grid for grid in grids if grid.rows]


def reliability_text(rows: Sequence[Row]) -> str:
    """What the tables say, and what they do not."""
    kinds = " and ".join(sorted({row["icc_kind"] for row in rows}))
    most = max((row["subjects"] for row in rows), default=0)
    return (
        f"{kinds} with its 95 % interval: the part of a feature's variance that is between regions, not between "
        f"repetitions of one. Bold where the lower end reaches {RELIABLE:g}. It holds for regions as these are "
        f"(at most {number_text(most, 0)} in a group), not for other scanners or readers."
    )


def _shown_groups(rows: Sequence[Row]) -> list[str]:
    """Those of whole lesions, where a cohort has them; the first ones."""
    groups = list(dict.fromkeys(row["group_name"] for row in rows))
    whole = [group for group in groups if group.startswith("whole in ")]
    return (whole or groups)[:MOST_GROUPS]


def _of_chosen(rows: Sequence[Row], groups: Sequence[str], columns: Sequence[str], of: str) -> Grid:
    names = [wide_name(row["filter"], row["tag"]) for row in rows]
    found = {(name, row["group_name"]): row for name, row in zip(names, rows, strict=True)}
    features = [feature for feature in chosen_in(list(columns)) if feature.column in names]
    lines: list[Cells] = [
        [feature.name, *(_cell(found.get((feature.column, group))) for group in groups)]
        for feature in features
    ]
    headings = ["Feature", *(f"#{group or 'All'}" for group in groups)]
    return make_grid(f"Reliability {of}", headings, lines, CSV, csv_name="Every feature in every group")


def _by_family(rows: Sequence[Row], groups: Sequence[str], of: str) -> Grid:
    families = list(dict.fromkeys(row["family"] for row in rows))
    lines: list[Cells] = [
        [family.replace("_", " "), *(_count(rows, family, group) for group in groups)] for family in families
    ]
    headings = ["Family", *(f"#{group or 'All'}" for group in groups)]
    return make_grid(f"Features {of} whose interval lies above {RELIABLE:g}", headings, lines)


def _cell(row: Row | None) -> Cell:
    if row is None:
        return Cell("–", "It was not judged.")
    if row["icc"] is None:
        return Cell("–", str(row["reason"]))
    text = f"{number_text(row['icc'])} ({number_text(row['low'])} to {number_text(row['high'])})"
    told = f"{row['subjects']} regions, {row['repeats']} repetitions, {row['missing']} values missing"
    return Cell(text, told, "strong" if row["low"] >= RELIABLE else "")


def _count(rows: Sequence[Row], family: str, group: str) -> str:
    members = [row for row in rows if row["family"] == family and row["group_name"] == group]
    reliable = sum(row["low"] is not None and row["low"] >= RELIABLE for row in members)
    return f"{reliable} of {len(members)}"
