"""The reliability of features as an analysis gave it, as the store takes it."""

from __future__ import annotations

from dataclasses import dataclass

from oncometry.features.reliability import FeatureReliability, JudgedFrom
from oncometry.store.provenance import StepRecord

__all__ = ["AnalyzedReliability"]


@dataclass(frozen=True, eq=False)
class AnalyzedReliability:
    """One analysis.

    Attributes:
        found: of each feature in each group; all of one source and kind.
        judged: the data.
        spec, perturbation: canonical JSON of what was computed; None where a table came.
        step: that made it.
        made_from: steps whose values it took.
    """

    found: tuple[FeatureReliability, ...]
    judged: JudgedFrom
    spec: str | None
    perturbation: str | None
    step: StepRecord
    made_from: tuple[StepRecord, ...] = ()
