"""Whether sequences may have been given in each other's place: simple statistics, said only where they are plain."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from oncometry.core import Code, Contrast, Notice

__all__ = ["swapped_notices"]

DARKEST_PERCENT = 8.0
PLAINLY = 0.5
BRIGHTEST_PERCENT = 99.8
MUCH_BRIGHTER = 1.5
EVERY = 7
"""One voxel of so many is enough."""

Values = Mapping[Contrast, NDArray[np.float32]]


def swapped_notices(values: Values) -> list[Notice]:
    """Notices of pairs that look swapped.

    Args:
        values: sequence -> its values inside the brain, mean 0 and deviation 1, the same voxels in each.
    """
    seen = {contrast: array[::EVERY] for contrast, array in values.items()}
    notices = []
    if Contrast.T2 in seen and Contrast.FLAIR in seen:
        notices += _fluid(seen)
    if Contrast.T1 in seen and Contrast.T1C in seen:
        plain, enhanced = (
            float(np.percentile(seen[c], BRIGHTEST_PERCENT)) for c in (Contrast.T1, Contrast.T1C)
        )
        if plain > enhanced + MUCH_BRIGHTER:
            what = f"the brightest of T1 ({plain:.1f} deviations) is above that of T1c ({enhanced:.1f})"
            notices.append(_notice(what, "T1 and T1c"))
    return notices


def _fluid(seen: Values) -> list[Notice]:
    """Fluid, which is darkest on T1, is bright on T2 and dark on FLAIR."""
    anatomy = next((seen[c] for c in (Contrast.T1, Contrast.T1C) if c in seen), None)
    if anatomy is None:
        return []
    fluid = anatomy <= np.percentile(anatomy, DARKEST_PERCENT)
    t2, flair = (float(np.median(seen[c][fluid])) for c in (Contrast.T2, Contrast.FLAIR))
    if t2 < -PLAINLY and flair > PLAINLY:
        return [
            _notice(
                f"fluid is dark on T2 ({t2:.1f} deviations) and bright on FLAIR ({flair:.1f})", "T2 and FLAIR"
            )
        ]
    return []


def _notice(what: str, pair: str) -> Notice:
    return Notice(Code.SEQUENCES_SWAPPED, f"{what}: {pair} may be swapped. Check which file is which.")
