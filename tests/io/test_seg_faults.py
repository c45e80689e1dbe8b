"""Old SEG objects that break the standard: recognized, named, and read where that is safe."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset
from pydicom.multival import MultiValue

from oncometry.core import Code, CorruptInputError, GeometryError
from oncometry.io import MaskTags, read_mask_file, write_seg
from oncometry.io.seg_faults import seg_faults

Damage = Callable[[Dataset], None]


def _each_frame(act: Damage) -> Damage:
    def damage(dataset: Dataset) -> None:
        for frame in dataset.PerFrameFunctionalGroupsSequence:
            act(frame)

    return damage


def _numbered_by_label(dataset: Dataset) -> None:
    for item in dataset.SegmentSequence:
        item.SegmentNumber = int(item.SegmentNumber) * 1000
    for frame in dataset.PerFrameFunctionalGroupsSequence:
        here = frame.SegmentIdentificationSequence[0]
        here.ReferencedSegmentNumber = int(here.ReferencedSegmentNumber) * 1000


def _one_index_less(frame: Dataset) -> None:
    content = frame.FrameContentSequence[0]
    content.DimensionIndexValues = MultiValue(int, list(content.DimensionIndexValues)[:-1])


def _names_no_image(dataset: Dataset) -> None:
    del dataset.ReferencedSeriesSequence
    for frame in dataset.PerFrameFunctionalGroupsSequence:
        del frame.DerivationImageSequence


def _without(keyword: str) -> Damage:
    return lambda dataset: delattr(dataset, keyword)


def _first_segment_without(keyword: str) -> Damage:
    return lambda dataset: delattr(dataset.SegmentSequence[0], keyword)


def _signed(dataset: Dataset) -> None:
    dataset.PixelRepresentation = 1


def _automatic(dataset: Dataset) -> None:
    dataset.SegmentSequence[0].SegmentAlgorithmType = "AUTOMATIC"


def _no_thickness(dataset: Dataset) -> None:
    del dataset.SharedFunctionalGroupsSequence[0].PixelMeasuresSequence[0].SliceThickness


DAMAGES: list[tuple[str, Damage]] = [
    ("segments numbered 1000, 2000, 3000", _numbered_by_label),
    ("it names no image", _names_no_image),
    ("no frame of reference", _without("FrameOfReferenceUID")),
    ("no dimension index", _without("DimensionIndexSequence")),
    ("another number of dimension indices than the", _each_frame(_one_index_less)),
    ("signed pixels", _signed),
    ("compressed with loss", _without("LossyImageCompression")),
    ("no algorithm name of segment 1", _automatic),
    ("no algorithm type of segment 1", _first_segment_without("SegmentAlgorithmType")),
    ("no label of segment 1", _first_segment_without("SegmentLabel")),
    ("no coded type of segment 1", _first_segment_without("SegmentedPropertyTypeCodeSequence")),
    ("no coded category of segment 1", _first_segment_without("SegmentedPropertyCategoryCodeSequence")),
    ("no slice thickness", _no_thickness),
    ("segmentation type absent", _without("SegmentationType")),
]


@pytest.fixture
def seg(made_study: Any, mask_tags: MaskTags, tmp_path: Path) -> Path:
    path = tmp_path / "seg.dcm"
    write_seg(made_study.segmentation, made_study.slices, path, mask_tags)
    return path


def test_a_sound_one_has_none(seg: Path, made_study: Any) -> None:
    assert list(seg_faults(pydicom.dcmread(seg))) == []
    assert read_mask_file(seg, made_study.image.geometry).notices == ()


@pytest.mark.parametrize(("named", "damage"), DAMAGES, ids=[named for named, _ in DAMAGES])
def test_each_fault_is_named_and_the_voxels_are_kept(
    seg: Path, made_study: Any, named: str, damage: Damage
) -> None:
    dataset = pydicom.dcmread(seg)
    damage(dataset)
    dataset.save_as(seg)
    read = read_mask_file(seg, made_study.image.geometry)
    (notice,) = (n for n in read.notices if n.code is Code.SEG_INVALID)
    assert named in notice.what
    for segment, before in zip(read, made_study.segmentation, strict=True):
        np.testing.assert_array_equal(read.mask(segment.number), made_study.segmentation.mask(before.number))


def test_frames_of_several_segments_must_say_of_which(seg: Path, made_study: Any) -> None:
    dataset = pydicom.dcmread(seg)
    for frame in dataset.PerFrameFunctionalGroupsSequence:
        del frame.SegmentIdentificationSequence
    dataset.save_as(seg)
    with pytest.raises(CorruptInputError):
        read_mask_file(seg, made_study.image.geometry)


def test_frames_of_one_segment_need_not_say_so(made_study: Any, mask_tags: MaskTags, tmp_path: Path) -> None:
    one = replace(made_study.segmentation, segments=made_study.segmentation.segments[:1])
    path = tmp_path / "one.dcm"
    write_seg(one, made_study.slices, path, mask_tags)
    dataset = pydicom.dcmread(path)
    del dataset.SharedFunctionalGroupsSequence[0].SegmentIdentificationSequence
    dataset.save_as(path)
    read = read_mask_file(path, made_study.image.geometry)
    assert any("of which segment" in n.what for n in read.notices)
    np.testing.assert_array_equal(read.mask(1), one.mask(1))


def test_fractions_of_an_unstated_whole_are_named(
    made_study: Any, mask_tags: MaskTags, tmp_path: Path
) -> None:
    parts = tuple(replace(s, probability=s.array.astype(np.float32)) for s in made_study.segmentation)
    path = tmp_path / "fractional.dcm"
    write_seg(replace(made_study.segmentation, segments=parts), made_study.slices, path, mask_tags)
    dataset = pydicom.dcmread(path)
    del dataset.MaximumFractionalValue
    dataset.save_as(path)
    read = read_mask_file(path, made_study.image.geometry)
    assert any(n.code is Code.SEG_INVALID and "255" in n.what for n in read.notices)


def test_without_functional_groups_nothing_places_the_frames(seg: Path) -> None:
    dataset = pydicom.dcmread(seg)
    del dataset.PerFrameFunctionalGroupsSequence
    dataset.save_as(seg)
    with pytest.raises(GeometryError, match="Per-frame Functional Groups") as error:
        read_mask_file(seg)
    assert error.value.code is Code.GEOMETRY_MISSING


def test_real_ones_are_sound(data_folder: Path) -> None:
    """Objects of dcmqi and highdicom that `dciodvfy` finds no fault with."""
    files = [
        *(data_folder / "dcmqi" / "segmentations").glob("*.dcm"),
        *(data_folder / "highdicom").glob("seg_image_ct*.dcm"),
    ]
    assert len(files) >= 8
    for path in files:
        assert list(seg_faults(pydicom.dcmread(path, stop_before_pixels=True))) == [], path.name
