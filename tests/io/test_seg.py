"""SEG by others: label maps with gaps, overlaps, fractions, slides."""

from __future__ import annotations

import copy
from dataclasses import replace
from pathlib import Path
from typing import Any

import highdicom as hd
import numpy as np
import pydicom
import pytest
import SimpleITK as sitk

from oncometry.core import (
    Code,
    Compartment,
    CorruptInputError,
    GeometryError,
    OncometryError,
    Segment,
    Segmentation,
    UnsupportedError,
)
from oncometry.io import CurateSettings, MaskTags, curate, pixels, read_mask_file, write_seg
from oncometry.io.seg import read_seg

from ..bad_input.make_dicom import compress

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:pydicom")


@pytest.fixture
def written(made_study: Any, mask_tags: MaskTags, tmp_path: Path) -> Path:
    path = tmp_path / "seg.dcm"
    write_seg(made_study.segmentation, made_study.slices, path, mask_tags)
    return path


def test_own_grid_begins_with_the_first_frame(written: Path, made_study: Any) -> None:
    own = read_seg(written)
    full = made_study.segmentation.mask()
    first = int(np.flatnonzero(full.any(axis=(0, 1)))[0])
    grid = made_study.image.geometry
    np.testing.assert_allclose(own.geometry.affine[:3, 3], grid.to_world((0, 0, first)), atol=1e-6)
    np.testing.assert_allclose(own.geometry.spacing_mm, grid.spacing_mm, atol=1e-6)
    assert sum(int(r.mask.sum()) for r in own.regions) == full.sum()


