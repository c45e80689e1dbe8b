"""The declaration that the how-to shows is one, and fits the cohort that it says how to make."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
import yaml

from oncometry.core import Code, SettingsError
from oncometry.pipeline import CohortFolder
from oncometry.pipeline.experiment.cohort_sheet import cohort_sheet
from oncometry.pipeline.experiment.sources import sources_without_images
from oncometry.prediction.declaration import Experiment
from oncometry.prediction.endpoint import outcome_of
from oncometry.prediction.features import feature_table
from oncometry.prediction.sheet import PatientSheet
from oncometry.synthesis import DemoSettings, write_demo

from ..conftest import run_inline

PAGE = Path(__file__).parents[3] / "docs" / "how-to" / "run-an-experiment.md"


@pytest.fixture(scope="module")
def cohort(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("example")
    write_demo(folder / "t", DemoSettings(patients=40, tables_only=True))
    run_inline(
        folder / "t", folder / "c", clinical=folder / "t/clinical.xlsx", reads=(folder / "t/reads.csv",)
    )
    return folder / "c"


@pytest.fixture(scope="module")
def sheet(cohort: Path) -> PatientSheet:
    with CohortFolder.open(cohort).store() as store:
        return cohort_sheet(store)


@pytest.fixture
def declared() -> dict[str, object]:
    blocks = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    return yaml.safe_load(next(block for block in blocks if block.startswith("name:")))


def test_the_example_fits_the_demo(sheet: PatientSheet, declared: dict[str, object]) -> None:
    experiment = Experiment.model_validate(declared)
    table = feature_table(sheet, experiment)
    outcome = outcome_of(sheet, experiment.endpoint)
    assert not [n for n in (*table.notices, *outcome.notices) if n.code is Code.FEATURE_AFTER_OUTCOME]
    assert 20 < outcome.known.sum() <= 41
    assert 5 < (outcome.y["event"] == 1).sum() < outcome.known.sum()
    read = table.rows(sheet.columns["visits.sized"] == 3)
    assert len(read.patients) == 40
    assert np.isfinite(read.values).all()


def test_what_comes_after_the_landmark_is_pointed_out(
    sheet: PatientSheet, declared: dict[str, object]
) -> None:
    endpoint = {**declared["endpoint"], "landmark_day": 0}  # type: ignore[dict-item]
    late = feature_table(sheet, Experiment.model_validate({**declared, "endpoint": endpoint}))
    told = [n.what for n in late.notices if n.code is Code.FEATURE_AFTER_OUTCOME]
    assert len(told) == 1
    assert "size.enhancing.volume_ml@3" in told[0]


@pytest.mark.parametrize(
    ("asked", "near"),
    [
        ("age", "clinical.age_years"),
        ("clinical.age_yeas", "clinical.age_years"),
        ("size.hole.*", "size.whole"),
    ],
)
def test_a_column_that_is_not_there_is_held_against_all_of_the_cohort(
    cohort: Path, declared: dict[str, object], asked: str, near: str
) -> None:
    features = [{"block": "clinical", "columns": [asked]}]
    changed = {**declared, "cohort": str(cohort), "features": features}
    with pytest.raises(SettingsError, match=re.escape(repr(asked))) as caught:
        sources_without_images(Experiment.model_validate(changed), None)
    assert caught.value.code is Code.COLUMN_MISSING
    assert near in str(caught.value.advice)


def test_the_outcome_is_no_feature(sheet: PatientSheet, declared: dict[str, object]) -> None:
    features = [{"block": "clinical", "columns": ["event.death.day"]}]
    with pytest.raises(SettingsError, match="says the outcome"):
        feature_table(sheet, Experiment.model_validate({**declared, "features": features}))


GRADE = {"name": "severe", "kind": "toxicity", "column": "toxicity.any.grade", "grade": 2}


def toxicity_notices(sheet: PatientSheet, declared: dict[str, object], *columns: str) -> list[str]:
    """What is said of features that come too late for a severe toxicity."""
    features = [{"block": "clinical", "columns": columns}]
    told = {**declared, "endpoint": GRADE, "features": features}
    table = feature_table(sheet, Experiment.model_validate(told))
    return [n.what for n in table.notices if n.code is Code.FEATURE_AFTER_OUTCOME]


def test_toxicity_of_the_demo_has_its_day_of_treatment(
    sheet: PatientSheet, declared: dict[str, object]
) -> None:
    assert not [n for n in sheet.notices if n.code is Code.DATE_MISSING]
    assert np.nanmax(sheet.columns["toxicity.headache.baseline"]) >= 1
    assert sheet.days["toxicity.headache.baseline"] == 0, "what the first visit says"
    outcome = outcome_of(sheet, Experiment.model_validate({**declared, "endpoint": GRADE}).endpoint)
    assert (outcome.known.sum(), 5 < outcome.y.sum() < 35) == (40, True)
    early = ("clinical.age_years", "treatment.*", "toxicity.*.baseline", "size.whole.volume_ml@1")
    assert toxicity_notices(sheet, declared, *early) == []
    late = toxicity_notices(sheet, declared, "size.whole.volume_ml@1", "size.whole.volume_ml@2")
    assert len(late) == 1
    assert "1 columns are known, in " in late[0]
    assert late[0].endswith("size.whole.volume_ml@2.")
