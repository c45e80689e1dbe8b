"""`oncometry features` as a user types it."""

from __future__ import annotations

import csv
import json

import numpy as np
import pytest
import SimpleITK as sitk
from pyarrow import parquet

import oncometry.one_features as oncometry_features
from oncometry.core.interrupt import StoppedError
from oncometry.features import COLUMNS, profile_named

pytestmark = pytest.mark.storeless


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


def read(path) -> list[dict[str, str]]:
    with path.open(newline="") as stream:
        return list(csv.DictReader(stream))


SMALL = ("--spec", "small.yaml")


@pytest.fixture
def small(folder):
    (folder / "small.yaml").write_text("featureClass: {firstorder: [Mean]}\n")
    return folder


@pytest.mark.parametrize(
    ("label", "given", "labels"),
    [
        ("", (), [1]),
        ("all", (), [1, 3]),
        ("", ("--label", "3"), [3]),
        ("All", ("--label", "3"), [1, 3]),
        ("1.0", ("--label", "3"), [1]),
    ],
)
def test_all_is_every_segment_and_nothing_said_is_what_the_spec_says(
    oncometry, small, label, given, labels
) -> None:
    (small / "one.csv").write_text(f"Image,Mask,Label\nimage.nii.gz,mask.nii.gz,{label}\n")
    assert oncometry("features", "one.csv", *SMALL, *given, "-o", "f.csv").code == 0
    assert [int(row["label"]) for row in read(small / "f.csv")] == labels


@pytest.mark.usefixtures("small")
def test_all_of_one_mask_is_every_segment(oncometry) -> None:
    ran = oncometry("features", "image.nii.gz", "mask.nii.gz", *SMALL, "--label", "all", "--json")
    assert [row["label"] for row in json.loads(ran.out)] == [1, 3]


@pytest.mark.parametrize(
    "content",
    [
        b"image ; MASK;label\r\n\r\nimage.nii.gz;mask.nii.gz;3\r\n;;\r\nimage.nii.gz;mask.nii.gz\r\n",
        "Who,Image,Mask,Label\nZo\xeb,image.nii.gz,mask.nii.gz,3\nb,image.nii.gz,mask.nii.gz\n".encode(
            "latin-1"
        ),
        "Image\tMask\tLabel\nimage.nii.gz\tmask.nii.gz\t3\nimage.nii.gz\tmask.nii.gz\t\n".encode("utf-16"),
    ],
    ids=["semicolons, blank rows, a short row", "Latin-1", "UTF-16"],
)
def test_batches_as_spreadsheet_programs_write_them(oncometry, small, content) -> None:
    (small / "b.csv").write_bytes(content)
    ran = oncometry("features", "b.csv", *SMALL, "-o", "f.csv")
    assert ran.code == 0
    assert [row["label"] for row in read(small / "f.csv")] == ["3", "1"]


def test_rows_that_are_wrong_are_named_and_left_out(oncometry, small) -> None:
    (small / "b.csv").write_text(
        "Image,Mask,Label\n,mask.nii.gz,1\nimage.nii.gz,,1\nimage.nii.gz,mask.nii.gz,x\nimage.nii.gz,mask.nii.gz,1\n"
    )
    ran = oncometry("features", "b.csv", *SMALL, "-o", "f.csv")
    assert ran.code == 8
    for said in ("Image in row 2 is empty", "Mask in row 3 is empty", "Label in row 4 takes"):
        assert said in ran.err
    assert len(read(small / "f.csv")) == 1


@pytest.mark.parametrize(
    ("name", "inner"), [("batch.csv", ("batch.csv",)), ("m.csv", ("image.nii.gz", "m.csv"))]
)
def test_nothing_that_is_read_is_written_over(oncometry, small, name, inner) -> None:
    if name == "m.csv":
        (small / name).write_bytes((small / "mask.nii.gz").read_bytes())
    before = (small / name).read_bytes()
    ran = oncometry("features", *inner, *SMALL, "-o", f"./{name}")
    assert ran.code == 2
    assert f"would be written over {name}, which is read" in ran.err
    assert (small / name).read_bytes() == before


def test_the_file_beside_is_not_written_over_the_spec(oncometry, small) -> None:
    (small / "f.csv.spec.json").write_bytes(b'{"featureClass": {"firstorder": ["Mean"]}}')
    ran = oncometry("features", "image.nii.gz", "mask.nii.gz", "--spec", "f.csv.spec.json", "-o", "f.csv")
    assert (ran.code, (small / "f.csv").exists()) == (2, False)


