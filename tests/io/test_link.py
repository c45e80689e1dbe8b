"""Masks find the images they were drawn on, and never those of another visit."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import nibabel as nib
import numpy as np
import pydicom
import pytest

from oncometry.core import Code, Contrast, Geometry, Modality, Unit
from oncometry.io import MaskTags, curate, read_segmentation, write_rtstruct, write_seg
from oncometry.io.link import link_masks
from oncometry.io.manifest import FileKind, InstanceRef, MaskKind, MaskRecord, SeriesRecord
from oncometry.io.settings import CurateSettings

GRID = Geometry.from_parts((8, 8, 6), (1, 1, 3))


def series(key: str, contrast: Contrast, **more: Any) -> SeriesRecord:
    record = SeriesRecord(
        key, "P1", FileKind.NIFTI, (InstanceRef(Path(f"{key}.nii.gz")),), GRID, Modality.MR, contrast, 1.0, "",
        Unit.ARBITRARY, description=key,
    )  # fmt: skip
    return replace(record, **more)


def mask(tmp_path: Path, name: str, labels: tuple[int, ...] = (1,), **more: Any) -> MaskRecord:
    array = np.zeros(GRID.shape, np.uint8)
    for n, label in enumerate(labels):
        array[2:5, 2:5, n] = label
    path = tmp_path / f"{name}.nii.gz"
    image = nib.Nifti1Image(array, np.diag([-1, -1, 1, 1]) @ GRID.affine)
    image.set_sform(image.affine, 1)
    image.set_qform(image.affine, 1)
    nib.save(image, path)
    return replace(MaskRecord(name, "P1", MaskKind.NIFTI, path, "0"), **more)


def test_the_name_tells_among_images_of_one_grid(tmp_path: Path) -> None:
    there = [series("a", Contrast.T1), series("b", Contrast.FLAIR), series("c", Contrast.T1C)]
    (by_name,) = link_masks([mask(tmp_path, "p_flair_seg")], there)
    assert (by_name.series_key, by_name.linked_by) == ("b", "grid")
    (by_custom,) = link_masks([mask(tmp_path, "p_seg")], there)
    assert by_custom.series_key == "c"


def test_visits_are_never_mixed(tmp_path: Path) -> None:
    there = [series("pre", Contrast.T1C, session="01"), series("post", Contrast.T1C, session="02")]
    (stated,) = link_masks([mask(tmp_path, "m", session="02")], there)
    assert stated.series_key == "post"
    (named,) = link_masks([mask(tmp_path, "post_mask")], there)
    assert (named.series_key, named.linked_by) == ("post", "file name")
    (unknown,) = link_masks([mask(tmp_path, "anything")], there)
    assert unknown.series_key is None
    assert [n.code for n in unknown.notices] == [Code.REFERENCE_MISSING]


def test_dates_are_visits_too(tmp_path: Path) -> None:
    there = [
        series("a", Contrast.T1C, study_date=date(2020, 1, 2)),
        series("b", Contrast.T1C, study_date=date(2020, 3, 2)),
    ]
    (found,) = link_masks([mask(tmp_path, "m", acquired=date(2020, 3, 2))], there)
    assert found.series_key == "b"


def test_another_patient_is_never_taken(tmp_path: Path) -> None:
    (found,) = link_masks([mask(tmp_path, "m")], [series("a", Contrast.T1C, patient_id="P2")])
    assert found.series_key is None


def test_one_scheme_for_all_masks_together(tmp_path: Path) -> None:
    """The last visit has necrosis alone: its 1 is not a binary mask."""
    there = [series("a", Contrast.T1C, session="01"), series("b", Contrast.T1C, session="02")]
    masks = [mask(tmp_path, "one", (1, 2, 3), session="01"), mask(tmp_path, "two", (1,), session="02")]
    first, second = link_masks(masks, there)
    assert first.scheme == second.scheme == "brats-2023"
    read = read_segmentation(second, GRID)
    assert (read.scheme, read.scheme_source, read[1].name) == ("brats-2023", "guessed", "NCR")
    stated = read_segmentation(second, GRID, "msd-brain-tumour")
    assert (stated.scheme_source, stated[1].name) == ("stated", "ED")


def test_binary_masks_stay_binary(tmp_path: Path) -> None:
    masks = [mask(tmp_path, "one"), mask(tmp_path, "two")]
    assert [m.scheme for m in link_masks(masks, [])] == ["binary", "binary"]
    assert read_segmentation(masks[0], None).scheme == "binary"


@pytest.mark.parametrize("kind", [MaskKind.SEG, MaskKind.RTSTRUCT])
@pytest.mark.parametrize("dangling", [False, True])
def test_dicom_masks_through_curation(
    made_study: Any, mask_tags: MaskTags, tmp_path: Path, kind: MaskKind, dangling: bool
) -> None:
    folder = made_study.slices[0].parent
    write = write_seg if kind is MaskKind.SEG else write_rtstruct
    write(made_study.segmentation, made_study.slices, folder / "mask.dcm", mask_tags)
    if dangling:
        for path in made_study.slices:
            dataset = pydicom.dcmread(path)
            dataset.SOPInstanceUID += "9"
            dataset.SeriesInstanceUID = "2.25.77"
            dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
            dataset.save_as(path)
    manifest = curate([folder], CurateSettings(), workspace=tmp_path / "work")
    (record,), (image,) = manifest.masks, manifest.series
    assert record.kind is kind
    assert record.series_key == image.key
    assert record.linked_by == ("frame of reference" if dangling else "reference")
    assert [n.code for n in record.notices] == ([Code.REFERENCES_ABSENT] if dangling else [])
    read = read_segmentation(record, image.geometry)
    np.testing.assert_array_equal(read.mask(), made_study.segmentation.mask())
    assert read.key == record.key


@pytest.mark.data
def test_sarcoma_masks_find_their_three_series(data_folder: Path, tmp_path: Path) -> None:
    manifest = curate([data_folder / "ibsi-sts-dicom-STS_006"], CurateSettings(), workspace=tmp_path)
    modality = {s.key: s.modality for s in manifest.series}
    found = {m.description or m.key: m for m in manifest.masks}
    assert sorted(modality[m.series_key] for m in found.values() if m.series_key) == ["CT", "MR", "PT"]
    for record in found.values():
        assert record.linked_by == "frame of reference"
        assert Code.REFERENCES_ABSENT in {n.code for n in record.notices}
