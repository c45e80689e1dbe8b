"""Models stored without pickle: as JSON and arrays, which are looked at before they are believed."""

from __future__ import annotations

from oncometry.prediction.models.frozen.average import FrozenAverage
from oncometry.prediction.models.frozen.freeze import freeze
from oncometry.prediction.models.frozen.model import FrozenModel
from oncometry.prediction.models.frozen.thaw import Frozen, thaw

__all__ = ["Frozen", "FrozenAverage", "FrozenModel", "freeze", "thaw"]