@pytest.mark.parametrize("more", [(), ("--map", "Mean")])
def test_a_place_where_nothing_can_be_written_is_found_first(oncometry, small, monkeypatch, more) -> None:
    (small / "file").touch()
    monkeypatch.setattr("oncometry.cli.feature_jobs.extract_vectors", None)
    monkeypatch.setattr("oncometry.cli.feature_jobs.extract_maps", None)
    output = "file/maps" if more else "file/f.csv"
    ran = oncometry("features", "image.nii.gz", "mask.nii.gz", *SMALL, *more, "-o", output)
    assert (ran.code, "WRITE_FAILED" in ran.err) == (1, True)


@pytest.mark.parametrize("name", ["f.csv", "f.parquet"])
@pytest.mark.parametrize("error", [RuntimeError, StoppedError])
def test_rows_that_are_computed_stay_whatever_ends_the_rest(
    oncometry, small, monkeypatch, name, error
) -> None:
    real = oncometry_features.extract_vectors

    def ends(image, *arguments, **more):
        if image.name == "second.nii.gz":
            raise error("it ends")
        return real(image, *arguments, **more)

    monkeypatch.setattr("oncometry.cli.feature_jobs.extract_vectors", ends)
    (small / "second.nii.gz").write_bytes((small / "image.nii.gz").read_bytes())
    (small / "b.csv").write_text(
        "Image,Mask\nimage.nii.gz,mask.nii.gz\nsecond.nii.gz,mask.nii.gz\nimage.nii.gz,mask.nii.gz\n"
    )
    if error is RuntimeError:
        with pytest.raises(RuntimeError):
            oncometry("features", "b.csv", *SMALL, "-o", name)
    else:
        assert oncometry("features", "b.csv", *SMALL, "-o", name).code == 1
    rows = read(small / name) if name == "f.csv" else parquet.read_table(small / name).to_pylist()
    assert [row["image"] for row in rows] == ["image.nii.gz"]
    assert len(json.loads((small / f"{name}.spec.json").read_text())["sources"]) == 1
    assert not list(small.glob(".*.part"))


def test_a_failure_leaves_what_was_there(oncometry, small) -> None:
    (small / "f.csv").write_text("before")
    assert oncometry("features", "image.nii.gz", "none.nii.gz", "-o", "f.csv").code == 3
    assert (small / "f.csv").read_text() == "before"
    assert not list(small.glob(".*.part"))


def test_masks_of_one_image_are_told_apart(oncometry, small) -> None:
    (small / "again.nii.gz").write_bytes((small / "mask.nii.gz").read_bytes())
    (small / "b.csv").write_text(
        "Image,Mask,Label\nimage.nii.gz,mask.nii.gz,1\nimage.nii.gz,again.nii.gz,3\nimage.nii.gz,again.nii.gz,all\n"
    )
    (small / "small.yaml").write_text(
        "imageType: {Original: {}, Square: {}}\nfeatureClass: {firstorder: [Mean]}\n"
    )
    ran = oncometry("features", "b.csv", *SMALL, "-o", "f.csv")
    assert ran.code == 8
    assert "label 1 of this image is in the batch already, from mask.nii.gz" in ran.err
    assert [row["label"] for row in read(small / "f.csv")] == ["1", "1", "3", "3"]
    sources = json.loads((small / "f.csv.spec.json").read_text())["sources"]
    assert [(s["mask"], s["label"]) for s in sources] == [("mask.nii.gz", 1), ("again.nii.gz", 3)]
    assert all(s["name"] for s in sources)


def test_how_a_mask_was_read_is_said(oncometry, small) -> None:
    labels = sitk.GetArrayFromImage(sitk.ReadImage("mask.nii.gz")) > 0
    sitk.WriteImage(sitk.GetImageFromArray(labels.astype(np.uint8) * 255), "binary.nii.gz")
    said = "binary.nii.gz: the one value 255 beside 0 was taken as a binary mask, label 1."
    assert said in oncometry("features", "image.nii.gz", "binary.nii.gz", *SMALL).err
    ran = oncometry("features", "image.nii.gz", "binary.nii.gz", *SMALL, "--label", "255")
    assert (ran.code, said in ran.err, "LABEL_ABSENT" in ran.err) == (4, True, True)
    field = np.where(labels, 0.7, 0.2).astype(np.float32)
    field[0] = 0
    sitk.WriteImage(sitk.GetImageFromArray(field), "field.nii.gz")
    assert "0.5 and more is inside" in oncometry("features", "image.nii.gz", "field.nii.gz", *SMALL).err
    assert oncometry("features", "image.nii.gz", "mask.nii.gz", *SMALL).err == ""


