"""The demo cohort with images: what was written is what is true, read back through io."""

from __future__ import annotations

import csv
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from oncometry.core import Compartment, Contrast, Modality
from oncometry.core.schemes import COMPOSITION
from oncometry.io import CurateSettings, Manifest, curate, read_image, read_volume
from oncometry.synthesis import DemoSettings, write_demo
from oncometry.synthesis.drawing import EDEMA, ENHANCING, NECROSIS
from oncometry.synthesis.patient import make_imaged_patient

pytestmark = pytest.mark.skipif(
    find_spec("nilearn") is None, reason="the demo's brain comes with nilearn (extra 'demo')"
)
SETTINGS = DemoSettings(patients=3, dates=1, jobs=2)


@pytest.fixture(scope="module")
def cohort(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    write_demo(folder, SETTINGS)
    return folder


@pytest.fixture(scope="module")
def manifest(cohort: Path, tmp_path_factory: pytest.TempPathFactory) -> Manifest:
    return curate([cohort], CurateSettings(), workspace=tmp_path_factory.mktemp("workspace"))


@pytest.fixture(scope="module")
def truth(cohort: Path) -> list[dict[str, str]]:
    with (cohort / "truth.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _label_map(cohort: Path) -> tuple[np.ndarray, np.ndarray]:
    """Patient 3's mask and T1c, (ni, nj, nk)."""
    mask = next((cohort / "masks" / "DEMO-003").iterdir())
    t1c = next((cohort / "dicom" / "DEMO-003").iterdir()) / "T1c"
    return read_volume(mask).array, read_volume(t1c).array


def test_every_series_is_found_and_classified(manifest: Manifest) -> None:
    assert manifest.patient_ids == ("DEMO-001", "DEMO-002", "DEMO-003")
    assert manifest.synthetic == set(manifest.patient_ids)
    for patient in manifest.patient_ids:
        series, _ = manifest.of_patient(patient)
        assert {s.contrast for s in series} == {Contrast.T1, Contrast.T1C, Contrast.T2, Contrast.FLAIR}
        assert {s.modality for s in series} == {Modality.MR}
        assert len({s.geometry.frame_of_reference_uid for s in series}) == 1


def test_a_series_reads_back_on_its_grid(manifest: Manifest) -> None:
    series = manifest.series[0]
    image = read_image(series)
    assert image.geometry.spacing_mm == pytest.approx((1, 1, 5))
    assert 300 < np.percentile(image.array, 99) < 3000


def test_true_volumes_are_those_of_the_written_mask(cohort: Path, truth: list[dict[str, str]]) -> None:
    labels, _ = _label_map(cohort)
    parts = {"whole": (1, 2, 3), "core": (1, 3), "enhancing": (3,), "necrosis": (1,), "edema": (2,)}
    for compartment, numbers in parts.items():
        rows = [r for r in truth if r["patient_id"] == "DEMO-003" and r["compartment"] == compartment]
        voxels = int(np.isin(labels, numbers).sum())
        assert sum(int(r["voxels"]) for r in rows) == voxels
        assert sum(float(r["mask_volume_ml"]) for r in rows) == pytest.approx(voxels * 0.005, abs=1e-3)


def test_drawing_keeps_volumes(truth: list[dict[str, str]]) -> None:
    """Within what 5 mm slices allow."""
    for row in truth:
        if float(row["volume_ml"]) > 2 and row["compartment"] in ("whole", "core"):
            assert float(row["mask_volume_ml"]) == pytest.approx(float(row["volume_ml"]), rel=0.05)


def test_voxel_outlines_agree_with_the_geometry(truth: list[dict[str, str]]) -> None:
    for row in truth:
        if row["compartment"] == "whole" and row["longest_diameter_mm"]:
            true, drawn = float(row["longest_diameter_mm"]), float(row["mask_longest_diameter_mm"])
            assert true - 0.3 < drawn < true + 1.5
            assert float(row["perpendicular_mm"]) <= true + 0.1


def test_the_images_show_what_the_mask_says(cohort: Path) -> None:
    labels, t1c = _label_map(cohort)
    brain = (t1c > 200) & (labels == 0)
    assert t1c[labels == ENHANCING].mean() > 1.5 * t1c[brain].mean()
    assert t1c[labels == NECROSIS].mean() < 0.75 * t1c[labels == ENHANCING].mean()
    flair_folder = next((cohort / "dicom" / "DEMO-003").iterdir()) / "FLAIR"
    flair = read_volume(flair_folder).array
    assert flair[labels == EDEMA].mean() > 1.25 * flair[brain].mean()


def test_necrosis_lies_inside_the_rim(cohort: Path) -> None:
    labels, _ = _label_map(cohort)
    i, j, k = np.nonzero(labels == NECROSIS)
    neighbors = [labels[i + di, j + dj, k] for di, dj in ((1, 0), (-1, 0), (0, 1), (0, -1))]
    assert np.isin(neighbors, (NECROSIS, ENHANCING)).mean() > 0.99
    assert COMPOSITION[Compartment.CORE] >= {Compartment.NECROSIS, Compartment.ENHANCING}


def test_masks_come_in_three_formats(cohort: Path) -> None:
    assert len(list(cohort.glob("dicom/DEMO-001/*/SEG/*.dcm"))) == 1
    assert len(list(cohort.glob("dicom/DEMO-002/*/RTSTRUCT/*.dcm"))) == 1
    assert len(list(cohort.glob("masks/DEMO-003/*_T1c_seg.nii.gz"))) == 1


def test_a_patient_made_again_has_the_same_bytes(cohort: Path, tmp_path: Path) -> None:
    make_imaged_patient(3, SETTINGS, tmp_path)
    written = sorted(p.relative_to(tmp_path) for p in tmp_path.rglob("*") if p.is_file())
    assert len(written) > 100
    assert all((tmp_path / p).read_bytes() == (cohort / p).read_bytes() for p in written)
