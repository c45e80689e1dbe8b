"""What a stored model's scores (n, k) mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy.special import expit, logsumexp

from oncometry.core.geometry import FloatArray
from oncometry.prediction.models.frozen.scores import Arrays
from oncometry.prediction.models.frozen.unsafe import Json, Part, refuse
from oncometry.prediction.models.ordinal import class_probabilities

__all__ = ["Meaning", "Output", "output_of"]

Class = int | str | bool | float


class Meaning(StrEnum):
    """Of the scores."""

    NUMBER = "number"  # the outcome, of its unit
    PROBABILITY = "probability"  # of each class
    LOG_ODDS = "log_odds"  # of the second of two classes
    LOG_LIKELIHOOD = "log_likelihood"  # of each class, up to what they share
    DECISION = "decision"  # above 0: the second of two classes
    ORDERED = "ordered"  # the higher, the higher the class; between thresholds
    LOG_HAZARD = "log_hazard"  # against a baseline
    HAZARDS = "hazards"  # cumulative, at each time


@dataclass(frozen=True)
class Output:
    """How scores are read.

    Attributes:
        meaning: of them.
        classes: (k,) of a classifier.
        times_days: (m,) at which events were, increasing.
        levels: of `ORDERED` the thresholds (k - 1,); of `LOG_HAZARD` the cumulative baseline (m,).
        handles_competing: whether competing events are modeled.
    """

    meaning: Meaning
    classes: tuple[Class, ...]
    times_days: FloatArray
    levels: FloatArray
    handles_competing: bool = False

    def probabilities(self, scores: FloatArray) -> FloatArray | None:
        """(n, k) of each class; None where scores do not tell them."""
        if self.meaning is Meaning.PROBABILITY:
            return scores
        if self.meaning is Meaning.LOG_ODDS:
            second = expit(scores[:, 0])
            return np.column_stack([1 - second, second])
        if self.meaning is Meaning.LOG_LIKELIHOOD:
            return np.asarray(np.exp(scores - logsumexp(scores, axis=1)[:, None]), dtype=np.float64)
        if self.meaning is Meaning.ORDERED:
            return class_probabilities(scores[:, 0], self.levels)
        return None

    def state(self) -> tuple[dict[str, Json], Arrays]:
        """Settings and arrays that tell it whole."""
        settings: dict[str, Json] = {
            "kind": str(self.meaning),
            "classes": list(self.classes),
            "handles_competing": self.handles_competing,
        }
        return settings, {"times_days": self.times_days, "levels": self.levels}


_OF_CLASSES = {
    Meaning.PROBABILITY,
    Meaning.LOG_ODDS,
    Meaning.LOG_LIKELIHOOD,
    Meaning.DECISION,
    Meaning.ORDERED,
}
_OF_TWO = {Meaning.LOG_ODDS, Meaning.DECISION}


def output_of(part: Part, width: int) -> Output:
    """The output that a state tells, of so many scores a row.

    Raises:
        CorruptInputError: `MODEL_UNSAFE`.
    """
    part.only({"classes", "handles_competing"}, {"times_days", "levels"})
    kind = part.text("kind")
    if kind not in list(Meaning):
        refuse(f"output is of the kind {kind!r}, which there is not")
    times = part.floats("times_days", None)
    if (np.diff(times) <= 0).any():
        refuse("times of events do not increase")
    found = Output(
        Meaning(kind),
        _classes(part.settings),
        times,
        part.floats("levels", None),
        part.flag("handles_competing"),
    )
    expected = _lengths(found, width)
    if expected != (width, len(found.classes), len(times), len(found.levels)):
        refuse(
            f"output has {width} scores, {len(found.classes)} classes, {len(times)} times and {len(found.levels)} levels, "
            f"which do not go together for {kind}"
        )
    rising = np.diff(found.levels) > 0 if found.meaning is Meaning.ORDERED else np.diff(found.levels) >= 0
    if not rising.all() or (found.meaning is Meaning.LOG_HAZARD and found.levels[0] < 0):
        refuse("levels do not increase")
    return found


def _lengths(output: Output, width: int) -> tuple[int, int, int, int]:
    """Scores, classes, times and levels as they must be, given those that decide."""
    if output.meaning in _OF_TWO:
        return 1, 2, 0, 0
    if output.meaning is Meaning.ORDERED:
        classes = max(len(output.classes), 2)
        return 1, classes, 0, classes - 1
    if output.meaning in _OF_CLASSES:
        return width, width, 0, 0
    if output.meaning is Meaning.LOG_HAZARD:
        times = max(len(output.times_days), 1)
        return 1, 0, times, times
    if output.meaning is Meaning.HAZARDS:
        return width, 0, width, 0
    return 1, 0, 0, 0


def _classes(settings: Mapping[str, Json]) -> tuple[Class, ...]:
    found = settings.get("classes")
    if not isinstance(found, list):
        refuse(f"classes are {found!r}, no list")
    classes = tuple(x for x in found if isinstance(x, int | str | bool | float))
    if len(classes) != len(found) or len({type(x) for x in classes}) > 1 or len(set(classes)) != len(classes):
        refuse(f"classes are {found!r}, not different words or numbers")
    return classes
