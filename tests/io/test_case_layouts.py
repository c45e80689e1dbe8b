"""Cases are found with their patients, whatever the data set calls its files; what is incomplete is told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from oncometry.core import Contrast, NothingFoundError, SettingsError
from oncometry.io.case_layouts import find_cases

ALL = {Contrast.T1, Contrast.T1C, Contrast.T2, Contrast.FLAIR}


def touch(folder: Path, *names: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / name).touch()


def test_brats_of_both_ages(tmp_path: Path) -> None:
    case = "BraTS-GLI-00005-001"
    touch(tmp_path / case, *(f"{case}-{what}.nii.gz" for what in ("t1n", "t1c", "t2w", "t2f", "seg")))
    old = "BraTS20_Training_001"
    touch(tmp_path / old, *(f"{old}_{what}.nii" for what in ("t1", "t1ce", "t2", "flair", "seg")))
    touch(tmp_path / "BraTS-GLI-00006-000", "BraTS-GLI-00006-000-t1n.nii.gz")
    touch(tmp_path, "readme.txt")
    found = find_cases("brats", tmp_path)
    assert [(one.name, one.patient) for one in found.cases] == [(case, "BraTS-GLI-00005"), (old, old)]
    assert all(set(one.images) == ALL for one in found.cases)
    assert found.cases[1].mask.name == f"{old}_seg.nii"
    assert [name for name, _ in found.left_out] == ["BraTS-GLI-00006-000"]


def test_nnunet_by_its_own_channels(tmp_path: Path) -> None:
    touch(tmp_path / "imagesTr", "x_1_0000.nii.gz", "x_1_0001.nii.gz", "x_2_0000.nii.gz", "y_0000.nii.gz")
    touch(tmp_path / "labelsTr", "x_1.nii.gz", "x_2.nii.gz", "z.nii.gz")
    names = {"channel_names": {"0": "FLAIR", "1": "T1Gd"}, "labels": {"background": 0, "tumor": 1}}
    (tmp_path / "dataset.json").write_text(json.dumps(names))
    found = find_cases("nnunet", tmp_path, r"(\w)_\d")
    assert [(one.name, one.patient, set(one.images)) for one in found.cases] == [
        ("x_1", "x", {Contrast.FLAIR, Contrast.T1C}),
        ("x_2", "x", {Contrast.FLAIR}),
    ]
    assert [name for name, _ in found.left_out] == ["y", "z"]


def test_what_cannot_be_a_data_set_is_refused(tmp_path: Path) -> None:
    for layout in ("brats", "nnunet"):
        with pytest.raises(NothingFoundError):
            find_cases(layout, tmp_path)
    (tmp_path / "dataset.json").write_text('{"channel_names": {"0": "first"}}')
    with pytest.raises(SettingsError, match="names no sequence"):
        find_cases("nnunet", tmp_path)
