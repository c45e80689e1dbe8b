"""From model files and a sheet to pages: side by side, and without a number where the model abstains."""

from __future__ import annotations

import csv
import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
from tests.prediction.final.made_models import made_models
from tests.prediction.made_tables import made_sheet

from oncometry.core import Code, CorruptInputError, NothingFoundError, SettingsError
from oncometry.one_prediction import PredictionRequest, predict_patients, write_answers
from oncometry.prediction.final.store import write_model


def write_sheet(
    path: Path, seed: int = 5, patients: int = 8, ids: str = "id", drop: tuple[str, ...] = ()
) -> Path:
    sheet = made_sheet(patients=patients, seed=seed)
    columns = {n: c for n, c in sheet.columns.items() if n not in drop}
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([ids, *columns])
        for i, patient in enumerate(sheet.patients):
            cells = [c[i] for c in columns.values()]
            writer.writerow(
                [f"N-{patient}", *("" if isinstance(x, float) and np.isnan(x) else x for x in cells)]
            )
    return path


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("models")
    for kind in ("binary", "survival", "continuous"):
        for model in made_models(kind)[1]:
            (folder / kind).mkdir(exist_ok=True)
            write_model(model, folder / kind / model.card.name)
    return {kind: folder / kind for kind in ("binary", "survival", "continuous")}


def test_models_stand_side_by_side(files: dict[str, Path], tmp_path: Path) -> None:
    sheet = write_sheet(tmp_path / "new.csv")
    lines = sheet.read_text().splitlines()
    lines[2] = lines[2].replace(lines[2].split(",")[1], "250")
    sheet.write_text("\n".join(lines))
    answers = predict_patients(
        PredictionRequest((files["binary"], files["survival"], files["continuous"], sheet))
    )
    assert [a.model.card.features for a in answers] == ["combined"] * 3
    write_answers(answers, tmp_path / "out")
    page = (tmp_path / "out" / "patient-0001.html").read_text()
    assert all(f'<p class="soft">{kind}</p>' in page for kind in ("Response", "Time to event", "Number"))
    assert page.count("What moved it</h3>") == 3
    silent = (tmp_path / "out" / "patient-0002.html").read_text()
    assert silent.count("No prediction") == 3
    assert "age is 250" in silent
    assert "bootstrap)" not in silent.split("The models")[0]
    assert "<svg" not in silent
    rows = list(csv.DictReader((tmp_path / "out" / "predictions.csv").read_text().splitlines()))
    assert len(rows) == 24
    assert [r["value"] == "" for r in rows] == [r["valid"] == "False" for r in rows]
    told = json.loads((tmp_path / "out" / "predictions.json").read_text())
    second = told[0]["patients"][1]
    assert second["prediction"] is None
    assert second["not_valid"]["value"] is not None
    assert second["envelope"]["notices"][0]["code"] == "OUTSIDE_TRAINING"
    assert "N-P001" in (tmp_path / "out" / "index.html").read_text()


def test_another_hospitals_table(files: dict[str, Path], tmp_path: Path) -> None:
    """Other ids, columns in another order and more of them; one that lacks is said, and nobody gets a number without it."""
    sheet = write_sheet(tmp_path / "theirs.csv", ids="case", drop=("volume",))
    (answer,) = predict_patients(PredictionRequest((files["binary"], sheet), patient="case"))
    assert any(n.code is Code.COLUMN_MISSING and "volume" in n.what for n in answer.notices)
    assert not any(p.verdict.is_inside for p in answer.predictions.patients)


def test_a_patient_with_two_rows_is_told(files: dict[str, Path], tmp_path: Path) -> None:
    sheet = write_sheet(tmp_path / "new.csv")
    lines = sheet.read_text().splitlines()
    other = lines[1].split(",")
    age = lines[0].split(",").index("age")
    other[age] = "61.5"
    sheet.write_text("\n".join([*lines, ",".join(other)]) + "\n")
    (answer,) = predict_patients(PredictionRequest((files["binary"], sheet)))
    (notice,) = [n for n in answer.notices if n.code is Code.ROW_CONFLICTING]
    assert "61.5" in notice.what


def test_outcomes_are_held_against_predictions(files: dict[str, Path], tmp_path: Path) -> None:
    sheet = write_sheet(tmp_path / "new.csv", patients=50)
    (answer,) = predict_patients(PredictionRequest((files["binary"], sheet), outcomes=True))
    assert any(m.metric == "auc" for m in answer.metrics)
    assert any(n.code is Code.LEAK_SUSPECTED and "only whole files" in n.what for n in answer.notices)
    write_answers([answer], tmp_path / "out")
    assert "Held against what happened" in (tmp_path / "out" / "index.html").read_text()


def test_rows_that_were_learned_from_give_no_metrics(tmp_path: Path) -> None:
    sheet = write_sheet(tmp_path / "new.csv", patients=50)
    _, (model, *_) = made_models("binary")
    digest = hashlib.sha256(sheet.read_bytes()).hexdigest()
    own = model.card.model_copy(update={"origin": (("new.csv", digest),)})
    write_model(type(model)(own, model.fit, model.refits, model.center), tmp_path / "own")
    (answer,) = predict_patients(PredictionRequest((tmp_path / "own.model.json", sheet), outcomes=True))
    assert not answer.metrics
    assert any(n.code is Code.LEAK for n in answer.notices)


def test_markup_in_a_cell_stays_text(files: dict[str, Path], tmp_path: Path) -> None:
    sheet = write_sheet(tmp_path / "new.csv")
    sheet.write_text(
        sheet.read_text().replace("N-P000", "<script>alert(1)</script>").replace(",F,", ",<b>F</b>,")
    )
    answers = predict_patients(PredictionRequest((files["binary"], sheet)))
    write_answers(answers, tmp_path / "out")
    for page in (tmp_path / "out").glob("*.html"):
        assert "<script>" not in page.read_text()
        assert "<b>F</b>" not in page.read_text()


def test_mistakes_are_answered(files: dict[str, Path], tmp_path: Path) -> None:
    sheet = write_sheet(tmp_path / "new.csv")
    for asked, code in (
        ((files["binary"],), Code.SETTINGS),
        ((sheet,), Code.SETTINGS),
        ((files["binary"], tmp_path / "nowhere.csv"), Code.NOTHING_FOUND),
        ((tmp_path / "no.model.json", sheet), Code.NOTHING_FOUND),
        ((files["binary"], tmp_path, sheet), Code.SETTINGS),
    ):
        with pytest.raises((SettingsError, NothingFoundError)) as caught:
            predict_patients(PredictionRequest(asked))
        assert caught.value.code is code
    with pytest.raises(SettingsError) as wrong:
        predict_patients(PredictionRequest((files["binary"], sheet), patient="nobody"))
    assert wrong.value.code is Code.COLUMN_MISSING
    broken = tmp_path / "broken.model.json"
    broken.write_text("{}")
    with pytest.raises(CorruptInputError):
        predict_patients(PredictionRequest((broken, sheet)))
