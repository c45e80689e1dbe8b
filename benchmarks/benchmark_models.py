"""Seconds to fit each kind of model, beside scikit-learn, scikit-survival and statsmodels on the same rows and settings.

    OMP_NUM_THREADS=1 python benchmarks/benchmark_models.py [--write]

157 rows (the training part of an inner fold of 245) of 30 and of 1,015 correlated features with a signal, made here. Times are
process CPU seconds of a fit, the best of three, one thread; ours and the peer's take turns, so that the ratio holds on a machine
that others use. Default settings, and for kinds that are tuned the mean of the first ten candidates. `--write` puts the
table into docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import ElasticNet, LogisticRegression
from sklearn.svm import SVC
from sksurv.ensemble import GradientBoostingSurvivalAnalysis, RandomSurvivalForest
from sksurv.linear_model import CoxnetSurvivalAnalysis, CoxPHSurvivalAnalysis
from statsmodels.miscmodels.ordinal_model import OrderedModel

from oncometry.prediction.models import MODELS
from oncometry.prediction.outcome import Task, survival_outcome
from page import processor, replace, today

ROWS = 157
CANDIDATES = 10
HEAD = (
    "| model | task | features | fit, CPU s | mean of ten candidates, CPU s | peer | its fit, CPU s | ratio |\n"
    "|---|---|---|---|---|---|---|---|"
)

Rows = NDArray[np.float64]
Fit = Callable[[], object]


def table(features: int) -> tuple[Rows, dict[Task, NDArray[Any]]]:
    """Standardized rows with some tens of directions in common, and an outcome of each task."""
    rng = np.random.default_rng(7)
    hidden = rng.normal(size=(ROWS, 30))
    rows = hidden @ rng.normal(size=(30, features)) / 5 + rng.normal(size=(ROWS, features))
    rows = (rows - rows.mean(axis=0)) / rows.std(axis=0)
    score = hidden[:, 0] + 0.7 * rng.normal(size=ROWS)
    times = np.ceil(rng.exponential(300 * np.exp(-score)))
    return rows, {
        Task.BINARY: (score > 0).astype(int),
        Task.ORDINAL: np.digitize(score, [-0.6, 0.6]),
        Task.CONTINUOUS: 40 * score,
        Task.SURVIVAL: survival_outcome(rng.choice(3, ROWS, p=[0.4, 0.4, 0.2]), times),
    }


def peers(rows: Rows, y: dict[Task, NDArray[Any]]) -> dict[str, tuple[str, Fit]]:
    """Kind -> the peer's name and its fit with the settings of our default; kinds that are scikit-learn's own have none."""
    known = np.array(
        [(e == 1, t) for e, t in y[Task.SURVIVAL]], dtype=[("event", bool), ("time_days", float)]
    )
    spread = y[Task.CONTINUOUS].std()
    saga = LogisticRegression(C=1 / (0.1 * ROWS), l1_ratio=0.5, solver="saga", max_iter=10_000)
    net = ElasticNet(alpha=0.1, l1_ratio=0.5, max_iter=10_000)
    classes_forest = RandomForestClassifier(200, min_samples_leaf=3, random_state=0)
    grown = {"n_estimators": 200, "learning_rate": 0.05, "subsample": 0.7, "max_features": "sqrt"}
    classes_boosting = GradientBoostingClassifier(**grown, min_samples_leaf=5, random_state=0)
    forest = RandomSurvivalForest(200, min_samples_leaf=10, max_features="sqrt", random_state=0)
    boosting = GradientBoostingSurvivalAnalysis(**grown, min_samples_leaf=5, random_state=0)
    ridge = CoxPHSurvivalAnalysis(alpha=0.1 * ROWS, ties="efron")
    path = CoxnetSurvivalAnalysis(alphas=np.geomspace(0.5, 0.1, 10), l1_ratio=0.5, max_iter=1_000_000)
    found: dict[str, tuple[str, Fit]] = {
        "logistic": ("scikit-learn, saga", lambda: saga.fit(rows, y[Task.BINARY])),
        "linear": ("scikit-learn", lambda: net.fit(rows, y[Task.CONTINUOUS] / spread)),
        "svm": ("scikit-learn", lambda: SVC().fit(rows, y[Task.BINARY])),
        "forest": ("scikit-learn", lambda: classes_forest.fit(rows, y[Task.BINARY])),
        "boosting": ("scikit-learn", lambda: classes_boosting.fit(rows, y[Task.BINARY])),
        "cox": ("scikit-survival", lambda: ridge.fit(rows, known)),
        "coxnet": ("scikit-survival", lambda: path.fit(rows, known)),
        "survival_forest": ("scikit-survival", lambda: forest.fit(rows, known)),
        "survival_boosting": ("scikit-survival", lambda: boosting.fit(rows, known)),
    }
    if rows.shape[1] < ROWS:
        found["ordinal"] = (
            "statsmodels",
            lambda: OrderedModel(y[Task.ORDINAL], rows, distr="logit").fit(method="bfgs", disp=0),
        )
    return found


def seconds(fits: list[Fit]) -> list[float]:
    """Best of three of each, in turns."""
    best = [np.inf] * len(fits)
    for _ in range(3):
        for place, fit in enumerate(fits):
            start = time.process_time()
            fit()
            best[place] = min(best[place], time.process_time() - start)
    return best


def lines(features: int) -> list[str]:
    """A row of the table for each kind and the first of its tasks."""
    rows, y = table(features)
    known = peers(rows, y)
    found = []
    for kind in MODELS.values():
        task = Task.ORDINAL if kind.name == "ordinal" else next(t for t in Task if t in kind.tasks)
        candidates = kind.candidates(CANDIDATES, np.random.default_rng(1))

        def fit(parameters: Any, kind: Any = kind, task: Task = task) -> object:
            return kind.estimator(task, 0, parameters).fit(rows, y[task])

        name, peer = known.get(kind.name, ("-", None))
        ours, *other = seconds([lambda c=candidates[0], f=fit: f(c), *([peer] if peer else [])])
        start = time.process_time()
        for candidate in candidates:
            fit(candidate)
        mean = (time.process_time() - start) / len(candidates)
        beside = f"{other[0]:.3f} | {other[0] / ours:.1f}" if other else "- | -"
        found.append(f"| {kind.name} | {task} | {features} | {ours:.3f} | {mean:.3f} | {name} | {beside} |")
    return found


def main() -> None:
    """Time all kinds, print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--write", action="store_true")
    chosen = parser.parse_args()
    warnings.simplefilter("ignore")
    body = "\n".join([HEAD, *(line for features in (30, 1015) for line in lines(features))])
    print(body)
    if chosen.write:
        replace("models", f"{today()}, {processor()}, {ROWS} rows, one thread.\n\n{body}")


if __name__ == "__main__":
    main()
