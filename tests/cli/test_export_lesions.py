"""`oncometry export --to dicom,bids,markups,cdisc`: files, what is left out, and what a format has no place for."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from ..pipeline.conftest import run_inline


@pytest.fixture(scope="module")
def inputs(small_inputs: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scans of one patient, which the cohort reads its masks from again."""
    place = tmp_path_factory.mktemp("exported") / "scans"
    shutil.copytree(small_inputs / "scans" / "two", place)
    return place


@pytest.fixture(scope="module")
def cohort(inputs: Path) -> Path:
    folder = inputs.parent / "cohort"
    run_inline(inputs, folder)
    return folder


@pytest.mark.parametrize(
    ("formats", "endings"),
    [
        ("dicom", {"_seg.dcm", "_rtstruct.dcm", "_sr.dcm"}),
        ("bids", {"_dseg.nii.gz", "_dseg.tsv", "_dseg.json", "dataset_description.json"}),
        ("markups", {".mrk.json"}),
        ("cdisc", {"tu.csv", "tr.csv", "rs.csv"}),
        ("Markups, cdisc", {".mrk.json", "tu.csv", "tr.csv", "rs.csv"}),
    ],
)
def test_each_format_names_its_files(
    oncometry: Any, cohort: Path, tmp_path: Path, formats: str, endings: set[str]
) -> None:
    ran = oncometry("export", cohort, "--to", formats, "-o", tmp_path / "out")
    assert ran.code == 0
    files = [Path(line) for line in ran.out.splitlines()]
    assert all(path.is_file() for path in files)
    assert {path.relative_to(tmp_path / "out").parts[0] for path in files} == {
        name.strip().lower() for name in formats.split(",")
    }
    for path in files:
        assert path.name.endswith(tuple(endings)), path.name
    assert all(any(path.name.endswith(ending) for path in files) for ending in endings)
    assert ("not kept: VALUE_MISSING" in ran.err) == ("cdisc" in formats)
    told = json.loads(oncometry("export", cohort, "--to", formats, "-o", tmp_path / "again", "--json").out)
    assert len(told["files"]) == len(files)
    assert told["left_out"] == []
    assert bool(told["not_kept"]) == ("cdisc" in formats)


def test_what_cdisc_holds_is_called_the_same(oncometry: Any, cohort: Path, tmp_path: Path) -> None:
    oncometry("export", cohort, "--to", "cdisc", "-o", tmp_path)
    tables = [
        (f"--{domain}", tmp_path / "cdisc" / "volumetric" / f"{domain}.csv") for domain in ("tu", "tr", "rs")
    ]
    words = [word for pair in tables for word in pair]
    ran = oncometry("assess", *words, "--criteria", "volumetric", "--json")
    (told,) = [line for line in ran.err.splitlines() if "are as the RS file has them" in line]
    same, _, all_of, *_ = told.split()
    assert same == all_of != "0"
    assert {row["reader"] for row in json.loads(ran.out)} == {"oncometry"}


def test_what_cannot_be_written_is_an_exit_status(
    oncometry: Any, inputs: Path, cohort: Path, tmp_path: Path
) -> None:
    masks = list(inputs.rglob("*_seg.nii.gz"))
    for path in masks:
        path.rename(path.with_suffix(".away"))
    try:
        ran = oncometry("export", cohort, "--to", "markups,csv", "-o", tmp_path, "--json")
    finally:
        for path in masks:
            path.with_suffix(".away").rename(path)
    assert ran.code == 8
    assert "left out: " in ran.err
    told = json.loads(ran.out)
    assert told["left_out"]
    assert any(name.endswith("measurements.csv") for name in told["files"])


@pytest.mark.parametrize("formats", ["sr", "dicom,pdf", ",", "cdisc;dicom"])
def test_other_formats_are_refused(oncometry: Any, cohort: Path, tmp_path: Path, formats: str) -> None:
    ran = oncometry("export", cohort, "--to", formats, "-o", tmp_path / "out")
    assert (ran.code, ran.out) == (2, "")
    assert "--to takes bids, cdisc, csv, dicom, markups, parquet, xlsx" in ran.err
    assert not (tmp_path / "out").exists()
