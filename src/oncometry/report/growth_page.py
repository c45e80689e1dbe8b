"""The page of `oncometry growth`: classes, forecasts and a plot a lesion; it needs nothing but itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from oncometry.prediction.growth import LAWS, CourseClass, GrowthAnalysis, GrowthPopulation, LesionGrowth
from oncometry.report.formatting import count_text, number_text
from oncometry.report.grid import Cell, Cells, Grid, make_grid
from oncometry.report.growth_chart import draw_growth, forecast_text, size_text
from oncometry.report.page import render

__all__ = ["GrowthPage", "growth_grid", "growth_page", "population_text"]

MOST_PLOTS = 60
MOST_ROWS = 300
ORDER = (
    CourseClass.GROWING,
    CourseClass.UNCERTAIN,
    CourseClass.STABLE,
    CourseClass.SHRINKING,
    CourseClass.GONE,
)


@dataclass(frozen=True, eq=False)
class GrowthPage:
    """What the page shows. `told`: what was left out and other notices, a line each."""

    analysis: GrowthAnalysis
    source: str
    told: Sequence[str]


def growth_page(page: GrowthPage) -> str:
    """As HTML; growing lesions first."""
    lesions = sorted(page.analysis.lesions, key=lambda one: ORDER.index(one.course.kind))
    counts = Counter(one.course.kind for one in lesions)
    populations = {id(one.population): one.population for one in lesions}
    return render(
        "growth.html.j2",
        {
            "title": f"Growth of lesions: {page.source}",
            "headline": [(str(counts[kind]), str(kind)) for kind in ORDER if counts[kind]],
            "lesions": growth_grid(lesions, "growth.csv", MOST_ROWS),
            "plots": [
                (_name(one), one.in_words, draw_growth(one, _name(one))) for one in lesions[:MOST_PLOTS]
            ],
            "unplotted": max(len(lesions) - MOST_PLOTS, 0),
            "populations": [population_text(population) for population in populations.values()],
            "told": list(page.told),
        },
    )


def growth_grid(
    lesions: Sequence[LesionGrowth], csv: str = "", limit: int | None = None, *, patients: bool = True
) -> Grid:
    """A row a lesion."""
    headings = [
        *(["patient"] if patients else []),
        "lesion",
        "#visits",
        "#last reading",
        "class, as seen",
        "#rate, % in 30 days",
        "#forecast of the next reading",
        "class, by the forecast",
        "#days ahead",
        "#least on day",
        "#20 % above it on day",
        "own law",
    ]
    return make_grid(
        "Lesions with at least three visits", headings, [_row(one, patients) for one in lesions], csv, limit
    )


def _row(one: LesionGrowth, patients: bool) -> Cells:
    series, course = one.series, one.course
    rate: str | Cell = "–"
    if course.kind is not CourseClass.GONE:
        ends = f"{number_text(course.low, 1)} to {number_text(course.high, 1)}"
        rate = Cell(number_text(course.percent_per_30_days, 1), f"{ends}, over the last three visits")
    return [
        *([series.patient] if patients else []),
        series.lesion or "–",
        str(len(series.days)),
        size_text(float(series.sizes[-1]), series.unit),
        str(course.kind),
        rate,
        forecast_text(one),
        Cell(str(one.expected), one.in_words),
        number_text(float(one.next.days[0] - series.days[-1]), 0),
        _day(one.turns.nadir, "The forecast still falls two years after the last visit."),
        _day(one.turns.regrowth, "Not within two years after the last visit."),
        LAWS[one.own.law].title,
    ]


def _day(day: float | None, why: str) -> str | Cell:
    return Cell("–", why) if day is None else number_text(day, 0)


def _name(one: LesionGrowth) -> str:
    return f"{one.series.patient} {one.series.lesion}".strip()


def population_text(population: GrowthPopulation) -> str:
    """What a forecast rests on."""
    return (
        f"{LAWS[population.law].title} law with mixed effects, learned from {count_text(population.lesions, 'lesion')} "
        f"with sizes in {population.unit} ({number_text(population.readings, 0)} readings)"
    )
