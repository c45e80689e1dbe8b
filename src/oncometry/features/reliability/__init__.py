"""How far a feature can be relied on: the same region, measured again."""

from __future__ import annotations

from oncometry.features.reliability.icc import Icc, IccKind, intraclass_correlation
from oncometry.features.reliability.repeated import perturbed_region, reliabilities
from oncometry.features.reliability.result import FeatureReliability, NamedFeature, RepeatedRegion, Source
from oncometry.features.reliability.retest import TableColumns, retest
from oncometry.features.reliability.rows import (
    RELIABILITY_COLUMNS,
    JudgedFrom,
    ReliabilityRow,
    reliability_rows,
    reliable_features,
)

__all__ = [
    "RELIABILITY_COLUMNS",
    "FeatureReliability",
    "Icc",
    "IccKind",
    "JudgedFrom",
    "NamedFeature",
    "ReliabilityRow",
    "RepeatedRegion",
    "Source",
    "TableColumns",
    "intraclass_correlation",
    "perturbed_region",
    "reliabilities",
    "reliability_rows",
    "reliable_features",
    "retest",
]
