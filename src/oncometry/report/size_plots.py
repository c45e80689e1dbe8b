"""Volume and diameters of each lesion over time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from markupsafe import Markup

from oncometry.core import Compartment, LesionStatus
from oncometry.report.formatting import day_text, quantity_text
from oncometry.report.line_chart import Curve, LineChart, draw_lines
from oncometry.report.tables import Row

__all__ = ["color_of", "size_plots"]

COLORS = 8
SHOWN = (Compartment.WHOLE, Compartment.CORE, Compartment.ENHANCING)
QUANTITIES = (
    ("volume_ml", "volume", "ml"),
    ("longest_diameter_mm", "longest diameter", "mm"),
    ("product_mm2", "product of diameters", "mm²"),
)
CHANGES = (
    ("volume_change_percent", "change of volume", "%"),
    ("diameter_change_percent", "change of longest diameter", "%"),
    ("product_change_percent", "change of product", "%"),
)


def color_of(lesion: str) -> str:
    """The lesion's color on every plot of the page."""
    number = int(lesion[1:]) - 1 if lesion[1:].isdigit() else 0
    return f"c{number % COLORS}"


def size_plots(
    measurements: Sequence[Row], observations: Sequence[Row], most_lesions: int
) -> list[tuple[str, list[Markup]]]:
    """(compartment, its plots): absolute sizes, or relative change where sizes may not be given.

    A whole lesion that is absent at a date has size zero there.
    """
    found = []
    lesions = sorted({m["lesion"] for m in measurements}, key=_natural)[: max(most_lesions, 1)]
    for compartment in SHOWN:
        rows = [m for m in measurements if m["compartment"] == compartment and m["lesion"] in lesions]
        if len({m["timepoint"] for m in rows}) < 2:
            continue
        absolute = any(m["volume_ml"] is not None for m in rows)
        if compartment == Compartment.WHOLE:
            rows += _gone(rows, observations)
        plots = [_plot(rows, compartment, quantity) for quantity in (QUANTITIES if absolute else CHANGES)]
        drawn = [plot for plot in plots if plot is not None]
        if drawn:
            found.append((str(compartment), drawn))
    return found


def _gone(rows: Sequence[Row], observations: Sequence[Row]) -> list[Row]:
    """Zero-sized rows where a lesion that was measured before is absent."""
    first: dict[str, Row] = {}
    for row in sorted(rows, key=_by_number):
        first.setdefault(row["lesion"], row)
    zero = {column: 0.0 for column, _, _ in QUANTITIES} | {column: -100.0 for column, _, _ in CHANGES}
    measured = {(m["lesion"], m["timepoint"]) for m in rows}
    return [
        {**first[o["lesion"]], **zero, "timepoint": o["timepoint"], "day": o["day"], "value_id": "absent"}
        for o in observations
        if o["status"] == LesionStatus.ABSENT
        and o["lesion"] in first
        and o["timepoint"] > first[o["lesion"]]["timepoint"]
        and (o["lesion"], o["timepoint"]) not in measured
    ]


def _natural(lesion: str) -> tuple[int, str]:
    return (int(lesion[1:]) if lesion[1:].isdigit() else 0, lesion)


def _plot(rows: Sequence[Row], compartment: str, quantity: tuple[str, str, str]) -> Markup | None:
    column, name, unit = quantity
    days = all(m["day"] is not None for m in rows)
    place = _by_day if days else _by_number
    seen: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        if row[column] is not None:
            seen[row["lesion"], row["modality"] or ""].append(row)
    several = len({modality for _, modality in seen}) > 1
    curves = []
    for (lesion, modality), members in sorted(
        seen.items(), key=lambda item: (_natural(item[0][0]), item[0][1])
    ):
        if unit == "%" and len(members) < 2:
            continue
        members = sorted(members, key=lambda m: (place(m), m["mask_key"] or ""))
        label = f"{lesion} {modality}" if several else lesion
        points = tuple((place(m), float(m[column]), _shown(m, column, unit)) for m in members)
        curves.append(Curve(label, points, color_of(lesion)))
    if not curves:
        return None
    x_label = "days since first date" if days else "time point"
    title = f"{name} of the {compartment} over time"
    return draw_lines(LineChart(title, x_label, f"{name} ({unit})", curves, width=440.0, height=260.0))


def _shown(row: Row, column: str, unit: str) -> str:
    value = quantity_text(row[column], column)
    shown = value if unit == "%" else f"{value} {unit}"
    source = "absent" if row["value_id"] == "absent" else f"{row['value_id']}:{column}"
    return f"{row['lesion']}, {day_text(row['day'], row['timepoint'])}: {shown}\n{source}"


def _by_day(row: Row) -> float:
    return float(row["day"])


def _by_number(row: Row) -> float:
    return float(row["timepoint"])
