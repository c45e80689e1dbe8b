"""Clusters and outcomes, corrected for the tests that were made."""

from __future__ import annotations

import numpy as np
import pytest

from oncometry.core import Code
from oncometry.prediction.clusters import ClusterSettings, NamedOutcome, cluster_outcomes, find_clusters
from oncometry.prediction.multiple_tests import Correction
from oncometry.prediction.outcome import Task, survival_outcome

from .clouds import apart

QUICK = ClusterSettings(draws=19, resamples=20, most=3)


@pytest.mark.parametrize("correction", list(Correction))
def test_what_follows_the_clusters_is_told_and_noise_is_not(correction: Correction) -> None:
    rng = np.random.default_rng(0)
    features, which = apart(90, 2, 7.0, rng)
    clusters = find_clusters(features, [str(i) for i in range(90)], QUICK)
    outcomes = [
        NamedOutcome("response", Task.BINARY, (rng.random(90) < 0.15 + 0.6 * which).astype(int)),
        NamedOutcome(
            "survival", Task.SURVIVAL, survival_outcome(np.ones(90), rng.exponential(400 - 300 * which) + 1)
        ),
        NamedOutcome("noise", Task.CONTINUOUS, rng.normal(size=90)),
        NamedOutcome("all alike", Task.BINARY, np.zeros(90, int)),
    ]
    found = {one.outcome: one for one in cluster_outcomes(clusters, outcomes, correction)}
    assert found["response"].corrected_p_value < 0.01
    assert found["survival"].corrected_p_value < 0.01
    assert found["noise"].corrected_p_value > 0.05
    assert found["all alike"].corrected_p_value is None
    for one in found.values():
        if one.corrected_p_value is not None:
            assert one.association.p_value <= one.corrected_p_value <= 1
    if correction is Correction.HOLM:  # three tests were made, not four
        least = min(one.association.p_value for one in found.values() if one.corrected_p_value is not None)
        assert min(one.corrected_p_value for one in found.values() if one.corrected_p_value) == 3 * least


def test_with_one_cluster_there_is_nothing_to_test() -> None:
    rng = np.random.default_rng(1)
    clusters = find_clusters(rng.normal(size=(60, 4)), [str(i) for i in range(60)], QUICK)
    (found,) = cluster_outcomes(clusters, [NamedOutcome("x", Task.CONTINUOUS, rng.normal(size=60))])
    assert (found.association.reason, found.corrected_p_value) == (Code.CONSTANT, None)
