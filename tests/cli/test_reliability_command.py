"""`oncometry reliability`: a table, a batch, and words for every mistake; the cohort is in tests/test_cohort_reliability.py."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk
from typer.testing import CliRunner

from oncometry.cli.app import app
from oncometry.core import OncometryError
from oncometry.features.reliability import RELIABILITY_COLUMNS

from ..features.perturbation.solids import ellipsoid

pytestmark = pytest.mark.storeless

CHAIN = "rotations_deg: [-4, 4]\nvolume_fractions: [-0.1, 0.1]\n"


def invoke(*words: object) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["reliability", *map(str, words)])
    if isinstance(result.exception, OncometryError):
        raise result.exception
    return result.exit_code, result.stdout


@pytest.fixture
def table(tmp_path: Path) -> Path:
    rng = np.random.default_rng(0)
    path = tmp_path / "retest.csv"
    with path.open("w") as stream:
        stream.write("subject;repeat;original_glcm_JointEntropy;original_firstorder_Mean\n")
        for subject in range(8):
            truth = rng.normal()
            for repeat in (1, 2):
                stream.write(f"S{subject};{repeat};{truth + 0.1 * rng.normal()};{rng.normal()}\n")
    return path


@pytest.fixture
def batch(tmp_path: Path) -> Path:
    lines = ["Image,Mask"]
    for n, radius in enumerate((6.0, 8.0, 10.0)):
        image, segmentation = ellipsoid((1.0, 1.0, 1.5), (31, 31, 21), (radius, radius, radius))
        for name, array in (("i", image.array), ("m", segmentation.mask().astype(np.uint8))):
            sitk.WriteImage(
                sitk.GetImageFromArray(np.ascontiguousarray(array.T)), str(tmp_path / f"{name}{n}.nrrd")
            )
        lines.append(f"i{n}.nrrd,m{n}.nrrd")
    (tmp_path / "batch.csv").write_text("\n".join(lines) + "\n")
    (tmp_path / "chain.yaml").write_text(CHAIN)
    (tmp_path / "spec.yaml").write_text("families: [morphology, intensity_statistics]\n")
    return tmp_path / "batch.csv"


def test_a_table_gives_rows_with_interval_and_file(table: Path, tmp_path: Path) -> None:
    code, text = invoke("--table", table, "--json")
    rows = json.loads(text)
    assert code == 0
    assert [row["tag"] for row in rows] == ["original_glcm_JointEntropy", "original_firstorder_Mean"]
    assert rows[0]["icc"] > 0.9 > abs(rows[1]["icc"])
    assert rows[0]["low"] < rows[0]["icc"] < rows[0]["high"]
    assert (rows[0]["data"], len(rows[0]["data_sha256"])) == ("retest.csv", 64)
    assert invoke("--table", table, "-o", tmp_path / "out.csv")[0] == 0
    with (tmp_path / "out.csv").open() as stream:
        written = list(csv.DictReader(stream))
    assert tuple(written[0]) == RELIABILITY_COLUMNS
    assert float(written[0]["icc"]) == rows[0]["icc"]
    assert "JointEntropy" in invoke("--table", table)[1]
    assert {row["icc_kind"] for row in json.loads(invoke("--table", table, "--icc", "3,1", "--json")[1])} == {
        "ICC(3,1)"
    }


def test_a_batch_is_perturbed_and_one_that_fails_is_told(batch: Path) -> None:
    words = (
        batch,
        "--perturbation",
        batch.parent / "chain.yaml",
        "--spec",
        batch.parent / "spec.yaml",
        "--json",
        "--unit",
        "HU",
    )
    code, text = invoke(*words, "--threads", 2)
    rows = json.loads(text)
    assert code == 0
    assert {(r["source"], r["subjects"], r["repeats"], r["group_name"]) for r in rows} == {
        ("perturbation", 3, 4, "label 1")
    }
    assert {r["tag"]: r["icc"] for r in rows}["morph_volume"] > 0.9
    assert json.loads(invoke(*words, "--threads", 1)[1]) == rows
    batch.write_text(batch.read_text() + "i0.nrrd,none.nrrd\n")
    code, text = invoke(*words)
    assert code == 8
    assert json.loads(text) == rows


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((), "nothing to judge"),
        (("--table", "none.csv"), "no such table"),
        (("--table", "{table}", "--subject", "patient"), "no column 'patient'"),
        (("--table", "{table}", "--icc", "1"), "--icc takes 1,1"),
        (("--table", "{table}", "-o", "x.txt"), "must end with .csv"),
        (("none.csv",), "no such sheet"),
        (("nowhere",), "no such cohort"),
        (("none.csv", "--perturbation", "rcv"), "there is no perturbation 'rcv'"),
        (("none.csv", "--perturbation", "none.yaml"), "no such spec file"),
    ],
)
def test_mistakes_are_told_in_words(words: tuple[str, ...], says: str, table: Path) -> None:
    with pytest.raises(OncometryError, match=says):
        invoke(*(word.format(table=table) for word in words))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"\xff\xfe\x00a", "not UTF-8 text"),
        (b"a,b,a\n1,2,3\n", "column 'a' twice"),
        (b"subject,repeat,original_glcm_Idm\nS,1\n", "row 2 has 2 cells, the first line 3"),
        (b"", "no rows"),
        (b"subject,repeat\n", "no rows"),
        (b'subject,repeat\n"S', "cannot be parsed"),
    ],
)
def test_a_table_that_is_none_is_refused(content: bytes, says: str, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes(content)
    with pytest.raises(OncometryError, match=says):
        invoke("--table", tmp_path / "t.csv")
