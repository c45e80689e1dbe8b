"""One mask measured without a cohort."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

import oncometry
from oncometry.core import Geometry, Image, Modality, OncometryWarning, Segment, Segmentation, scheme_named

GRID = Geometry.from_parts((40, 40, 20), (1, 1, 2))


def balls(*radii_mm: float) -> np.ndarray:
    """Balls of label 3, with necrosis (1) in the first alone, side by side along i."""
    i, j, k = np.indices(GRID.shape)
    labels = np.zeros(GRID.shape, np.uint8)
    for n, radius in enumerate(radii_mm):
        far = np.sqrt((i - 10 - 18 * n) ** 2 + (j - 20) ** 2 + ((k - 10) * 2) ** 2)
        labels[far < radius] = 3
        if n == 0:
            labels[far < radius / 2] = 1
    return labels


def segmentation(labels: np.ndarray) -> Segmentation:
    named = scheme_named("brats-2023").labels
    segments = tuple(Segment.from_mask(n, *named[n], labels == n) for n in (1, 3) if (labels == n).any())
    return Segmentation(GRID, segments, "brats-2023")


def test_values_of_every_part_that_is_there() -> None:
    labels = balls(8, 6)
    image = Image(labels.astype(np.float32) * 10, GRID, Modality.MR)
    rows = oncometry.measure_mask(segmentation(labels), image)
    assert {row["scheme"] for row in rows} == {"brats-2023"}
    means = {(r["lesion"], r["compartment"]): r["intensity"]["mean"] for r in rows if "intensity" in r}
    assert means[1, "enhancing"] == means[2, "enhancing"] == 30
    assert means[1, "necrosis"] == 10
    assert all(("intensity" in row) == (row["voxels"] > 0) for row in rows)


def test_an_array_with_its_place() -> None:
    given = oncometry.as_segmentation(balls(8), affine=GRID.affine, space="LPS", scheme="brats-2023")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        rows = oncometry.measure_mask(given)
    voxels = int((balls(8) > 0).sum())
    assert rows[0]["volume_ml"] == pytest.approx(voxels * 2 / 1000)


def test_small_parts_are_said() -> None:
    labels = balls(8)
    labels[35, 35, 10] = 3
    with pytest.warns(OncometryWarning, match="1 parts below the smallest volume"):
        oncometry.measure_mask(segmentation(labels))
