"""What a search for clusters found."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from oncometry.core import Notice
from oncometry.core.geometry import FloatArray
from oncometry.prediction.clusters.settings import ClusterSettings

__all__ = ["Clusters", "NumberOfClusters"]


@dataclass(frozen=True)
class NumberOfClusters:
    """How well one number of clusters fits.

    Attributes:
        k: the number.
        valley: rows between the two clusters that are least apart, by those in them (`separation.valley`); 100 at most, and
            where the method leaves fewer clusters than k.
        valley_excess: its distance below the mean of the one-cluster references, in their standard deviations, for the reference
            that is nearer.
        ambiguous_share: PAC; 0 is perfectly stable.
        ambiguous_share_reference: its mean over the normal reference.
        stability_index: log10 of the latter over the former (relative cluster stability index of M3C).
        stability_p_value: part of the normal references that are as stable, of this k alone.
        adjusted_rand: mean agreement of the resamples' clusters with those of all patients, 1 is equal.
        silhouette: mean; cannot say one, of which it is NaN.
        gap, gap_standard_error: of the gap statistic.
        cdf: (101,) distribution of the consensus at 0, 0.01 ... 1.
    """

    k: int
    valley: float
    valley_excess: float
    ambiguous_share: float
    ambiguous_share_reference: float
    stability_index: float
    stability_p_value: float
    adjusted_rand: float
    silhouette: float
    gap: float
    gap_standard_error: float
    cdf: tuple[float, ...]


@dataclass(frozen=True, eq=False)
class Clusters:
    """The answer, and all it is from.

    Attributes:
        k: the number of clusters: 1 unless the p-value is at most alpha.
        p_value: of one cluster: part of the one-cluster data sets in which some k is as well apart, for the reference that is
            harder to tell from.
        best_k: the k that fits best if there are clusters: of those that are apart the most stable one.
        gap_k: what the gap statistic alone would say, 1 among its answers.
        patients: (n,) ids.
        assignment: (n,) 1 ... k, the largest cluster first.
        stability: (n,) a patient's mean consensus with the others of the cluster that it was drawn with, 0 to 1; 1 where k is 1.
        consensus: (n, n) of `best_k`; NaN of two patients that were never drawn together.
        by_k: the numbers that were tried: no more than there are different rows.
        settings, notices: with which, and what is to be said.
    """

    k: int
    p_value: float
    best_k: int
    gap_k: int
    patients: tuple[str, ...]
    assignment: NDArray[np.intp]
    stability: FloatArray
    consensus: FloatArray
    by_k: tuple[NumberOfClusters, ...]
    settings: ClusterSettings
    notices: tuple[Notice, ...]
