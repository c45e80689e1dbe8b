"""Models stored without pickle: as JSON and arrays, which are looked at before they are believed."""

from __future__ import annotations

from oncometry.prediction.models.frozen.freeze import freeze
from oncometry.prediction.models.frozen.model import FrozenModel

__all__ = ["FrozenModel", "freeze", "thaw"]

thaw = FrozenModel.from_state
