"""Names that are no UTF-8, of folders, images and papers, go through curation, store and report."""

from __future__ import annotations

import os
from pathlib import Path

import nibabel as nib
import numpy as np

from oncometry import Cohort
from oncometry.report import ReportSettings, write_report

from .conftest import run_inline


def test_names_in_latin_1(tmp_path: Path) -> None:
    folder = Path(os.fsdecode(os.fsencode(tmp_path / "in") + b"/M\xfcller"))
    folder.mkdir(parents=True)
    image = np.random.default_rng(1).normal(100, 10, (20, 20, 10)).astype(np.int16)
    mask = np.zeros((20, 20, 10), np.uint8)
    mask[4:12, 2:8, 2:8] = 1
    nib.save(nib.Nifti1Image(image, np.eye(4)), folder / "T1.nii")
    nib.save(nib.Nifti1Image(mask, np.eye(4)), folder / "T1_mask.nii")
    (folder / "T1.json").write_text('{"SeriesDescription": "half a character \\ud83d"}')
    Path(os.fsdecode(os.fsencode(folder) + b"/k\xfc.nii")).write_bytes(b"no image")

    summary = run_inline(tmp_path / "in", tmp_path / "cohort")

    assert summary.lesions == 1
    assert "k\\udcfc.nii" in " ".join(refused["file"] for refused in summary.refused)
    with Cohort.open(tmp_path / "cohort") as cohort:
        assert not cohort.check()
        assert cohort.table("measurements")["voxels"].max() == mask.sum()
        assert any("udcfc" in shown for shown in cohort.table("files")["shown"])
        page = write_report(cohort.table, tmp_path / "cohort", ReportSettings(), jobs=1)
    assert "udcfc" in page.read_text()
