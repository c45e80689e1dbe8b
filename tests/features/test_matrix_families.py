"""What holds for all families of matrices: reference values, laws, threads, degenerate regions."""

from __future__ import annotations

import numpy as np
import pytest

from oncometry.features.feature import Aggregation
from oncometry.features.region import Levels

from .matrix_families import UNDIRECTED, for_families, for_ways
from .regions import agrees, levels_of, phantom_levels, phantom_values, random_region


@for_families
def test_the_table_has_every_reference_value_and_no_feature_twice(family):
    tags = [f"{f.tag}_{suffix}" for suffix in family.suffixes.values() for f in family.module.TABLE]
    assert sorted(tags) == sorted(phantom_values(family.prefix))
    ids = [f.ibsi_id for f in family.module.TABLE]
    assert len(set(ids)) == len(ids)
    assert all(len(i) == 4 for i in ids)


@for_ways
def test_the_digital_phantom_has_ibsi_values(family, aggregation):
    expected = phantom_values(family.prefix)
    found = family.features(phantom_levels(), aggregation)
    suffix = family.suffixes[aggregation]
    wrong = {
        feature.tag: (value, expected[f"{feature.tag}_{suffix}"])
        for feature, value in zip(family.module.TABLE, found, strict=True)
        if not agrees(value, *expected[f"{feature.tag}_{suffix}"])
    }
    assert not wrong


@for_ways
@pytest.mark.parametrize("count", [30, 3000])
def test_threads_change_no_bit(family, aggregation, count):
    levels = random_region((20, 24, 28), count)
    alone = family.features(levels, aggregation)
    for threads in (2, 3, 8, 50):
        assert family.features(levels, aggregation, threads=threads).tobytes() == alone.tobytes()


@for_ways
def test_mirror_images_have_the_same_features(family, aggregation):
    levels = random_region((7, 9, 11), 8)
    for axis in range(3):
        mirrored = Levels(np.ascontiguousarray(np.flip(levels.array, axis)), levels.count)
        np.testing.assert_allclose(
            family.features(mirrored, aggregation), family.features(levels, aggregation), rtol=1e-12
        )


@for_ways
def test_room_around_a_region_changes_nothing(family, aggregation):
    levels = random_region((5, 6, 7), 9)
    roomy = Levels(np.pad(levels.array, ((2, 0), (1, 4), (3, 300))), levels.count)
    alone, in_room = family.features(levels, aggregation), family.features(roomy, aggregation)
    if family in UNDIRECTED:
        assert in_room.tobytes() == alone.tobytes()
    else:
        np.testing.assert_allclose(in_room, alone, rtol=1e-12, equal_nan=False)


@for_ways
@pytest.mark.parametrize(
    "inside", [np.zeros((0, 0, 0), int), np.zeros((2, 3, 4), int)], ids=["no voxel", "no level"]
)
def test_nothing_has_no_features(family, aggregation, inside):
    assert np.isnan(family.features(levels_of(inside, 3), aggregation)).all()


@for_families
def test_a_level_above_the_count_is_refused(family):
    levels = Levels(levels_of(np.full((2, 2, 2), 7)).array, 6)
    with pytest.raises(ValueError, match="above the count"):
        family.features(levels, Aggregation.MERGED_3D)
