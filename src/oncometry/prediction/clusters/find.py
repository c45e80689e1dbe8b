"""The search: numbers of clusters, tried on the data and on one-cluster data made like them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from oncometry.core import Code, Notice, SettingsError
from oncometry.core.geometry import FloatArray
from oncometry.prediction.clusters.consensus import (
    ambiguous_share,
    consensus_cdf,
    consensus_matrix,
    own_consensus,
)
from oncometry.prediction.clusters.gap import Gap, gap_statistic
from oncometry.prediction.clusters.partition import partition_all, partition_resamples
from oncometry.prediction.clusters.reference import Reference, ReferenceShape, principal_scores
from oncometry.prediction.clusters.resamples import Resamples, draw_resamples, drawn_count
from oncometry.prediction.clusters.result import Clusters, NumberOfClusters
from oncometry.prediction.clusters.separation import valley
from oncometry.prediction.clusters.settings import ClusterSettings
from oncometry.prediction.finite_table import finite_table, some

__all__ = ["find_clusters"]

_LEAST_PER_CLUSTER = 5
_LEAST_DRAWN_PER_CLUSTER = 2
"""Of one, each would be alone: always apart from the others, and as if stable."""
_ROUNDING = 1e-12
_CLEAR = 2.0
"""Standard deviations beyond the references from which on clusters count as apart, once one cluster is refused."""
_AS_STABLE = 0.05
"""Difference in PAC that is none."""
_DIGITS = 9
"""Decimals of a standardized value in which different rows differ."""

Labels = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class _Tried:
    """One data set: (ks,) PAC and valley; k -> clusters of all rows, and of the resamples."""

    ambiguous: FloatArray
    valleys: FloatArray
    labels: dict[int, Labels]
    resampled: dict[int, Labels]
    resamples: Resamples


def find_clusters(
    features: FloatArray, patients: Sequence[str], settings: ClusterSettings | None = None
) -> Clusters:
    """Look for groups of patients in their features; one group is an answer.

    Whether there are clusters is decided by how far they are apart (`separation.valley`), against data of one cluster with the
    same covariance, normal and flat; the p-value is over all numbers tried. Features are standardized. No more clusters are tried
    than there are different rows.

    Args:
        features: (n, p), a row a patient.
        patients: n ids.
        settings: the search.

    Raises:
        SettingsError: `SETTINGS`, shapes, a patient twice, fewer than two patients a resample for each cluster;
            `VALUE_MISSING`; `CONSTANT`, no feature varies; `TOO_SMALL`, fewer than five patients for
            each of the clusters that are tried, or fewer different rows than the least.
    """
    asked = settings or ClusterSettings()
    values, notices = _standardized(finite_table(features, "features"), patients, asked)
    tried, told = _possible(values, asked)
    rng = np.random.default_rng(tried.seed)
    own = _try(values, tried, rng)
    reference = Reference(values)
    simulated = {
        shape: [_try(reference.draw(shape, rng), tried, rng) for _ in range(tried.draws)]
        for shape in ReferenceShape
    }
    gap = gap_statistic(principal_scores(values)[0], tried.most, min(tried.draws, 50), tried.method, rng)
    by_k = _numbers(values, own, simulated, gap, tried.ks)
    p_value = max(_p_value(own, drawn) for drawn in simulated.values())
    whole = tuple(one for one in by_k if _has_all(own.labels[one.k], one.k))
    told += _fewer([one.k for one in by_k if one not in whole])
    judged = (p_value, _best(whole or by_k), gap.chosen)
    return _result(tuple(patients), own, by_k, judged, asked, notices + told)


def _try(values: FloatArray, asked: ClusterSettings, rng: np.random.Generator) -> _Tried:
    if values.shape[1] >= len(values) and asked.feature_share == 1:
        values = principal_scores(values)[0]  # the same distances in fewer columns
    shape = (len(values), values.shape[1])
    resamples = draw_resamples(shape, asked.resamples, asked.row_share, asked.feature_share, rng)
    resampled = partition_resamples(asked.method, values, resamples, asked.ks, rng)
    labels = partition_all(asked.method, values, asked.ks, rng)
    ambiguous = [ambiguous_share(consensus_matrix(resampled[k], resamples.rows, k)) for k in asked.ks]
    valleys = [valley(values, labels[k]) if _has_all(labels[k], k) else np.inf for k in asked.ks]
    return _Tried(np.array(ambiguous), np.minimum(valleys, 100.0), labels, resampled, resamples)


def _has_all(labels: Labels, k: int) -> bool:
    return len(np.unique(labels)) == k


def _p_value(own: _Tried, drawn: Sequence[_Tried]) -> float:
    """Part of all data sets, the own one included, in which some number of clusters is as far apart.

    Each k is measured in units of all data sets together, so that the own one is but one of them where it is like the others.
    """
    depth = -np.log(np.stack([own.valleys, *(one.valleys for one in drawn)]))
    spread = depth.std(axis=0)
    highest = ((depth - depth.mean(axis=0)) / np.where(spread > 0, spread, 1)).max(axis=1)
    return float((highest >= highest[0] - _ROUNDING).mean())


def _best(by_k: tuple[NumberOfClusters, ...]) -> int:
    """Of the numbers whose clusters are apart the most stable one, and of those as stable the largest.

    Clusters put together two by two are apart too, and where they are far, as stable; one cut in two is neither.
    """
    clear = [one for one in by_k if one.valley_excess >= _CLEAR]
    if not clear:
        return max(by_k, key=lambda one: one.valley_excess).k
    most_stable = min(one.ambiguous_share for one in clear)
    return max(one.k for one in clear if one.ambiguous_share <= most_stable + _AS_STABLE)


def _numbers(
    values: FloatArray,
    own: _Tried,
    simulated: dict[ReferenceShape, list[_Tried]],
    gap: Gap,
    ks: Sequence[int],
) -> tuple[NumberOfClusters, ...]:
    from sklearn.metrics import adjusted_rand_score  # noqa: PLC0415 - 500 ms

    normal = np.stack([one.ambiguous for one in simulated[ReferenceShape.NORMAL]])
    excess = np.min([_excess(own, drawn) for drawn in simulated.values()], axis=0)
    found = []
    for at, k in enumerate(ks):
        labels, rows = own.labels[k], own.resamples.rows
        agreement = [
            adjusted_rand_score(labels[drawn], again[drawn])
            for drawn, again in zip(rows, own.resampled[k], strict=True)
        ]
        share, reference = float(own.ambiguous[at]), float(normal[:, at].mean())
        floor = 1 / (len(values) * (len(values) - 1) / 2 + 1)  # a share of none has no logarithm
        found.append(
            NumberOfClusters(
                k=k,
                valley=float(own.valleys[at]),
                valley_excess=float(excess[at]),
                ambiguous_share=share,
                ambiguous_share_reference=reference,
                stability_index=float(np.log10((reference + floor) / (share + floor))),
                stability_p_value=float((1 + (normal[:, at] <= share).sum()) / (1 + len(normal))),
                adjusted_rand=float(np.mean(agreement)),
                silhouette=_silhouette(values, labels),
                gap=gap.gap[k],
                gap_standard_error=gap.standard_error[k],
                cdf=tuple(consensus_cdf(consensus_matrix(own.resampled[k], rows, k)).tolist()),
            )
        )
    return tuple(found)


def _silhouette(values: FloatArray, labels: Labels) -> float:
    from sklearn.metrics import silhouette_score  # noqa: PLC0415 - 500 ms

    return float(silhouette_score(values, labels)) if len(np.unique(labels)) > 1 else np.nan


def _excess(own: _Tried, drawn: Sequence[_Tried]) -> FloatArray:
    """(ks,) how far the clusters are apart beyond the mean of the references, in their standard deviations."""
    depth = -np.log(np.stack([one.valleys for one in drawn]))
    spread = np.maximum(depth.std(axis=0, ddof=1), _ROUNDING)
    found: FloatArray = (-np.log(own.valleys) - depth.mean(axis=0)) / spread
    return found


def _result(
    patients: tuple[str, ...],
    own: _Tried,
    by_k: tuple[NumberOfClusters, ...],
    judged: tuple[float, int, int],
    asked: ClusterSettings,
    notices: tuple[Notice, ...],
) -> Clusters:
    p_value, best, gap_k = judged
    consensus = consensus_matrix(own.resampled[best], own.resamples.rows, best)
    if p_value > asked.alpha:
        k, assignment, stability = 1, np.ones(len(patients), dtype=np.intp), np.ones(len(patients))
    else:
        k, assignment = best, _by_size(own.labels[best])
        stability = own_consensus(consensus, own.labels[best])
        notices += _small(assignment)
    return Clusters(k, p_value, best, gap_k, patients, assignment, stability, consensus, by_k, asked, notices)


def _by_size(labels: Labels) -> Labels:
    """1, 2 ... from the largest cluster down; of equal ones that of the earliest row first."""
    present, first, counts = np.unique(labels, return_index=True, return_counts=True)
    order = np.lexsort((first, -counts))
    rank = np.empty(int(present.max()) + 1, dtype=np.intp)
    rank[present[order]] = np.arange(1, len(present) + 1)
    found: Labels = rank[labels]
    return found


def _small(assignment: Labels) -> tuple[Notice, ...]:
    counts = np.bincount(assignment)[1:]
    small = [f"{at + 1} ({count})" for at, count in enumerate(counts) if count < _LEAST_PER_CLUSTER]
    if not small:
        return ()
    return (Notice(Code.TOO_SMALL, f"clusters of fewer than {_LEAST_PER_CLUSTER} patients: {some(small)}."),)


def _possible(values: FloatArray, asked: ClusterSettings) -> tuple[ClusterSettings, tuple[Notice, ...]]:
    """The search, with no more clusters than there are different rows."""
    different = len(np.unique(values.round(_DIGITS), axis=0))
    if different >= asked.most:
        return asked, ()
    said = f"{different} different rows of {len(values)}: no more clusters than that are tried"
    if different < asked.least:
        raise SettingsError(Code.TOO_SMALL, f"{said}, and {asked.least} at least are asked for.")
    return replace(asked, most=different), (Notice(Code.TOO_SMALL, f"{said}, not {asked.most}."),)


def _fewer(lacking: Sequence[int]) -> tuple[Notice, ...]:
    if not lacking:
        return ()
    numbers = some([str(k) for k in lacking])
    return (Notice(Code.UNDEFINED, f"{numbers} clusters come out as fewer, and are not taken."),)


def _check_drawn(rows: int, asked: ClusterSettings) -> None:
    drawn = drawn_count(rows, asked.row_share)
    if drawn < _LEAST_DRAWN_PER_CLUSTER * asked.most:
        raise SettingsError(
            Code.SETTINGS,
            f"row_share={asked.row_share!r} draws {drawn} of {rows} patients for up to {asked.most} clusters:"
            f" {_LEAST_DRAWN_PER_CLUSTER} for each are needed.",
            advice="Draw a larger share, or try fewer clusters.",
        )


def _standardized(
    table: FloatArray, patients: Sequence[str], asked: ClusterSettings
) -> tuple[FloatArray, tuple[Notice, ...]]:
    if len(patients) != len(table) or len(set(patients)) != len(patients):
        raise SettingsError(
            Code.SETTINGS,
            f"{len(table)} rows, {len(patients)} patients, {len(set(patients))} of them different: one row a patient.",
        )
    if len(table) < _LEAST_PER_CLUSTER * asked.most:
        raise SettingsError(
            Code.TOO_SMALL,
            f"{len(table)} patients for up to {asked.most} clusters: {_LEAST_PER_CLUSTER} for each are needed.",
            advice="Try fewer clusters.",
        )
    _check_drawn(len(table), asked)
    varies = np.ptp(table, axis=0) > _ROUNDING * np.abs(table).max(axis=0)
    if not varies.any():
        raise SettingsError(Code.CONSTANT, f"none of {table.shape[1]} features varies.")
    kept = table[:, varies]
    constant = [str(at) for at in np.flatnonzero(~varies)]
    said = f"{len(constant)} constant features are left out: columns {some(constant)}."
    notices = (Notice(Code.CONSTANT, said),) if constant else ()
    return (kept - kept.mean(axis=0)) / kept.std(axis=0), notices
