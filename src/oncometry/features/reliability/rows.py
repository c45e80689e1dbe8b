"""Reliability as rows, and the features that may be relied on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypedDict

from oncometry.features.columns import wide_name
from oncometry.features.reliability.result import FeatureReliability

__all__ = ["RELIABILITY_COLUMNS", "JudgedFrom", "ReliabilityRow", "reliability_rows", "reliable_features"]


class ReliabilityRow(TypedDict):
    """A feature's correlation with its interval; `icc` is None where `reason` says why."""

    family: str
    name: str
    ibsi_id: str
    tag: str
    filter: str
    source: str
    group_name: str
    icc_kind: str
    icc: float | None
    low: float | None
    high: float | None
    subjects: int
    repeats: int
    missing: int
    reason: str | None
    data: str
    data_sha256: str
    spec_sha256: str | None
    perturbation_sha256: str | None


RELIABILITY_COLUMNS = tuple(ReliabilityRow.__annotations__)
"""Names of the columns, in order."""


@dataclass(frozen=True)
class JudgedFrom:
    """The data that reliability was told from.

    Attributes:
        data: its name.
        data_sha256: of the table, or of the hashes of all images and masks.
        spec_sha256, perturbation_sha256: what was computed; None where a table came.
    """

    data: str
    data_sha256: str
    spec_sha256: str | None = None
    perturbation_sha256: str | None = None


def reliability_rows(found: Iterable[FeatureReliability], judged: JudgedFrom) -> list[ReliabilityRow]:
    """One row a feature and group."""
    return [
        ReliabilityRow(
            family=one.feature.family.value,
            name=one.feature.name,
            ibsi_id=one.feature.ibsi_id,
            tag=one.feature.tag,
            filter=one.feature.filter,
            source=one.source.value,
            group_name=one.group,
            icc_kind=one.kind.value,
            icc=one.icc.value,
            low=one.icc.low,
            high=one.icc.high,
            subjects=one.icc.subjects,
            repeats=one.icc.repeats,
            missing=one.icc.missing,
            reason=None if one.icc.reason is None else one.icc.reason.value,
            data=judged.data,
            data_sha256=judged.data_sha256,
            spec_sha256=judged.spec_sha256,
            perturbation_sha256=judged.perturbation_sha256,
        )
        for one in found
    ]


def reliable_features(
    rows: Iterable[Mapping[str, Any]],
    icc_at_least: float = 0.75,
    bound: Literal["low", "icc", "high"] = "low",
) -> tuple[str, ...]:
    """Features all of whose rows reach a correlation: columns of the table `features_wide`, in order of first sight.

    Args:
        rows: of the table `reliability`, those of the groups and sources that are to count; a row without a
            correlation is not reliable.
        icc_at_least: 0.75 is good, 0.9 excellent (Koo and Li, doi:10.1016/j.jcm.2016.02.012).
        bound: which number has to reach it: by default the lower end of the interval.
    """
    reached: dict[str, bool] = {}
    for row in rows:
        name = wide_name(str(row["filter"]), str(row["tag"]))
        value = row[bound]
        is_there = value is not None and value == value  # NaN in a data frame
        reached[name] = reached.get(name, True) and is_there and float(value) >= icc_at_least
    return tuple(name for name, holds in reached.items() if holds)
