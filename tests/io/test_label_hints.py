"""What a data set says of its labels, by its own file or by the names that it gives."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from oncometry.io.label_hints import channel_names, hints_of


def _dataset(tmp_path: Path, content: object) -> Path:
    path = tmp_path / "dataset.json"
    path.write_text(json.dumps(content))
    return path


@pytest.mark.parametrize(
    ("labels", "names"),
    [
        ({"0": "background", "1": "edema", "3": "enhancing tumour"}, {1: "edema", 3: "enhancing tumour"}),
        ({"background": 0, "liver": 1, "tumor": 2}, {1: "liver", 2: "tumor"}),
        (
            {"background": 0, "whole tumor": [1, 2, 3], "tumor core": [2, 3], "enhancing tumor": [3]},
            {1: "whole tumor", 2: "tumor core", 3: "enhancing tumor"},
        ),
        ({"background": 0, "odd": None}, {}),
        ("none", {}),
    ],
)
def test_label_names(tmp_path: Path, labels: object, names: dict[int, str]) -> None:
    """As the Decathlon, nnU-Net 2, and nnU-Net 2 with regions write them; the smallest region names a value."""
    assert dict(hints_of([], _dataset(tmp_path, {"labels": labels})).names) == names


def test_a_file_that_says_nothing(tmp_path: Path) -> None:
    path = tmp_path / "dataset.json"
    assert not hints_of([], path).names
    for text in ("", "[]", "{"):
        path.write_text(text)
        assert not hints_of([], path).names
        assert not channel_names(path)


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("BraTS-PED-00001-000-seg.nii.gz", "brats-peds-3"),
        ("BraTS-GLI-00001-000-seg.nii.gz", "brats-2023"),
        ("BraTS-MET-00001-000-seg.nii.gz", "brats-2024"),
        ("BraTS20_Training_001_seg.nii", "brats-2017-2021"),
        ("BraTS2021_00001_seg.nii.gz", "brats-2017-2021"),
        ("BRATS_007.nii.gz", "msd-brain-tumour"),
    ],
)
def test_prefixes(name: str, first: str) -> None:
    assert hints_of([name, "folder"], None).schemes[0] == first


def test_names_of_no_data_set() -> None:
    assert hints_of(["case_1_seg.nii.gz", "p1", "in"], None).schemes == ()
    assert hints_of(["seg_mask.nii.gz", "atlas", "DeepBraTumIA-segmentation"], None).schemes == ("lumiere",)
