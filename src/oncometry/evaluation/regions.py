"""Which voxels of two segmentations are compared with which."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from oncometry.core import Code, Compartment, Geometry, GeometryError, Segment, Segmentation
from oncometry.core.geometry import Index
from oncometry.core.schemes import COMPOSITION, SCHEMES, LabelScheme, fitting_schemes
from oncometry.core.segmentation import Mask

__all__ = ["RegionPair", "one_scheme", "paired_regions", "restated"]

C = Compartment
NAMES: Mapping[Compartment, str] = {C.WHOLE: "WT", C.CORE: "TC", C.ENHANCING: "ET"}
"""The regions of BraTS: whole tumor, tumor core, enhancing tumor."""
UNKNOWN = "unknown"


@dataclass(frozen=True, eq=False)
class RegionPair:
    """One region in the prediction and in the truth.

    Attributes:
        name: 'WT', 'TC', 'ET', or the label's number and name.
        geometry: the whole grid.
        start: voxel index of the first corner of the box that holds both.
        predicted, truth: (bi, bj, bk) bool in that box; (0, 0, 0) where both are empty.
    """

    name: str
    geometry: Geometry
    start: Index
    predicted: Mask
    truth: Mask


def one_scheme(numbers: Collection[int]) -> LabelScheme | None:
    """The scheme that all label maps of a comparison are taken in, from the labels of all of them together.

    Alone, a map with label 1 only would be binary, though beside others 1 is necrosis.
    """
    present = {n for n in numbers if n}
    if present == {1}:
        return SCHEMES["binary"]
    return next(iter(fitting_schemes(present)), None)


def restated(segmentation: Segmentation, scheme: LabelScheme | None) -> Segmentation:
    """The same regions with the meaning that a scheme gives their numbers; without one each is a label by itself.

    Raises:
        KeyError: the scheme does not know a number.
    """
    unknown = {s.number: (f"label {s.number}", C.OTHER) for s in segmentation}
    meaning = scheme.labels if scheme else unknown
    segments = tuple(
        replace(s, name=meaning[s.number][0], compartment=meaning[s.number][1]) for s in segmentation
    )
    return replace(segmentation, segments=segments, scheme=scheme.name if scheme else UNKNOWN)


def paired_regions(predicted: Segmentation, truth: Segmentation) -> tuple[RegionPair, ...]:
    """WT, TC and ET as far as both label schemes can show them; then each label that is in none of these.

    Labels outside a tumor (organs, a resection cavity) are paired by number. Of schemes that cannot show any tumor
    region each label is one. Probabilities are cut at 0.5, as they were when read.

    Raises:
        GeometryError: `GEOMETRY_MISMATCH`, if the grids differ.
    """
    if not predicted.geometry.matches(truth.geometry):
        raise GeometryError(
            Code.GEOMETRY_MISMATCH,
            f"the prediction is on {predicted.geometry.describe()}, the truth on {truth.geometry.describe()}.",
            advice="Resample one of them to the other's grid, with nearest neighbor.",
        )
    shown = _shown(predicted) & _shown(truth)
    regions = [c for c in (C.WHOLE, C.CORE, C.ENHANCING) if c in shown]
    pairs = [
        _pair(NAMES[c], truth.geometry, _of(predicted, COMPOSITION[c]), _of(truth, COMPOSITION[c]))
        for c in regions
    ]
    inside = COMPOSITION[C.WHOLE] if regions else frozenset[Compartment]()
    names = {s.number: s.name for s in (*predicted, *truth) if s.compartment not in inside}
    for number, name in sorted(names.items()):
        both = [
            [s for s in seg if s.number == number and s.compartment not in inside]
            for seg in (predicted, truth)
        ]
        pairs.append(_pair(_label(number, name), truth.geometry, *both))
    return tuple(pairs)


def _label(number: int, name: str) -> str:
    return name if name.startswith("label ") else f"{number} {name}".strip()


def _shown(segmentation: Segmentation) -> set[Compartment]:
    """Which tumor regions a mask can show: by its label scheme, or where that is none by its segments."""
    scheme = SCHEMES.get(segmentation.scheme)
    known = {c for _, c in scheme.labels.values()} if scheme else {s.compartment for s in segmentation}
    shown = {c for c in (C.WHOLE, C.CORE, C.ENHANCING) if known & COMPOSITION[c]}
    if not segmentation.segments and not scheme:
        return set(NAMES)
    return shown


def _of(segmentation: Segmentation, compartments: frozenset[Compartment]) -> list[Segment]:
    return [s for s in segmentation if s.compartment in compartments]


def _pair(name: str, geometry: Geometry, predicted: list[Segment], truth: list[Segment]) -> RegionPair:
    """Both in the smallest box around their segments."""
    filled = [s for s in (*predicted, *truth) if s.array.any()]
    if not filled:
        nothing: Mask = np.zeros((0, 0, 0), dtype=bool)
        return RegionPair(name, geometry, (0, 0, 0), nothing, nothing)
    low = np.min([s.start for s in filled], axis=0)
    high = np.max([np.add(s.start, s.array.shape) for s in filled], axis=0)
    i, j, k = low.tolist()
    return RegionPair(name, geometry, (i, j, k), _painted(predicted, low, high), _painted(truth, low, high))


def _painted(segments: list[Segment], low: NDArray[np.int64], high: NDArray[np.int64]) -> Mask:
    box: Mask = np.zeros(high - low, dtype=bool, order="F")
    for segment in segments:
        if segment.array.any():
            box[
                tuple(
                    slice(s - o, s - o + n)
                    for s, o, n in zip(segment.start, low, segment.array.shape, strict=True)
                )
            ] |= segment.array
    return box
