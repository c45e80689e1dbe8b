"""A file's own histograms (DVHSequence) against ours, and their summary tags against their curve: the curve is believed.

A planning system writes a curve, and beside it minimum, maximum and mean. Where these contradict the curve, they are what is
wrong: they have been seen in percent of the prescribed dose though labelled GY.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from oncometry.core import Code, Notice
from oncometry.dose.dvh import Dvh
from oncometry.dose.quantity import EFFECTIVE, PHYSICAL
from oncometry.io.dose_histograms import FileHistogram

__all__ = ["DvhComparison", "compare_with_file", "dvh_of_file", "told_tags"]

TAGS = "summary tags of the file's own histogram"
EMPTY = 1e-6
"""Part of a structure below which a cumulative curve has come to its end: it is written with rounding errors."""
TAG_TOLERANCE = 0.05
"""Of the highest dose of the curve: bins are as wide as a planning system likes."""
VOLUME_TOLERANCE, DOSE_TOLERANCE = 0.05, 0.02
"""Between the file's curve and ours: of the volume, and of the highest dose."""
DOSED_TOLERANCE = 0.02
"""Of a volume that explains the file's: what is in the grid, or gets a dose there."""
QUANTILES = (0.02, 0.5, 0.98)
RATIO_TOLERANCE = 0.05
"""Of tags to their curve, about their median: a curve's own minimum, maximum and mean are known to a bin."""
CENTIGRAY = 100.0
FINE = 20
"""Bins that a curve needs before its ratio is taken to mean something."""


@dataclass(frozen=True)
class DvhComparison:
    """The file's curve beside ours.

    Attributes:
        file_volume_cc, file_mean_gy, file_max_gy: of the curve of the file; None where it has none that can be used.
        volume_ratio: ours to the file's.
        largest_gy: largest difference of D98%, D50%, D2% and the mean.
        tag_ratio: by which all summary tags are larger or smaller than the curve has it; None where they are as they should
            be, or contradict it in no single way.
        notices: `DVH_DIFFERS`: a curve that contradicts ours, or that cannot be compared.
        tags: `DVH_DIFFERS`: tags that contradict the file's curve.
    """

    file_volume_cc: float | None
    file_mean_gy: float | None
    file_max_gy: float | None
    volume_ratio: float | None
    largest_gy: float | None
    notices: tuple[Notice, ...]
    tag_ratio: float | None = None
    tags: tuple[Notice, ...] = ()


def dvh_of_file(histogram: FileHistogram) -> Dvh | None:
    """The curve as a histogram; None where it is of relative dose or volume, of another kind, or empty.

    In a cumulative curve the volume of each bin is what gets at least its lower edge (PS3.3 C.8.8.4.2).
    """
    if histogram.unit != "GY" or histogram.volume_unit != "CM3" or not len(histogram.width):
        return None
    edges = np.concatenate([[0.0], np.cumsum(histogram.width)])
    if histogram.kind == "CUMULATIVE":
        falling = np.minimum.accumulate(np.maximum(histogram.volume, 0.0))
        volume = -np.diff(np.append(falling, 0.0))
    elif histogram.kind == "DIFFERENTIAL":
        volume = np.maximum(histogram.volume, 0.0)
    else:
        return None
    total = float(volume.sum())
    used = np.flatnonzero(volume > EMPTY * total)
    if total <= 0 or not used.size:
        return None
    mean = (edges[:-1] + edges[1:]) / 2
    quantity = PHYSICAL if histogram.dose_type == "PHYSICAL" else EFFECTIVE
    return Dvh(edges, volume, mean, float(edges[used[0]]), float(edges[used[-1] + 1]), quantity)


def compare_with_file(ours: Dvh, histogram: FileHistogram, name: str) -> DvhComparison:
    """Hold our histogram against the file's of the same structure.

    Args:
        name: of the structure, for the notices.
    """
    theirs = dvh_of_file(histogram)
    if theirs is None:
        kind = f"{histogram.kind} in {histogram.unit} and {histogram.volume_unit}"
        what = f"{name}: the file's own histogram is {kind}; not compared."
        return DvhComparison(None, None, None, None, None, (Notice(Code.DVH_DIFFERS, what),))
    largest = max(_apart(ours, theirs, ours.covered_cc), abs(ours.average_gy - theirs.average_gy))
    ratio = ours.structure_cc / theirs.covered_cc
    tags, tag_ratio = _tags(histogram, theirs, name)
    return DvhComparison(
        theirs.covered_cc,
        theirs.average_gy,
        theirs.max_gy,
        ratio,
        largest,
        _curves(ours, theirs, largest, name),
        tag_ratio,
        tags,
    )


