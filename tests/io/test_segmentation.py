"""One door for every kind of mask."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from oncometry.core import Code, GeometryError, NothingFoundError, UnsupportedError
from oncometry.io import MaskTags, label_summary, read_mask_file, read_segmentation, write_rtstruct, write_seg
from oncometry.io.dicom_header import read_full_header
from oncometry.io.segmentation import describe_rtstruct, describe_seg


def test_described(made_study: Any, mask_tags: MaskTags, tmp_path: Path) -> None:
    for write, describe in ((write_seg, describe_seg), (write_rtstruct, describe_rtstruct)):
        path = tmp_path / "mask.dcm"
        write(made_study.segmentation, made_study.slices, path, mask_tags)
        record = describe(path, "f" * 64, read_full_header(path))
        assert record.patient_id == "P1"
        assert record.key == mask_tags.sop_instance_uid
        assert record.frame_of_reference_uid == made_study.image.geometry.frame_of_reference_uid
        assert record.acquired == mask_tags.acquired
        assert record.description == "tumor"


def test_summary(made_study: Any, mask_tags: MaskTags, tmp_path: Path) -> None:
    path = tmp_path / "mask.dcm"
    write_seg(made_study.segmentation, made_study.slices, path, mask_tags)
    summary = label_summary(read_mask_file(path))
    assert [row["compartment"] for row in summary.rows] == ["necrosis", "edema", "enhancing"]
    assert summary.rows[0]["volume_ml"] == pytest.approx(made_study.segmentation[1].voxels * 6 / 1000)
    assert "brats-2023" in summary.fits


def test_no_mask(made_study: Any, tmp_path: Path) -> None:
    with pytest.raises(NothingFoundError):
        read_mask_file(tmp_path / "absent.nii.gz")
    with pytest.raises(UnsupportedError) as image:
        read_mask_file(made_study.slices[0])
    assert image.value.code is Code.NOT_AN_IMAGE
    assert "MR Image" in image.value.what
    note = tmp_path / "note.txt"
    note.write_text("hello")
    with pytest.raises(UnsupportedError):
        read_mask_file(note)


def test_frame_of_reference_of_a_referenced_image(
    made_study: Any, mask_tags: MaskTags, tmp_path: Path
) -> None:
    """Believed and said where the mask names the image's own slices, refused where nothing links them."""
    path = tmp_path / "mask.dcm"
    write_rtstruct(made_study.segmentation, made_study.slices, path, mask_tags)
    record = describe_rtstruct(path, "f" * 64, read_full_header(path))
    other = replace(made_study.image.geometry, frame_of_reference_uid="9.9")
    read = read_segmentation(replace(record, linked_by="reference"), other)
    assert [n.code for n in read.notices] == [Code.GEOMETRY_MISMATCH]
    assert read.geometry.frame_of_reference_uid == "9.9"
    with pytest.raises(GeometryError):
        read_segmentation(replace(record, linked_by="session"), other)
