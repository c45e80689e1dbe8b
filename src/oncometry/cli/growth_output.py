"""What `oncometry growth` prints and writes."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict
from pathlib import Path

from oncometry import __version__
from oncometry.cli.output import csv_bytes, tell, write_table
from oncometry.core import Notice
from oncometry.io.files import write_bytes, write_text
from oncometry.prediction.growth import FIT_COLUMNS, LESION_COLUMNS, GrowthAnalysis, fit_rows, lesion_row

__all__ = ["describe", "show", "write_growth"]

SHOWN = (
    "patient",
    "lesion",
    "reader_lesion",
    "unit",
    "visits",
    "last_size",
    "class",
    "rate_percent_per_30_days",
    "forecast_day",
    "forecast_size",
    "forecast_low",
    "forecast_high",
    "forecast_class",
)
NAMES = frozenset({"lesion", "reader_lesion"})
"""Shown where there is one."""


def describe(analysis: GrowthAnalysis, left_out: tuple[Notice, ...]) -> dict[str, object]:
    """What `growth.json` holds."""
    populations = {id(one.population): one.population for one in analysis.lesions}
    return {
        "software": f"Oncometry {__version__}",
        "settings": asdict(analysis.settings),
        "classes": dict(Counter(str(one.course.kind) for one in analysis.lesions)),
        "populations": [
            {**plain, **{name: array.tolist() for name, array in arrays.items()}}
            for plain, arrays in (population.state() for population in populations.values())
        ],
        "notices": [str(notice) for notice in analysis.notices],
        "left_out": [{"code": str(notice.code), "what": notice.what} for notice in left_out],
        "lesions": [lesion_row(one) for one in analysis.lesions],
    }


def show(analysis: GrowthAnalysis) -> None:
    """A line a lesion."""
    rows = [dict(lesion_row(one)) for one in analysis.lesions]
    names = [name for name in SHOWN if name not in NAMES or any(row[name] for row in rows)]
    write_table(names, [[_short(row[name]) for name in names] for row in rows])
    tell(
        "class: what was seen over the last three visits. forecast_class: what the interval of the forecast "
        f"({100 * analysis.settings.level:.0f} %) says against the last size; uncertain where that lies within it."
    )
    for population in dict.fromkeys(str(row["population"]) for row in rows):
        tell(f"forecasts are by the population {population}")


def _short(value: object) -> object:
    return f"{value:.4g}" if isinstance(value, float) else value


def write_growth(analysis: GrowthAnalysis, left_out: tuple[Notice, ...], source: str, folder: Path) -> None:
    """`growth.csv`, `fits.csv`, `growth.json` and `index.html`.

    Raises:
        StoreError: `WRITE_FAILED`.
    """
    from oncometry.report.growth_page import GrowthPage, growth_page  # noqa: PLC0415 -- templates, only to write

    write_bytes(
        folder / "growth.csv", csv_bytes(LESION_COLUMNS, [lesion_row(one) for one in analysis.lesions])
    )
    write_bytes(folder / "fits.csv", csv_bytes(FIT_COLUMNS, fit_rows(analysis)))
    text = json.dumps(describe(analysis, left_out), indent=1, ensure_ascii=False, allow_nan=False)
    write_text(folder / "growth.json", text + "\n")
    told = [*analysis.notices, *left_out, *(n for one in analysis.lesions for n in one.series.notices)]
    page = growth_page(GrowthPage(analysis, source, [str(notice) for notice in told]))
    write_text(folder / "index.html", page)
