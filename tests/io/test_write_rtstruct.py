"""RTSTRUCT: outlines that fill to the mask they were drawn from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oncometry.core import Compartment, Geometry, Segment
from oncometry.evaluation import EvaluationSettings
from oncometry.io import MaskTags, read_mask_file, write_rtstruct
from oncometry.io.contours import contour_planes, fill, stack_volume_mm3
from oncometry.io.mask_pairs import MaskPair
from oncometry.io.write_labels import write_labels
from oncometry.io.write_rtstruct import outlines
from oncometry.one_evaluation import CaseScores, EvaluationJob, evaluate_each
from oncometry.pipeline import Settings


def test_round_trip(made_study: Any, mask_tags: MaskTags, tmp_path: Path) -> None:
    path = tmp_path / "rt.dcm"
    write_rtstruct(made_study.segmentation, made_study.slices, path, mask_tags)
    read = read_mask_file(path, made_study.image.geometry)
    assert read.scheme == "brats-2023"
    assert not read.notices
    for number in (1, 2, 3):
        np.testing.assert_array_equal(read.mask(number), made_study.segmentation.mask(number))
        planes = contour_planes(read[number].contours, read.geometry)
        drawn = stack_volume_mm3(planes, read.geometry)
        voxels = read[number].voxels * read.geometry.voxel_volume_mm3
        assert abs(drawn / voxels - 1) < 0.01


def test_holes_are_said_and_same_bytes(made_study: Any, mask_tags: MaskTags, tmp_path: Path) -> None:
    one = write_rtstruct(made_study.segmentation, made_study.slices, tmp_path / "1.dcm", mask_tags)
    two = write_rtstruct(made_study.segmentation, made_study.slices[::-1], tmp_path / "2.dcm", mask_tags)
    assert one.sha256 == two.sha256
    dataset = pydicom.dcmread(tmp_path / "1.dcm")
    kinds = [{c.ContourGeometricType for c in r.ContourSequence} for r in dataset.ROIContourSequence]
    assert kinds == [{"CLOSED_PLANAR"}, {"CLOSEDPLANAR_XOR"}, {"CLOSEDPLANAR_XOR"}]
    first = dataset.ROIContourSequence[0].ContourSequence[0].ContourImageSequence[0]
    uids = {pydicom.dcmread(p).SOPInstanceUID for p in made_study.slices}
    assert first.ReferencedSOPInstanceUID in uids


def test_own_contours_are_kept(made_study: Any, mask_tags: MaskTags, tmp_path: Path) -> None:
    path = tmp_path / "rt.dcm"
    write_rtstruct(made_study.segmentation, made_study.slices, path, mask_tags)
    read = read_mask_file(path, made_study.image.geometry)
    write_rtstruct(read, made_study.slices, tmp_path / "again.dcm", mask_tags)
    again = read_mask_file(tmp_path / "again.dcm", made_study.image.geometry)
    for a, b in zip(read, again, strict=True):
        for one, other in zip(a.contours, b.contours, strict=True):
            np.testing.assert_allclose(one, other, atol=1e-5)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(0.1, 0.9))
def test_any_mask_comes_back(seed: int, share: float) -> None:
    rng = np.random.default_rng(seed)
    mask = rng.random((9, 7, 3)) < share
    mask[4, 3, :] = True
    grid = Geometry.from_parts((9, 7, 3), (0.7, 1.3, 4), (5, -3, 2))
    segment = Segment.from_mask(1, "x", Compartment.WHOLE, mask)
    planes = contour_planes(outlines(segment, grid), grid)
    np.testing.assert_array_equal(fill(planes, (0, 0, 0), grid.shape), mask)


@pytest.mark.parametrize("contours_first", [False, True])
def test_contours_are_held_against_a_label_map_on_its_grid(
    made_study: Any, mask_tags: MaskTags, tmp_path: Path, contours_first: bool
) -> None:
    drawn, labels = tmp_path / "rt.dcm", tmp_path / "seg.nii.gz"
    write_rtstruct(made_study.segmentation, made_study.slices, drawn, mask_tags)
    write_labels(made_study.segmentation, labels)
    pair = MaskPair("one", drawn, labels) if contours_first else MaskPair("one", labels, drawn)
    (scores,) = evaluate_each([pair], EvaluationJob(Settings(), EvaluationSettings()))
    assert isinstance(scores, CaseScores)
    assert [region.dice for region in scores.regions] == [1.0, 1.0, 1.0]
