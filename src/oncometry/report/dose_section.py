"""Dose in structures: histograms drawn, metrics and published NTCP models in tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from markupsafe import Markup

from oncometry.dose.ntcp_sets import CHECKED
from oncometry.report.axes import Panel, Scale
from oncometry.report.formatting import number_text
from oncometry.report.grid import Cell, Grid, make_grid
from oncometry.report.svg import drawing, element, points_path, text
from oncometry.report.tables import Row

__all__ = ["dose_section"]

TOGETHER = 8
"""Structures in one plot: as many as there are colors."""
WIDTH, HEIGHT, NAMES = 560.0, 300.0, 150.0


def dose_section(
    rows_of: Callable[[str], Sequence[Row]], csv: Callable[[str], str], limit: int
) -> dict[str, Any]:
    """What the patient's template shows of dose; empty plots and tables where there is none.

    Args:
        rows_of: table name -> rows of the patient.
        csv: table name -> link to its CSV file.
        limit: longest table.
    """
    dosed = [row for row in rows_of("dvhs") if row["curve"]]
    return {
        "dose_plots": [_plot(list(some)) for key in _keys(dosed) for some in _groups(dosed, key)],
        "dose_tables": [
            grid
            for grid in (
                _metrics(rows_of("dvhs"), rows_of("dvh_metrics"), csv("dvh_metrics"), limit),
                _ntcp(rows_of("ntcp_values"), csv("ntcp_values"), limit),
                _warnings(rows_of("dvhs"), csv("dvhs"), limit),
            )
            if grid.rows
        ],
    }


def _keys(dosed: Sequence[Row]) -> list[tuple[Any, Any]]:
    """Dose and structure set, in order."""
    return list(dict.fromkeys((row["dose_key"], row["mask_key"]) for row in dosed))


def _groups(dosed: Sequence[Row], key: tuple[Any, Any]) -> Iterable[Sequence[Row]]:
    mine = [row for row in dosed if (row["dose_key"], row["mask_key"]) == key]
    return [mine[at : at + TOGETHER] for at in range(0, len(mine), TOGETHER)]


def _plot(rows: Sequence[Row]) -> Markup:
    """Percent of each structure that gets at least so many gray."""
    most = max(row["max_gy"] for row in rows) or 1.0
    x = Scale(0.0, most, 58.0, WIDTH - NAMES)
    panel = Panel(
        x, Scale(0.0, 100.0, HEIGHT - 46, 30.0), f"dose (Gy, {rows[0]['quantity'].lower()})", "volume (%)"
    )
    drawn = [*panel.draw_y(), *panel.draw_x()]
    for number, row in enumerate(rows):
        covered = row["curve"][0][1] or 1.0
        places = [(panel.x(min(gy, most)), panel.y(100 * cc / covered)) for gy, cc in row["curve"]]
        path = element(
            "path", {"d": points_path(places), "class": "line"}, element("title", {}, row["structure"])
        )
        drawn.append(element("g", {"class": f"c{number}"}, path))
        at = (panel.x.end + 12, 40.0 + 18 * number)
        drawn.append(text(at, row["structure"], f"name c{number}"))
    return drawing(WIDTH, HEIGHT, "Cumulative dose-volume histograms", drawn)


def _metrics(dvhs: Sequence[Row], metrics: Sequence[Row], csv: str, limit: int) -> Grid:
    """A row for each structure and dose quantity, a column for each metric."""
    names = list(dict.fromkeys((m["name"], m["unit"]) for m in metrics))
    found: dict[tuple[Any, ...], dict[Any, Row]] = {}
    for m in metrics:
        key = (m["dose_key"], m["mask_key"], m["number"], m["structure"], m["quantity"])
        found.setdefault(key, {})[m["name"]] = m
    courses = {(d["dose_key"], d["mask_key"], d["number"]): _course(d) for d in dvhs}
    rows = [
        [key[3], key[4], courses.get(key[:3], ""), *(_value(values.get(name)) for name, _ in names)]
        for key, values in found.items()
    ]
    headings = ["Structure", "Dose", "Fractions", *(_heading(name, unit) for name, unit in names)]
    return make_grid("Dose in structures", headings, rows, csv, limit)


def _heading(name: str, unit: str) -> str:
    """'#D2% (Gy)'; a name that ends in its unit, as V20Gy(%), is enough."""
    return f"#{name}" if name.endswith(f"({unit})") else f"#{name} ({unit})"


def _course(dvh: Row) -> str:
    if dvh["fractions"] is None:
        return "not known"
    return f"{number_text(dvh['fractions'], 0)}, {dvh['fractions_source']}"


def _value(row: Row | None) -> Cell:
    if row is None:
        return Cell("")
    if row["value"] is None:
        return Cell(str(row["reason"]), str(row["value_id"]))
    return Cell(number_text(row["value"], 2), str(row["value_id"]))


def _ntcp(values: Sequence[Row], csv: str, limit: int) -> Grid:
    rows = [
        [
            v["structure"],
            v["endpoint"],
            Cell(v["ntcp_set"], f"doi:{v['doi']}" if v["doi"] else ""),
            v["quantity"],
            Cell(str(v["reason"]) if v["value"] is None else f"{100 * v['value']:.1f} %", str(v["value_id"])),
            CHECKED.get(v["checked"], v["checked"]),
        ]
        for v in values
    ]
    headings = ["Structure", "Complication", "Model", "Dose taken", "#Probability", "Parameters"]
    return make_grid("Published models of complications", headings, rows, csv, limit)


def _warnings(dvhs: Sequence[Row], csv: str, limit: int) -> Grid:
    rows = [
        [dvh["structure"], Cell(notice["code"]), notice["what"]]
        for dvh in dvhs
        for notice in dvh["notices"] or ()
    ]
    return make_grid("What to know of these doses", ["Structure", "Code", "What"], rows, csv, limit)