def test_the_file_beside_rows_is_a_spec(oncometry, small) -> None:
    for spec in ("small.yaml", "ibsi"):
        pair = ("features", "image.nii.gz", "mask.nii.gz")
        assert oncometry(*pair, "--spec", spec, "-o", "f.csv").code == 0
        (small / "f.csv.spec.json").rename(small / "again.spec.json")
        assert oncometry(*pair, "--spec", "again.spec.json", "-o", "g.csv").code == 0
        assert (small / "f.csv").read_bytes() == (small / "g.csv").read_bytes()


def test_a_batch_that_gives_nothing_says_so(oncometry, small) -> None:
    (small / "b.csv").write_text("Image,Mask\nnone.nii.gz,mask.nii.gz\n")
    for more in (("-o", "f.csv"), ("--json",), (), ("--map", "Mean", "-o", "maps")):
        ran = oncometry("features", "b.csv", *SMALL, *more)
        assert (ran.code, ran.out) == (4, "")
        assert "nothing was written: every row of the batch failed" in ran.err
    assert not (small / "f.csv").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["image.nii.gz"], 2, "MASK is missing. Give IMAGE MASK, or a CSV of Image, Mask, Label."),
        (["none.csv"], 3, "NOTHING_FOUND: none.csv"),
        (["columns.csv"], 2, "a batch needs columns Image and Mask; it has picture, mask."),
        (["rows.csv"], 3, "NOTHING_FOUND: rows.csv: the batch has no rows."),
        (["label.csv"], 4, "Label in row 2 takes a label's number or 'all', got 'tumor'."),
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
        (
            ["image.nii.gz", "mask.nii.gz", "--spec", "twice.yaml"],
            2,
            "'binWidth' is there twice in the block of line 1",
        ),
        (["image.nii.gz", "mask.nii.gz", "--spec", "twice.json"], 2, "'profile' is there twice."),
        (
            ["image.nii.gz", "mask.nii.gz", "--spec", "Params.txt"],
            2,
            "ends with .yaml, .yml, .json, .toml, got '.txt'",
        ),
        (["image.nii.gz", "mask.nii.gz", "--json", "-o", "f.csv"], 2, "give one of them"),
        (["several.nii.gz", "mask.nii.gz"], 4, "it holds 2 volumes. Give a file or folder of one"),
        (["nothing.csv"], 3, "NOTHING_FOUND: nothing.csv: the sheet has no rows."),
        (["binary.csv"], 4, "UNSUPPORTED_TYPE: binary.csv"),
        (["header.csv"], 2, "the batch has column Mask twice."),
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
    (folder / "columns.csv").write_text("picture,mask\n")
    (folder / "rows.csv").write_text("Image,Mask\n")
    (folder / "label.csv").write_text("Image,Mask,Label\nimage.nii.gz,mask.nii.gz,tumor\n")
    (folder / "nothing.csv").touch()
    (folder / "binary.csv").write_bytes(b"Image\0Mask")
    (folder / "header.csv").write_text("Image,Mask, mask\n")
    (folder / "bad.yaml").write_text("a: [")
    (folder / "twice.yaml").write_text("setting: {binWidth: 3, binWidth: 5}\n")
    (folder / "twice.json").write_text('{"profile": "ibsi", "profile": "ibsi-c"}')
    (folder / "Params.txt").write_text("setting: {binWidth: 3}\n")
    image = sitk.ReadImage("image.nii.gz")
    sitk.WriteImage(sitk.JoinSeries([image, image]), "several.nii.gz")
    (folder / "list.yaml").write_text("- 1\n")
    (folder / "typo.yaml").write_text("setting: {binWidht: 3}\n")
    ran = oncometry("features", *arguments)
    assert (ran.code, ran.out) == (code, "")
    assert says in " ".join(ran.err.split())
    assert "Traceback" not in ran.err
