"""Waterfall and spider plots of the cohort: what each is of is said above and beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from oncometry.core import Compartment
from oncometry.report.burden import Burden, best_change, is_relative, omission
from oncometry.report.formatting import change_text, count_text
from oncometry.report.line_chart import Curve, LineChart, Reference, draw_lines
from oncometry.report.tables import Row
from oncometry.report.waterfall import Bar, draw_waterfall

__all__ = ["Outcome", "Plot", "cohort_plots", "member_text"]

RANO_LIMITS = (Reference(-50.0, "\u221250 %"), Reference(25.0, "+25 %"))
RECIST_LIMITS = (Reference(-30.0, "\u221230 %"), Reference(20.0, "+20 %"))
MOST_IDS = 6


@dataclass(frozen=True)
class Outcome:
    """A patient's row of the cohort, with the burden at each date by compartment, the leading one first."""

    row: Row
    burdens: dict[str, list[Burden]]
    link: str | None


@dataclass(frozen=True)
class Plot:
    """A drawing with what it is of and what to be wary of."""

    heading: str
    note: str
    drawing: Markup


@dataclass(frozen=True)
class _Kind:
    """A sum that is plotted. `limits` are those of `criteria`, for orientation."""

    quantity: str
    of: str
    limits: tuple[Reference, ...] = ()
    criteria: str = ""


VOLUME = _Kind("volume", "volume")
PRODUCT = _Kind("product", "summed products of diameters", RANO_LIMITS, "RANO sets for enhancing disease")
DIAMETER = _Kind("diameter", "summed longest diameters", RECIST_LIMITS, "RECIST 1.1 sets for target lesions")


def cohort_plots(outcomes: Sequence[Outcome], names: dict[str, str]) -> list[Plot]:
    """Enhancing disease first, where masks tell it; then the whole tumor; none without two dates.

    Args:
        outcomes: every patient.
        names: compartment -> its name, the leading one first.
    """
    found: list[Plot] = []
    for compartment, name in names.items():
        there = [o for o in outcomes if compartment in o.burdens]
        enhancing = compartment == Compartment.ENHANCING
        # Longest diameters of a whole tumor that holds edema are nobody's criterion.
        others = [o for o in there if enhancing or Compartment.ENHANCING not in o.burdens]
        plots = [
            _waterfall(there, compartment, name, VOLUME),
            _waterfall(others, compartment, name, PRODUCT if enhancing else DIAMETER),
            _spider(there, compartment, name),
        ]
        found += [plot for plot in plots if plot is not None]
    return found


def _waterfall(outcomes: Sequence[Outcome], compartment: str, name: str, kind: _Kind) -> Plot | None:
    bars = []
    for outcome in outcomes:
        best = best_change(v.changes[kind.quantity] for v in outcome.burdens[compartment])
        if best is not None:
            bars.append(Bar(outcome.row["patient_id"], best, outcome.link))
    if not bars:
        return None
    heading = f"Best change of {kind.of}, {name}"
    note = (
        f"Lowest sum over all lesions after the first measured date, relative to that date; "
        f"{count_text(len(bars), 'patient')}.{_wary(outcomes, compartment, kind)}"
    )
    if kind.limits:
        note += (
            f" Dashed: the limits that {kind.criteria}, for orientation only: all lesions are summed, not chosen targets, "
            "and progression is counted from the nadir, not from the first date."
        )
    axis = f"best change of {kind.of} (%)"
    return Plot(heading, note, draw_waterfall(bars, f"Waterfall plot: {heading.lower()}", axis, kind.limits))


def _wary(outcomes: Sequence[Outcome], compartment: str, kind: _Kind) -> str:
    """How many patients are not shown, by reason; and what stands for withheld sizes."""
    reasons = Counter(omission(o.burdens[compartment], kind.quantity) for o in outcomes)
    shown = reasons.pop("", 0)
    relative = sum(
        is_relative(o.burdens[compartment]) and not omission(o.burdens[compartment], kind.quantity)
        for o in outcomes
    )
    scale = "voxels" if kind.quantity == "volume" else "the lengths that files state"
    note = (
        f" {relative} of {shown} compared in {scale}, since absolute sizes are withheld, on the assumption that "
        "the true voxel size is the same at their dates."
        if relative
        else ""
    )
    if not reasons:
        return note
    said = [f"{count_text(count, 'patient')}: {reason}" for reason, count in reasons.most_common(3)]
    rest = sum(reasons.values()) - sum(count for _, count in reasons.most_common(3))
    return f"{note} Left out: {'; '.join(said)}{f'; {rest} more' if rest else ''}."


def _spider(outcomes: Sequence[Outcome], compartment: str, name: str) -> Plot | None:
    curves = []
    days = all(v.day is not None for o in outcomes for v in o.burdens[compartment])
    for outcome in outcomes:
        patient = outcome.row["patient_id"]
        known = [v for v in outcome.burdens[compartment] if v.changes["volume"] is not None]
        if len(known) < 2:
            continue
        points = tuple(_point(v, patient, days) for v in known)
        curves.append(Curve(patient, points, "shrunk" if points[-1][1] < 0 else "grown"))
    if not curves:
        return None
    heading = f"Volume over time, {name}"
    note = (
        f"Change of the summed volume since each patient's first measured date.{_wary(outcomes, compartment, VOLUME)} "
        "Point at a mark to read it."
    )
    chart = LineChart(
        f"Spider plot: {heading.lower()}",
        "days since first date" if days else "time point",
        "change of volume (%)",
        curves,
        width=760.0,
        height=340.0,
    )
    return Plot(heading, note, draw_lines(chart))


def _point(visit: Burden, patient: str, days: bool) -> tuple[float, float, str]:
    place = visit.day if days and visit.day is not None else visit.timepoint
    change = float(visit.changes["volume"] or 0.0)
    shown = f"{patient}, {'day' if days else 'time point'} {place}: {change_text(change)}"
    return float(place), change, f"{shown}\n{member_text(visit)}"


def member_text(visit: Burden) -> str:
    """The measurements behind a sum, for `oncometry why`."""
    more = len(visit.members) - MOST_IDS
    return f"sum of {', '.join(visit.members[:MOST_IDS])}" + (f" and {more} more" if more > 0 else "")
