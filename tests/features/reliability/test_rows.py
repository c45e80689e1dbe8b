"""From perturbed extractions to rows."""

from __future__ import annotations

import numpy as np
import pytest

from oncometry.features import spec_of
from oncometry.features.perturbation import PerturbationSpec, extract_perturbed
from oncometry.features.reliability import (
    RELIABILITY_COLUMNS,
    JudgedFrom,
    Source,
    perturbed_region,
    reliabilities,
    reliability_rows,
    reliable_features,
)

from ..perturbation.solids import ellipsoid

SPEC = spec_of({"families": ["morphology", "intensity_statistics", "ngtdm"]})
CHAIN = PerturbationSpec(noise_repetitions=1, volume_fractions=(-0.1, 0.0, 0.1))


def rows() -> list[dict[str, object]]:
    regions = []
    for radius in (6.0, 8.0, 10.0, 12.0):
        image, segmentation = ellipsoid((1.0, 1.0, 1.5), (41, 41, 31), (radius, radius, radius))
        regions.append(
            perturbed_region(extract_perturbed(image, segmentation, SPEC, CHAIN), 1, "whole in CT")
        )
    found = reliabilities(regions, Source.PERTURBATION)
    return [dict(row) for row in reliability_rows(found, JudgedFrom("balls", "00", SPEC.hash, CHAIN.hash))]


def test_balls_of_many_sizes_are_told_apart_by_size_and_not_by_what_they_share() -> None:
    by_tag = {str(row["tag"]): row for row in rows()}
    assert all(tuple(row) == RELIABILITY_COLUMNS for row in by_tag.values())
    assert by_tag["morph_volume"]["icc"] == pytest.approx(0.98, abs=0.02)
    assert by_tag["morph_sphericity"]["icc"] < by_tag["morph_volume"]["icc"]
    assert {row["subjects"] for row in by_tag.values()} == {4}
    assert {row["repeats"] for row in by_tag.values()} == {3}


def test_the_filter_for_prediction_goes_by_the_lower_end() -> None:
    every = rows()
    reliable = reliable_features(every, 0.75)
    assert "morph_volume" in reliable
    for name in reliable:
        (row,) = (r for r in every if r["tag"] == name)
        assert row["low"] >= 0.75
    assert (
        set(reliable)
        <= set(reliable_features(every, 0.75, "icc"))
        <= set(reliable_features(every, 0.75, "high"))
    )


def test_a_region_that_vanished_is_counted_as_missing() -> None:
    image, segmentation = ellipsoid((1.0, 1.0, 1.5), (41, 41, 31), (0.9, 0.9, 0.9))
    assert segmentation.segments[0].voxels == 2
    chain = PerturbationSpec(volume_fractions=(-0.9, 0.0))
    lost = perturbed_region(extract_perturbed(image, segmentation, SPEC, chain), 1)
    assert np.isnan(lost.values[0]).all()
    image, segmentation = ellipsoid((1.0, 1.0, 1.5), (41, 41, 31), (8.0, 8.0, 8.0))
    kept = perturbed_region(extract_perturbed(image, segmentation, SPEC, chain), 1)
    (volume,) = (
        r for r in reliabilities([lost, kept], Source.PERTURBATION) if r.feature.tag == "morph_vol_approx"
    )
    assert (volume.icc.subjects, volume.icc.missing) == (2, 1)
