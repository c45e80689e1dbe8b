"""`oncometry segment`, as typed."""

from __future__ import annotations

import json

import nibabel as nib
import numpy as np
import pytest

from oncometry.io.write_nifti import encode_array
from oncometry.segmentation import registry
from oncometry.segmentation.hint import HintSettings

from ..segmentation.made_network import centered, head, threshold_weights, written

pytestmark = pytest.mark.storeless


@pytest.fixture
def scan(tmp_path):
    """A ball of radius 8 mm at (-20, -20, 20) LPS, which is (20, 20, 20) RAS."""
    away = np.linalg.norm(np.moveaxis(np.indices((40, 40, 40)), 0, -1) - 20, axis=-1)
    array = np.where(away < 8, 1.6, 1.0) + np.random.default_rng(0).normal(0, 0.05, away.shape)
    path = tmp_path / "scan.nii.gz"
    nib.save(nib.Nifti1Image(array.astype(np.float32), np.eye(4)), path)
    return path


def test_negative_lps_and_positive_ras_are_the_same_place(oncometry, scan, tmp_path, monkeypatch):
    quick = HintSettings(reruns=0, iterations=40, largest_grid=32)
    monkeypatch.setattr("oncometry.one_hint.HintSettings", lambda: quick)
    lps = oncometry("segment", scan, "--diameter", "-12,-20,20,-28,-20,20", "-o", tmp_path / "a", "--json")
    ras = oncometry("segment", scan, "--diameter=12,20,20,28,20,20", "--ras", "-o", tmp_path / "b", "--json")
    assert (lps.code, ras.code) == (0, 0)
    one, other = json.loads(lps.out), json.loads(ras.out)
    assert one == other
    assert one["VolumeML"] == pytest.approx(4 / 3 * np.pi * 0.512, rel=0.06)
    written = sorted(path.name for path in (tmp_path / "a").iterdir())
    assert written == ["scan_dseg.json", "scan_dseg.nii.gz", "scan_probseg.nii.gz"]


@pytest.mark.parametrize(
    ("hint", "code", "says"),
    [
        ([], 2, "needs one of --point, --box and --diameter, got none"),
        (["--point", "1,2,3", "--box", "0,0,0,9,9,9"], 2, "got --point and --box"),
        (["--point", "1;2;3"], 2, "--point takes numbers in mm with commas between, got '1;2;3'"),
        (["--point", "1,2"], 2, "a point takes 3 numbers in mm, got 2"),
        (["--point", "20,20,20"], 2, "HINT_OUTSIDE: (20, 20, 20) LPS mm of the point lies outside"),
    ],
    ids=["none", "two", "semicolons", "two numbers", "ras for lps"],
)
def test_a_hint_that_does_not_hold_is_told_in_a_line(oncometry, scan, tmp_path, hint, code, says):
    ran = oncometry("segment", scan, *hint, "-o", tmp_path / "new")
    assert (ran.code, ran.out) == (code, "")
    assert says in " ".join(ran.err.split())
    assert not (tmp_path / "new").exists()


def test_an_examination_goes_to_the_shipped_network_or_the_one_of_a_name(oncometry, tmp_path, monkeypatch):
    case, shipped = tmp_path / "case", tmp_path / "shipped"
    case.mkdir()
    for contrast, image in head(centered((36, 36, 36), (2.0, 2.0, 2.0))).items():
        encoded = encode_array(np.asarray(image.array, np.float32), image.geometry)
        (case / f"B-001-{contrast}.nii.gz").write_bytes(encoded)
    monkeypatch.setattr(registry, "SHIPPED", shipped)
    monkeypatch.setenv("ONCOMETRY_NETWORKS", str(tmp_path / "mine"))
    none = oncometry("segment", case, "-o", tmp_path / "new")
    assert (none.code, "no tumor network came with" in none.err) == (3, True)
    written(shipped, threshold_weights(), name="starter-tumor")
    written(tmp_path / "mine", threshold_weights(), name="mine")
    by_default = oncometry("segment", case, "-o", tmp_path / "a", "--json")
    by_name = oncometry(
        "segment", case, "--network", "mine", "--brain", "none", "-o", tmp_path / "b", "--json"
    )
    assert [json.loads(ran.out)["network"] for ran in (by_default, by_name)] == ["starter-tumor", "mine"]
    strange = oncometry("segment", case, "--brain", "mine", "-o", tmp_path / "c")
    assert (strange.code, "does not find the brain" in strange.err) == (2, True)
