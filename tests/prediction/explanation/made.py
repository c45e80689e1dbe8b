"""Made tables and models."""

from __future__ import annotations

import numpy as np
from sklearn.feature_selection import SelectKBest
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler


def table(seed: int, n: int = 120, p: int = 6) -> tuple[np.ndarray, np.ndarray]:
    """Features, of which the first two matter and interact, and labels."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, p)) * np.arange(1, p + 1)
    log_odds = 1.5 * x[:, 0] - 0.6 * x[:, 1] + 0.4 * x[:, 0] * x[:, 1]
    return x, (rng.random(n) < 1 / (1 + np.exp(-log_odds))).astype(int)


def names(p: int) -> tuple[str, ...]:
    return tuple(f"f{k}" for k in range(p))


def selecting_pipeline(keep: int):
    """Median imputation, scaling, selection and a logistic regression."""
    return make_pipeline(
        SimpleImputer(strategy="median"), StandardScaler(), SelectKBest(k=keep), LogisticRegression()
    )


def probability(model):
    return lambda rows: model.predict_proba(rows)[:, 1]
