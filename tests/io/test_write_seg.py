"""SEG: written and read back, and as highdicom reads it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import highdicom as hd
import numpy as np
import pytest

from oncometry.core import Code, Compartment, GeometryError, LabelError, Segment, Segmentation
from oncometry.io import MaskTags, read_mask_file, write_seg


def test_round_trip(made_study: Any, mask_tags: MaskTags, tmp_path: Path) -> None:
    path = tmp_path / "seg.dcm"
    write_seg(made_study.segmentation, made_study.slices, path, mask_tags)
    read = read_mask_file(path, made_study.image.geometry)
    assert (read.scheme, read.scheme_source) == ("brats-2023", "file")
    assert read.geometry is made_study.image.geometry
    assert [s.compartment for s in read] == [s.compartment for s in made_study.segmentation]
    for number in (1, 2, 3):
        np.testing.assert_array_equal(read.mask(number), made_study.segmentation.mask(number))
    assert all(s.tracking_uid and s.tracking_id for s in read)


def test_highdicom_agrees(made_study: Any, mask_tags: MaskTags, tmp_path: Path) -> None:
    path = tmp_path / "seg.dcm"
    write_seg(made_study.segmentation, made_study.slices, path, mask_tags)
    volume = hd.seg.segread(path).get_volume(combine_segments=True)
    found = read_mask_file(path)
    np.testing.assert_array_equal((volume.array == 2).sum(), found[2].voxels)


def test_same_input_same_bytes(made_study: Any, mask_tags: MaskTags, tmp_path: Path) -> None:
    one = write_seg(made_study.segmentation, made_study.slices, tmp_path / "1.dcm", mask_tags)
    two = write_seg(made_study.segmentation, made_study.slices[::-1], tmp_path / "2.dcm", mask_tags)
    assert one.sha256 == two.sha256


def test_overlap_and_probability(made_study: Any, mask_tags: MaskTags, tmp_path: Path) -> None:
    grid = made_study.segmentation.geometry
    field = np.zeros(grid.shape, np.float32)
    field[10:20, 10:20, 3:6] = np.linspace(0.2, 1, 10, dtype=np.float32)[:, None, None]
    segments = []
    for n in (1, 2):
        segment = Segment.from_mask(n, f"lesion {n}", Compartment.WHOLE, field > 0)
        segments.append(replace(segment, probability=np.asfortranarray(field[segment.box])))
    path = tmp_path / "fractional.dcm"
    write_seg(Segmentation(grid, tuple(segments)), made_study.slices, path, mask_tags)
    read = read_mask_file(path, grid)
    assert [s.voxels for s in read] == [int((field >= 0.5).sum())] * 2
    first = read[1].probability
    assert first is not None
    assert abs(float(first.max()) - 1) < 1e-6
    assert any("0.5" in n.what for n in read.notices)


def test_refuses_empty_and_elsewhere(made_study: Any, mask_tags: MaskTags, tmp_path: Path) -> None:
    grid = made_study.segmentation.geometry
    with pytest.raises(LabelError) as empty:
        write_seg(Segmentation(grid, ()), made_study.slices, tmp_path / "x.dcm", mask_tags)
    assert empty.value.code is Code.MASK_EMPTY
    moved = replace(made_study.segmentation, geometry=grid.crop((1, 0, 0), grid.shape))
    with pytest.raises(GeometryError):
        write_seg(moved, made_study.slices, tmp_path / "x.dcm", mask_tags)
