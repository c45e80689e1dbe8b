"""The cohort on disk: labels that are unique and harmless, files that are whole."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oncometry.core import (
    Compartment,
    Contrast,
    Geometry,
    Modality,
    Segment,
    Segmentation,
    StoreError,
    Timepoint,
    Unit,
)
from oncometry.io import (
    CurateSettings,
    native_path,
    preprocessed_path,
    read_volume,
    series_sidecar,
    subject_label,
    write_segmentation,
    write_text,
)
from oncometry.io.manifest import FileKind, InstanceRef, SeriesRecord


def _series(contrast: Contrast) -> SeriesRecord:
    return SeriesRecord(
        key="1.2",
        patient_id="P",
        kind=FileKind.DICOM,
        instances=(InstanceRef(Path("a"), "1.2.3", 1, "abc"),),
        geometry=Geometry((1, 1, 1), np.eye(4), "1.9"),
        modality=Modality.MR,
        contrast=contrast,
        confidence=1.0,
        evidence="",
        unit=Unit.ARBITRARY,
        timepoint=Timepoint("P", 2, "02"),
    )


@given(st.lists(st.text(max_size=40), unique=True, max_size=30))
def test_labels_are_injective_and_harmless(patients: list[str]) -> None:
    taken: dict[str, str] = {}
    for patient in patients:
        taken[patient] = subject_label(patient, taken)
    assert len({label.lower() for label in taken.values()}) == len(patients)
    assert all(re.fullmatch("[A-Za-z0-9]{1,64}", label) for label in taken.values())
    assert all(subject_label(patient, taken) == label for patient, label in taken.items())


@pytest.mark.parametrize(
    ("patient", "label"), [("STS_006", "STS006"), ("TCGA-FG-6692", "TCGAFG6692"), ("01", "01")]
)
def test_tame_ids_stay_readable(patient: str, label: str) -> None:
    assert subject_label(patient, {}) == label
    assert subject_label("../../x", {}).startswith("xx")


@pytest.mark.parametrize(
    ("contrast", "run", "path"),
    [
        (Contrast.T1, None, "sub-P/ses-02/anat/sub-P_ses-02_T1w.nii.gz"),
        (Contrast.T1C, 2, "sub-P/ses-02/anat/sub-P_ses-02_ce-gad_run-2_T1w.nii.gz"),
        (Contrast.PET, None, "sub-P/ses-02/pet/sub-P_ses-02_pet.nii.gz"),
        (Contrast.CT_CONTRAST, None, "sub-P/ses-02/ct/sub-P_ses-02_ce-contrast_ct.nii.gz"),
        (Contrast.UNKNOWN, None, "sub-P/ses-02/anat/sub-P_ses-02_MRI.nii.gz"),
    ],
)
def test_paths(contrast: Contrast, run: int | None, path: str) -> None:
    native = native_path("P", _series(contrast), run)
    assert native.as_posix() == path
    stem, suffix = path.rsplit("_", 1)
    assert preprocessed_path(native).as_posix() == f"{stem}_space-ref_desc-preproc_{suffix}"


def test_the_sidecar_names_its_sources() -> None:
    content = json.loads(
        series_sidecar(replace(_series(Contrast.T1), acquisition={"manufacturer": "Oncometry synthetic"}))
    )
    assert content["SourceInstances"] == [{"SOPInstanceUID": "1.2.3", "SHA256": "abc", "Frames": []}]
    assert content["FrameOfReferenceUID"] == "1.9"
    assert content["Synthetic"] is True


def _segmentation(overlap: bool) -> Segmentation:
    masks = np.zeros((2, 5, 6, 7), bool)
    masks[0, 1:3, 1:3, 1:3] = True
    masks[1, 2 if overlap else 3 : 5, 1:3, 1:3] = True
    grid = Geometry.from_parts((5, 6, 7), (1, 2, 3), (4, 5, 6))
    pairs = [(3, "ET", Compartment.ENHANCING), (1, "=NCR\t", Compartment.NECROSIS)]
    segments = tuple(Segment.from_mask(n, name, c, m) for (n, name, c), m in zip(pairs, masks, strict=True))
    return Segmentation(grid, segments)


def test_label_maps_keep_their_numbers(tmp_path: Path) -> None:
    segmentation = _segmentation(overlap=False)
    stored = write_segmentation(segmentation, tmp_path, Path("sub-P/x_dseg.nii.gz"))
    assert [f.path for f in stored] == ["sub-P/x_dseg.nii.gz", "sub-P/x_dseg.tsv", "sub-P/x_dseg.json"]
    image = read_volume(tmp_path / stored[0].path)
    np.testing.assert_array_equal(image.array == 3, segmentation.mask(3))
    np.testing.assert_array_equal(image.array == 1, segmentation.mask(1))
    assert image.geometry.matches(segmentation.geometry)
    assert (tmp_path / stored[1].path).read_text().splitlines() == [
        "index\tname\tcompartment\tmeaning\ttracking_uid\ttracking_id",
        "3\tET\tenhancing\tn/a\tn/a\tn/a",
        "1\t'=NCR \tnecrosis\tn/a\tn/a\tn/a",
    ]


def test_overlapping_segments_get_a_volume_each(tmp_path: Path) -> None:
    segmentation = _segmentation(overlap=True)
    (stored, *_) = write_segmentation(segmentation, tmp_path, Path("x_dseg.nii.gz"))
    for n, segment in enumerate(segmentation):
        layer = read_volume(tmp_path / stored.path, volume=n).array
        np.testing.assert_array_equal(layer, segmentation.mask(segment.number) * segment.number)


def test_a_failed_write_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_text(tmp_path / "a.txt", "old")

    def fail(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(StoreError, match=r"WRITE_FAILED.*No space.*Free some space"):
        write_text(tmp_path / "a.txt", "new")
    assert (tmp_path / "a.txt").read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]


def test_settings_are_frozen() -> None:
    with pytest.raises(ValueError, match="frozen"):
        CurateSettings().scheme = "x"  # type: ignore[misc]
