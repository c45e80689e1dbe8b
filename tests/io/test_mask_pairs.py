"""Masks of two folders are paired by the case that their names tell."""

from __future__ import annotations

import pytest

from oncometry.core import NothingFoundError, SettingsError
from oncometry.io.mask_pairs import case_of, pair_masks


@pytest.mark.parametrize(
    ("name", "case"),
    [
        ("BraTS-GLI-00001-000-seg.nii.gz", "BraTS-GLI-00001-000"),
        ("BraTS-GLI-00001-000.nii.gz", "BraTS-GLI-00001-000"),
        ("BraTS20_Training_001_seg.nii", "BraTS20_Training_001"),
        ("case_07.nii.gz", "case_07"),
        ("sub-01_ses-2_space-T1c_desc-oncometry_dseg.nii.gz", "sub-01_ses-2"),
        ("sub-01_dseg.nii.gz", "sub-01"),
        ("seg.nii.gz", "seg"),
    ],
)
def test_the_case_of_a_name(name, case):
    assert case_of(name) == case


def folder(tmp_path, name, *files):
    for file in files:
        (tmp_path / name / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name / file).write_bytes(b"x")
    return tmp_path / name


def test_folders_pair_by_case_and_the_rest_is_told(tmp_path):
    ours = folder(
        tmp_path,
        "p",
        "sub-01/anat/sub-01_dseg.nii.gz",
        "sub-01/anat/sub-01_probseg.nii.gz",
        "sub-02_dseg.nii.gz",
    )
    theirs = folder(
        tmp_path, "t", "sub-01-seg.nii.gz", "sub-03-seg.nii.gz", "sub-01-t1c.nii.gz", "readme.txt"
    )
    paired = pair_masks(ours, theirs)
    assert [(p.case, p.predicted.name, p.truth.name) for p in paired.pairs] == [
        ("sub-01", "sub-01_dseg.nii.gz", "sub-01-seg.nii.gz")
    ]
    assert [p.name for p in paired.unpaired] == ["sub-02_dseg.nii.gz", "sub-03-seg.nii.gz"]


def test_two_files_are_one_case(tmp_path):
    ours = folder(tmp_path, "p", "mine.nii.gz") / "mine.nii.gz"
    theirs = folder(tmp_path, "t", "case_seg.nii.gz") / "case_seg.nii.gz"
    assert [p.case for p in pair_masks(ours, theirs).pairs] == ["case"]


def test_what_cannot_be_paired(tmp_path):
    ours, theirs = folder(tmp_path, "p", "a.nii.gz"), folder(tmp_path, "t", "b.nii.gz")
    with pytest.raises(NothingFoundError, match="none of 1 masks"):
        pair_masks(ours, theirs)
    with pytest.raises(SettingsError, match="is a folder"):
        pair_masks(ours, theirs / "b.nii.gz")
    with pytest.raises(NothingFoundError, match="no such"):
        pair_masks(ours, tmp_path / "nowhere")
    twice = folder(tmp_path, "q", "a_seg.nii.gz", "deep/a_seg.nii.gz")
    with pytest.raises(SettingsError, match="2 masks of case a"):
        pair_masks(twice, theirs)
