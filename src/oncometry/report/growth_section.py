"""On a patient's page: class and forecast of each lesion that was measured at three visits or more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from oncometry.prediction.growth import GrowthSettings, analyze_growth
from oncometry.report.grid import Grid
from oncometry.report.growth_chart import draw_growth
from oncometry.report.growth_page import growth_grid, population_text
from oncometry.report.growth_series import lesion_series
from oncometry.report.tables import Row
from oncometry.store.hand import Hand

__all__ = ["GrowthSection", "growth_section"]

MOST_PLOTS = 6


@dataclass(frozen=True)
class GrowthSection:
    """What the template shows. `population`: that the forecasts are from, in words."""

    lesions: Grid
    plots: Sequence[tuple[str, Markup]]
    population: str


def growth_section(
    patient: str, measurements: Sequence[Row], observations: Sequence[Row], hands: Mapping[str, Hand]
) -> GrowthSection | None:
    """By the reference population, whatever the cohort: a page is written from its patient's rows alone.

    None where no lesion was measured at three dated visits.
    """
    series, _ = lesion_series(patient, measurements, observations, hands)
    if not series:
        return None
    lesions = analyze_growth(series, GrowthSettings(from_reference=True)).lesions
    plots = [(one.series.lesion, draw_growth(one, one.series.lesion)) for one in lesions[:MOST_PLOTS]]
    return GrowthSection(growth_grid(lesions, patients=False), plots, population_text(lesions[0].population))