def told_tags(compared: Sequence[tuple[str, DvhComparison]]) -> tuple[Notice, ...]:
    """What summary tags contradict their curves: once for all structures where all do so in one ratio, else of each.

    Args:
        compared: name of a structure, and its comparison.
    """
    wrong = [(name, one) for name, one in compared if one.tags]
    ratios = [one.tag_ratio for _, one in wrong if one.tag_ratio is not None]
    ratio = float(np.median(ratios)) if ratios else 0.0
    is_one = all(abs(one / ratio - 1) <= 2 * RATIO_TOLERANCE for one in ratios)
    if len(ratios) < 2 or len(ratios) < len(wrong) or not is_one:
        return tuple(notice for _, one in wrong for notice in one.tags)
    each = ", ".join(f"{name} {one.tag_ratio:.3g}" for name, one in wrong)
    what = (
        f"the {TAGS}s are {ratio:.3g} times what the curves say{_meaning(ratio)}, in all {len(ratios)} structures where "
        f"they differ ({each}). The curves are right, the tags are not used."
    )
    return (Notice(Code.DVH_DIFFERS, what),)


def _tags(histogram: FileHistogram, curve: Dvh, name: str) -> tuple[tuple[Notice, ...], float | None]:
    """Summary tags that their own curve contradicts, and in which ratio if it is one."""
    told = (
        ("minimum", histogram.min_tag, curve.min_gy),
        ("maximum", histogram.max_tag, curve.max_gy),
        ("mean", histogram.mean_tag, curve.average_gy),
    )
    width = float(histogram.width.max())
    margin = TAG_TOLERANCE * curve.max_gy + width
    there = [(what, tag, value) for what, tag, value in told if tag is not None]
    wrong = [
        f"{what} {tag:.4g} (curve: {value:.4g})" for what, tag, value in there if abs(tag - value) > margin
    ]
    if not wrong:
        return (), None
    ratio = _one_ratio([(tag, value) for _, tag, value in there], width)
    meaning = "" if ratio is None or curve.max_gy < FINE * width else _meaning(ratio)
    how = "" if ratio is None else f"; all are about {ratio:.3g} times the curve's{meaning}"
    text = f"{name}: {TAGS} contradict its curve, in Gy: {', '.join(wrong)}{how}; not used."
    return (Notice(Code.DVH_DIFFERS, text),), ratio


def _one_ratio(pairs: Sequence[tuple[float, float]], width: float) -> float | None:
    """Of the tags to the curve: their median, if two or more are above a bin and all are in it, to two bins."""
    known = [tag / value for tag, value in pairs if value > 2 * width]
    if len(known) < 2:
        return None
    ratio = float(np.median(known))
    if ratio <= 0 or abs(ratio - 1) <= RATIO_TOLERANCE:
        return None
    fits = [abs(tag / ratio - value) <= 2 * width + RATIO_TOLERANCE * value for tag, value in pairs]
    return ratio if all(fits) else None


def _meaning(ratio: float) -> str:
    """What numbers so many times too large look like."""
    if abs(ratio / CENTIGRAY - 1) <= RATIO_TOLERANCE:
        return ", as cGy would be"
    if 1 < ratio < CENTIGRAY:
        return f", as percent of {CENTIGRAY / ratio:.2g} Gy would be"
    return ""


def _apart(ours: Dvh, curve: Dvh, of_ours_cc: float) -> float:
    """Largest difference of D98%, D50% and D2%, of so much of ours and all of the curve."""
    return max(abs(ours.dose_of(q * of_ours_cc) - curve.dose_of(q * curve.covered_cc)) for q in QUANTILES)


def _curves(ours: Dvh, curve: Dvh, largest_gy: float, name: str) -> tuple[Notice, ...]:
    margin = DOSE_TOLERANCE * curve.max_gy + float(np.diff(curve.edges_gy).max())
    if abs(ours.structure_cc / curve.covered_cc - 1) <= VOLUME_TOLERANCE and largest_gy <= margin:
        return ()
    text = (
        f"{name}: the file's own histogram has {curve.covered_cc:.3f} cc, ours {ours.structure_cc:.3f}, and doses "
        f"up to {largest_gy:.2f} Gy from ours: {_why(ours, curve, margin)}."
    )
    return (Notice(Code.DVH_DIFFERS, text),)


def _why(ours: Dvh, curve: Dvh, margin_gy: float) -> str:
    """What makes the volumes differ, if one thing does: what is beyond the dose grid, or what gets next to no dose there."""
    least = float(curve.edges_gy[1]) / 2
    dosed = ours.volume_of(least)
    if _is_as_large(curve, ours.covered_cc) and not _is_as_large(curve, ours.structure_cc):
        return f"{ours.outside_cc:.3f} cc of ours are beyond the dose grid, which the file leaves out"
    is_same = _is_as_large(curve, dosed) and _apart(ours, curve, dosed) <= margin_gy
    if is_same and not _is_as_large(curve, ours.covered_cc):
        left = ours.covered_cc - dosed
        beyond = "" if ours.outside_cc == 0 else f", and {ours.outside_cc:.3f} cc are beyond the dose grid"
        return f"{left:.3f} cc of ours get less than {least:g} Gy, half a bin of the file, which leaves them out{beyond}"
    return "planning systems differ in end caps and in how they sample small structures"


def _is_as_large(curve: Dvh, volume_cc: float) -> bool:
    return abs(volume_cc / curve.covered_cc - 1) <= DOSED_TOLERANCE
