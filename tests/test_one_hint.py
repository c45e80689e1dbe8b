"""One lesion from one hint, from file to files."""

from __future__ import annotations

import hashlib
import json

import numpy as np
import pytest

from oncometry.core import Code, Geometry, Image, Modality, SettingsError, Unit
from oncometry.io import read_volume, write_volume
from oncometry.one_hint import segment_with_hint
from oncometry.one_mask import measure_mask
from oncometry.pipeline import Settings
from oncometry.segmentation.hint import Diameter, HintSettings, Point

QUICK = HintSettings(reruns=1, iterations=40, largest_grid=32)
LINE = Diameter((12, 20, 20), (28, 20, 20))


@pytest.fixture
def scan(tmp_path):
    """A ball of radius 8 mm about (20, 20, 20) LPS."""
    grid = Geometry.from_parts((40, 40, 20), (1, 1, 2))
    away = np.linalg.norm(grid.to_world(np.moveaxis(np.indices(grid.shape), 0, -1)) - 20, axis=-1)
    array = np.where(away < 8, 40, -850) + np.random.default_rng(0).normal(0, 20, grid.shape)
    path = tmp_path / "scan.nii.gz"
    write_volume(Image(array.astype(np.float32), grid, Modality.CT, unit=Unit.HU), path)
    return path


def test_what_is_written_can_be_measured_and_says_where_it_comes_from(scan, tmp_path):
    files = segment_with_hint(scan, LINE, tmp_path / "lesion", QUICK)
    (row,) = measure_mask(files.labels, scan, Settings().changed({"curate": {"scheme": "binary"}}))[:1]
    assert row["volume_ml"] == pytest.approx(2.14, rel=0.1)
    assert row["longest_diameter_mm"] == pytest.approx(16, abs=1.5)
    probability, labels = read_volume(files.probability), read_volume(files.labels)
    assert ((probability.array >= 0.5) == (labels.array == 1)).all()
    said = json.loads(files.sidecar.read_text())
    assert said["Hint"] == {"Kind": "diameter", "PointsLPSmm": [[12, 20, 20], [28, 20, 20]]}
    assert said["Source"]["Key"] == f"sha256:{hashlib.sha256(scan.read_bytes()).hexdigest()}"
    assert said["Settings"]["reruns"] == 1
    assert said["Files"]["scan_dseg.nii.gz"] == hashlib.sha256(files.labels.read_bytes()).hexdigest()
    low, high = said["VolumeInterval95ML"]
    assert low < said["VolumeML"] < high


def test_the_same_again_gives_the_same_bytes(scan, tmp_path):
    first = segment_with_hint(scan, LINE, tmp_path / "a", QUICK)
    again = segment_with_hint(scan, LINE, tmp_path / "b", QUICK)
    assert first.sidecar.read_bytes() == again.sidecar.read_bytes()
    assert first.probability.read_bytes() == again.probability.read_bytes()


def test_an_output_that_is_a_file_or_the_input_is_refused(scan, tmp_path):
    with pytest.raises(SettingsError, match="not a folder"):
        segment_with_hint(scan, LINE, scan, QUICK)
    with pytest.raises(SettingsError) as refused:
        segment_with_hint(scan, Point((900, 0, 0)), tmp_path / "none", QUICK)
    assert refused.value.code is Code.HINT_OUTSIDE
    assert not (tmp_path / "none").exists()
