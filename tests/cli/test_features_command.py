"""`oncometry features` as a user types it."""

from __future__ import annotations

import csv
import json

import numpy as np
import pytest
import SimpleITK as sitk
from pyarrow import parquet

from oncometry.features import COLUMNS, profile_named


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An image, a mask of labels 1 and 3, an empty mask and one on another grid, and a batch of them."""
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(0)
    labels = np.zeros((8, 12, 14), np.uint8)
    labels[2:6, 3:9, 3:10] = 1
    labels[4:7, 5:8, 5:8] = 3
    arrays = {
        "image": rng.normal(50, 20, labels.shape).round().astype(np.int16),
        "mask": labels,
        "empty": np.zeros_like(labels),
        "other": labels[1:],
    }
    for name, array in arrays.items():
        sitk.WriteImage(sitk.GetImageFromArray(array), f"{name}.nii.gz")
    (tmp_path / "batch.csv").write_text(
        "ID,Image,Mask,Label\na,image.nii.gz,mask.nii.gz,3\nb,none.nii.gz,mask.nii.gz,1\nc,image.nii.gz,mask.nii.gz,\n"
    )
    return tmp_path


@pytest.mark.usefixtures("folder")
def test_rows_as_json(oncometry) -> None:
    ran = oncometry("features", "image.nii.gz", "mask.nii.gz", "--unit", "HU", "--json")
    assert (ran.code, ran.err) == (0, "")
    rows = json.loads(ran.out)
    assert tuple(rows[0]) == COLUMNS
    assert {row["label"] for row in rows} == {1, 3}
    assert {row["image"] for row in rows} == {"image.nii.gz"}
    mean = next(r for r in rows if r["tag"] == "stat_mean")
    assert (mean["ibsi_id"], mean["unit"], mean["reason"]) == ("Q4LE", "HU", None)


@pytest.mark.usefixtures("folder")
def test_a_table_without_json(oncometry) -> None:
    ran = oncometry("features", "image.nii.gz", "mask.nii.gz", "--label", "3", "--spec", "pyradiomics")
    lines = ran.out.splitlines()
    assert lines[0].split() == list(COLUMNS)
    assert len(lines) == 1 + 107


def test_files_with_what_they_were_made_from(oncometry, folder) -> None:
    for name in ("f.csv", "f.parquet"):
        ran = oncometry(
            "features", "image.nii.gz", "mask.nii.gz", "--unit", "HU", "--label", "all", "-o", name
        )
        assert (ran.code, ran.out) == (0, "")
    with (folder / "f.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    table = parquet.read_table(folder / "f.parquet").to_pylist()
    assert [(r["tag"], float(r["value"])) for r in rows] == [(r["tag"], r["value"]) for r in table]
    beside = json.loads((folder / "f.csv.spec.json").read_text())
    assert beside["spec_hash"] == profile_named("ibsi").hash
    assert [(s["image"], s["label"]) for s in beside["sources"]] == [("image.nii.gz", 1), ("image.nii.gz", 3)]


def test_nothing_is_nan_in_an_export(oncometry, folder) -> None:
    one = np.zeros((8, 12, 14), np.uint8)
    one[4, 4, 4] = 1
    sitk.WriteImage(sitk.GetImageFromArray(one), str(folder / "one.nii.gz"))
    oncometry("features", "image.nii.gz", "one.nii.gz", "-o", "f.csv")
    text = (folder / "f.csv").read_text()
    assert "nan" not in text.lower()
    assert "inf" not in text.replace("info_corr", "").replace("information", "").lower()
    with (folder / "f.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert {(r["value"] == "") == (r["reason"] == "TOO_SMALL") for r in rows} == {True}


def test_a_file_name_that_is_a_formula_is_text_in_the_csv(oncometry, folder) -> None:
    (folder / "image.nii.gz").rename(folder / "=image.nii.gz")
    oncometry("features", "=image.nii.gz", "mask.nii.gz", "--spec", "pyradiomics", "-o", "f.csv")
    with (folder / "f.csv").open(newline="") as stream:
        assert {row["image"] for row in csv.DictReader(stream)} == {"'=image.nii.gz"}


def test_a_batch_goes_on_after_a_bad_row(oncometry, folder) -> None:
    ran = oncometry("features", folder / "batch.csv", "--spec", "pyradiomics", "-o", "f.csv")
    assert ran.code == 8
    assert "error: none.nii.gz: NOTHING_FOUND" in ran.err
    with (folder / "f.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [rows[n]["label"] for n in (0, 107)] == ["3", "1"]
    assert len(rows) == 2 * 107


@pytest.mark.usefixtures("folder")
def test_an_unknown_unit_is_said(oncometry) -> None:
    assert "UNIT_UNKNOWN" in oncometry("features", "image.nii.gz", "mask.nii.gz", "-o", "f.csv").err


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["image.nii.gz"], 2, "MASK is missing. Give IMAGE MASK, or a CSV of Image, Mask, Label."),
        (["none.csv"], 3, "NOTHING_FOUND: none.csv"),
        (["columns.csv"], 2, "a batch needs columns Image and Mask; it has image, mask."),
        (["rows.csv"], 3, "NOTHING_FOUND: rows.csv: the batch has no rows."),
        (["label.csv"], 2, "Label in row 2 takes a label's number or 'all', got 'tumor'."),
        (["image.nii.gz", "none.nii.gz"], 3, "none.nii.gz"),
        (["image.nii.gz", "empty.nii.gz"], 4, "MASK_EMPTY: empty.nii.gz: the mask has no voxel."),
        (["image.nii.gz", "other.nii.gz"], 4, "GEOMETRY_MISMATCH"),
        (["image.nii.gz", "image.nii.gz"], 4, "LABEL_UNKNOWN"),
        (["image.nii.gz", "mask.nii.gz", "--label", "2"], 4, "LABEL_ABSENT: label 2 is not in the mask"),
        (
            ["image.nii.gz", "mask.nii.gz", "--label", "x"],
            2,
            "--label takes a label's number or 'all', got 'x'.",
        ),
        (["image.nii.gz", "mask.nii.gz", "--spec", "isbi"], 2, "there is no profile 'isbi'; there are ibsi"),
        (["image.nii.gz", "mask.nii.gz", "--spec", "none.yaml"], 2, "none.yaml: there is no such spec file."),
        (["image.nii.gz", "mask.nii.gz", "--spec", "bad.yaml"], 2, "bad.yaml: the file cannot be parsed"),
        (["image.nii.gz", "mask.nii.gz", "--spec", "list.yaml"], 2, "the file holds a list"),
        (
            ["image.nii.gz", "mask.nii.gz", "--spec", "typo.yaml"],
            2,
            "setting.binWidht: there is no such setting",
        ),
        (["image.nii.gz", "mask.nii.gz", "-o", "f.xlsx"], 2, "must end with .csv or .parquet, got '.xlsx'."),
        (["image.nii.gz", "mask.nii.gz", "--unit", "hounsfield"], 2, "--unit"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_mistakes(oncometry, folder, arguments, code, says) -> None:
    (folder / "columns.csv").write_text("image,mask\n")
    (folder / "rows.csv").write_text("Image,Mask\n")
    (folder / "label.csv").write_text("Image,Mask,Label\nimage.nii.gz,mask.nii.gz,tumor\n")
    (folder / "bad.yaml").write_text("a: [")
    (folder / "list.yaml").write_text("- 1\n")
    (folder / "typo.yaml").write_text("setting: {binWidht: 3}\n")
    ran = oncometry("features", *arguments)
    assert (ran.code, ran.out) == (code, "")
    assert says in " ".join(ran.err.split())
    assert "Traceback" not in ran.err
