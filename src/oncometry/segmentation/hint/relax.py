"""The smoothest region for given evidence: a graph cut solved as a convex problem.

minimize over 0 <= u <= 1:  sum w |grad u| - sum evidence * u

Its minimizers are, thresholded, those of the cut (T. F. Chan, S. Esedoglu, M. Nikolova 2006,
doi:10.1137/040615286); solved by the primal-dual method of A. Chambolle, T. Pock 2011,
doi:10.1007/s10851-010-0251-1 (algorithm 1, theta = 1).
"""

from __future__ import annotations

import numpy as np

from oncometry.segmentation.hint.working_grid import Values

__all__ = ["relax"]

STEP = 1 / np.sqrt(12.0)
"""sigma = tau; sigma tau |grad|^2 <= 1 with |grad|^2 <= 12 on cubic voxels."""


def relax(evidence: Values, price: Values, begin: Values, iterations: int) -> Values:
    """The relaxed region u, (ni, nj, nk) in 0..1.

    Args:
        evidence: log odds of inside to outside, of each voxel.
        price: of outline at each voxel, >= 0.
        begin: first guess, in 0..1.
    """
    step = np.float32(STEP)
    inside = begin.copy()
    ahead = begin.copy()
    flows = [np.zeros_like(begin) for _ in range(3)]
    pull = step * evidence
    for _ in range(iterations):
        for axis, flow in enumerate(flows):
            forward = _span(axis, None, -1)
            flow[forward] += step * np.diff(ahead, axis=axis)
        length = np.sqrt(flows[0] ** 2 + flows[1] ** 2 + flows[2] ** 2)
        shrink = np.minimum(1, price / np.maximum(length, 1e-6))
        change = pull.copy()
        for axis, flow in enumerate(flows):
            flow *= shrink
            change[_span(axis, None, -1)] += step * flow[_span(axis, None, -1)]
            change[_span(axis, 1, None)] -= step * flow[_span(axis, None, -1)]
        moved = np.clip(inside + change, 0, 1)
        ahead = 2 * moved - inside
        inside = moved
    return inside


def _span(axis: int, start: int | None, stop: int | None) -> tuple[slice, ...]:
    return tuple(slice(start, stop) if a == axis else slice(None) for a in range(3))
