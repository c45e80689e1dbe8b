"""Histograms of a region's voxel values, one curve per date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from markupsafe import Markup

from oncometry.report.axes import Panel, Scale
from oncometry.report.svg import drawing, element, points_path, text

__all__ = ["Distribution", "draw_histograms"]

MOST_BINS = 32


@dataclass(frozen=True)
class Distribution:
    """Counts between edges (n + 1 edges, n counts) at one date."""

    name: str
    edges: tuple[float, ...]
    counts: tuple[int, ...]
    css: str


def draw_histograms(title: str, unit: str, distributions: Sequence[Distribution]) -> Markup:
    """Outlines of the histograms as shares of the region's voxels per unit, so that dates compare."""
    width, height = 330.0, 210.0
    distributions = [_coarse(d) for d in distributions]
    low = min(d.edges[0] for d in distributions)
    high = max(d.edges[-1] for d in distributions)
    densities = [_density(d) for d in distributions]
    top = max(max(density, default=0.0) for density in densities) or 1.0
    x = Scale(low, high if high > low else low + 1, 14.0, width - 14)
    y = Scale(0.0, top, height - 46, 44.0)
    panel = Panel(x, y, unit, "")
    drawn = [text((14.0, 15.0), title, "heading"), *panel.draw_x(None, 4)]
    for distribution, density in zip(distributions, densities, strict=True):
        drawn.append(_outline(distribution, density, x, y))
    offset = 14.0
    for distribution in distributions:
        drawn.append(text((offset, 32.0), distribution.name, f"name {distribution.css}"))
        offset += 14 + 6.6 * len(distribution.name)
    return drawing(width, height, f"{title}: share of voxels over {unit}", drawn)


def _coarse(distribution: Distribution) -> Distribution:
    """Neighboring bins joined until there are about as many as the square root of the voxels, 32 at most."""
    wanted = min(max(int(sum(distribution.counts) ** 0.5), 6), MOST_BINS)
    every = -(-len(distribution.counts) // wanted)
    edges = [*distribution.edges[:-1:every], distribution.edges[-1]]
    counts = [sum(distribution.counts[n : n + every]) for n in range(0, len(distribution.counts), every)]
    return replace(distribution, edges=tuple(edges), counts=tuple(counts))


def _density(distribution: Distribution) -> list[float]:
    total = sum(distribution.counts) or 1
    edges = distribution.edges
    widths = [b - a for a, b in pairwise(edges)]
    return [count / total / (width or 1.0) for count, width in zip(distribution.counts, widths, strict=True)]


def _outline(distribution: Distribution, density: Sequence[float], x: Scale, y: Scale) -> Markup:
    places = [(x(distribution.edges[0]), y(0.0))]
    for n, share in enumerate(density):
        places += [(x(distribution.edges[n]), y(share)), (x(distribution.edges[n + 1]), y(share))]
    places.append((x(distribution.edges[-1]), y(0.0)))
    shown = element("title", {}, f"{distribution.name}: {sum(distribution.counts)} voxels")
    area = element("path", {"d": points_path(places), "class": "area"})
    return element(
        "g",
        {"class": distribution.css},
        shown,
        area,
        element("path", {"d": points_path(places), "class": "line thin"}),
    )
