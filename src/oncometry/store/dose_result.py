"""The dose in the structures of a mask, as a step keeps it and the store takes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from oncometry.core import Code, Notice
from oncometry.store.image_features import DefinedFeature

__all__ = ["DoseInMask", "StoredDvh", "StoredFeatures", "StoredMetric", "StoredNtcp"]


@dataclass(frozen=True)
class StoredMetric:
    """A metric in one dose quantity; null only with a reason."""

    quantity: str
    name: str
    unit: str
    value: float | None
    reason: Code | None


@dataclass(frozen=True)
class StoredNtcp:
    """What a published model says; null only with a reason."""

    ntcp_set: str
    endpoint: str
    quantity: str
    value: float | None
    reason: Code | None
    checked: str
    doi: str


@dataclass(frozen=True, eq=False)
class StoredFeatures:
    """Features of the dose in a structure: what each value is, and of its place why there is none."""

    features: tuple[DefinedFeature, ...]
    values: tuple[float | None, ...]
    reasons: Mapping[int, Code]


@dataclass(frozen=True)
class StoredDvh:
    """One structure. `curve`: (Gy, cc that get at least so much); everything but its name null where `reason` says why."""

    number: int
    name: str
    quantity: str
    fractions: int | None
    fractions_source: str | None
    volume_cc: float | None = None
    outside_cc: float | None = None
    min_gy: float | None = None
    max_gy: float | None = None
    mean_gy: float | None = None
    curve: tuple[tuple[float, float], ...] = ()
    metrics: tuple[StoredMetric, ...] = ()
    ntcp: tuple[StoredNtcp, ...] = ()
    file_volume_cc: float | None = None
    file_difference_gy: float | None = None
    notices: tuple[Notice, ...] = ()
    reason: Code | None = None
    features: StoredFeatures | None = None


@dataclass(frozen=True)
class DoseInMask:
    """All structures of a mask in one dose; `spec`, `spec_sha256`: what decided their features, '' where there are none."""

    dose_key: str
    mask_key: str
    structures: tuple[StoredDvh, ...]
    step_key: str = ""
    spec: str = ""
    spec_sha256: str = ""
