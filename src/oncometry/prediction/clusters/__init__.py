"""Groups of patients that nobody named: looked for in resamples, and held against data that has none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oncometry.core.lazy_door import open_lazily

if TYPE_CHECKING:
    from oncometry.prediction.clusters.eye import View, view
    from oncometry.prediction.clusters.find import find_clusters
    from oncometry.prediction.clusters.gap import Gap, gap_statistic
    from oncometry.prediction.clusters.outcomes import ClusterOutcome, NamedOutcome, cluster_outcomes
    from oncometry.prediction.clusters.result import Clusters, NumberOfClusters
    from oncometry.prediction.clusters.settings import ClusterMethod, ClusterSettings

__all__ = [
    "ClusterMethod",
    "ClusterOutcome",
    "ClusterSettings",
    "Clusters",
    "Gap",
    "NamedOutcome",
    "NumberOfClusters",
    "View",
    "cluster_outcomes",
    "find_clusters",
    "gap_statistic",
    "view",
]

open_lazily(
    __name__,
    {
        "ClusterMethod": "oncometry.prediction.clusters.settings",
        "ClusterOutcome": "oncometry.prediction.clusters.outcomes",
        "ClusterSettings": "oncometry.prediction.clusters.settings",
        "Clusters": "oncometry.prediction.clusters.result",
        "Gap": "oncometry.prediction.clusters.gap",
        "NamedOutcome": "oncometry.prediction.clusters.outcomes",
        "NumberOfClusters": "oncometry.prediction.clusters.result",
        "View": "oncometry.prediction.clusters.eye",
        "cluster_outcomes": "oncometry.prediction.clusters.outcomes",
        "find_clusters": "oncometry.prediction.clusters.find",
        "gap_statistic": "oncometry.prediction.clusters.gap",
        "view": "oncometry.prediction.clusters.eye",
    },
)
