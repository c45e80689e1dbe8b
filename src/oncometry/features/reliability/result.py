"""How reliable features are, and the repeated measurements that it is told from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from oncometry.core.geometry import FloatArray
from oncometry.features.feature import Family
from oncometry.features.reliability.icc import Icc, IccKind

__all__ = ["FeatureReliability", "NamedFeature", "RepeatedRegion", "Source"]


class Source(StrEnum):
    """What was done again."""

    PERTURBATION = "perturbation"  # the extraction, of a perturbed image and mask
    TEST_RETEST = "test-retest"  # the scan


@dataclass(frozen=True)
class NamedFeature:
    """A feature of an image under a filter; as in `FeatureValue` and `FeatureVector`."""

    family: Family
    name: str
    ibsi_id: str
    tag: str
    filter: str
    unit: str


@dataclass(frozen=True, eq=False)
class RepeatedRegion:
    """One subject of the statistics.

    Attributes:
        group: what it is compared within, 'whole in CT' say; '' where there is one.
        features: what the values are.
        values: (repetitions, features), NaN where there is none.
    """

    group: str
    features: tuple[NamedFeature, ...]
    values: FloatArray


@dataclass(frozen=True)
class FeatureReliability:
    """Of one feature in one group."""

    feature: NamedFeature
    group: str
    source: Source
    kind: IccKind
    icc: Icc
