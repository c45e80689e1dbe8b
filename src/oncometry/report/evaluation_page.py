"""The page of an evaluation: summary, agreement of sizes, cases; it needs nothing but itself."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from oncometry.evaluation import MetricSummary, RegionOverview
from oncometry.report.grid import Cell, Grid, make_grid
from oncometry.report.page import render

__all__ = ["EvaluationPage", "evaluation_page"]

SHOWN = (
    ("dice", "Dice"),
    ("hd95_mm", "HD95 (mm)"),
    ("surface_dice", "surface Dice"),
    ("lesion_dice", "lesion-wise Dice"),
    ("lesion_hd95_mm", "lesion-wise HD95 (mm)"),
    ("lesion_f1", "lesion-wise F1"),
    ("volume_bias_ml", "volume bias (ml)"),
    ("diameter_bias_mm", "diameter bias (mm)"),
)
MOST_CASES = 200


@dataclass(frozen=True)
class EvaluationPage:
    """What the page shows.

    Attributes:
        regions: over all cases.
        rows: of the cases, with 'case' and the names of `SHOWN`.
        conventions: what numbers go by, in words.
        plots: PNG files by what they are of.
        told: unpaired and failed, a line each.
    """

    regions: Sequence[RegionOverview]
    rows: Sequence[Mapping[str, object]]
    conventions: Mapping[str, str]
    plots: Mapping[str, bytes]
    told: Sequence[str]


def evaluation_page(page: EvaluationPage) -> str:
    """As HTML."""
    pictures = {
        name: "data:image/png;base64," + base64.b64encode(png).decode("ascii")
        for name, png in page.plots.items()
    }
    return render(
        "evaluation.html.j2",
        {
            "title": "Evaluation of segmentations",
            "summary": _summary(page.regions),
            "cases": _cases(page.rows),
            "conventions": dict(page.conventions),
            "pictures": pictures,
            "told": list(page.told),
        },
    )


def _summary(regions: Sequence[RegionOverview]) -> Grid:
    headings = ["region", "#cases", "#TP", "#FP", "#FN", *(f"#{heading}" for _, heading in SHOWN)]
    rows: list[list[str | Cell]] = [
        [
            r.region,
            str(r.cases),
            str(r.lesions_tp),
            str(r.lesions_fp),
            str(r.lesions_fn),
            *(_mean(r.metrics[name]) for name, _ in SHOWN),
        ]
        for r in regions
    ]
    return make_grid(
        "Means over cases with 95 % intervals; lesions found, made up and missed", headings, rows
    )


def _mean(summary: MetricSummary) -> Cell:
    if summary.mean is None:
        return Cell("–", title="no case has a value")
    text = f"{summary.mean:.3g}"
    if summary.mean_interval is not None:
        text += f" ({summary.mean_interval.low:.3g} to {summary.mean_interval.high:.3g})"
    return Cell(text, title=f"median {summary.median:.4g}, n = {summary.n}")


def _cases(rows: Sequence[Mapping[str, object]]) -> Grid:
    headings = ["case", "region", *(f"#{heading}" for _, heading in SHOWN), "empty"]
    worst_first = sorted(rows, key=lambda row: (float(str(row["dice"])), str(row["case"])))
    cells = [
        [
            str(row["case"]),
            str(row["region"]),
            *(_value(row[name]) for name, _ in SHOWN),
            str(row["empty"]),
        ]
        for row in worst_first
    ]
    return make_grid("Cases, the lowest Dice first", headings, cells, "cases.csv", MOST_CASES)


def _value(value: object) -> str:
    return f"{value:.3g}" if isinstance(value, (int, float)) else "–"
