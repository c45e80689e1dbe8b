"""Which file shows which sequence, by its name."""

from __future__ import annotations

from pathlib import Path

import pytest

from oncometry.core import Code, Contrast, NothingFoundError, SettingsError
from oncometry.io.sequence_files import case_of, sequence_files

C = Contrast
ORDER = (C.T1, C.T1C, C.T2, C.FLAIR)
FOUR = {C.T1, C.T1C, C.T2, C.FLAIR}


def folder(place: Path, *names: str) -> Path:
    for name in names:
        (place / name).write_bytes(b"")
    return place


@pytest.mark.parametrize(
    "names",
    [
        ("B-001-t1n.nii.gz", "B-001-t1c.nii.gz", "B-001-t2w.nii.gz", "B-001-t2f.nii.gz"),
        ("B_001_t1.nii.gz", "B_001_t1ce.nii.gz", "B_001_t2.nii.gz", "B_001_flair.nii.gz"),
        ("c_0000.nii.gz", "c_0001.nii.gz", "c_0002.nii.gz", "c_0003.nii.gz"),
        ("sub-1_T1w.nii.gz", "sub-1_ce-gadolinium_T1w.nii.gz", "sub-1_T2w.nii.gz", "sub-1_FLAIR.nii.gz"),
    ],
)
def test_four_files_are_four_sequences(tmp_path: Path, names: tuple[str, ...]) -> None:
    masks = ("B-001-seg.nii.gz", "c_dseg.nii.gz", "sub-1_T1w_mask.nii.gz", "notes.txt")
    found = sequence_files(folder(tmp_path, *names, *masks), ORDER)
    assert {contrast: path.name for contrast, path in found.items()} == dict(zip(ORDER, names, strict=True))
    assert len({case_of(path) for path in found.values()}) == 1


def test_channels_are_in_the_order_of_the_card(tmp_path: Path) -> None:
    found = sequence_files(folder(tmp_path, "c_0000.nii.gz", "c_0007.nii.gz"), (C.FLAIR,))
    assert set(found) == {C.FLAIR}


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (("a-t1c.nii.gz", "a-t1ce.nii.gz"), "both show T1c"),
        (("a-t1c.nii.gz", "b-t2w.nii.gz"), "several examinations"),
    ],
)
def test_what_could_be_two_is_refused(tmp_path: Path, names: tuple[str, ...], told: str) -> None:
    with pytest.raises(SettingsError, match=told):
        sequence_files(folder(tmp_path, *names), ORDER)


def test_no_sequence_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NothingFoundError, match="--t1c") as caught:
        sequence_files(folder(tmp_path, "scan.nii.gz", "t1.txt"), ORDER)
    assert caught.value.code is Code.NOTHING_FOUND
