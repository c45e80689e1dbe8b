"""Values of a sequence to mean 0 and standard deviation 1."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from oncometry.core import Code, Contrast, CorruptInputError

__all__ = ["standardized"]


def standardized(values: NDArray[np.floating], contrast: Contrast) -> NDArray[np.float32]:
    """(n,) values inside the brain, mean 0 and standard deviation 1.

    Raises:
        CorruptInputError: `CONSTANT`, they are all one, or none.
    """
    mean = float(values.mean(dtype=np.float64)) if values.size else 0.0
    deviation = float(values.std(dtype=np.float64)) if values.size else 0.0
    if deviation == 0 or not np.isfinite(deviation):
        raise CorruptInputError(
            Code.CONSTANT,
            f"{contrast} is {mean:g} all over the brain.",
            advice="Leave this sequence out, or give the right file.",
        )
    return np.asarray((values - mean) / deviation, np.float32)
