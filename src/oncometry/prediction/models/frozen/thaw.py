"""From numbers to a model that predicts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from numpy.typing import NDArray

from oncometry.prediction.models.frozen.average import FrozenAverage
from oncometry.prediction.models.frozen.model import FrozenModel
from oncometry.prediction.models.frozen.unsafe import Json

__all__ = ["Frozen", "thaw"]

Frozen = FrozenModel | FrozenAverage


def thaw(parameters: Mapping[str, Json], arrays: Mapping[str, NDArray[Any]]) -> Frozen:
    """The model, or the average of models, that a state tells; what comes is not trusted.

    Raises:
        CorruptInputError: `MODEL_UNSAFE`, anything is missing, too much, or does not go together.
    """
    if "member_0" in parameters:
        return FrozenAverage.from_state(parameters, arrays)
    return FrozenModel.from_state(parameters, arrays)