@pytest.mark.parametrize("kind", ["RLELossless", "JPEGLSLossless", "JPEG2000Lossless"])
def test_compression_changes_no_region(written: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fractions of 0 and 255, since single bits are never compressed; a few frames at a time."""
    dataset = pydicom.dcmread(written)
    dataset.PixelData = (dataset.pixel_array * np.uint8(255)).tobytes()
    dataset.SegmentationType, dataset.SegmentationFractionalType = "FRACTIONAL", "PROBABILITY"
    dataset.MaximumFractionalValue = 255
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 8, 8, 7
    dataset.save_as(written)
    plain = read_seg(written)
    monkeypatch.setattr(pixels, "PIECE", 3 * int(dataset.Rows) * int(dataset.Columns))
    compress(written, kind)
    coded = read_seg(written)
    assert len(coded.regions) == len(plain.regions) > 0
    for one, other in zip(coded.regions, plain.regions, strict=True):
        assert (one.number, one.start) == (other.number, other.start)
        np.testing.assert_array_equal(one.mask, other.mask)


def test_gaps_are_empty(written: Path, made_study: Any) -> None:
    """Leave out the frames of one plane: the rest keep their place."""
    dataset = pydicom.dcmread(written)
    frames = list(dataset.PerFrameFunctionalGroupsSequence)
    height = sorted({float(f.PlanePositionSequence[0].ImagePositionPatient[2]) for f in frames})[3]
    keep = [
        n for n, f in enumerate(frames) if float(f.PlanePositionSequence[0].ImagePositionPatient[2]) != height
    ]
    pixels = dataset.pixel_array[keep]
    dataset.PerFrameFunctionalGroupsSequence = [frames[n] for n in keep]
    dataset.NumberOfFrames = len(keep)
    packed = np.packbits(pixels.ravel(), bitorder="little").tobytes()
    dataset.PixelData = packed + b"\0" * (len(packed) % 2)
    dataset.save_as(written)
    read = read_mask_file(written, made_study.image.geometry)
    slices = np.flatnonzero(read.mask().any(axis=(0, 1)))
    assert np.diff(slices).tolist().count(2) == 1


def test_frames_that_say_nothing_of_their_place(written: Path) -> None:
    dataset = pydicom.dcmread(written)
    for frame in dataset.PerFrameFunctionalGroupsSequence:
        del frame.PlanePositionSequence
    dataset.save_as(written)
    with pytest.raises(GeometryError) as caught:
        read_seg(written)
    assert caught.value.code is Code.GEOMETRY_MISSING


def test_cut_frames(written: Path) -> None:
    dataset = pydicom.dcmread(written)
    dataset.PixelData = dataset.PixelData[: len(dataset.PixelData) // 4 * 2]
    dataset.save_as(written)
    with pytest.raises(CorruptInputError) as caught:
        read_seg(written)
    assert caught.value.code is Code.TRUNCATED


def _in_each_frame(dataset: Any, keyword: str) -> None:
    """Move what all frames share into each of them."""
    shared = dataset.SharedFunctionalGroupsSequence[0]
    for frame in dataset.PerFrameFunctionalGroupsSequence:
        setattr(frame, keyword, copy.deepcopy(getattr(shared, keyword)))
    delattr(shared, keyword)


def _turned(dataset: Any) -> None:
    _in_each_frame(dataset, "PlaneOrientationSequence")
    item = dataset.PerFrameFunctionalGroupsSequence[3].PlaneOrientationSequence[0]
    item.ImageOrientationPatient = [-float(x) for x in item.ImageOrientationPatient]


def _wider(dataset: Any) -> None:
    _in_each_frame(dataset, "PixelMeasuresSequence")
    dataset.PerFrameFunctionalGroupsSequence[3].PixelMeasuresSequence[0].PixelSpacing = [1.3, 1.0]


def _of_no_segment(dataset: Any) -> None:
    del dataset.SegmentSequence[1]


def _two_of_one_number(dataset: Any) -> None:
    dataset.SegmentSequence[1].SegmentNumber = dataset.SegmentSequence[0].SegmentNumber


def _described_less(dataset: Any) -> None:
    del dataset.PerFrameFunctionalGroupsSequence[2]


def _described_less_and_counted(dataset: Any) -> None:
    _described_less(dataset)
    dataset.NumberOfFrames -= 1


def _half_the_rows(dataset: Any) -> None:
    dataset.Rows //= 2


def _more_pixels(dataset: Any) -> None:
    dataset.PixelData += bytes(4000)


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        (_turned, Code.SLICES_INCONSISTENT),
        (_wider, Code.SLICES_INCONSISTENT),
        (_of_no_segment, Code.HEADER_INCONSISTENT),
        (_two_of_one_number, Code.HEADER_INCONSISTENT),
        (_described_less, Code.HEADER_INCONSISTENT),
        (_described_less_and_counted, Code.HEADER_INCONSISTENT),
        (_half_the_rows, Code.HEADER_INCONSISTENT),
        (_more_pixels, Code.HEADER_INCONSISTENT),
    ],
)
def test_what_a_file_says_of_its_frames_must_hold(
    written: Path, made_study: Any, tmp_path: Path, edit: Any, code: Code
) -> None:
    """By the image, without it, and where it is found in a folder."""
    dataset = pydicom.dcmread(written)
    edit(dataset)
    dataset.save_as(written)
    for image in (made_study.image.geometry, None):
        with pytest.raises(OncometryError) as caught:
            read_mask_file(written, image)
        assert caught.value.code is code
    manifest = curate([written], CurateSettings(), workspace=tmp_path / "workspace")
    assert [file.code for file in manifest.files] == [code]


def test_a_frame_far_away_allocates_nothing(written: Path) -> None:
    """A position damaged by five kilometers spans a million slices."""
    dataset = pydicom.dcmread(written)
    dataset.PerFrameFunctionalGroupsSequence[-1].PlanePositionSequence[0].ImagePositionPatient[2] += 5e6
    dataset.save_as(written)
    with pytest.raises(OncometryError) as caught:
        read_mask_file(written)
    assert caught.value.code is Code.TOO_LARGE


def test_a_segment_takes_the_room_of_its_box(made_study: Any, mask_tags: MaskTags, tmp_path: Path) -> None:
    """40 small segments on a grid of 76800 voxels: the whole grid is not kept for each."""
    grid = made_study.segmentation.geometry
    segments = []
    for n in range(1, 41):
        mask = np.zeros(grid.shape, bool)
        mask[n : n + 3, 10:14, 5:7] = True
        segments.append(Segment.from_mask(n, f"node {n}", Compartment.WHOLE, mask))
    path = tmp_path / "many.dcm"
    write_seg(Segmentation(grid, tuple(segments)), made_study.slices, path, mask_tags)
    regions = read_seg(path, grid).regions
    assert [(r.start, r.mask.shape) for r in regions] == [((n, 10, 5), (3, 4, 2)) for n in range(1, 41)]
    assert all(r.mask.base is None or r.mask.base.size == r.mask.size for r in regions)


@pytest.mark.parametrize("stop", [6, 20])
def test_probabilities_keep_a_voxel_about_the_region(
    made_study: Any, mask_tags: MaskTags, tmp_path: Path, stop: int
) -> None:
    """As far as the grid reaches; the mask is false there."""
    grid = made_study.segmentation.geometry
    field = np.zeros(grid.shape, np.float32)
    field[10:20, 10:20, 3:stop] = 1
    field[9:21, 9:21, 2 : stop + 1] = np.maximum(field[9:21, 9:21, 2 : stop + 1], 0.4)
    whole = Segment.from_mask(1, "lesion", Compartment.WHOLE, field > 0)
    segment = replace(whole, probability=np.asfortranarray(field[whole.box]))
    path = tmp_path / "fractional.dcm"
    write_seg(Segmentation(grid, (segment,)), made_study.slices, path, mask_tags)
    (read,) = read_mask_file(path, grid)
    assert read.probability is not None
    assert read.start == (9, 9, 2)
    assert read.array.shape == read.probability.shape == (12, 12, min(stop + 1, 20) - 2)
    np.testing.assert_allclose(read.probability, field[read.box], atol=1 / 255)
    np.testing.assert_array_equal(read.array, field[read.box] >= 0.5)


@pytest.mark.data
def test_overlapping_segments_as_dcmqi_writes_them(data_folder: Path) -> None:
    folder = data_folder / "dcmqi" / "segmentations"
    read = read_mask_file(folder / "partial_overlaps.dcm")
    labels = {}
    for name in ("partial_overlaps-1", "partial_overlaps-2", "partial_overlaps-3"):
        array = sitk.GetArrayFromImage(sitk.ReadImage(folder / f"{name}.nrrd")).T
        labels |= {int(v): array == v for v in np.unique(array) if v}
    assert sorted(labels) == [s.number for s in read]
    for number, mask in labels.items():
        np.testing.assert_array_equal(read.mask(number), mask)


@pytest.mark.data
@pytest.mark.parametrize("name", ["sparse-labelmap-noppv", "sparse-labelmap-ppv5"])
def test_sparse_label_maps(data_folder: Path, name: str) -> None:
    """A missing frame is background, whatever number the background has."""
    read = read_mask_file(data_folder / "dcmqi" / "segmentations" / f"{name}.dcm")
    (liver,) = read.segments
    assert (liver.name, liver.voxels) == ("Liver", 630)
    assert liver.array.any(axis=(0, 1)).tolist() == [True, False, True]


@pytest.mark.data
@pytest.mark.parametrize("name", ["ct_binary", "ct_binary_fractional", "ct_true_fractional"])
def test_highdicom_samples(data_folder: Path, name: str) -> None:
    path = data_folder / "highdicom" / f"seg_image_{name}.dcm"
    volume = hd.seg.segread(path).get_volume().array[..., 0]
    (segment,) = read_mask_file(path).segments
    assert segment.voxels == int((volume >= 0.5).sum())


@pytest.mark.data
def test_slides_are_not_radiology(data_folder: Path) -> None:
    for path in sorted((data_folder / "highdicom").glob("seg_image_sm_*.dcm")):
        with pytest.raises(UnsupportedError) as caught:
            read_mask_file(path)
        assert caught.value.code is Code.NOT_RADIOLOGY
