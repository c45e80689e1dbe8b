"""What is compared with what: regions by scheme, labels by number, grids that must be one."""

from __future__ import annotations

import numpy as np
import pytest

from oncometry.core import GeometryError
from oncometry.core.geometry import Geometry
from oncometry.core.schemes import SCHEMES
from oncometry.evaluation import one_scheme, paired_regions, restated
from oncometry.io import segmentation_of

GRID = Geometry.from_parts((8, 8, 8), (1.0, 1.0, 1.0))


def labels(**values):
    """A map with the value of 'v3=4' in four voxels."""
    array = np.zeros((8, 8, 8), np.uint8)
    for row, (name, count) in enumerate(values.items()):
        array[row, :count, 0] = int(name[1:])
    return array


def names_and_counts(pairs):
    return {p.name: (int(p.predicted.sum()), int(p.truth.sum())) for p in pairs}


def test_whole_core_and_enhancing_of_two_schemes():
    predicted = segmentation_of(labels(v1=1, v2=2, v3=3), GRID, "brats-2023")
    truth = segmentation_of(labels(v1=2, v2=3, v3=4), GRID, "msd-brain-tumour")
    assert names_and_counts(paired_regions(predicted, truth)) == {"WT": (6, 9), "TC": (4, 7), "ET": (3, 4)}


def test_what_only_one_scheme_can_show_is_left_out():
    predicted = segmentation_of(labels(v1=5), GRID, "binary")
    truth = segmentation_of(labels(v1=2, v2=3, v3=4), GRID, "brats-2023")
    assert names_and_counts(paired_regions(predicted, truth)) == {"WT": (5, 9)}


def test_a_cavity_is_a_region_by_itself():
    one = segmentation_of(labels(v1=2, v4=3), GRID, "brats-2024")
    other = segmentation_of(labels(v1=2), GRID, "brats-2024")
    assert names_and_counts(paired_regions(one, other)) == {
        "WT": (2, 2),
        "TC": (2, 2),
        "ET": (0, 0),
        "4 RC": (3, 0),
    }


def test_labels_that_no_scheme_knows_are_paired_by_number():
    maps = segmentation_of(labels(v7=2, v9=3), GRID), segmentation_of(labels(v9=4), GRID)
    assert names_and_counts(paired_regions(*(restated(m, None) for m in maps))) == {
        "label 7": (2, 0),
        "label 9": (3, 4),
    }


def test_other_grids_are_refused():
    moved = Geometry.from_parts((8, 8, 8), (1.0, 1.0, 1.0), (5.0, 0.0, 0.0))
    one, other = segmentation_of(labels(v1=2), GRID), segmentation_of(labels(v1=2), moved)
    with pytest.raises(GeometryError, match="GEOMETRY_MISMATCH"):
        paired_regions(one, other)


def test_one_scheme_for_all_maps():
    assert one_scheme({1}) is SCHEMES["binary"]
    assert one_scheme({1, 2, 3}) is SCHEMES["brats-2023"]
    assert one_scheme({2, 4}) is SCHEMES["brats-2017-2021"]
    assert one_scheme({1, 77}) is None
    alone = segmentation_of(labels(v1=2), GRID)
    assert alone.scheme == "binary"
    assert restated(alone, SCHEMES["brats-2023"]).segments[0].name == "NCR"
