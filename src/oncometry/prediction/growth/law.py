"""What a law of growth is: sizes over days from an initial size and a few parameters of shape."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["FloatArray", "GrowthLaw", "Parameter"]

FloatArray = NDArray[np.float64]

INITIAL = "initial_size"
HIGHEST_LOG = 30.0


@dataclass(frozen=True)
class Parameter:
    """One parameter of a law, as it is searched for.

    A `scale` of 'log' is searched as its logarithm, of 'logit' as the logarithm of its odds, of 'linear' as it is; the numbers
    below are on that scale, which is called its coordinate.

    Attributes:
        name: with its unit.
        low, high: bounds of the coordinate.
        usual, spread: mean and standard deviation of a first, wide guess of the population.
        starts: where a search begins.
    """

    name: str
    scale: str
    low: float
    high: float
    usual: float
    spread: float
    starts: tuple[float, ...]

    def value(self, coordinate: FloatArray) -> FloatArray:
        """The parameter itself."""
        if self.scale == "log":
            return np.exp(coordinate)
        if self.scale == "logit":
            return np.asarray(1 / (1 + np.exp(-coordinate)), dtype=np.float64)
        return np.asarray(coordinate, dtype=np.float64)


@dataclass(frozen=True)
class GrowthLaw:
    """A law of size over time.

    Attributes:
        name: as it is asked for.
        title: as it is shown.
        shape: parameters besides the initial size.
        relative: coordinates of the shape (..., p - 1) and days (..., n) -> log of size over initial size (..., n).
        of_volume: whether it is a law of volume, so that the diameter follows its cube root.
        source: DOI.
    """

    name: str
    title: str
    shape: tuple[Parameter, ...]
    relative: Callable[[FloatArray, FloatArray], FloatArray]
    of_volume: bool
    source: str

    @property
    def parameters(self) -> int:
        """How many there are, with the initial size."""
        return 1 + len(self.shape)

    @property
    def names(self) -> tuple[str, ...]:
        """Of the parameters, the initial size first."""
        return (INITIAL, *(parameter.name for parameter in self.shape))

    def log_size(self, coordinates: FloatArray, days: FloatArray, dimension: int) -> FloatArray:
        """Natural logarithm of the size.

        Args:
            coordinates: (..., p), the first is the logarithm of the initial size.
            days: (..., n) from the first visit.
            dimension: 1 of a diameter, 3 of a volume.

        Returns:
            (..., n), cut off at `HIGHEST_LOG` above the initial size.
        """
        power = 3 / dimension if self.of_volume else 1.0
        relative = self.relative(coordinates[..., 1:], days) / power
        return coordinates[..., :1] + np.minimum(relative, HIGHEST_LOG)

    def values(self, coordinates: FloatArray) -> FloatArray:
        """Parameters from their coordinates, both (..., p)."""
        shape = [parameter.value(coordinates[..., n + 1]) for n, parameter in enumerate(self.shape)]
        return np.stack([np.exp(coordinates[..., 0]), *shape], axis=-1)
