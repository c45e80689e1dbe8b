"""The plot of agreement: a panel a region, what is drawn at which height."""

from __future__ import annotations

import io

from matplotlib.figure import Figure
from matplotlib.image import imread

from oncometry.evaluation import EvaluationSettings, RegionScores, Sizes, overviews
from oncometry.report import bland_altman
from oncometry.report.bland_altman import draw_agreement


def scores(region, predicted, truth):
    return RegionScores(
        region, 1, 0, 1, 0, 1, 0, 1, 1, 0, 0, 1, 0, 0, Sizes(predicted, truth, predicted, truth)
    )


def test_points_and_levels():
    (region,) = overviews(
        [scores("WT", 10, 9), scores("WT", 12, 12), scores("WT", 15, 13)], EvaluationSettings()
    )
    axes = Figure().subplots()
    bland_altman._panel(axes, region, "volume_ml")
    drawn = [line.get_ydata() for line in axes.lines]
    assert list(drawn[1]) == [1, 0, 2]
    assert list(axes.lines[1].get_xdata()) == [9.5, 12, 14]
    assert [round(float(level[0]), 2) for level in drawn[2:]] == [1.0, 2.96, -0.96]


def test_no_difference_has_an_axis_that_says_so():
    (region,) = overviews([scores("WT", 9, 9), scores("WT", 12, 12)], EvaluationSettings())
    axes = Figure().subplots()
    bland_altman._panel(axes, region, "diameter_mm")
    assert axes.get_ylim() == (-1, 1)


def test_many_regions_are_cut():
    regions = overviews([scores(f"label {n}", 9, 8) for n in range(9)], EvaluationSettings())
    picture = imread(io.BytesIO(draw_agreement(regions, "volume_ml")))
    assert picture.shape[0] < picture.shape[1]
