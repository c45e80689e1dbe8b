"""Where an experiment knows the reliability of its features from: its own regions one by one, or a table of others."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from oncometry.cli.reliability_sources import judge_cohort
from oncometry.cohort_reliability import Perturbing
from oncometry.core import Code, NothingFoundError, OncometryError, SettingsError
from oncometry.features import spec_of
from oncometry.features.columns import wide_name
from oncometry.features.perturbation import PerturbationSpec
from oncometry.features.reliability import RELIABILITY_COLUMNS, IccKind
from oncometry.pipeline import CohortFolder, SilentProgress
from oncometry.pipeline.experiment.cohort_sheet import cohort_sheet
from oncometry.pipeline.experiment.reliabilities import ToldReliabilities, reliabilities_of
from oncometry.prediction.declaration import Experiment
from oncometry.prediction.sheet import PatientSheet

from ..conftest import QUICK, run_inline

SPEC = {"families": ["morphology", "intensity_statistics"]}
CHAIN = PerturbationSpec(rotations_deg=(-4.0, 4.0), volume_fractions=(-0.1, 0.1))
MEAN = "radiomics.T1c.whole.stat_mean@1"


@pytest.fixture(scope="module")
def judged(small_inputs: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    cohort = tmp_path_factory.mktemp("judged") / "cohort"
    run_inline(small_inputs / "scans", cohort, settings=QUICK.changed({"features": {"spec": SPEC}}))
    judge_cohort(cohort, Perturbing(spec_of(SPEC), CHAIN, IccKind.ONE_WAY, 1), None, SilentProgress())
    return cohort


def declared(file: Path | None = None) -> Experiment:
    return Experiment.model_validate(
        {
            "name": "x",
            "cohort": "cohort",
            "endpoint": {"name": "e", "kind": "continuous", "column": "size.whole.volume_ml@2"},
            "features": [{"block": "radiomics", "columns": "radiomics.T1c.whole.*@1"}],
            "preprocessing": {"reliability": {"file": file}},
        }
    )


def told(cohort: Path, file: Path | None = None) -> ToldReliabilities:
    with CohortFolder.open(cohort).store() as store:
        found = reliabilities_of(declared(file), cohort_sheet(store), store)
    assert found is not None
    return found


def rows(cohort: Path) -> list[dict[str, Any]]:
    with CohortFolder.open(cohort).store() as store:
        return store.table("reliability").to_dict("records")


@pytest.mark.sqlite
def test_of_all_patients_it_is_what_the_cohort_knows(judged: Path) -> None:
    known = told(judged).known
    group = next(one for one in known.repeated if MEAN in one.columns)
    limits = group.limits(np.unique(group.patients))
    kept = {
        wide_name(r["filter"], r["tag"]): r["low"] for r in rows(judged) if r["group_name"] == "whole in T1c"
    }
    assert len(kept) > 30
    for name, low in limits.items():
        if name.startswith("radiomics.T1c.whole.") and name.endswith("@1"):
            tag = name.removeprefix("radiomics.T1c.whole.").removesuffix("@1")
            assert low == pytest.approx(0.0 if np.isnan(kept[tag]) else kept[tag], abs=1e-9), name
    assert group.columns[MEAN] == group.columns[f"delta.{MEAN.replace('@1', '@2')}"], "one feature, told once"
    assert known.outside == {}
    assert known.told_by == ""


@pytest.mark.sqlite
def test_each_region_is_of_its_patient(judged: Path) -> None:
    group = next(one for one in told(judged).known.repeated if MEAN in one.columns)
    with CohortFolder.open(judged).store() as store:
        lesions = store.table("lesions")
    assert set(group.patients) <= set(lesions["patient_id"])
    assert len(np.unique(group.patients)) > 1
    assert group.values.shape == (len(group.patients), 4, len(set(group.columns.values())))


@pytest.mark.sqlite
def test_values_that_are_gone_are_not_replaced_by_those_of_everybody(judged: Path, tmp_path: Path) -> None:
    shutil.copytree(judged, tmp_path / "cohort")
    shutil.rmtree(tmp_path / "cohort" / ".oncometry" / "steps")
    with pytest.raises(NothingFoundError, match="oncometry reliability"):
        told(tmp_path / "cohort")


@pytest.mark.sqlite
def test_the_cohorts_own_table_is_refused_as_one_of_strangers(judged: Path, tmp_path: Path) -> None:
    own = written(tmp_path / "own.csv", rows(judged))
    with pytest.raises(SettingsError, match="held out") as caught:
        told(judged, own)
    assert caught.value.code is Code.SETTINGS


@pytest.mark.sqlite
@pytest.mark.parametrize(("low", "says"), [("90", "no number from -1 to 1"), ("good", "'good': no number")])
def test_a_limit_that_is_no_icc_is_refused(judged: Path, tmp_path: Path, low: str, says: str) -> None:
    others = [{**row, "data": "retest.csv", "data_sha256": "0" * 64, "low": low} for row in rows(judged)]
    with pytest.raises(SettingsError, match=says):
        told(judged, written(tmp_path / "other.csv", others))


@pytest.mark.sqlite
def test_a_table_of_nothing_here_says_what_was_looked_for(judged: Path, tmp_path: Path) -> None:
    other = [{**rows(judged)[0], "data": "retest.csv", "data_sha256": "0" * 64, "filter": "", "tag": "mine"}]
    with pytest.raises(SettingsError) as caught:
        told(judged, written(tmp_path / "other.csv", other))
    assert "the table has mine." in str(caught.value.advice)


@pytest.mark.sqlite
def test_a_table_of_others_counts_once_and_is_told(judged: Path, tmp_path: Path) -> None:
    other = [{**row, "data": "retest.csv", "data_sha256": "0" * 64, "low": 0.5} for row in rows(judged)]
    found = told(judged, written(tmp_path / "other.csv", other))
    assert found.known.outside[MEAN] == 0.5
    assert found.known.repeated == ()
    assert found.known.told_by == "other.csv"
    assert [n.code for n in found.notices] == [Code.SOURCE_DIFFERS]
    of_a_cohort = [{**row, "data": "cohort", "data_sha256": "1" * 64} for row in rows(judged)]
    doubted = told(judged, written(tmp_path / "cohort.csv", of_a_cohort))
    assert [n.code for n in doubted.notices] == [Code.LEAK_SUSPECTED]
    assert doubted.origin != found.origin


@pytest.mark.sqlite
def test_a_cohort_that_knows_nothing_is_refused(undisturbed: Path) -> None:
    with pytest.raises(OncometryError, match="nothing is known"):
        told(undisturbed)
    with pytest.raises(SettingsError, match="no cohort to ask"):
        reliabilities_of(declared(), PatientSheet(np.array(["A"]), {}, {}), None)


def written(path: Path, lines: list[dict[str, Any]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, RELIABILITY_COLUMNS, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(lines)
    return path
