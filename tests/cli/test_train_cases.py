"""`oncometry train` on patients' images and masks made here: held out, cross-validated, gone on with, refused."""

from __future__ import annotations

import csv
import json
import shutil
from itertools import cycle
from pathlib import Path

import numpy as np
import pytest
import yaml
from tests.segmentation.made_network import ET_MM, TC_MM, TUMOR_LPS_MM, WT_MM, centered, head

from oncometry.core import Contrast, Image
from oncometry.io import write_volume
from oncometry.segmentation.weights import read_card, read_network

pytestmark = pytest.mark.storeless

pytest.importorskip("torch")

GEOMETRY = centered((36, 36, 36), (2.0, 2.0, 2.0))
BRATS = {Contrast.T1: "t1n", Contrast.T1C: "t1c", Contrast.T2: "t2w", Contrast.FLAIR: "t2f"}
LEARNING = {
    "steps": 2, "patch": [16, 16, 16], "check_every": 1, "checks": 1, "save_every": 1, "device": "cpu", "threads": 1
}  # fmt: skip
CASES = ("BraTS-GLI-00001-000", "BraTS-GLI-00001-001", "BraTS-GLI-00002-000", "BraTS-GLI-00003-000")


def truth(enhancing: int = 3) -> Image:
    grid = np.stack(np.meshgrid(*(np.arange(n) for n in GEOMETRY.shape), indexing="ij"), axis=-1)
    away = np.linalg.norm(GEOMETRY.to_world(grid) - TUMOR_LPS_MM, axis=-1)
    labels = np.select([away < ET_MM, away < TC_MM, away < WT_MM], [enhancing, 1, 2], 0)
    return Image(labels.astype(np.uint8), GEOMETRY)


def table(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text().splitlines()))


def config(folder: Path, name: str = "own", **changed: object) -> Path:
    content = {"name": "own", "channels": [16, 16], "learning": LEARNING} | changed
    path = folder / f"{name}.yaml"
    path.write_text(yaml.safe_dump(content))
    return path


@pytest.fixture(autouse=True)
def _no_picture_of_each_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """A third of these tests' time; `test_train_command` looks at it, and here at that of all folds."""
    monkeypatch.setattr("oncometry.training.lesson.write_curves", lambda *_: None)


