"""What a tree may ask and how far it may grow."""

from __future__ import annotations

from math import log2, sqrt

from oncometry.core import Code, SettingsError
from oncometry.prediction.models.estimator import check_number

__all__ = ["tree_rule"]

_DEEPEST = 10_000
_OF_ALL = {"sqrt": sqrt, "log2": log2}


def tree_rule(
    max_features: str | float, min_leaf_rows: int, max_depth: int | None, features: int
) -> tuple[int, int, int]:
    """Features tried at a split, rows of a leaf at least, and splits above a leaf at most.

    Args:
        max_features: `sqrt` or `log2` of all, or a part of all above 0 and at most 1.
        min_leaf_rows: at least 1.
        max_depth: None: no limit.
        features: of the table.

    Raises:
        SettingsError: `SETTINGS`, one of them is something else.
    """
    check_number("min_leaf_rows", min_leaf_rows, 1)
    if max_depth is not None:
        check_number("max_depth", max_depth, 0)
    if isinstance(max_features, str):
        if max_features not in _OF_ALL:
            raise SettingsError(
                Code.SETTINGS, f"max_features is 'sqrt', 'log2' or a part, not {max_features!r}."
            )
        tried = int(_OF_ALL[max_features](features))
    else:
        check_number("max_features", max_features, 0.0, 1.0, open_low=True)
        tried = int(max_features * features)
    depth = _DEEPEST if max_depth is None else min(int(max_depth), _DEEPEST)
    return max(tried, 1), int(min_leaf_rows), depth
