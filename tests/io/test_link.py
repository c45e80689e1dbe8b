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

from oncometry.core import Code, Compartment, Contrast, Geometry, Modality, Unit
from oncometry.io import MaskTags, curate, read_segmentation, write_rtstruct, write_seg
from oncometry.io.label_hints import LabelHints
from oncometry.io.link import link_masks
from oncometry.io.manifest import FileKind, InstanceRef, MaskKind, MaskRecord, SeriesRecord
from oncometry.io.settings import CurateSettings

C = Compartment
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


def _schemes(found: Any) -> list[str]:
    return [record.scheme for record in found]


def test_labels_that_fit_exactly_are_not_read_by_another_patients(tmp_path: Path) -> None:
    """4 is enhancing tumor in one release and a resection cavity in another."""
    masks = [
        mask(tmp_path, "a_seg", (1, 2, 4), patient_id="a"),
        mask(tmp_path, "b_seg", (1, 2, 3), patient_id="b"),
        mask(tmp_path, "c_seg", (1,), patient_id="c"),
    ]
    assert _schemes(link_masks(masks, [])) == ["brats-2017-2021", "brats-2023", "binary"]


def test_a_few_labels_take_the_scheme_on_which_others_agree(tmp_path: Path) -> None:
    masks = [
        mask(tmp_path, "a_seg", (1, 2, 4), patient_id="a"),
        mask(tmp_path, "b_seg", (1, 2), patient_id="b"),
        mask(tmp_path, "c_gtv", (1,), patient_id="c"),
    ]
    assert _schemes(link_masks(masks, [])) == ["brats-2017-2021", "brats-2017-2021", "binary"]


def test_a_patient_has_one_scheme(tmp_path: Path) -> None:
    masks = [mask(tmp_path, "one", (1, 2, 3)), mask(tmp_path, "two", (1, 2, 3, 4))]
    assert _schemes(link_masks(masks, [])) == ["brats-2024", "brats-2024"]


def test_one_release_for_the_masks_of_a_data_set(tmp_path: Path) -> None:
    hints = LabelHints(schemes=("brats-peds-3", "brats-peds-4"))
    few = mask(tmp_path, "BraTS-PED-1-000-seg", (1, 2), patient_id="a", hints=hints)
    every = mask(tmp_path, "BraTS-PED-2-000-seg", (1, 2, 3, 4), patient_id="b", hints=hints)
    assert _schemes(link_masks([few, every], [])) == ["brats-peds-4", "brats-peds-4"]
    assert _schemes(link_masks([few], [])) == ["brats-peds-3"]


def test_names_of_the_data_set_win_over_a_guess(tmp_path: Path) -> None:
    names = ((1, "edema"), (2, "non-enhancing tumor"), (3, "enhancing tumour"))
    (found,) = link_masks([mask(tmp_path, "m", (1, 2, 3), hints=LabelHints(names))], [])
    read = read_segmentation(found, None)
    assert read.scheme_source == "file"
    assert [s.compartment for s in read] == [C.EDEMA, C.NON_ENHANCING, C.ENHANCING]


def test_the_form_that_is_stated_reaches_linking_and_schemes(tmp_path: Path) -> None:
    """sform and qform 50 mm apart: only a stated form can place such masks, or read their labels."""
    there = [series("a", Contrast.T1C, session="01"), series("b", Contrast.T1C, session="02")]
    masks = [mask(tmp_path, "one", (1, 2, 3), session="01"), mask(tmp_path, "two", (1,), session="02")]
    for record in masks:
        image = nib.load(record.path)
        moved = image.affine.copy()
        moved[0, 3] += 50
        image.set_qform(moved, 1)
        image.set_sform(image.affine, 1)
        nib.save(image, record.path)
    found = link_masks(masks, there, "sform")
    assert _schemes(found) == ["brats-2023", "brats-2023"]
    assert [m.linked_by for m in found] == ["grid", "grid"]
    assert _schemes(link_masks(masks, there)) == ["binary", "binary"]


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


@pytest.mark.parametrize("kind", [MaskKind.SEG, MaskKind.RTSTRUCT])
@pytest.mark.parametrize(
    ("image_id", "mask_id", "conflict"), [("", "", False), ("P1", "P1 ", False), ("P1", "p1", True)]
)
def test_dicom_masks_and_their_images_meet_by_id_or_reference(
    made_study: Any, mask_tags: MaskTags, tmp_path: Path, kind: MaskKind,
    image_id: str, mask_id: str, conflict: bool,
) -> None:  # fmt: skip
    folder = made_study.slices[0].parent
    write = write_seg if kind is MaskKind.SEG else write_rtstruct
    write(made_study.segmentation, made_study.slices, folder / "mask.dcm", mask_tags)
    for path, patient in [*((p, image_id) for p in made_study.slices), (folder / "mask.dcm", mask_id)]:
        dataset = pydicom.dcmread(path)
        dataset.PatientID = patient
        dataset.save_as(path)
    manifest = curate([folder], CurateSettings(), workspace=tmp_path / "work")
    (record,), (image,) = manifest.masks, manifest.series
    assert (record.patient_id, record.series_key) == (image.patient_id, image.key)
    assert [n.code for n in record.notices] == ([Code.PATIENT_CONFLICT] if conflict else [])


def test_a_stated_scheme_leaves_named_regions_alone(
    made_study: Any, mask_tags: MaskTags, tmp_path: Path
) -> None:
    folder = made_study.slices[0].parent
    region = replace(made_study.segmentation.segments[0], name="GTV", compartment=C.WHOLE)
    named = replace(made_study.segmentation, segments=(region,), scheme="named")
    write_rtstruct(named, made_study.slices, folder / "mask.dcm", mask_tags)
    manifest = curate([folder], CurateSettings(scheme="brats-2023"), workspace=tmp_path / "work")
    (record,) = manifest.masks
    assert record.scheme_source != "stated"
    (segment,) = read_segmentation(record, manifest.series[0].geometry, "brats-2023")
    assert (segment.name, segment.compartment) == ("GTV", C.WHOLE)


@pytest.mark.data
def test_sarcoma_masks_find_their_three_series(data_folder: Path, tmp_path: Path) -> None:
    manifest = curate([data_folder / "ibsi-sts-dicom-STS_006"], CurateSettings(), workspace=tmp_path)
    modality = {s.key: s.modality for s in manifest.series}
    found = {m.description or m.key: m for m in manifest.masks}
    assert sorted(modality[m.series_key] for m in found.values() if m.series_key) == ["CT", "MR", "PT"]
    for record in found.values():
        assert record.linked_by == "frame of reference"
        assert Code.REFERENCES_ABSENT in {n.code for n in record.notices}