@pytest.fixture(scope="module")
def brats(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three patients with four visits, and a case that is cut short."""
    folder = tmp_path_factory.mktemp("brats")
    images = head(GEOMETRY)
    for case in CASES:
        for contrast, suffix in BRATS.items():
            write_volume(images[contrast], folder / "cases" / case / f"{case}-{suffix}.nii.gz")
        write_volume(truth(), folder / "cases" / case / f"{case}-seg.nii.gz")
    broken = folder / "cases" / "BraTS-GLI-00004-000"
    shutil.copytree(folder / "cases" / CASES[0], broken)
    for path in broken.iterdir():
        path.rename(broken / path.name.replace("00001", "00004"))
    cut = broken / "BraTS-GLI-00004-000-t1c.nii.gz"
    cut.write_bytes(cut.read_bytes()[:2000])
    return folder


DATA = {"kind": "brats", "folder": "cases", "spacing_mm": 2.0, "brain": "none"}


def test_whole_cases_of_patients_held_out_are_on_the_card(oncometry, brats: Path, tmp_path: Path) -> None:
    made = config(brats, data=DATA | {"held_out": ["BraTS-GLI-00001"]})
    ran = oncometry("train", made, "-o", tmp_path / "own", "--json")
    assert ran.code == 0, ran.err
    told = json.loads(ran.out)
    assert f"mean Dice on whole held-out cases WT {told['measured'][0]['dice']:.3f} TC " in ran.err
    assert list(told["left_out"]) == ["BraTS-GLI-00004-000"]
    assert "BraTS-GLI-00004-000 is left out" in ran.err
    card, _ = read_network(tmp_path / "own" / "own.safetensors")
    assert card.inputs == (Contrast.T1, Contrast.T1C, Contrast.T2, Contrast.FLAIR)
    assert [(one.region, one.cases) for one in card.measured] == [("WT", 2), ("TC", 2), ("ET", 2)]
    assert "2 whole cases of 1 patient;" in card.measured[0].data
    assert "2 cases of 2 patients" in card.data
    rows = table(tmp_path / "own" / "held_out.csv")
    assert {row["patient"] for row in rows} == {"BraTS-GLI-00001"}
    assert len(rows) == 6
    again = oncometry("train", made, "-o", tmp_path / "own", "--json", "--quiet")
    assert json.loads(again.out)["measured"] == told["measured"]
    other = config(brats, "other", data=DATA | {"held_out": ["BraTS-GLI-00002"]})
    refused = oncometry("train", other, "-o", tmp_path / "own", "--quiet")
    assert refused.code == 2
    assert "other cases" in refused.err
    begun = config(brats, "begun", data=DATA | {"held_out": 0}, begin_from=str(tmp_path / "own" / "own.json"))
    assert oncometry("train", begun, "-o", tmp_path / "begun", "--quiet").code == 0
    assert (
        f"begun from own 1 (unstated; 24 of 24 tensors taken), which learned from: {card.data}"
        in read_card(tmp_path / "begun" / "own.json").data
    )


def test_every_patient_is_held_out_once(oncometry, brats: Path, tmp_path: Path) -> None:
    made = config(brats, "folds", data=DATA | {"inputs": ["T1c", "FLAIR"]}, cross_validation={"folds": 3})
    ran = oncometry("train", made, "-o", tmp_path, "--json", "--quiet")
    assert ran.code == 0, ran.err
    told = json.loads(ran.out)
    assert told["finished"]
    rows = table(tmp_path / "cross_validation.csv")
    assert {row["case"] for row in rows} == set(CASES)
    fold_of = {(row["patient"], row["fold"]) for row in rows}
    assert len(fold_of) == 3
    assert len({fold for _, fold in fold_of}) == 3
    card = read_card(tmp_path / "fold-2" / "own-fold-2.json")
    assert card.inputs == (Contrast.T1C, Contrast.FLAIR)
    whole = [one for one in card.measured if "3 folds" in one.data]
    assert [one.cases for one in whole] == [4, 4, 4]
    assert whole[0].dice == pytest.approx(told["measured"][0]["dice"])
    assert (tmp_path / "curves.png").stat().st_size > 5000
    (tmp_path / "fold-2" / "data.sha256").write_text("of other cases\n")
    made = config(
        brats, "one", data=DATA | {"inputs": ["T1c", "FLAIR"]}, cross_validation={"folds": 3, "fold": 1}
    )
    again = json.loads(oncometry("train", made, "-o", tmp_path, "--json", "--quiet").out)
    assert not again["finished"]
    assert {row["fold"] for row in table(tmp_path / "cross_validation.csv")} == {"1", "3"}


def test_stopped_between_steps_it_ends_with_the_same_weights(
    oncometry, brats: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = config(brats, "whole", data=DATA | {"held_out": 0})
    whole = json.loads(oncometry("train", made, "-o", tmp_path / "whole", "--json", "--quiet").out)
    assert whole["measured"] == []
    spent = cycle([False, True])
    monkeypatch.setattr("oncometry.segmentation.training.learn._spent", lambda *_: next(spent))
    stopped = json.loads(oncometry("train", made, "-o", tmp_path / "short", "--json", "--quiet").out)
    assert (stopped["step"], stopped["finished"]) == (1, False)
    resumed = json.loads(oncometry("train", made, "-o", tmp_path / "short", "--json", "--quiet").out)
    assert resumed["finished"]
    assert resumed["sha256"] == whole["sha256"]


def test_nnunet_says_what_channels_and_labels_are(oncometry, tmp_path: Path) -> None:
    images = head(GEOMETRY)
    for case in ("a_1", "a_2", "b_1"):
        for number, contrast in enumerate((Contrast.FLAIR, Contrast.T1C)):
            write_volume(images[contrast], tmp_path / "set" / "imagesTr" / f"{case}_{number:04d}.nii.gz")
        labels = truth()
        tumor = Image((np.asarray(labels.array) > 0).astype(np.uint8), GEOMETRY)
        write_volume(tumor, tmp_path / "set" / "labelsTr" / f"{case}.nii.gz")
    dataset = {"channel_names": {"0": "FLAIR", "1": "T1c"}, "labels": {"background": 0, "tumor": 1}}
    (tmp_path / "set" / "dataset.json").write_text(json.dumps(dataset))
    data = {"kind": "nnunet", "folder": "set", "spacing_mm": 2.0, "brain": "none", "held_out": ["a"]}
    made = config(tmp_path, data=data | {"patient": "(.)_"})
    ran = oncometry("train", made, "-o", tmp_path / "new", "--json")
    assert ran.code == 0, ran.err
    assert "held out by case" not in ran.err
    card = read_card(tmp_path / "new" / "own.json")
    assert (card.scheme, [rule.labels for rule in card.regions]) == ("binary", [(1,)])
    assert card.inputs == (Contrast.T1C, Contrast.FLAIR)
    assert [one.cases for one in card.measured] == [2]
    assert "each case counted as a patient" not in card.data
    alone = config(tmp_path, "alone", data=data | {"held_out": ["a_1"]})
    ran = oncometry("train", alone, "-o", tmp_path / "alone")
    assert ran.err.count("held out by case: name the patient in data.patient if one has several") == 1
    assert (
        "1 patient held out, each case counted as a patient"
        in read_card(tmp_path / "alone" / "own.json").data
    )


@pytest.mark.parametrize(
    ("data", "more", "code", "said"),
    [
        ({"kind": "dicom"}, {}, 2, "SETTINGS"),
        ({"scheme": "brats"}, {}, 2, "no label scheme named"),
        ({"scheme": "brats-peds-4"}, {"task": "brain"}, 2, "heads"),
        ({"patient": "(unclosed"}, {}, 2, "no regular expression"),
        ({"patient": "UPENN-(.*)"}, {}, 2, "finds no patient"),
        ({"inputs": ["CT"]}, {}, 2, "sequences of MR"),
        ({"held_out": ["BraTS-GLI-00009"]}, {}, 2, "no patient BraTS-GLI-00009"),
        ({"held_out": 0.99}, {}, 2, "none is left"),
        ({"held_out": 0.5}, {"cross_validation": {"folds": 2}}, 2, "leave one away"),
        ({}, {"cross_validation": {"folds": 9}}, 2, "9 folds of 4 patients"),
        ({}, {"cross_validation": {"folds": 3, "fold": 4}}, 2, "no fold 4"),
        ({"folder": "nowhere"}, {}, 3, "NOTHING_FOUND"),
        ({"kind": "nnunet"}, {}, 3, "dataset.json"),
    ],
)
def test_a_configuration_that_does_not_hold_is_told(
    oncometry,
    brats: Path,
    tmp_path: Path,
    data: dict[str, object],
    more: dict[str, object],
    code: int,
    said: str,
) -> None:
    ran = oncometry(
        "train", config(brats, "wrong", data=DATA | data, **more), "-o", tmp_path / "out", "--quiet"
    )
    assert ran.code == code, ran.err
    assert said in ran.err


def test_a_scheme_that_was_taken_for_granted_is_asked_for(oncometry, brats: Path, tmp_path: Path) -> None:
    folder = tmp_path / "cases"
    for case in CASES[2:]:
        shutil.copytree(brats / "cases" / case, folder / case)
        write_volume(truth(enhancing=4), folder / case / f"{case}-seg.nii.gz")
    data = DATA | {"held_out": 0}
    ran = oncometry("train", config(tmp_path, data=data), "-o", tmp_path / "new", "--quiet")
    assert (ran.code, "LABEL_UNKNOWN" in ran.err, "data.scheme" in ran.err) == (4, True, True)
    stated = config(tmp_path, "stated", data=data | {"scheme": "brats-2017-2021"})
    ran = oncometry("train", stated, "-o", tmp_path / "new", "--json", "--quiet")
    assert ran.code == 0, ran.err
    assert read_card(tmp_path / "new" / "own.json").scheme == "brats-2023"
