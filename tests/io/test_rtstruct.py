"""RTSTRUCT as clinics write it: dangling references, open contours, broken data."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset

from oncometry.core import Code, CorruptInputError, GeometryError, LabelError
from oncometry.io import MaskTags, read_mask_file, read_volume, write_rtstruct
from oncometry.io.contours import contour_planes, stack_volume_mm3
from oncometry.io.rtstruct import read_structures


@pytest.fixture
def structures(made_study: Any, mask_tags: MaskTags, tmp_path: Path) -> Path:
    path = tmp_path / "rt.dcm"
    write_rtstruct(made_study.segmentation, made_study.slices, path, mask_tags)
    return path


def change(path: Path, edit: Any) -> Path:
    dataset = pydicom.dcmread(path)
    edit(dataset)
    dataset.save_as(path)
    return path


def test_what_it_refers_to(structures: Path, made_study: Any) -> None:
    read = read_structures(structures)
    uids = {str(pydicom.dcmread(p).SOPInstanceUID) for p in made_study.slices}
    assert read.instance_uids == uids
    assert len(read.series_uids) == 1
    assert read.frame_of_reference_uid == made_study.image.geometry.frame_of_reference_uid
    assert [r.interpreted_type for r in read.rois] == ["GTV"] * 3


def test_points_and_repeated_last_points(structures: Path, made_study: Any) -> None:
    def edit(dataset: Dataset) -> None:
        first = dataset.ROIContourSequence[0].ContourSequence
        first[1].ContourData = [*first[1].ContourData, *first[1].ContourData[:3]]
        first[1].NumberOfContourPoints += 1
        point = Dataset()
        point.ContourGeometricType, point.ContourData = "POINT", [1, 2, 3]
        first.append(point)

    before = read_mask_file(structures, made_study.image.geometry)
    after = read_mask_file(change(structures, edit), made_study.image.geometry)
    np.testing.assert_array_equal(before.mask(1), after.mask(1))
    assert [n.code for n in after.notices] == [Code.NOT_A_VOLUME]


@pytest.mark.parametrize("data", [[1.0, 2.0, 3.0, 4.0], ["1", "2", "nan"]])
def test_broken_contours(structures: Path, data: list[object]) -> None:
    def edit(dataset: Dataset) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            dataset.ROIContourSequence[0].ContourSequence[0].ContourData = data

    with pytest.raises(CorruptInputError) as caught:
        read_structures(change(structures, edit))
    assert caught.value.code is Code.CORRUPT


def test_without_contours(structures: Path) -> None:
    def edit(dataset: Dataset) -> None:
        for roi in dataset.ROIContourSequence:
            del roi.ContourSequence

    with pytest.raises(LabelError) as caught:
        read_mask_file(change(structures, edit))
    assert caught.value.code is Code.MASK_EMPTY


def test_other_frame_of_reference(structures: Path, made_study: Any) -> None:
    def edit(dataset: Dataset) -> None:
        for roi in dataset.StructureSetROISequence:
            roi.ReferencedFrameOfReferenceUID = "9.9.9"
        dataset.ReferencedFrameOfReferenceSequence[0].FrameOfReferenceUID = "9.9.9"

    with pytest.raises(GeometryError) as caught:
        read_mask_file(change(structures, edit), made_study.image.geometry)
    assert caught.value.code is Code.GEOMETRY_MISMATCH


def test_contours_of_one_region_in_two_items_are_all_its_own(structures: Path, made_study: Any) -> None:
    def edit(dataset: Dataset) -> None:
        first = dataset.ROIContourSequence[0]
        rest = Dataset()
        rest.ReferencedROINumber, rest.ContourSequence = (
            first.ReferencedROINumber,
            first.ContourSequence[2:],
        )
        first.ContourSequence = first.ContourSequence[:2]
        dataset.ROIContourSequence.append(rest)

    before = read_mask_file(structures, made_study.image.geometry)
    after = read_mask_file(change(structures, edit), made_study.image.geometry)
    np.testing.assert_array_equal(before.mask(1), after.mask(1))


def _undeclared(dataset: Dataset) -> None:
    dataset.ROIContourSequence[1].ReferencedROINumber = 77


def _unnumbered(dataset: Dataset) -> None:
    del dataset.ROIContourSequence[1].ReferencedROINumber


def _two_of_one_number(dataset: Dataset) -> None:
    dataset.StructureSetROISequence[1].ROINumber = dataset.StructureSetROISequence[0].ROINumber


@pytest.mark.parametrize("edit", [_undeclared, _unnumbered, _two_of_one_number])
def test_contours_that_cannot_be_given_to_a_region(structures: Path, edit: Any) -> None:
    with pytest.raises(CorruptInputError) as caught:
        read_structures(change(structures, edit))
    assert caught.value.code is Code.HEADER_INCONSISTENT


def test_a_padded_number_of_points_is_a_number(structures: Path) -> None:
    def edit(dataset: Dataset) -> None:
        contour = dataset.ROIContourSequence[0].ContourSequence[0]
        contour.NumberOfContourPoints = f"0{contour.NumberOfContourPoints}"

    assert read_structures(change(structures, edit)).rois[0].contours


def test_a_region_in_another_frame_of_reference_is_left_out_and_said(
    structures: Path, made_study: Any
) -> None:
    def edit(dataset: Dataset) -> None:
        dataset.StructureSetROISequence[1].ReferencedFrameOfReferenceUID = "9.9.9"

    before = read_mask_file(structures, made_study.image.geometry)
    after = read_mask_file(change(structures, edit), made_study.image.geometry)
    numbers = [segment.number for segment in before]
    assert [segment.number for segment in after] == [numbers[0], *numbers[2:]]
    assert [n.code for n in after.notices if "frame of reference" in n.what] == [Code.GEOMETRY_MISMATCH]
    assert read_structures(structures).frame_of_reference_uid is None
    with pytest.raises(GeometryError) as caught:
        read_mask_file(structures)
    assert caught.value.code is Code.GEOMETRY_MISMATCH


def test_without_image_the_grid_is_its_own(structures: Path, made_study: Any) -> None:
    read = read_mask_file(structures)
    assert any(n.code is Code.REGRIDDED for n in read.notices)
    for mine, drawn in zip(read, made_study.segmentation, strict=True):
        ours = mine.voxels * read.geometry.voxel_volume_mm3
        assert ours == pytest.approx(drawn.voxels * made_study.image.geometry.voxel_volume_mm3, rel=0.015)


@pytest.mark.data
@pytest.mark.parametrize(("name", "ml"), [("CT", 260.2), ("PET", 259.3), ("MR_T1", 260.2)])
def test_sarcoma_contours(data_folder: Path, name: str, ml: float) -> None:
    """49 contours on 47 planes; the PET's lie 0.02 mm off their slices."""
    folder = data_folder / "ibsi-sts-dicom-STS_006" / "dicom" / "STS_006" / name
    read = read_mask_file(folder / "mask" / "RS.dcm", read_volume(folder / "image").geometry)
    (segment,) = read.segments
    volume = segment.voxels * read.geometry.voxel_volume_mm3 / 1000
    planes = contour_planes(segment.contours, read.geometry)
    assert len(segment.contours) == 49
    assert len({p.level for p in planes}) == 47
    assert volume == pytest.approx(ml, abs=0.1)
    assert volume == pytest.approx(stack_volume_mm3(planes, read.geometry) / 1000, rel=0.02)
    assert [n.code for n in read.notices] == ([Code.CONTOURS_OFF_PLANE] if name == "PET" else [])
