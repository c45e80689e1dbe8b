"""Voxel values of each region: histograms as small multiples, and the usual statistics."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from markupsafe import Markup

from oncometry.core import Compartment, Unit
from oncometry.report.formatting import significant_text
from oncometry.report.grid import Cell, Cells, Grid, make_grid
from oncometry.report.histogram_plot import Distribution, draw_histograms
from oncometry.report.tables import Row

__all__ = ["histogram_plots", "statistics_grid"]

COLORS = 8
MOST_PLOTS = 24
MOST_DATES = 4
SHOWN = (
    "voxels",
    "mean",
    "median",
    "minimum",
    "p10",
    "p90",
    "maximum",
    "interquartile_range",
    "skewness",
    "kurtosis",
)


def histogram_plots(histograms: Sequence[Row], series: Sequence[Row], masks: Sequence[Row]) -> list[Markup]:
    """One small plot per lesion, compartment and contrast with a curve per date, the whole first."""
    contrasts = {s["series_key"]: str(s["contrast"] or s["modality"]) for s in series}
    drawn_on = {m["mask_key"]: m["series_key"] for m in masks}
    groups: dict[tuple[str, str, str, str], list[Row]] = defaultdict(list)
    for row in histograms:
        if row["lesion"] is None or not row["counts"] or not sum(row["counts"]):
            continue
        contrast = contrasts.get(row["series_key"], "")
        groups[row["lesion"], row["compartment"], contrast, row["unit"] or ""].append(row)
    plots = []
    for key in sorted(groups, key=_order)[:MOST_PLOTS]:
        lesion, compartment, contrast, unit = key
        rows = _one_a_date(groups[key], drawn_on)[:MOST_DATES]
        distributions = [
            Distribution(
                f"date {row['timepoint']}",
                tuple(row["edges"]),
                tuple(row["counts"]),
                f"c{(row['timepoint'] - 1) % COLORS}",
            )
            for row in rows
        ]
        plots.append(
            draw_histograms(f"{lesion} {compartment}, {contrast}", _axis(unit, len(rows)), distributions)
        )
    return plots


def _axis(unit: str, dates: int) -> str:
    """What the values are, and that a scanner's own units do not compare."""
    if unit != Unit.ARBITRARY:
        return f"voxel value ({unit})"
    return "arbitrary units" + (", not comparable between dates" if dates > 1 else "")


def _one_a_date(rows: Sequence[Row], drawn_on: Mapping[str, str | None]) -> list[Row]:
    """Where several masks show the region in one image, the one that was drawn on it."""
    own_first = sorted(
        rows,
        key=lambda r: (r["timepoint"], drawn_on.get(r["mask_key"]) != r["series_key"], r["mask_key"] or ""),
    )
    found: dict[int, Row] = {}
    for row in own_first:
        found.setdefault(row["timepoint"], row)
    return list(found.values())


def _order(key: tuple[str, str, str, str]) -> tuple[str, int, str, str]:
    lesion, compartment, contrast, _ = key
    order = (Compartment.WHOLE, Compartment.ENHANCING, Compartment.CORE)
    return (
        lesion,
        order.index(Compartment(compartment)) if compartment in order else len(order),
        compartment,
        contrast,
    )


def statistics_grid(intensities: Sequence[Row], csv: str, limit: int) -> Grid:
    """One row per region of a mask and image, one column per statistic; the CSV file has them all."""
    regions: dict[tuple[object, ...], dict[str, Row]] = defaultdict(dict)
    for row in intensities:
        if row["lesion"] is not None:
            key = (
                row["lesion"],
                row["timepoint"],
                row["compartment"],
                row["contrast"] or "",
                row["unit"] or "",
                row["series_key"],
                row["mask_key"],
            )
            regions[key][row["name"]] = row
    there = {name for found in regions.values() for name in found}
    names = [name for name in SHOWN if name in there] or sorted(there)[:10]
    lines: list[Cells] = []
    for region, found in sorted(regions.items(), key=lambda item: tuple(str(part) for part in item[0])):
        lesion, timepoint, compartment, contrast, unit, *_ = region
        head = [str(lesion), str(timepoint), str(compartment), str(contrast), str(unit)]
        lines.append([*head, *(_cell(found.get(name)) for name in names)])
    headings = [
        "Lesion",
        "#Time point",
        "Region",
        "Image",
        "Unit",
        *(f"#{name.replace('_', ' ')}" for name in names),
    ]
    return make_grid("Voxel values", headings, lines, csv, limit)


def _cell(row: Row | None) -> Cell:
    if row is None:
        return Cell("")
    if row["value"] is None:
        return Cell("–", str(row["reason"] or ""))
    return Cell(significant_text(row["value"]), str(row["value_id"]))
