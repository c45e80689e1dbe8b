"""Whether clusters differ in what became of the patients; the search never saw it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from oncometry.prediction.association import Association, association
from oncometry.prediction.clusters.result import Clusters
from oncometry.prediction.multiple_tests import Correction, corrected
from oncometry.prediction.outcome import Task

__all__ = ["ClusterOutcome", "NamedOutcome", "cluster_outcomes"]


@dataclass(frozen=True, eq=False)
class NamedOutcome:
    """(n,) an outcome of the patients, as `association` takes it."""

    name: str
    task: Task
    values: NDArray[Any]


@dataclass(frozen=True)
class ClusterOutcome:
    """One outcome's test; `corrected_p_value` is over all that were made, null where there was none."""

    outcome: str
    association: Association
    corrected_p_value: float | None
    correction: Correction


def cluster_outcomes(
    clusters: Clusters,
    outcomes: Sequence[NamedOutcome],
    correction: Correction = Correction.HOLM,
) -> tuple[ClusterOutcome, ...]:
    """Test each outcome against the clusters; with one cluster there are no tests, and their reason is `CONSTANT`.

    Raises:
        SettingsError: as `association`.
    """
    found = [association(clusters.assignment, one.values, one.task) for one in outcomes]
    made = iter(corrected([one.p_value for one in found if one.p_value is not None], correction).tolist())
    return tuple(
        ClusterOutcome(one.name, tested, None if tested.p_value is None else next(made), correction)
        for one, tested in zip(outcomes, found, strict=True)
    )
