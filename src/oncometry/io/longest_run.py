"""What of a series that is no volume lies evenly: its longest run, where the user asks for that (`slices: longest-run`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from oncometry.core import Code, GeometryError, Notice
from oncometry.core.geometry import FloatArray
from oncometry.io.dicom_frame import Plane
from oncometry.io.dicom_volume import Refused, StackedVolume, is_parallel, same_spacing, stack

__all__ = ["Shortened", "advised", "shortened"]

OF_SLICES = (Code.SLICES_INCONSISTENT, Code.SLICE_MISSING)
FEWEST = 3
"""Any two planes are evenly spaced."""
SAME_PLACE_MM, SAME_STEP = 1e-3, 0.1
"""A step within a run differs from the mean of those before it by at most this share of it."""


@dataclass(frozen=True, eq=False)
class Shortened:
    """The volume of the run, and the planes that are no part of it."""

    volume: StackedVolume
    left: Refused


def shortened(refused: Refused, frame_of_reference_uid: str | None) -> Shortened | None:
    """The longest run of parallel planes that are evenly spaced; None where two are as long, or none has three planes.

    Planes that lie in one place belong to no run: nothing says which of them does.
    """
    if refused.error.code not in OF_SLICES:
        return None
    run = _longest(_apart(refused.planes))
    volume = stack(run, frame_of_reference_uid) if run else refused
    if isinstance(volume, Refused):
        return None
    used = set(map(id, run))
    left = tuple(plane for plane in refused.planes if id(plane) not in used)
    what = _told(refused, run, left)
    notice = Notice(refused.error.code, what)
    error = GeometryError(refused.error.code, what)
    return Shortened(replace(volume, notices=(notice, *volume.notices)), Refused(left, error))


def advised(refused: Refused, run: StackedVolume) -> Refused:
    """The refusal, with the setting that would take the run."""
    error = refused.error
    begin = f"{error.advice} Or take" if error.advice else "Take"
    advice = (
        f"{begin} the {len(run.planes)} of {len(refused.planes)} slices that lie evenly: `oncometry run --slices longest-run`, "
        "which is recorded."
    )
    return replace(refused, error=GeometryError(error.code, error.what, path=error.path, advice=advice))


def _apart(planes: Sequence[Plane]) -> list[Plane]:
    """Those that share their place along the normal with no other; they come in its order."""
    along = np.array([plane.position for plane in planes]) @ planes[0].normal
    near = np.diff(along) < SAME_PLACE_MM
    shared = np.append(near, False) | np.insert(near, 0, False)
    return [plane for plane, other in zip(planes, shared, strict=True) if not other]


def _longest(planes: Sequence[Plane]) -> Sequence[Plane]:
    """Empty where there is not one that is longer than all others."""
    runs: list[Sequence[Plane]] = []
    start = 0
    while start < len(planes) - 1:
        stop = start + 1
        while stop < len(planes) and _goes_on(planes[start:stop], planes[stop]):
            stop += 1
        runs.append(planes[start:stop])
        start = max(stop - 1, start + 1)
    runs.sort(key=len, reverse=True)
    if not runs or len(runs[0]) < FEWEST or (len(runs) > 1 and len(runs[1]) == len(runs[0])):
        return ()
    return runs[0]


def _goes_on(run: Sequence[Plane], plane: Plane) -> bool:
    if not (is_parallel(run[0], plane) and same_spacing(run[0], plane)):
        return False
    if len(run) == 1:
        return True
    mean = (run[-1].position - run[0].position) / (len(run) - 1)
    step = plane.position - run[-1].position
    return bool(np.linalg.norm(step - mean) <= SAME_STEP * np.linalg.norm(mean))


def _told(refused: Refused, run: Sequence[Plane], left: Sequence[Plane]) -> str:
    normal = refused.planes[0].normal
    first, last = (float(plane.position @ normal) for plane in (run[0], run[-1]))
    heights = np.array([plane.position for plane in left]) @ normal
    sides = (
        heights[heights < first],
        heights[(first <= heights) & (heights <= last)],
        heights[heights > last],
    )
    where = " and ".join(_range(side) for side in sides if side.size)
    return (
        f"{refused.error.what} As `slices: longest-run` asks, the {len(run)} slices at {first:.2f} to {last:.2f} mm along the "
        f"normal are the volume, and {len(left)} of {len(refused.planes)} are left out ({where})."
    )


def _range(heights: FloatArray) -> str:
    low, high = float(heights.min()), float(heights.max())
    return f"at {low:.2f} mm" if len(heights) == 1 else f"at {low:.2f} to {high:.2f} mm"
