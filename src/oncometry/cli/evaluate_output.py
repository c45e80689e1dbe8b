"""What `oncometry evaluate` prints and writes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from oncometry import __version__
from oncometry.cli.output import csv_bytes, write_table
from oncometry.evaluation import EvaluationSettings, RegionOverview, conventions, overviews
from oncometry.io.files import write_bytes, write_text
from oncometry.one_evaluation import CaseFailed, CaseScores

__all__ = ["Evaluated", "show", "write_results"]

TABLE = (
    "dice",
    "hd95_mm",
    "surface_dice",
    "lesion_dice",
    "lesion_hd95_mm",
    "lesion_f1",
    "volume_bias_ml",
    "diameter_bias_mm",
)
PLOTS = {"volume_ml": "bland_altman_volume.png", "diameter_mm": "bland_altman_diameter.png"}


@dataclass(frozen=True)
class Evaluated:
    """All that came of one call."""

    cases: tuple[CaseScores, ...]
    failed: tuple[CaseFailed, ...]
    unpaired: tuple[Path, ...]
    settings: EvaluationSettings

    @cached_property
    def regions(self) -> tuple[RegionOverview, ...]:
        return overviews([region for case in self.cases for region in case.regions], self.settings)

    @property
    def rows(self) -> list[dict[str, object]]:
        """One of each region of each case."""
        return [{"case": case.case, **region.to_row()} for case in self.cases for region in case.regions]

    @property
    def told(self) -> list[str]:
        """What was not compared, and why."""
        alone = [f"{path}: no mask of the same case on the other side." for path in self.unpaired]
        return [*(f"{case.case}: {case.error}" for case in self.failed), *alone]

    def summary(self) -> dict[str, object]:
        """What `summary.json` holds."""
        return {
            "software": f"Oncometry {__version__}",
            "settings": self.settings.model_dump(),
            "conventions": conventions(self.settings),
            "cases": len(self.cases),
            "schemes": sorted(
                {f"{ours} against {theirs}" for ours, theirs in (c.schemes for c in self.cases)}
            ),
            "regions": {region.region: region.to_json() for region in self.regions},
            "not_compared": self.told,
        }

    def to_json(self) -> dict[str, object]:
        """The summary, and the rows of the cases."""
        return self.summary() | {"rows": self.rows}


def show(evaluated: Evaluated) -> None:
    """One case by region, or several in means."""
    if len(evaluated.cases) == 1:
        lines = [[row["region"], *(_short(row[name]) for name in TABLE)] for row in evaluated.rows]
        write_table(("region", *TABLE), lines)
        return
    means = [
        [r.region, r.cases, *(_short(r.metrics[name].mean) for name in TABLE)] for r in evaluated.regions
    ]
    write_table(("region", "cases", *TABLE), means)


def _short(value: object) -> object:
    return f"{value:.4g}" if isinstance(value, float) else value


def write_results(evaluated: Evaluated, folder: Path) -> None:
    """`cases.csv`, `summary.json`, the plots as PNG, and `index.html`, which holds them too.

    Raises:
        StoreError: `WRITE_FAILED`.
    """
    from oncometry.report.bland_altman import draw_agreement  # noqa: PLC0415 -- matplotlib, only to write
    from oncometry.report.evaluation_page import EvaluationPage, evaluation_page  # noqa: PLC0415

    rows = evaluated.rows
    write_bytes(folder / "cases.csv", csv_bytes(list(rows[0]), rows))
    summary = json.dumps(evaluated.summary(), indent=1, ensure_ascii=False, allow_nan=False)
    write_text(folder / "summary.json", summary + "\n")
    plots = {quantity: draw_agreement(evaluated.regions, quantity) for quantity in PLOTS}
    for quantity, name in PLOTS.items():
        write_bytes(folder / name, plots[quantity])
    named = {quantity.rsplit("_", 1)[0]: png for quantity, png in plots.items()}
    page = EvaluationPage(evaluated.regions, rows, conventions(evaluated.settings), named, evaluated.told)
    write_text(folder / "index.html", evaluation_page(page))
