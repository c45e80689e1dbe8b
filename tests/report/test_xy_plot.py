"""Curves over a number, by their coordinates."""

from __future__ import annotations

import re

import pytest

from oncometry.report.axes import Panel, Scale
from oncometry.report.xy_plot import Dot, Stroke, XYPlot, draw_xy, stepped


def plot(*strokes: Stroke, dots: tuple[Dot, ...] = ()) -> str:
    return draw_xy(XYPlot("t", "x", "y", (0, 1), (0, 1), strokes, dots))


def drawn(svg: str) -> list[list[tuple[float, ...]]]:
    """The pieces of the curve."""
    path = re.search(r'd="([^"]+)" class="line"', svg)
    assert path is not None
    return [[tuple(map(float, p.split())) for p in piece.split("L")] for piece in path[1].split("M")[1:]]


def test_a_curve_goes_through_its_points() -> None:
    (places,) = drawn(plot(Stroke([(0, 0), (0.5, 1), (1, 0.5)], "c0")))
    assert places[1][0] == pytest.approx((places[0][0] + places[2][0]) / 2, abs=0.01)
    assert places[2][1] == pytest.approx((places[0][1] + places[1][1]) / 2, abs=0.01)


def test_a_curve_leaves_the_picture_where_it_crosses_its_edge_and_comes_back() -> None:
    (whole,) = drawn(plot(Stroke([(0, 0), (1, 1)], "c0")))
    (left, bottom), (right, top) = whole
    first, last = drawn(plot(Stroke([(0, 0), (0.5, 2), (0.75, 2), (1, 0)], "c0")))
    quarter = left + (right - left) / 4
    assert first == [(left, bottom), (pytest.approx(quarter, abs=0.01), top)]
    assert last == [(pytest.approx(left + (right - left) * 0.875, abs=0.01), top), (right, bottom)]
    (step,) = drawn(plot(Stroke([(0, 0), (0.5, 0), (0.5, 7), (1, 7)], "c0")))
    assert step[-1] == (pytest.approx((left + right) / 2, abs=0.01), top)
    assert 'class="line"' not in plot(Stroke([(0, 2), (1, 3)], "c0"))


def test_letters_and_dashes_say_what_colors_say() -> None:
    svg = plot(Stroke([(0, 0), (1, 1)], "c0", "one", "A"), Stroke([(0, 0), (1, 1)], "c1", "two", "B", "7 4"))
    assert ">A: one</text>" in svg
    assert ">B: two</text>" in svg
    assert svg.count('stroke-dasharray="7 4"') == 2
    levels = [float(y) for y in re.findall(r'y="([\d.]+)" class="name c\d">[AB]</text>', svg)]
    assert len(levels) == 2
    assert abs(levels[1] - levels[0]) >= 12.9


def test_names_are_escaped() -> None:
    assert "<b>" not in plot(Stroke([(0, 0), (1, 1)], "c0", "<b>x</b>"))


def test_a_dot_has_its_limits_and_its_shape() -> None:
    svg = plot(dots=(Dot((0.5, 0.5), "c0", "p", (0.25, 0.75), "square"),))
    limit = re.search(r'y1="([\d.]+)" x2="[\d.]+" y2="([\d.]+)" class="line thin"', svg)
    assert limit is not None
    assert float(limit[1]) > float(limit[2])
    assert "<title>p</title>" in svg


def test_steps_hold_each_value_until_the_next() -> None:
    assert stepped([(0, 1.0), (2, 0.5)], 3) == [(0, 1.0), (2, 1.0), (2, 0.5), (3, 0.5)]
    assert stepped([]) == []


def test_ticks_that_would_look_the_same_get_more_decimals() -> None:
    panel = Panel(Scale(-2.0, -1.9, 0, 400), Scale(0, 1, 100, 0), "x", "y")
    shown = re.findall(r'class="tick middle">([^<]+)<', "".join(panel.draw_x()))
    assert len(shown) == len(set(shown)) > 3
