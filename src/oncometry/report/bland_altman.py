"""Bland-Altman plots: difference against mean, with bias and limits of agreement."""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from oncometry.evaluation import RegionOverview

__all__ = ["MOST_PANELS", "draw_agreement"]

MOST_PANELS = 6
PANEL_INCHES = (3.4, 3.2)
NOTHING = 1e-9
"""Differences that are but rounding: an axis of their size would say nothing."""
INK, ACCENT = "#1f3a5f", "#b3402a"
NAMES = {"volume_ml": ("volume", "ml"), "diameter_mm": ("longest diameter", "mm")}


def draw_agreement(regions: Sequence[RegionOverview], quantity: str) -> bytes:
    """A PNG with a panel a region, at most `MOST_PANELS`; `quantity`: 'volume_ml' or 'diameter_mm'."""
    shown = list(regions)[:MOST_PANELS]
    columns = min(len(shown), 3)
    rows = -(-len(shown) // columns)
    figure = Figure(
        figsize=(PANEL_INCHES[0] * columns, PANEL_INCHES[1] * rows), layout="constrained", dpi=130
    )
    canvas = FigureCanvasAgg(figure)
    panels = np.atleast_1d(figure.subplots(rows, columns, squeeze=False)).ravel()
    for axes, region in zip(panels, shown, strict=False):
        _panel(axes, region, quantity)
    for axes in panels[len(shown) :]:
        axes.set_axis_off()
    stream = io.BytesIO()
    canvas.print_png(stream, metadata={"Software": None})  # type: ignore[no-untyped-call]
    return stream.getvalue()


def _panel(axes: Axes, region: RegionOverview, quantity: str) -> None:
    name, unit = NAMES[quantity]
    sizes, agreement = region.sizes[quantity], region.agreement[quantity]
    means = [(p + t) / 2 for p, t in sizes]
    differences = [p - t for p, t in sizes]
    axes.axhline(0, color="#999999", linewidth=0.8)
    axes.plot(means, differences, "o", color=INK, markersize=4, alpha=0.75, markeredgewidth=0)
    if agreement.bias is not None:
        _level(axes, agreement.bias, f"bias {agreement.bias:+.3g}", "-")
    if agreement.low is not None and agreement.high is not None:
        _level(axes, agreement.high, f"+1.96 SD {agreement.high:+.3g}", "--")
        _level(axes, agreement.low, f"−1.96 SD {agreement.low:+.3g}", "--")
    axes.set_title(f"{region.region}, {agreement.n} cases", fontsize=10)
    axes.set_xlabel(f"mean {name} ({unit})", fontsize=9)
    axes.set_ylabel(f"prediction − truth ({unit})", fontsize=9)
    axes.tick_params(labelsize=8)
    axes.margins(x=0.08, y=0.18)
    if all(abs(difference) < NOTHING for difference in differences):
        axes.set_ylim(-1, 1)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)


def _level(axes: Axes, value: float, said: str, style: str) -> None:
    left = style == "-"
    axes.axhline(value, color=ACCENT, linewidth=1.1, linestyle=style)
    axes.annotate(
        said,
        (0.0 if left else 1.0, value),
        xycoords=("axes fraction", "data"),
        xytext=(2 if left else -2, 2),
        textcoords="offset points",
        ha="left" if left else "right",
        va="bottom",
        fontsize=7,
        color=ACCENT,
    )
