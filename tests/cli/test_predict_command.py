"""`oncometry predict` as a user meets it: who gets a number, who does not, and what the exit code says of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.prediction.final.made_models import made_models
from tests.test_one_prediction import write_sheet

from oncometry.prediction.final.store import write_model

pytestmark = pytest.mark.storeless


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("model")
    _, models = made_models("binary")
    largest = max(models, key=lambda m: len(m.card.columns))
    return write_model(largest, folder / largest.card.name)[1]


def _aged(path: Path, rows: int) -> Path:
    """So many patients of an age that no training patient had."""
    head, *lines = path.read_text().splitlines()
    cells = [line.split(",") for line in lines]
    for line in cells[:rows]:
        line[head.split(",").index("age")] = "250"
    path.write_text("\n".join([head, *(",".join(line) for line in cells)]))
    return path


def test_some_without_a_number_are_told(oncometry, model, tmp_path):
    sheet = _aged(write_sheet(tmp_path / "new.csv"), 2)
    ran = oncometry("predict", model, sheet, "--json")
    (answer,) = json.loads(ran.out)
    assert ran.code == 0
    assert answer["abstained"] >= 2
    assert answer["predicted"] == 8 - answer["abstained"] > 0
    assert f"abstains from {answer['abstained']} of 8 rows" in ran.err


@pytest.mark.parametrize("form", [(), ("--json",)])
def test_nobody_with_a_number_is_an_exit_code_of_its_own(oncometry, model, tmp_path, form):
    sheet = _aged(write_sheet(tmp_path / "new.csv"), 8)
    ran = oncometry("predict", model, sheet, "-o", tmp_path / "out", *form)
    assert ran.code == 3
    assert "no prediction: made-binary-combined abstains from all 8 rows" in ran.err
    assert (tmp_path / "out" / "index.html").is_file()
    if form:
        (answer,) = json.loads(ran.out)
        assert (answer["predicted"], answer["abstained"]) == (0, 8)


def test_one_silent_model_beside_one_that_speaks(oncometry, model, tmp_path):
    """The smaller model does not look at the column that is not there."""
    smaller = write_model(min(made_models("binary")[1], key=lambda m: len(m.card.columns)), tmp_path / "less")
    sheet = write_sheet(tmp_path / "new.csv", drop=tuple(f"texture_{i}" for i in range(8)))
    ran = oncometry("predict", model, smaller[1], sheet)
    assert ran.code == 8
    assert "made-binary-combined abstains from all 8 rows" in ran.err
