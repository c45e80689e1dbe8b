"""From regions measured again and again to the reliability of each feature."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np

from oncometry.core.geometry import FloatArray
from oncometry.features.perturbation import PerturbedVectors
from oncometry.features.reliability.icc import IccKind, intraclass_correlation
from oncometry.features.reliability.result import FeatureReliability, NamedFeature, RepeatedRegion, Source

__all__ = ["perturbed_region", "reliabilities"]


def perturbed_region(perturbed: Sequence[PerturbedVectors], label: int, group: str = "") -> RepeatedRegion:
    """The values of one segment under each perturbation."""
    every = [[v for v in one.vectors if v.label == label] for one in perturbed]
    features = tuple(
        NamedFeature(v.family, v.name, v.ibsi_id, v.tag, vector.filter, v.unit)
        for vector in every[0]
        for v in vector.values
    )
    values = [
        [np.nan if v.value is None else v.value for vector in vectors for v in vector.values]
        for vectors in every
    ]
    return RepeatedRegion(group, features, np.array(values, dtype=np.float64))


def reliabilities(
    regions: Iterable[RepeatedRegion], source: Source, kind: IccKind = IccKind.ONE_WAY
) -> tuple[FeatureReliability, ...]:
    """Of each feature in each group; groups by name, features in the order in which they come."""
    groups: dict[str, list[RepeatedRegion]] = defaultdict(list)
    for region in regions:
        groups[region.group].append(region)
    return tuple(
        FeatureReliability(feature, group, source, kind, intraclass_correlation(values, kind))
        for group, members in sorted(groups.items())
        for feature, values in _by_feature(members)
    )


def _by_feature(regions: Sequence[RepeatedRegion]) -> Iterable[tuple[NamedFeature, FloatArray]]:
    """Each feature with its (regions, repetitions) values."""
    features = list(dict.fromkeys(feature for region in regions for feature in region.features))
    place = {feature: at for at, feature in enumerate(features)}
    most = max(len(region.values) for region in regions)
    values = np.full((len(features), len(regions), most), np.nan)
    for row, region in enumerate(regions):
        values[[place[f] for f in region.features], row, : len(region.values)] = region.values.T
    return zip(features, values, strict=True)
