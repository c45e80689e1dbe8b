"""Several stored models as one: the mean of what they say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from oncometry.core import Code
from oncometry.core.errors import UnsupportedError
from oncometry.core.geometry import FloatArray
from oncometry.prediction.models.average_survival import common_times, mean_survival, mortality
from oncometry.prediction.models.frozen.model import FrozenModel
from oncometry.prediction.models.frozen.outputs import Meaning
from oncometry.prediction.models.frozen.scores import Arrays
from oncometry.prediction.models.frozen.unsafe import Json, Part, refuse

__all__ = ["FrozenAverage"]

_FORMAT = 1
_MOST_MEMBERS = 100


@dataclass(frozen=True)
class FrozenAverage:
    """Predicts as the average did that it was made of, to rounding.

    Attributes:
        members: of one kind of outcome, of the same features and classes; those of classes give probabilities.
    """

    members: tuple[FrozenModel, ...]

    @property
    def n_features_in_(self) -> int:
        """Of a row."""
        return self.members[0].n_features_in_

    @property
    def classes_(self) -> NDArray[Any]:
        """(k,) of a classifier, none of others."""
        return self.members[0].classes_

    @property
    def event_times_days_(self) -> FloatArray:
        """(m,) of a survival model, none of others."""
        return common_times(self.members)

    @property
    def handles_competing(self) -> bool:
        """Whether competing events are modeled."""
        return all(member.handles_competing for member in self.members)

    @property
    def vectors(self) -> int:
        """Training rows that its members hold."""
        return sum(member.vectors for member in self.members)

    def predict(self, X: ArrayLike) -> NDArray[Any]:  # noqa: N803 -- scikit-learn's name
        """(n,) class, number or risk.

        Raises:
            SettingsError: `SETTINGS`, no table of finite numbers with as many features.
        """
        if len(self.classes_):
            likeliest: NDArray[Any] = self.classes_[np.argmax(self.predict_proba(X), axis=1)]
            return likeliest
        if len(self.members[0].event_times_days_):
            return mortality(self.members, X)
        return np.asarray(np.mean([member.predict(X) for member in self.members], axis=0))

    def predict_proba(self, X: ArrayLike) -> FloatArray:  # noqa: N803 -- scikit-learn's name
        """(n, k) probability of each class.

        Raises:
            UnsupportedError: `UNSUPPORTED_TYPE`, the members give none.
        """
        return np.asarray(np.mean([member.predict_proba(X) for member in self.members], axis=0))

    def decision_function(self, X: ArrayLike) -> FloatArray:  # noqa: ARG002, N803 -- scikit-learn's name
        """An average makes no decision by a score.

        Raises:
            UnsupportedError: `UNSUPPORTED_TYPE`.
        """
        raise UnsupportedError(
            Code.UNSUPPORTED_TYPE, "an average of models cannot decide between two classes by a score."
        )

    def predict_survival(self, X: ArrayLike, times_days: ArrayLike) -> FloatArray:  # noqa: N803 -- scikit-learn's name
        """(n, t) probability to be free of the event.

        Raises:
            UnsupportedError: `UNSUPPORTED_TYPE`, the members are no survival models.
        """
        return mean_survival(self.members, X, times_days)

    def state(self) -> tuple[dict[str, Json], Arrays]:
        """JSON-able parameters, and arrays by name, from which `from_state` makes the same model."""
        parameters: dict[str, Json] = {"format": _FORMAT}
        arrays: Arrays = {}
        for place, member in enumerate(self.members):
            name = _name(place)
            parameters[name], own = member.state()
            arrays |= {f"{name}.{key}": array for key, array in own.items()}
        return parameters, arrays

    @classmethod
    def from_state(cls, parameters: Mapping[str, Json], arrays: Mapping[str, NDArray[Any]]) -> FrozenAverage:
        """The average that a state tells; what comes is not trusted.

        Raises:
            CorruptInputError: `MODEL_UNSAFE`, anything is missing, too much, or does not go together.
        """
        names = [_name(place) for place in range(min(len(parameters) - 1, _MOST_MEMBERS))]
        if not names or set(parameters) != {"format", *names} or parameters["format"] != _FORMAT:
            refuse(f"average is not of format {_FORMAT}, but has {sorted(parameters)[:6]}")
        parts = [Part.of(name, parameters, arrays) for name in names]
        if len(arrays) != sum(len(part.arrays) for part in parts):
            refuse(f"average has arrays {sorted(arrays)[:6]}, some of no member")
        members = tuple(FrozenModel.from_state(part.settings, part.arrays) for part in parts)
        if len({(m.n_features_in_, m.output.classes, len(m.output.times_days) > 0) for m in members}) > 1:
            refuse("average has members of different features, classes or outcomes")
        if any(member.output.meaning is Meaning.DECISION for member in members):
            refuse("average has a member that gives no probability")
        return cls(members)


def _name(place: int) -> str:
    return f"member_{place}"
