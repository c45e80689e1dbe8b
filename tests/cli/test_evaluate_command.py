"""`oncometry evaluate`: files and folders, what is printed, what is written, and what is refused."""

from __future__ import annotations

import csv
import json

import nibabel as nib
import numpy as np
import pytest

from oncometry.measurement import measure
from oncometry.one_evaluation import evaluate_masks

pytestmark = pytest.mark.storeless

SHAPE = (40, 36, 20)


def head(radius, shift=0, cut=False):
    """Labels of a ball: 3 inside, 1 around it, 2 on the outside; without 1 and 2 if cut."""
    center = np.array([18 + shift, 18, 10])
    far = np.sqrt((((np.indices(SHAPE).T - center) * (1, 1, 2)) ** 2).sum(axis=-1)).T
    labels = np.select([far < radius / 2, far < radius * 0.7, far < radius], [3, 1, 2], 0).astype(np.uint8)
    return np.where(labels == 3, 3, 0).astype(np.uint8) if cut else labels


def save(path, labels, spacing=(1.0, 1.0, 2.0)):
    path.parent.mkdir(parents=True, exist_ok=True)
    nib.save(nib.Nifti1Image(labels, np.diag([*spacing, 1.0])), path)
    return path


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """Three cases that pair (one of them empty in the truth), one on another grid, one alone."""
    root = tmp_path_factory.mktemp("evaluate")
    for case, (ours, theirs) in {
        "sub-01": (head(12), head(12)),
        "sub-02": (head(12, 2), head(13)),
        "sub-03": (head(9), np.zeros(SHAPE, np.uint8)),
    }.items():
        save(root / "p" / f"{case}_dseg.nii.gz", ours)
        save(root / "t" / f"{case}-seg.nii.gz", theirs)
    save(root / "p" / "sub-04_dseg.nii.gz", head(9))
    save(root / "t" / "sub-04-seg.nii.gz", head(9), (1.0, 1.0, 3.0))
    save(root / "t" / "sub-05-seg.nii.gz", head(9))
    return root


def test_folders(oncometry, folders, tmp_path):
    ran = oncometry("evaluate", folders / "p", folders / "t", "-o", tmp_path / "out", "--json")
    assert ran.code == 8
    told = " ".join(ran.err.split())
    assert "sub-04: GEOMETRY_MISMATCH" in told
    assert "sub-05-seg.nii.gz: no mask of the same case" in told
    summary = json.loads((tmp_path / "out" / "summary.json").read_text())
    printed = json.loads(ran.out)
    assert printed["regions"] == summary["regions"]
    assert list(summary["regions"]) == ["WT", "TC", "ET"]
    assert summary["cases"] == 3
    whole = summary["regions"]["WT"]
    assert (whole["lesions_tp"], whole["lesions_fp"], whole["lesions_fn"], whole["empty"]) == (2, 1, 0, 1)
    dice = [row["dice"] for row in printed["rows"] if row["region"] == "WT"]
    assert whole["metrics"]["dice"]["mean"] == pytest.approx(np.mean(dice))
    assert summary["settings"]["surface"] == "surfels"
    assert "seed 0" in summary["conventions"]["intervals"]
    rows = list(csv.DictReader((tmp_path / "out" / "cases.csv").read_text().splitlines()))
    assert [(r["case"], r["empty"]) for r in rows if r["region"] == "ET"] == [
        ("sub-01", ""), ("sub-02", ""), ("sub-03", "truth")
    ]  # fmt: skip
    for name in ("bland_altman_volume.png", "bland_altman_diameter.png"):
        assert (tmp_path / "out" / name).read_bytes().startswith(b"\x89PNG")
    page = (tmp_path / "out" / "index.html").read_text()
    assert page.count("data:image/png;base64,") == 2
    assert "sub-04: GEOMETRY_MISMATCH" in page


def test_the_same_mask_is_perfect_and_its_diameter_is_what_measure_has(folders):
    truth = folders / "t" / "sub-01-seg.nii.gz"
    whole, core, enhancing = evaluate_masks(truth, truth, scheme="brats-2023")
    assert (whole.dice, whole.hd95_mm, whole.surface_dice, whole.lesion_f1) == (1.0, 0.0, 1.0, 1.0)
    from oncometry.convert import as_segmentation  # noqa: PLC0415

    (lesion,) = measure(as_segmentation(truth, scheme="brats-2023")).lesions
    found = {m.compartment.value: m.longest.length_mm for m in lesion.measurements if m.longest}
    for scores, name in ((whole, "whole"), (core, "core"), (enhancing, "enhancing")):
        assert scores.sizes.diameter_truth_mm == pytest.approx(found[name], rel=1e-9)


def test_one_guess_for_both_sides(folders, tmp_path):
    """A map in which only the enhancing part is left is not a binary mask beside one with all labels."""
    ours = save(tmp_path / "a.nii.gz", head(12, cut=True))
    whole, _, enhancing = evaluate_masks(ours, folders / "t" / "sub-01-seg.nii.gz")
    assert enhancing.dice == 1.0
    assert 0 < whole.dice < 0.5


def test_two_files_are_a_table(oncometry, folders):
    ours, theirs = folders / "p" / "sub-02_dseg.nii.gz", folders / "t" / "sub-02-seg.nii.gz"
    ran = oncometry("evaluate", ours, theirs, "--scheme", "brats-2023", "--surface", "voxels")
    assert ran.code == 0
    lines = ran.out.splitlines()
    assert lines[0].split()[:3] == ["region", "dice", "hd95_mm"]
    assert [line.split()[0] for line in lines[1:]] == ["WT", "TC", "ET"]


def test_another_grid_stops(oncometry, folders):
    ran = oncometry("evaluate", folders / "p" / "sub-04_dseg.nii.gz", folders / "t" / "sub-04-seg.nii.gz")
    assert (ran.code, ran.out) == (4, "")
    assert "GEOMETRY_MISMATCH" in ran.err


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (("--surface", "pixels"), "surfels or voxels"),
        (("--tolerance-mm", "inf"), "finite"),
        (("--truth-scheme", "none"), "no label scheme"),
    ],
)
def test_options_that_do_not_hold(oncometry, folders, more, says):
    ran = oncometry("evaluate", folders / "p", folders / "t", *more)
    assert (ran.code, ran.out) == (2, "")
    assert says in " ".join(ran.err.split())
