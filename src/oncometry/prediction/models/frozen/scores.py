"""What a stored model makes of rows (n, p): scores (n, k)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from oncometry.core.geometry import FloatArray
from oncometry.prediction.models.frozen.tree_check import check_trees
from oncometry.prediction.models.frozen.unsafe import Json, Part, refuse
from oncometry.prediction.models.support_vectors import kernel_scores
from oncometry.prediction.models.trees import Trees

__all__ = [
    "Arrays",
    "BayesScore",
    "ConstantScore",
    "KernelScore",
    "LinearScore",
    "Score",
    "TreeScore",
    "score_of",
]

Arrays = dict[str, NDArray[np.generic]]


class Score(Protocol):
    """Rows to scores."""

    @property
    def width(self) -> int:
        """k, the scores of a row."""
        ...

    def of(self, rows: FloatArray) -> FloatArray:
        """(n, k) of rows (n, p)."""
        ...

    def state(self) -> tuple[dict[str, Json], Arrays]:
        """Settings and arrays that tell it whole."""
        ...


@dataclass(frozen=True)
class ConstantScore:
    """The same scores (k,) of any row."""

    values: FloatArray

    @property
    def width(self) -> int:
        return len(self.values)

    def of(self, rows: FloatArray) -> FloatArray:
        return np.tile(self.values, (len(rows), 1))

    def state(self) -> tuple[dict[str, Json], Arrays]:
        return {"kind": "constant"}, {"values": self.values}

    @classmethod
    def read(cls, part: Part, features: int) -> ConstantScore:  # noqa: ARG003 -- all scores are read alike
        part.only(set(), {"values"})
        return cls(part.floats("values", None))


@dataclass(frozen=True)
class LinearScore:
    """(x - center (p,)) by coefficients (k, p), and an intercept (k,)."""

    center: FloatArray
    coefficients: FloatArray
    intercept: FloatArray

    @property
    def width(self) -> int:
        return len(self.intercept)

    def of(self, rows: FloatArray) -> FloatArray:
        centered = rows - self.center if self.center.any() else rows
        found: FloatArray = centered @ self.coefficients.T + self.intercept
        return found

    def state(self) -> tuple[dict[str, Json], Arrays]:
        arrays: Arrays = {
            "center": self.center,
            "coefficients": self.coefficients,
            "intercept": self.intercept,
        }
        return {"kind": "linear"}, arrays

    @classmethod
    def read(cls, part: Part, features: int) -> LinearScore:
        part.only(set(), {"center", "coefficients", "intercept"})
        coefficients = part.floats("coefficients", None, features)
        return cls(part.floats("center", features), coefficients, part.floats("intercept", len(coefficients)))


@dataclass(frozen=True)
class KernelScore:
    """One score: weights (m,) by a Gaussian kernel with vectors (m, p), and an intercept."""

    vectors: FloatArray
    weights: FloatArray
    gamma: float
    intercept: float

    @property
    def width(self) -> int:
        return 1

    def of(self, rows: FloatArray) -> FloatArray:
        return kernel_scores(rows, self.vectors, self.weights, self.gamma, self.intercept)[:, None]

    def state(self) -> tuple[dict[str, Json], Arrays]:
        settings: dict[str, Json] = {"kind": "kernel", "gamma": self.gamma, "intercept": self.intercept}
        return settings, {"vectors": self.vectors, "weights": self.weights}

    @classmethod
    def read(cls, part: Part, features: int) -> KernelScore:
        part.only({"gamma", "intercept"}, {"vectors", "weights"})
        vectors = part.floats("vectors", None, features)
        gamma = part.number("gamma")
        if gamma <= 0:
            refuse(f"kernel has gamma {gamma!r}, not above 0")
        return cls(vectors, part.floats("weights", len(vectors)), gamma, part.number("intercept"))


@dataclass(frozen=True)
class BayesScore:
    """Log joint likelihood of each class under normal features: means, variances (k, p), log priors (k,)."""

    means: FloatArray
    variances: FloatArray
    log_priors: FloatArray

    @property
    def width(self) -> int:
        return len(self.log_priors)

    def of(self, rows: FloatArray) -> FloatArray:
        columns = []
        for mean, variance, prior in zip(self.means, self.variances, self.log_priors, strict=True):
            fit = -0.5 * np.sum(np.log(2.0 * np.pi * variance))
            columns.append(prior + (fit - 0.5 * np.sum((rows - mean) ** 2 / variance, axis=1)))
        return np.column_stack(columns)

    def state(self) -> tuple[dict[str, Json], Arrays]:
        arrays: Arrays = {
            "means": self.means,
            "variances": self.variances,
            "log_priors": self.log_priors,
        }
        return {"kind": "bayes"}, arrays

    @classmethod
    def read(cls, part: Part, features: int) -> BayesScore:
        part.only(set(), {"means", "variances", "log_priors"})
        means = part.floats("means", None, features)
        variances = part.floats("variances", len(means), features)
        if (variances <= 0).any():
            refuse("bayes has a variance that is not above 0")
        return cls(means, variances, part.floats("log_priors", len(means)))


@dataclass(frozen=True)
class TreeScore:
    """start (k,) + scale x sum over the trees of the values (rows, k) to which their leaves (nodes,) point."""

    trees: Trees
    leaf: NDArray[np.int32]
    values: FloatArray
    start: FloatArray
    scale: float

    @property
    def width(self) -> int:
        return len(self.start)

    def of(self, rows: FloatArray) -> FloatArray:
        ends = self.leaf[self.trees.leaves(rows)]
        total = np.zeros((len(rows), self.width))
        for tree in range(ends.shape[1]):
            total += self.values[ends[:, tree]]
        found: FloatArray = self.start + self.scale * total
        return found

    def state(self) -> tuple[dict[str, Json], Arrays]:
        trees = self.trees
        arrays: Arrays = {
            "feature": trees.feature,
            "threshold": trees.threshold,
            "left": trees.left,
            "right": trees.right,
            "roots": trees.roots,
            "leaf": self.leaf,
            "values": self.values,
            "start": self.start,
        }
        return {"kind": "trees", "scale": self.scale}, arrays

    @classmethod
    def read(cls, part: Part, features: int) -> TreeScore:
        names = {"feature", "threshold", "left", "right", "roots", "leaf", "values", "start"}
        part.only({"scale"}, names)
        feature = part.integers("feature", np.int32, None)
        nodes = len(feature)
        trees = Trees(
            feature,
            part.floats("threshold", nodes),
            part.integers("left", np.int32, nodes),
            part.integers("right", np.int32, nodes),
            part.integers("roots", np.int64, None),
        )
        start = part.floats("start", None)
        values = part.floats("values", None, len(start))
        leaf = part.integers("leaf", np.int32, nodes)
        check_trees(trees, leaf, len(values), features)
        return cls(trees, leaf, values, start, part.number("scale"))


_READERS: dict[str, Callable[[Part, int], Score]] = {
    "constant": ConstantScore.read,
    "linear": LinearScore.read,
    "kernel": KernelScore.read,
    "bayes": BayesScore.read,
    "trees": TreeScore.read,
}


def score_of(part: Part, features: int) -> Score:
    """The score that a state tells, of rows of so many features.

    Raises:
        CorruptInputError: `MODEL_UNSAFE`.
    """
    kind = part.text("kind")
    if kind not in _READERS:
        refuse(f"score is of the kind {kind!r}, which there is not")
    score = _READERS[kind](part, features)
    if score.width < 1:
        refuse("score has no columns")
    return score
