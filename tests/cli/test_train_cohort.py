"""`oncometry train` on a folder of scans as `oncometry run` takes it: DICOM and NIfTI, patients, dates, masks of every kind."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path

import numpy as np
import pytest
import yaml
from tests.segmentation.made_network import ET_MM, TC_MM, TUMOR_LPS_MM, WT_MM, centered, head

from oncometry.core import Contrast, Geometry, Image, Modality, Segment, Segmentation, scheme_named
from oncometry.io import (
    MaskTags,
    PatientTags,
    SeriesTags,
    derived_uid,
    read_volume,
    write_dicom_series,
    write_rtstruct,
    write_seg,
    write_volume,
)
from oncometry.segmentation.weights import read_card

pytestmark = pytest.mark.storeless

pytest.importorskip("torch")

GRID = centered((36, 36, 18), (2.0, 2.0, 4.0))
COARSE = centered((30, 30, 24), (2.5, 2.5, 3.0))
"""Of FLAIR: not that of the mask."""
SEEN, HELD_OUT, NIFTI, TWICE = "0002", "P 1/α", "BraTS-GLI-00003", "BraTS-GLI-00004"
NAMES = {
    Contrast.T1C: ("T1 gd SE axial", {"repetition_time_ms": 500.0, "echo_time_ms": 10.0, "contrast_agent": "Gd"}),
    Contrast.FLAIR: ("FLAIR", {"repetition_time_ms": 9000.0, "echo_time_ms": 120.0, "inversion_time_ms": 2500.0}),
}  # fmt: skip
LEARNING = {
    "steps": 2, "patch": [16, 16, 16], "check_every": 1, "checks": 1, "save_every": 1, "device": "cpu", "threads": 1
}  # fmt: skip
DATA = {"kind": "cohort", "folder": "scans", "spacing_mm": 2.0, "brain": "none"}


def labels(grid: Geometry) -> np.ndarray:
    place = grid.to_world(np.stack(np.indices(grid.shape), axis=-1))
    away = np.linalg.norm(place - TUMOR_LPS_MM, axis=-1)
    return np.select([away < ET_MM, away < TC_MM, away < WT_MM], [3, 1, 2], 0).astype(np.uint8)


def write_dicom_visit(folder: Path, patient: str, day: date, mask: str | None) -> None:
    place, study = folder / patient[:1] / day.isoformat(), derived_uid("made", patient, day)
    slices: dict[Contrast, tuple[Path, ...]] = {}
    frame = derived_uid("made", patient, day, "frame")
    for number, (contrast, (name, physics)) in enumerate(NAMES.items(), 1):
        grid = GRID if contrast is Contrast.T1C else COARSE
        array = (head(grid)[contrast].array * (1 + 0.1 * day.month)).clip(0).astype(np.int16)
        image = Image(array, Geometry(grid.shape, grid.affine, frame), Modality.MR)
        tags = SeriesTags(study, derived_uid(study, name), number, name, day, **physics)
        slices[contrast] = write_dicom_series(image, place / contrast.value, PatientTags(patient), tags)
    if mask is not None:
        named, drawn = scheme_named("brats-2023").labels, labels(GRID)
        parts = tuple(Segment.from_mask(n, *named[n], drawn == n) for n in named)
        tags = MaskTags(derived_uid(study, "masks"), derived_uid(study, "mask"), 9, "tumor", day)
        write = write_rtstruct if mask == "RTSTRUCT" else write_seg
        found = Segmentation(Geometry(GRID.shape, GRID.affine, frame), parts, "brats-2023")
        write(found, slices[Contrast.T1C], place / "mask.dcm", tags)


def write_nifti_visit(folder: Path, name: str, gain: float, masks: tuple[str, ...]) -> None:
    images = head(GRID)
    for contrast, suffix in ((Contrast.T1C, "t1c"), (Contrast.FLAIR, "t2f")):
        shown = images[contrast].with_array(images[contrast].array * np.float32(gain))
        write_volume(shown, folder / name / f"{name}-{suffix}.nii.gz")
    for number, mask in enumerate(masks):
        array = labels(GRID)
        array[:number] = 1
        write_volume(Image(array, GRID), folder / name / f"{name}-{mask}.nii.gz")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two patients of DICOM, of whom one came once without a mask; two of NIfTI, of whom one has two masks at a visit."""
    folder = tmp_path_factory.mktemp("cohort")
    write_dicom_visit(folder / "scans", HELD_OUT, date(2020, 1, 1), "SEG")
    write_dicom_visit(folder / "scans", HELD_OUT, date(2020, 3, 1), None)
    write_dicom_visit(folder / "scans", SEEN, date(2020, 2, 1), "RTSTRUCT")
    write_nifti_visit(folder / "scans", f"{NIFTI}-000", 1.1, ("seg",))
    write_nifti_visit(folder / "scans", f"{TWICE}-000", 1.2, ("seg", "seg2"))
    return folder


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where trainings of the same cohort share what was laid and prepared."""
    return tmp_path_factory.mktemp("out") / "own"


def config(folder: Path, name: str, **changed: object) -> Path:
    content = {"name": "own", "channels": [16, 16], "learning": LEARNING} | changed
    path = folder / f"{name}.yaml"
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return path


def table(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


def test_patients_are_those_of_the_headers_and_left_out_visits_are_told(
    oncometry, folder: Path, output: Path
) -> None:
    made = config(folder, "own", data=DATA | {"held_out": [HELD_OUT]})
    ran = oncometry("train", made, "-o", output, "--json", "--quiet")
    assert ran.code == 0, ran.err
    told = json.loads(ran.out)
    why = {case.split("x")[0] if "x" in case else case: reason for case, reason in told["left_out"].items()}
    assert "no mask" in why["P1"]
    assert "LABEL_UNKNOWN" in why["BraTSGLI00003_01"]
    assert "2 masks" in why["BraTSGLI00004_01"]
    assert len(why) == 3
    assert all(f"{case} is left out" in ran.err for case in told["left_out"])
    card = read_card(output / "own.json")
    assert card.inputs == (Contrast.T1C, Contrast.FLAIR)
    assert [rule.name for rule in card.regions] == ["WT", "TC", "ET"]
    assert "1 case of 1 patient (cohort), 1 patient held out" in card.data
    rows = table(output / "held_out.csv")
    assert {(row["patient"], row["region"]) for row in rows} == {
        (HELD_OUT, name) for name in ("WT", "TC", "ET")
    }


def test_every_patient_is_held_out_once_and_images_lie_on_the_grid_of_the_mask(
    oncometry, folder: Path, output: Path
) -> None:
    before = {path: path.stat().st_mtime_ns for path in output.glob("visits/**/*_FLAIR.nii.gz")}
    made = config(folder, "folds", data=DATA | {"scheme": "brats-2023"}, cross_validation={"folds": 3})
    ran = oncometry("train", made, "-o", output, "--json", "--quiet")
    assert ran.code == 0, ran.err
    assert json.loads(ran.out)["finished"]
    fold_of = {(row["patient"], row["fold"]) for row in table(output / "cross_validation.csv")}
    assert {patient for patient, _ in fold_of} == {HELD_OUT, SEEN, NIFTI}
    assert len(fold_of) == len({fold for _, fold in fold_of}) == 3
    assert all(path.stat().st_mtime_ns == written for path, written in before.items())
    anat = output / "visits" / f"sub-{SEEN}" / "ses-01" / "anat"
    mask = read_volume(next(anat.glob("*_dseg.nii.gz")))
    flair = read_volume(next(anat.glob("*_space-mask_FLAIR.nii.gz")))
    assert mask.geometry.matches(GRID)
    assert flair.geometry.matches(GRID)
    drawn, true = np.asarray(mask.array) > 0, labels(GRID) > 0
    assert 2 * (drawn & true).sum() / (drawn.sum() + true.sum()) > 0.9
    expected = head(GRID)[Contrast.FLAIR].array
    assert np.corrcoef(flair.array.ravel(), expected.ravel())[0, 1] > 0.95


@pytest.mark.parametrize(
    ("data", "place", "code", "said"),
    [
        ({"patient": "(.+)"}, "out", 2, "patient: whose"),
        ({"curate": {"scheme": "binary"}}, "out", 2, "data.scheme"),
        ({"curate": {"geometry": "best"}}, "out", 2, "curate.geometry"),
        ({"inputs": ["DWI"]}, "out", 2, "inputs: of a cohort"),
        ({"kind": "brats", "curate": {}}, "out", 2, "curate is about a cohort"),
        ({"folder": "nowhere"}, "out", 3, "NOTHING_FOUND"),
        ({"folder": "ran"}, "out", 1, "NOT_A_COHORT"),
        ({"folder": "."}, "within", 2, "lies inside"),
        ({"folder": "bare"}, "out", 3, "it has no mask"),
    ],
)
def test_a_cohort_that_cannot_be_learned_from_is_told(
    oncometry, tmp_path: Path, data: dict[str, object], place: str, code: int, said: str
) -> None:
    (tmp_path / "ran" / ".oncometry").mkdir(parents=True)
    (tmp_path / "ran" / ".oncometry" / "cohort.json").write_text("{}")
    write_nifti_visit(tmp_path / "bare", f"{NIFTI}-000", 1.0, ())
    ran = oncometry("train", config(tmp_path, "own", data=DATA | data), "-o", tmp_path / place, "--quiet")
    assert ran.code == code, ran.err
    assert said in ran.err
