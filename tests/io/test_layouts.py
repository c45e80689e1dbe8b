"""Layouts: who, when and what a file is by its place and name."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from oncometry.io.layouts import identify
from oncometry.io.names import is_mask_name, session_in, session_order
from oncometry.io.places import Places
from oncometry.io.walk import Found


def _identify(place: str) -> tuple[object, ...]:
    parts = tuple(place.split("/"))
    here = Found(f"/nowhere/{place}", "/".join(parts[1:]), parts)
    found = identify(here, Places.of([here]))
    return found.layout, found.patient_id, found.session, found.is_mask, found.channel


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("in/sub-01/ses-2/anat/sub-01_ses-2_T1w.nii.gz", ("BIDS", "01", "2", False, "T1w")),
        ("in/sub-A/anat/sub-A_ce-gad_T1w.nii.gz", ("BIDS", "A", None, False, "T1w ce")),
        ("in/sub-A/anat/sub-A_desc-tumor_dseg.nii.gz", ("BIDS", "A", None, True, "")),
        ("in/x/BraTS-GLI-00001-000-t1c.nii.gz", ("BraTS", "BraTS-GLI-00001", "000", False, "t1c")),
        ("in/BraTS-GLI-00001-001-seg.nii.gz", ("BraTS", "BraTS-GLI-00001", "001", True, "")),
        ("in/BraTS20_001/BraTS20_001_t1ce.nii", ("BraTS 2017-2021", "BraTS20_001", None, False, "t1ce")),
        ("in/BraTS20_001/BraTS20_001_seg.nii", ("BraTS 2017-2021", "BraTS20_001", None, True, "")),
        ("in/imagesTr/liver_7_0000.nii.gz", ("nnU-Net", "liver_7", None, False, "")),
        ("in/labelsTr/liver_7.nii.gz", ("nnU-Net", "liver_7", None, True, "")),
        ("in/01/Pre_Mask.nii.gz", ("plain", "01", "pre", True, "")),
        ("in/01/Post_Scan_T1.nii.gz", ("plain", "01", "post", None, "")),
        ("01/Post_Scan_T1.nii.gz", ("plain", "01", "post", None, "")),
        ("in/brain1_image.nrrd", ("plain", "brain1", None, None, "")),
        ("in/brain1_label.nrrd", ("plain", "brain1", None, True, "")),
        ("in/Patient-001/week-044/T1.nii.gz", ("plain", "Patient-001", "week-044", None, "")),
        ("in/images/case3.nii.gz", ("plain", "case3", None, None, "")),
        ("in/masks/case3.nii.gz", ("plain", "case3", None, True, "")),
        ("in/P7/2001-02-03/t2.nii", ("plain", "P7", "2001-02-03", None, "")),
        ("in/T1_POST_GAD_TCGA-FG-6692_x.nii.gz", ("plain", "TCGA-FG-6692", None, None, "")),
    ],
)
def test_places(place: str, expected: tuple[object, ...]) -> None:
    assert _identify(place) == expected


def test_channel_names_come_from_the_dataset_file(tmp_path: Path) -> None:
    (tmp_path / "dataset.json").write_text(json.dumps({"channel_names": {"0": "FLAIR", "1": "T1gd"}}))
    parts = ("in", "imagesTr", "a_0001.nii.gz")
    here = Found(str(tmp_path / "imagesTr" / "a_0001.nii.gz"), "imagesTr/a_0001.nii.gz", parts)
    beside = Found(str(tmp_path / "dataset.json"), "dataset.json", ("in", "dataset.json"))
    found = identify(here, Places.of([here], [beside]))
    assert found.channel == "T1gd"


@pytest.mark.parametrize(
    ("text", "session"),
    [
        ("ses-3_scan", "ses-3"),
        ("x_tp2_y", "tp-2"),
        ("baseline", "baseline"),
        ("T1_AX_POST_GAD", None),
        ("t1_post", None),
        ("post_contrast_t1", None),
        ("scan20210304", "2021-03-04"),
        ("scan 12345678", None),
        ("compost", None),
    ],
)
def test_sessions(text: str, session: str | None) -> None:
    assert session_in(text) == session


def test_sessions_are_in_the_order_of_their_meaning() -> None:
    labels = ["followup", "week-12", "baseline", "week-2", "tp-10", "tp-9"]
    assert sorted(labels, key=session_order) == ["baseline", "tp-9", "tp-10", "week-2", "week-12", "followup"]


@pytest.mark.parametrize(
    ("name", "mask"), [("a_seg.nii", True), ("GTV.nrrd", True), ("label2.nii", True), ("segment.nii", False)]
)
def test_mask_names(name: str, mask: bool) -> None:
    assert is_mask_name(name) is mask
