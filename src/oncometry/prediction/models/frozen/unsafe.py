"""Reading what a model file says: nothing is believed before it was looked at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from oncometry.core import Code
from oncometry.core.errors import CorruptInputError
from oncometry.core.geometry import FloatArray

__all__ = ["Json", "Part", "refuse"]

Json = str | int | float | bool | None | list["Json"] | dict[str, "Json"]


def refuse(what: str) -> NoReturn:
    """A model that is not one of ours as we write them.

    Raises:
        CorruptInputError: `MODEL_UNSAFE`.
    """
    raise CorruptInputError(
        Code.MODEL_UNSAFE, f"the model's {what}.", advice="Do not use it; fit the model again."
    )


@dataclass(frozen=True)
class Part:
    """One part of a model's state: settings and arrays, whose names begin with its own.

    Attributes:
        name: of the part.
        settings: JSON.
        arrays: without the part's name.
    """

    name: str
    settings: Mapping[str, Json]
    arrays: Mapping[str, NDArray[Any]]

    @classmethod
    def of(cls, name: str, parameters: Mapping[str, Json], arrays: Mapping[str, NDArray[Any]]) -> Part:
        """The part of that name of a whole state."""
        settings = parameters.get(name)
        if not isinstance(settings, dict):
            refuse(f"{name} is missing")
        own = {key.removeprefix(f"{name}."): a for key, a in arrays.items() if key.startswith(f"{name}.")}
        return cls(name, settings, own)

    def only(self, settings: set[str], arrays: set[str]) -> None:
        """Refuse whatever else is there, or is not."""
        if set(self.settings) != settings | {"kind"}:
            refuse(f"{self.name} has the settings {sorted(self.settings)}, not {sorted(settings | {'kind'})}")
        if set(self.arrays) != arrays:
            refuse(f"{self.name} has the arrays {sorted(self.arrays)}, not {sorted(arrays)}")

    def text(self, name: str) -> str:
        """A word."""
        found = self.settings.get(name)
        if not isinstance(found, str):
            refuse(f"{self.name} {name} is {found!r}, no word")
        return found

    def flag(self, name: str) -> bool:
        """True or false."""
        found = self.settings.get(name)
        if not isinstance(found, bool):
            refuse(f"{self.name} {name} is {found!r}, not true or false")
        return found

    def number(self, name: str) -> float:
        """A finite number."""
        found = self.settings.get(name)
        if isinstance(found, bool) or not isinstance(found, int | float) or not np.isfinite(found):
            refuse(f"{self.name} {name} is {found!r}, no finite number")
        return float(found)

    def floats(self, name: str, *shape: int | None) -> FloatArray:
        """Finite float64 of a shape; None is any length."""
        found = self._array(name, np.dtype(np.float64), shape)
        if not np.isfinite(found).all():
            refuse(f"{self.name} {name} has values that are not finite")
        return found

    def integers(self, name: str, dtype: type[np.integer[Any]], *shape: int | None) -> NDArray[Any]:
        """Whole numbers of one type and a shape."""
        return self._array(name, np.dtype(dtype), shape)

    def _array(self, name: str, dtype: np.dtype[Any], shape: tuple[int | None, ...]) -> NDArray[Any]:
        found = self.arrays.get(name)
        if not isinstance(found, np.ndarray) or found.dtype != dtype:
            refuse(f"{self.name} {name} is {getattr(found, 'dtype', 'missing')}, not {dtype}")
        fits = found.ndim == len(shape) and all(
            asked is None or asked == there for asked, there in zip(shape, found.shape, strict=True)
        )
        if not fits:
            refuse(f"{self.name} {name} has the shape {found.shape}, not {shape}")
        return found
