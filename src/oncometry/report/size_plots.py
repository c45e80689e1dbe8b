"""Volume and diameters of each lesion over time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from oncometry.core import Compartment, LesionStatus
from oncometry.report.counted import Kind, chosen, is_absent, kind_of
from oncometry.report.families import Family
from oncometry.report.formatting import day_text, quantity_text
from oncometry.report.lesion_names import in_order
from oncometry.report.line_chart import Curve, LineChart, draw_lines
from oncometry.report.tables import Row
from oncometry.store.hand import Hand

__all__ = ["SizePlots", "color_of", "size_plots", "with_zeros"]

COLORS = 8
SHOWN = (Compartment.ENHANCING, Compartment.CORE, Compartment.WHOLE)
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
ZERO = {column: 0.0 for column, _, _ in QUANTITIES} | {column: -100.0 for column, _, _ in CHANGES}


@dataclass(frozen=True)
class SizePlots:
    """Plots of one compartment. `hand`: whose masks they show, where others drew the same lesions; else ''."""

    compartment: str
    plots: list[Markup]
    hand: str


def color_of(lesion: str) -> str:
    """The lesion's color on every plot of the page."""
    number, piece, _ = in_order(lesion)
    return f"c{(number + piece - 2) % COLORS}"


def size_plots(
    measurements: Sequence[Row],
    observations: Sequence[Row],
    hands: Mapping[str, Hand],
    families: Sequence[Family],
    most_lesions: int,
) -> list[SizePlots]:
    """Absolute sizes, or relative change where sizes may not be given; a curve per lesion and kind of image.

    A part that was measured before and is gone, alone or with the whole lesion, has size zero. The pieces of
    a lesion that split have a dashed curve of their summed volume besides.
    """
    found = []
    lesions = sorted({m["lesion"] for m in measurements}, key=in_order)[: max(most_lesions, 1)]
    for compartment in SHOWN:
        rows = [m for m in measurements if m["compartment"] == compartment and m["lesion"] in lesions]
        if len({m["timepoint"] for m in rows}) < 2:
            continue
        absolute = any(m["volume_ml"] is not None for m in rows if not is_absent(m))
        shown, by = _shown_rows(rows, observations, hands, compartment)
        plots = []
        for quantity in QUANTITIES if absolute else CHANGES:
            curves = _curves(shown, quantity)
            if compartment == Compartment.WHOLE and quantity in (QUANTITIES[0], CHANGES[0]):
                curves += [_family(family, shown, quantity) for family in families]
            if curves:
                plots.append(_plot(curves, shown, compartment, quantity))
        if plots:
            found.append(SizePlots(str(compartment), plots, by))
    return found


def _shown_rows(
    rows: Sequence[Row], observations: Sequence[Row], hands: Mapping[str, Hand], compartment: str
) -> tuple[list[Row], str]:
    """In each kind of image what counts at each date, with zeros; and whose masks, where it had to be chosen."""
    shown: list[Row] = []
    by: list[str] = []
    for kind in dict.fromkeys(kind_of(row) for row in rows if not is_absent(row)):
        counted = chosen([r for r in rows if kind_of(r) == kind or is_absent(r)], hands, compartment)
        shown += with_zeros(list(counted.rows.values()), observations)
        by += [counted.hand] if counted.hand else []
    return shown, " and ".join(dict.fromkeys(by))


def with_zeros(rows: Sequence[Row], observations: Sequence[Row]) -> list[Row]:
    """Zero sizes where a part is gone by its own row, or by the absence of a lesion that was measured before."""
    first: dict[str, Row] = {}
    for row in sorted(rows, key=_by_number):
        if not is_absent(row):
            first.setdefault(row["lesion"], row)
    there = {(m["lesion"], m["timepoint"]) for m in rows}
    gone = [m for m in rows if is_absent(m)]
    gone += [
        o
        for o in observations
        if o["status"] == LesionStatus.ABSENT and (o["lesion"], o["timepoint"]) not in there
    ]
    zeros = [
        {**first[g["lesion"]], **ZERO, "timepoint": g["timepoint"], "day": g["day"], "value_id": "absent"}
        for g in gone
        if g["lesion"] in first and g["timepoint"] > first[g["lesion"]]["timepoint"]
    ]
    return [m for m in rows if not is_absent(m)] + zeros


def _curves(rows: Sequence[Row], quantity: tuple[str, str, str]) -> list[Curve]:
    column, _, unit = quantity
    place = _by_day if _dated(rows) else _by_number
    seen: dict[tuple[str, Kind], list[Row]] = defaultdict(list)
    for row in rows:
        if row[column] is not None:
            seen[row["lesion"], kind_of(row)].append(row)
    several = len({kind for _, kind in seen}) > 1
    curves = []
    for (lesion, kind), members in sorted(
        seen.items(), key=lambda item: (in_order(item[0][0]), str(item[0][1]))
    ):
        if unit == "%" and len(members) < 2:
            continue
        members = sorted(members, key=place)
        modality, contrast = kind
        label = f"{lesion} {contrast or modality or ''}".rstrip() if several else lesion
        points = tuple((place(m), float(m[column]), _shown(m, column, unit)) for m in members)
        curves.append(Curve(label, points, color_of(lesion)))
    return curves


def _family(family: Family, rows: Sequence[Row], quantity: tuple[str, str, str]) -> Curve:
    """The summed volume, or its change, of the pieces of a lesion that split."""
    _, _, unit = quantity
    points = []
    for visit in family.visits:
        value = visit.volume_ml if unit == "ml" else visit.changes["volume"]
        place = visit.day if _dated(rows) else visit.timepoint
        if value is not None and place is not None:
            size = (
                f"{quantity_text(value, 'volume_ml')} ml"
                if unit == "ml"
                else quantity_text(value, "_percent")
            )
            when = day_text(visit.day, visit.timepoint)
            shown = f"{family.name}, {when}: {size}\nsum of {', '.join(visit.members)}"
            points.append((float(place), float(value), shown))
    return Curve(family.name, tuple(points), f"{color_of(family.split.parent)} family")


def _plot(
    curves: Sequence[Curve], rows: Sequence[Row], compartment: str, quantity: tuple[str, str, str]
) -> Markup:
    _, name, unit = quantity
    x_label = "days since first date" if _dated(rows) else "time point"
    title = f"{name} of the {compartment} over time"
    return draw_lines(LineChart(title, x_label, f"{name} ({unit})", curves, width=440.0, height=260.0))


def _shown(row: Row, column: str, unit: str) -> str:
    value = quantity_text(row[column], column)
    shown = value if unit == "%" else f"{value} {unit}"
    source = "absent" if row["value_id"] == "absent" else f"{row['value_id']}:{column}"
    return f"{row['lesion']}, {day_text(row['day'], row['timepoint'])}: {shown}\n{source}"


def _dated(rows: Sequence[Row]) -> bool:
    return all(m["day"] is not None for m in rows)


def _by_day(row: Row) -> float:
    return float(row["day"])


def _by_number(row: Row) -> float:
    return float(row["timepoint"])
