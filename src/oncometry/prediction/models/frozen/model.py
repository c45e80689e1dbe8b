"""A fitted model as numbers: what is stored instead of a pickle, and what predicts again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from oncometry.core import Code, SettingsError
from oncometry.core.errors import UnsupportedError
from oncometry.core.geometry import FloatArray
from oncometry.prediction.models.curves import at_days
from oncometry.prediction.models.frozen.outputs import Meaning, Output, output_of
from oncometry.prediction.models.frozen.scores import Arrays, KernelScore, Score, score_of
from oncometry.prediction.models.frozen.unsafe import Json, Part, refuse
from oncometry.prediction.models.hazard_model import BaselineHazard

__all__ = ["FrozenModel"]

_FORMAT = 1
_MOST_FEATURES = 10_000_000


@dataclass(frozen=True)
class FrozenModel:
    """Predicts as the estimator did that it was made of, to rounding.

    Attributes:
        n_features_in_: of a row.
        score: rows to scores.
        output: what the scores mean.
    """

    n_features_in_: int
    score: Score
    output: Output

    @property
    def classes_(self) -> NDArray[Any]:
        """(k,) of a classifier, none of others."""
        return np.array(self.output.classes)

    @property
    def event_times_days_(self) -> FloatArray:
        """(m,) of a survival model, none of others."""
        return self.output.times_days

    @property
    def handles_competing(self) -> bool:
        """Whether competing events are modeled."""
        return self.output.handles_competing

    @property
    def vectors(self) -> int:
        """Training rows that it holds: the support vectors of a kernel."""
        return len(self.score.vectors) if isinstance(self.score, KernelScore) else 0

    def predict(self, X: ArrayLike) -> NDArray[Any]:  # noqa: N803 -- scikit-learn's name
        """(n,) class, number or risk.

        Raises:
            SettingsError: `SETTINGS`, no table of finite numbers with as many features.
        """
        scores = self._scores(X)
        meaning = self.output.meaning
        if meaning is Meaning.HAZARDS:
            return np.asarray(scores.sum(axis=1), dtype=np.float64)
        if meaning is Meaning.DECISION:
            decided: NDArray[Any] = self.classes_[(scores[:, 0] > 0).astype(np.intp)]
            return decided
        probabilities = self.output.probabilities(scores)
        if probabilities is not None:
            likeliest: NDArray[Any] = self.classes_[np.argmax(probabilities, axis=1)]
            return likeliest
        return scores[:, 0]

    def predict_proba(self, X: ArrayLike) -> FloatArray:  # noqa: N803 -- scikit-learn's name
        """(n, k) probability of each class.

        Raises:
            UnsupportedError: `UNSUPPORTED_TYPE`, the model gives none.
        """
        found = self.output.probabilities(self._scores(X))
        if found is None:
            raise self._cannot("give probabilities of classes")
        return found

    def decision_function(self, X: ArrayLike) -> FloatArray:  # noqa: N803 -- scikit-learn's name
        """(n,) above 0: the second of two classes.

        Raises:
            UnsupportedError: `UNSUPPORTED_TYPE`, the model makes no such decision.
        """
        if self.output.meaning not in {Meaning.DECISION, Meaning.LOG_ODDS}:
            raise self._cannot("decide between two classes by a score")
        return self._scores(X)[:, 0]

    def predict_survival(self, X: ArrayLike, times_days: ArrayLike) -> FloatArray:  # noqa: N803 -- scikit-learn's name
        """(n, t) probability to be free of the event.

        Raises:
            UnsupportedError: `UNSUPPORTED_TYPE`, it is no survival model.
        """
        scores = self._scores(X)
        if self.output.meaning is Meaning.LOG_HAZARD:
            return BaselineHazard(self.output.times_days, self.output.levels).survival(
                scores[:, 0], times_days
            )
        if self.output.meaning is not Meaning.HAZARDS:
            raise self._cannot("predict survival")
        at = np.asarray(times_days, dtype=np.float64)
        places = at_days(self.output.times_days, np.arange(1.0, scores.shape[1] + 1), at, 0.0).astype(np.intp)
        steps = np.column_stack([np.ones(len(scores)), np.exp(-scores)])
        found: FloatArray = steps[:, places]
        return found

    def state(self) -> tuple[dict[str, Json], Arrays]:
        """JSON-able parameters, and arrays by name, from which `from_state` makes the same model."""
        score, of_score = self.score.state()
        output, of_output = self.output.state()
        parameters: dict[str, Json] = {
            "format": _FORMAT,
            "features": self.n_features_in_,
            "score": score,
            "output": output,
        }
        arrays = {f"score.{name}": a for name, a in of_score.items()}
        arrays |= {f"output.{name}": a for name, a in of_output.items()}
        return parameters, arrays

    @classmethod
    def from_state(cls, parameters: Mapping[str, Json], arrays: Mapping[str, NDArray[Any]]) -> FrozenModel:
        """The model that a state tells; what comes is not trusted.

        Raises:
            CorruptInputError: `MODEL_UNSAFE`, anything is missing, too much, or does not go together.
        """
        if set(parameters) != {"format", "features", "score", "output"} or parameters["format"] != _FORMAT:
            refuse(f"state is not of format {_FORMAT}, but has {sorted(parameters)}")
        features = parameters["features"]
        if not isinstance(features, int) or isinstance(features, bool) or not 0 < features <= _MOST_FEATURES:
            refuse(f"rows have {features!r} features")
        parts = [Part.of(name, parameters, arrays) for name in ("score", "output")]
        if len(arrays) != sum(len(part.arrays) for part in parts):
            refuse(f"arrays are {sorted(arrays)}, some of no part")
        score = score_of(parts[0], features)
        return cls(features, score, output_of(parts[1], score.width))

    def _scores(self, rows: ArrayLike) -> FloatArray:
        found = np.asarray(rows, dtype=np.float64)
        if found.ndim != 2 or found.shape[1] != self.n_features_in_ or not np.isfinite(found).all():
            what = f"rows of shape {found.shape}" if found.ndim != 2 else f"rows of {found.shape[1]} features"
            raise SettingsError(
                Code.SETTINGS, f"the model takes {self.n_features_in_} finite numbers a row, not {what}."
            )
        return self.score.of(found)

    def _cannot(self, what: str) -> UnsupportedError:
        return UnsupportedError(
            Code.UNSUPPORTED_TYPE, f"a model whose scores are {self.output.meaning} cannot {what}."
        )
