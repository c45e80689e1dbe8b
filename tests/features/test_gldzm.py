"""Distance zones alone: what a distance is, and that it is the morphological mask's."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.ndimage import distance_transform_cdt

from oncometry.features.definition.gldzm import border_distances
from oncometry.features.definition.gldzm import gldzm as define
from oncometry.features.feature import Aggregation
from oncometry.features.gldzm import TABLE
from oncometry.features.region import Levels
from oncometry.features.slicing import slicing_of

from .regions import levels_of, random_region
from .undirected import gldzm

AGGREGATIONS = [Aggregation.AVERAGED_2D, Aggregation.MERGED_25D, Aggregation.MERGED_3D]


def features_of(levels: Levels, morphological: np.ndarray, aggregation: Aggregation) -> dict[str, float]:
    values = gldzm(levels, morphological.astype(np.uint8), aggregation)
    return dict(zip((f.name for f in TABLE), values, strict=True))


@pytest.mark.parametrize(
    ("aggregation", "distance"), [(Aggregation.MERGED_3D, 2), (Aggregation.MERGED_25D, 4)]
)
def test_the_middle_of_a_box_is_as_deep_as_its_nearest_face(aggregation, distance):
    """Of 3 x 7 x 9 voxels; in 2D the faces above and below do not count."""
    inside = np.zeros((3, 7, 9), int)
    inside[1, 3, 4] = 1
    features = features_of(levels_of(inside), np.ones(inside.shape), aggregation)
    assert features["large_distance_emphasis"] == distance**2
    assert features["small_distance_emphasis"] == pytest.approx(distance**-2)


@pytest.mark.parametrize("aggregation", AGGREGATIONS)
def test_distance_is_to_the_border_as_drawn_not_to_what_was_re_segmented_away(aggregation):
    drawn = np.ones((5, 5, 5), int)
    kept = np.zeros((5, 5, 5), int)
    kept[1:4, 1:4, 1:4] = 1
    assert features_of(levels_of(kept), drawn, aggregation)["large_distance_emphasis"] == 4
    assert features_of(levels_of(kept), kept, aggregation)["large_distance_emphasis"] == 1


@pytest.mark.parametrize("aggregation", AGGREGATIONS)
def test_a_re_segmented_region_is_as_defined(aggregation):
    levels = random_region((9, 11, 13), 4)
    drawn = (levels.array[1:-1, 1:-1, 1:-1] > 0).astype(np.uint8)
    kept = Levels(np.where(levels.array == 3, 0, levels.array).astype(np.uint8), levels.count)
    np.testing.assert_allclose(
        gldzm(kept, drawn, aggregation), define(kept, drawn, slicing_of(aggregation)), rtol=1e-10
    )


def test_layers_are_the_city_block_distance_of_scipy():
    mask = random_region((9, 11, 13), 4).array[1:-1, 1:-1, 1:-1] > 0
    mask[4, 5, 6] = False
    expected = distance_transform_cdt(np.pad(mask, 1), "taxicab")[1:-1, 1:-1, 1:-1]
    slicing = slicing_of(Aggregation.MERGED_3D)
    np.testing.assert_array_equal(border_distances(mask.astype(np.uint8), slicing), expected)


def test_a_hole_is_outside():
    inside = np.ones((5, 5, 5), int)
    inside[2, 2, 2] = 0
    features = features_of(levels_of(inside), inside, Aggregation.MERGED_3D)
    assert features["large_distance_emphasis"] == 1


def test_a_mask_of_another_shape_is_refused():
    with pytest.raises(ValueError, match="mask"):
        gldzm(levels_of(np.ones((2, 3, 4), int)), np.ones((2, 3, 5), np.uint8), Aggregation.MERGED_3D)
