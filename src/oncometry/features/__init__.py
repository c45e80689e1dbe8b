"""Image and segmentation to feature values, as IBSI defines them."""

from __future__ import annotations

from oncometry.features.extract import extract
from oncometry.features.result import FeatureValue, FeatureVector
from oncometry.features.rows import COLUMNS, FeatureRow, feature_rows
from oncometry.features.spec import FeatureSpec
from oncometry.features.spec_file import profile_named, spec_of

__all__ = [
    "COLUMNS",
    "FeatureRow",
    "FeatureSpec",
    "FeatureValue",
    "FeatureVector",
    "extract",
    "feature_rows",
    "profile_named",
    "spec_of",
]
