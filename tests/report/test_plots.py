"""Plots by their coordinates."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oncometry.report.axes import round_ticks
from oncometry.report.formatting import change_text, code_list, number_text, quantity_text
from oncometry.report.histogram_plot import Distribution, draw_histograms
from oncometry.report.line_chart import Curve, LineChart, Reference, draw_lines, sparkline
from oncometry.report.size_plots import size_plots
from oncometry.report.waterfall import Bar, draw_waterfall


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6), st.integers(2, 12))
def test_ticks_are_round_and_inside(low: float, span: float, count: int) -> None:
    ticks = round_ticks(low, low + span, count)
    assert len(ticks) <= count * 2.5 + 1
    assert all(low - span * 1e-6 <= tick <= low + span * (1 + 1e-6) for tick in ticks)


def bars(svg: str) -> list[tuple[float, str]]:
    """(height, color class) of every bar."""
    return [
        (float(m["h"]), m["css"])
        for m in re.finditer(r'<rect[^>]*height="(?P<h>[\d.]+)"[^>]*class="bar (?P<css>\w+)"', svg)
    ]


def test_waterfall_runs_from_growth_to_shrinkage_in_proportion() -> None:
    svg = draw_waterfall([Bar("a", -50.0), Bar("b", 100.0), Bar("c", -25.0)], "w", "%")
    (grown, up), (small, down), (large, _) = bars(svg)
    assert (up, down) == ("grown", "shrunk")
    assert grown == pytest.approx(2 * large, rel=0.01)
    assert large == pytest.approx(2 * small, rel=0.01)


def test_ticks_stand_on_both_sides_of_zero() -> None:
    curve = Curve("p", ((0.0, 0.0, ""), (50.0, -70.0, ""), (100.0, 230.0, "")), "grown")
    svg = draw_lines(LineChart("spider", "days", "%", [curve], width=760.0, height=340.0))
    assert "−50</text>" in svg
    assert ">100</text>" in svg


def test_waterfall_says_where_a_bar_is_cut() -> None:
    svg = draw_waterfall([Bar("a", 900.0), Bar("b", -10.0)], "w", "%")
    assert "+900.0" in svg
    assert svg.count('class="gap"') == 1


def test_a_curve_passes_through_its_values() -> None:
    curve = Curve("L1", ((0.0, 0.0, ""), (50.0, 10.0, ""), (100.0, 20.0, "")), "c0")
    svg = draw_lines(LineChart("t", "days", "ml", [curve], [Reference(10.0, "half")]))
    places = [(float(x), float(y)) for x, y in re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)"', svg)]
    reference = re.search(r'y1="([\d.]+)"[^>]*class="reference"', svg)
    assert reference is not None
    assert float(reference[1]) == pytest.approx(places[1][1], abs=0.01)
    assert places[1][0] - places[0][0] == pytest.approx(places[2][0] - places[1][0], abs=0.01)


def test_equal_end_labels_do_not_lie_on_each_other() -> None:
    curves = [Curve(f"L{n}", ((0.0, 5.0, ""), (9.0, 5.0 + n / 100, "")), "c0") for n in range(6)]
    svg = draw_lines(LineChart("t", "days", "ml", curves))
    levels = sorted(float(y) for y in re.findall(r'y="([\d.]+)" class="name', svg))
    assert all(b - a >= 13.9 for a, b in pairwise(levels))


def test_a_single_date_and_a_constant_are_drawn() -> None:
    assert "circle" in draw_lines(LineChart("t", "days", "ml", [Curve("L1", ((3.0, 7.0, ""),), "c0")]))
    assert sparkline([], "none") == ""
    assert "circle" in sparkline([(0.0, 0.0), (1.0, 0.0)], "flat")


def test_histograms_share_one_scale() -> None:
    one = Distribution("date 1", (0.0, 1.0, 2.0), (5, 5), "c0")
    ten = Distribution("date 2", (0.0, 1.0, 2.0), (50, 50), "c1")
    svg = draw_histograms("L1 whole, T1c", "value", [one, ten])
    outlines = re.findall(r'd="(M[^"]+)" class="area"', svg)
    assert outlines[0] == outlines[1]


@pytest.mark.parametrize(
    ("value", "column", "shown"),
    [
        (0.0314, "volume_ml", "0.031"),
        (12.345, "volume_ml", "12.35"),
        (36.04, "longest_diameter_mm", "36.0"),
        (1296.4, "product_mm2", "1\u202f296"),
        (-12.34, "volume_change_percent", "\u221212.3\u00a0%"),
        (None, "volume_ml", "–"),
        (200.0, "mean", "200"),
        (0.000012, "mean", "1.200e\u221205"),
    ],
)
def test_numbers_have_the_decimals_of_their_unit(value: float | None, column: str, shown: str) -> None:
    assert quantity_text(value, column) == shown


def test_signs_and_codes() -> None:
    assert change_text(0.04) == "0.0\u00a0%"
    assert number_text(-0.001) == "0.00"
    assert code_list([{"code": "BORDER", "what": "at the edge"}]) == ["BORDER: at the edge"]
    assert code_list(None) == []
    assert code_list("BORDER: a\nTOO_SMALL: b") == ["BORDER: a", "TOO_SMALL: b"]


def test_small_regions_have_fewer_bins() -> None:
    fine = Distribution("date 1", tuple(float(n) for n in range(65)), (1,) * 64, "c0")
    svg = draw_histograms("L1 whole, T1c", "value", [fine])
    outline = re.findall(r'd="(M[^"]+)" class="area"', svg)[0]
    assert outline.count("L") <= 2 * 8 + 2


def test_an_absent_lesion_reaches_zero() -> None:
    row = {
        "lesion": "L1",
        "compartment": "whole",
        "modality": "MR",
        "contrast": "T1c",
        "mask_key": "m",
        "value_id": "measurement:1",
    }
    row |= {"reason": None}
    row |= dict.fromkeys(("volume_ml", "longest_diameter_mm", "product_mm2"), 5.0)
    row |= dict.fromkeys(("volume_change_percent", "diameter_change_percent", "product_change_percent"), 0.0)
    rows = [{**row, "timepoint": n, "day": 10 * n} for n in (1, 2)]
    part = {**rows[0], "compartment": "enhancing"}
    rows += [
        part,
        {**part, "timepoint": 2, "day": 20, "volume_ml": 0.0, "reason": "ABSENT", "product_mm2": None},
    ]
    gone = {"lesion": "L1", "timepoint": 3, "day": 30, "status": "absent"}
    enhancing, whole = size_plots(rows, [gone], {}, [], 5)
    assert (enhancing.compartment, whole.compartment) == ("enhancing", "whole")
    assert "L1, day 30: 0.000 ml\nabsent" in whole.plots[0]
    assert whole.plots[0].count("<circle") == 3
    for plot, unit in zip(enhancing.plots, ("0.000 ml", "0.0 mm", "0.0 mm²"), strict=True):
        assert f"L1, day 20: {unit}\nabsent" in plot
        assert plot.count("<circle") == 3


def test_only_labels_that_collide_are_moved() -> None:
    top = Curve("L1", ((0.0, 0.0, ""), (9.0, 20.0, "")), "c0")
    low = [Curve(f"L{n}", ((0.0, 5.0, ""), (9.0, 0.0, "")), "c1") for n in (2, 3, 4)]
    svg = draw_lines(LineChart("t", "days", "ml", [top, *low]))
    end = [float(y) for y in re.findall(r'<circle cx="[\d.]+" cy="([\d.]+)"', svg)][1]
    label = re.search(r'y="([\d.]+)" class="name c0"', svg)
    assert label is not None
    assert float(label[1]) == pytest.approx(end + 4, abs=0.01)
