"""`oncometry features --map` as a user types it."""

from __future__ import annotations

import json

import numpy as np
import pytest
import SimpleITK as sitk

from oncometry.features import MapSettings, profile_named

from .test_features_command import folder as folder

pytestmark = pytest.mark.storeless


def arguments(*more: str) -> list[str]:
    return ["features", "image.nii.gz", "mask.nii.gz", "--unit", "HU", *more]


def test_a_file_for_each_label_and_feature_with_what_it_was_made_from(oncometry, folder) -> None:
    ran = oncometry(*arguments("--map", "glcm", "--map", "stat_max", "--radius", "2", "-o", "maps"))
    assert (ran.code, ran.out) == (0, "")
    assert "written: 52 maps in maps" in ran.err
    files = sorted(path.name for path in (folder / "maps").glob("*.nii.gz"))
    assert len(files) == 52
    assert files[0] == "label-001_original_cm_auto_corr_3D_comb.nii.gz"
    assert files[-1] == "label-003_original_stat_max.nii.gz"
    image, found = (sitk.ReadImage(str(folder / name)) for name in ("image.nii.gz", f"maps/{files[-1]}"))
    for part in ("Size", "Spacing", "Origin", "Direction"):
        assert getattr(found, f"Get{part}")() == getattr(image, f"Get{part}")()
    values = sitk.GetArrayFromImage(found)
    inside = sitk.GetArrayFromImage(sitk.ReadImage(str(folder / "mask.nii.gz"))) == 3
    assert (values[~inside] == 0).all()
    assert values[inside].max() == sitk.GetArrayFromImage(image)[inside].max()
    told = json.loads((folder / "maps" / files[-1].replace(".nii.gz", ".json")).read_text())
    assert told["Feature"]["Tag"] == "stat_max"
    assert (told["Label"], told["Radius"], told["Filter"]) == (3, 2, "original")
    assert told["VoxelsWithValue"] == inside.sum()
    assert told["SpecSHA256"] == profile_named("ibsi").hash
    assert told["MapsSHA256"] == MapSettings(features=("glcm", "stat_max"), radius=2).hash


def test_a_pyradiomics_file_is_read_as_it_is_and_options_win(oncometry, folder) -> None:
    (folder / "p.yaml").write_text("voxelSetting: {kernelRadius: 2, maskedKernel: false, initValue: -9}\n")
    more = ("--label", "1", "--spec", "p.yaml", "--map", "firstorder_Maximum")
    oncometry(*arguments(*more, "-o", "a"))
    oncometry(*arguments(*more, "--radius", "1", "--outside", "5", "-o", "b"))
    name = "label-001_original_firstorder_Maximum"
    told = [json.loads((folder / where / f"{name}.json").read_text())["Maps"] for where in "ab"]
    assert [(m["radius"], m["masked"], m["outside"]) for m in told] == [(2, False, -9), (1, False, 5)]
    corners = [sitk.ReadImage(str(folder / where / f"{name}.nii.gz"))[0, 0, 0] for where in "ab"]
    assert corners == [-9, 5]


def test_a_batch_has_a_folder_for_each_row_and_goes_on_after_a_bad_one(oncometry, folder) -> None:
    more = ("--spec", "pyradiomics", "--map", "Entropy", "-o", "maps", "--json")
    ran = oncometry("features", "batch.csv", *more)
    assert ran.code == 8
    assert "error: none.nii.gz: NOTHING_FOUND" in ran.err
    there = sorted(str(path.relative_to(folder / "maps")) for path in (folder / "maps").rglob("*.nii.gz"))
    assert there == [
        "0001_image/label-003_original_firstorder_Entropy.nii.gz",
        "0003_image/label-001_original_firstorder_Entropy.nii.gz",
    ]
    rows = json.loads(ran.out)
    assert [row["label"] for row in rows] == [3, 1]
    assert all((folder / row["file"]).is_file() for row in rows)


def test_no_voxel_of_a_file_is_nan(oncometry, folder) -> None:
    one = np.zeros((8, 12, 14), np.uint8)
    one[4, 4, 4] = 1
    sitk.WriteImage(sitk.GetImageFromArray(one), str(folder / "one.nii.gz"))
    for spec in ("ibsi", "pyradiomics"):
        oncometry("features", "image.nii.gz", "one.nii.gz", "--spec", spec, "--map", "all", "-o", spec)
        files = list((folder / spec).glob("*.nii.gz"))
        assert len(files) > 90
        for path in files:
            assert np.isfinite(sitk.GetArrayFromImage(sitk.ReadImage(str(path)))).all()
            told = json.loads(path.with_name(path.name.replace(".nii.gz", ".json")).read_text())
            assert told["Reason"] == ("TOO_SMALL" if spec == "pyradiomics" else None)


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (["--map", "glcm"], "--map writes files: name a folder for them with -o DIR."),
        (["--map", "glcm", "-o", "f.csv"], "-o f.csv: with --map it names a folder, not a file."),
        (["--map", "glcm", "-o", "image.nii.gz"], "with --map it names a folder, not a file."),
        (["--map", "glmc", "-o", "m"], "there is no map 'glmc' by this spec; there are maps of"),
        (["--map", "morphology", "-o", "m"], "there is no map 'morphology'"),
        (["--radius", "2"], "--radius, --outside and --device are of maps: say which with --map."),
        (["--outside", "2"], "--radius, --outside and --device are of maps: say which with --map."),
        (["--map", "all", "--radius", "0", "-o", "m"], "--radius"),
        (["--map", "all", "--outside", "nan", "-o", "m"], "outside"),
        (
            ["--map", "all", "--spec", "v.yaml", "-o", "m"],
            "voxelSetting.kernelRadus: there is no such setting",
        ),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_mistakes(oncometry, folder, more, says) -> None:
    (folder / "v.yaml").write_text("voxelSetting: {kernelRadus: 2}\n")
    ran = oncometry("features", "image.nii.gz", "mask.nii.gz", *more)
    assert (ran.code, ran.out) == (2, "")
    assert says in " ".join(ran.err.split())
    assert "Traceback" not in ran.err
    assert not (folder / "m").exists()
