"""Package shap, whose import warns of what matplotlib will give up."""

from __future__ import annotations

import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore", PendingDeprecationWarning)
    import shap

__all__ = ["shap"]
