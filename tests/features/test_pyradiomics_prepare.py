"""What PyRadiomics does to an image before it is filtered."""

from __future__ import annotations

import numpy as np
import pytest

from oncometry.core import Code, Compartment, Geometry, Image, Segment, Segmentation
from oncometry.features import extract, spec_of
from oncometry.features.change import UNCHANGED, Change
from oncometry.features.extract import extract_changed
from oncometry.features.jobs import Jobs
from oncometry.features.pose import Pose

GRID = Geometry.from_parts((30, 26, 20), (1.0, 1.0, 2.0))
FIRST, LAST = np.array((9, 2, 8)), np.array((15, 8, 13))
PAD = 3
FILTERED = {
    "imageType": {
        "Original": {},
        "LoG": {"sigma": [2]},
        **dict.fromkeys(("Wavelet", "Square", "Exponential")),
    },
    "featureClass": {"shape": None, "firstorder": ["Mean", "Variance"]},
}


def case() -> tuple[Image, Segmentation]:
    values = np.random.default_rng(1).normal(40, 30, GRID.shape)
    mask = np.zeros(GRID.shape, dtype=bool)
    mask[tuple(slice(a, b) for a, b in zip(FIRST, LAST, strict=True))] = True
    mask[FIRST[0], FIRST[1], FIRST[2]] = False
    return Image(values, GRID), Segmentation(GRID, (Segment.from_mask(1, "box", Compartment.WHOLE, mask),))


def cut(image: Image, segmentation: Segmentation) -> tuple[Image, Segmentation]:
    """Image and mask within the box and PAD voxels about it, which the image's edge cuts on one side."""
    low, high = np.maximum(FIRST - PAD, 0), LAST + PAD
    box = tuple(slice(a, b) for a, b in zip(low.tolist(), high.tolist(), strict=True))
    grid = GRID.crop(tuple(low.tolist()), tuple((high - low).tolist()))
    mask = np.zeros(GRID.shape, dtype=bool)
    mask[segmentation[1].box] = segmentation[1].array
    part = Segment.from_mask(1, "box", Compartment.WHOLE, mask[box])
    return image.with_array(image.array[box], grid), Segmentation(grid, (part,))


@pytest.mark.parametrize(
    "setting", [{"preCrop": True}, {"resampledPixelSpacing": [1, 0, 2]}], ids=["asked", "same-spacing"]
)
def test_the_image_is_cropped_before_it_is_filtered(setting: dict[str, object]) -> None:
    """Also where the new spacing asked for is the old one: there PyRadiomics only crops."""
    cropped, whole = (
        {
            v.tag: v.value
            for vector in extract(*one, spec_of(FILTERED | {"setting": more}))
            for v in vector.values
        }
        for one, more in ((case(), {"padDistance": PAD} | setting), (case(), {}))
    )
    wanted = {v.tag: v.value for vector in extract(*cut(*case()), spec_of(FILTERED)) for v in vector.values}
    assert cropped == wanted
    assert {tag.split("_")[0] for tag in whole if whole[tag] != cropped[tag]} >= {"square", "exponential"}


@pytest.mark.parametrize(
    ("kept", "reason"), [(0, Code.MASK_EMPTY), (1, Code.TOO_SMALL)], ids=["no-voxel", "one-voxel"]
)
def test_a_range_that_leaves_nothing_leaves_the_shape_of_the_mask_as_drawn(kept: int, reason: Code) -> None:
    """It is the re-segmented mask's with resegmentShape, and then there is none."""
    image, segmentation = case()
    values = image.array.copy()
    values[tuple(FIRST + 1)] = 900 + 200 * kept
    for of_the_rest in (False, True):
        setting = {"resegmentRange": [1000], "resegmentShape": of_the_rest}
        (vector,) = extract(image.with_array(values), segmentation, spec_of({"setting": setting}))
        shapes = {v.reason for v in vector.values if "_shape_" in v.tag}
        assert shapes == ({reason} if of_the_rest else {None})
        assert {v.reason for v in vector.values if "_shape_" not in v.tag} == {reason}


def test_a_moved_image_is_filtered_whole() -> None:
    """A hundredth of a voxel changes neither the largest value, by which Square and Exponential scale, nor the border."""
    image, segmentation = case()
    values = image.array.copy()
    values[28, 24, 18] = 3000
    spec = spec_of(FILTERED)
    with Jobs(1) as jobs:
        still, moved = (
            {v.tag: v.value for vector in vectors for v in vector.values if v.tag.endswith("_Mean")}
            for vectors in (
                extract_changed(image.with_array(values), segmentation, spec, [1], change, jobs)
                for change in (UNCHANGED, Change(pose=Pose(shift=(0.01, 0, 0))))
            )
        )
    assert moved == pytest.approx(still, rel=0.02, abs=0.5)
