"""What intensity statistics, intensity histogram and intensity-volume histogram are, in plain Python.

Source: IBSI reference manual, sections 3.3, 3.4 and 3.5 (arXiv 1612.07003).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import log2, nan, sqrt

__all__ = ["intensity_histogram", "intensity_statistics", "intensity_volume_histogram", "percentile"]


def percentile(values: Sequence[float], share: float) -> float:
    """Between the two values in the nearest places of the sorted list, linearly."""
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _ratio(numerator: float, denominator: float) -> float:
    return numerator / denominator if denominator != 0 else nan


def _spread(values: Sequence[float]) -> dict[str, float]:
    """What sections 3.3 and 3.4 have in common, by the end of the tag."""
    mean, median = _mean(values), percentile(values, 0.5)
    p10, p25, p75, p90 = (percentile(values, share) for share in (0.10, 0.25, 0.75, 0.90))
    variance = _mean([(x - mean) ** 2 for x in values])
    within = [x for x in values if p10 <= x <= p90]
    alike = min(values) == max(values)
    return {
        "mean": mean,
        "var": variance,
        "skew": 0.0 if alike else _mean([(x - mean) ** 3 for x in values]) / variance**1.5,
        "kurt": 0.0 if alike else _mean([(x - mean) ** 4 for x in values]) / variance**2 - 3,
        "median": median,
        "min": min(values),
        "p10": p10,
        "p90": p90,
        "max": max(values),
        "iqr": p75 - p25,
        "range": max(values) - min(values),
        "mad": _mean([abs(x - mean) for x in values]),
        "rmad": _mean([abs(x - _mean(within)) for x in within]) if within else nan,
        "medad": _mean([abs(x - median) for x in values]),
        "cov": _ratio(sqrt(variance), mean),
        "qcod": _ratio(p75 - p25, p75 + p25),
    }


def intensity_statistics(values: Sequence[float]) -> dict[str, float]:
    """Tag -> value, section 3.3; at least one value."""
    energy = sum(x**2 for x in values)
    found = _spread(values) | {"energy": energy, "rms": sqrt(energy / len(values))}
    return {f"stat_{name}": value for name, value in found.items()}


def intensity_histogram(levels: Sequence[int], count: int) -> dict[str, float]:
    """Tag -> value, section 3.4, of the levels (1 ... count) of a region's voxels, at least one."""
    histogram = [sum(1 for level in levels if level == g) for g in range(1, count + 1)]
    mean = _mean(levels)
    most = [g for g in range(1, count + 1) if histogram[g - 1] == max(histogram)]
    shares = [n / len(levels) for n in Counter(levels).values()]
    found = _spread(levels) | {
        "mode": float(min(most, key=lambda g: (abs(g - mean), g))),
        "entropy": -sum(p * log2(p) for p in shares),
        "uniformity": sum(p**2 for p in shares),
    }
    return {f"ih_{name}": value for name, value in (found | _gradients(histogram)).items()}


def _gradients(histogram: Sequence[int]) -> dict[str, float]:
    """Sections 3.4.20 to 3.4.23."""
    last = len(histogram) - 1
    if last == 0:
        return dict.fromkeys(("max_grad", "max_grad_g", "min_grad", "min_grad_g"), nan)
    inner = [(histogram[g + 1] - histogram[g - 1]) / 2 for g in range(1, last)]
    gradient = [histogram[1] - histogram[0], *inner, histogram[last] - histogram[last - 1]]
    top, bottom = max(gradient), min(gradient)
    return {
        "max_grad": top,
        "max_grad_g": gradient.index(top) + 1,
        "min_grad": bottom,
        "min_grad_g": gradient.index(bottom) + 1,
    }


def intensity_volume_histogram(levels: Sequence[float], grid: Sequence[float]) -> dict[str, float]:
    """Tag -> value, section 3.5, of the levels of a region's voxels, each on the grid of two or more levels."""
    fractions = [(g - grid[0]) / (grid[-1] - grid[0]) for g in grid]
    part = [sum(1 for level in levels if level >= g) / len(levels) for g in grid]
    beyond = 2 * grid[-1] - grid[-2]

    def volume(share: float) -> float:
        return next(p for p, fraction in zip(part, fractions, strict=True) if fraction >= share)

    def intensity(share: float) -> float:
        return next((g for p, g in zip(part, grid, strict=True) if p <= share), beyond)

    steps = zip(part, part[1:], fractions, fractions[1:], strict=False)
    return {
        "ivh_v10": volume(0.10),
        "ivh_v90": volume(0.90),
        "ivh_i10": intensity(0.10),
        "ivh_i90": intensity(0.90),
        "ivh_diff_v10_v90": volume(0.10) - volume(0.90),
        "ivh_diff_i10_i90": intensity(0.10) - intensity(0.90),
        "ivh_auc": sum((a + b) / 2 * (high - low) for a, b, low, high in steps),
    }
