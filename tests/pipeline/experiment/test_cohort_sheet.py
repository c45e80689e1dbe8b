"""A cohort's database as rows of patients: each column against what was put in."""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest

from oncometry.core import Code, NothingFoundError, SettingsError
from oncometry.pipeline import CohortFolder
from oncometry.pipeline.experiment import cohort_clinical
from oncometry.pipeline.experiment import cohort_sheet as module
from oncometry.pipeline.experiment.cohort_sheet import cohort_sheet
from oncometry.pipeline.experiment.sources import sources_without_images
from oncometry.prediction.declaration import Endpoint, Experiment
from oncometry.prediction.endpoint import outcome_of
from oncometry.prediction.sheet import PatientSheet
from oncometry.store import Store
from oncometry.synthesis import DemoSettings, write_demo

from ..conftest import run_inline

PATIENTS = 7


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tables") / "demo"
    write_demo(folder, DemoSettings(patients=PATIENTS, seed=5, tables_only=True))
    return folder


@pytest.fixture(scope="module")
def cohort(demo: Path) -> Path:
    place = demo.parent / "cohort"
    summary = run_inline(demo, place, clinical=demo / "clinical.csv", reads=(demo / "reads.csv",))
    assert summary.failures == ()
    return place


@pytest.fixture(scope="module")
def sheet(cohort: Path) -> PatientSheet:
    with CohortFolder.open(cohort).store() as store:
        return cohort_sheet(store)


def truth(demo: Path) -> dict[tuple[str, str, int], float]:
    """(patient, compartment, visit) -> ml of all lesions."""
    sums: dict[tuple[str, str, int], float] = defaultdict(float)
    with (demo / "truth.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            sums[row["patient_id"], row["compartment"], int(row["timepoint"])] += float(row["volume_ml"])
    return sums


def of(folder: Path, text: str, reads: str | None = None) -> PatientSheet:
    """The sheet of a cohort of this clinical sheet alone."""
    folder.mkdir()
    (folder / "clinical.csv").write_text(text, encoding="utf-8")
    given = ()
    if reads is not None:
        (folder / "reads.csv").write_text(reads, encoding="utf-8")
        given = (folder / "reads.csv",)
    run_inline(folder, folder.parent / "made", clinical=folder / "clinical.csv", reads=given)
    with CohortFolder.open(folder.parent / "made").store() as store:
        return cohort_sheet(store)


def cell(sheet: PatientSheet, name: str, patient: str) -> object:
    return sheet.columns[name][sheet.patients.tolist().index(patient)]


def test_volumes_are_those_of_all_lesions(sheet: PatientSheet, demo: Path) -> None:
    for (patient, compartment, visit), ml in truth(demo).items():
        found = cell(sheet, f"size.{compartment}.volume_ml@{visit}", patient)
        assert found == pytest.approx(ml, abs=2e-3), (patient, compartment, visit)


def test_change_is_a_fraction_of_the_first_visit(sheet: PatientSheet) -> None:
    first, last = (sheet.columns[f"size.whole.volume_ml@{n}"] for n in (1, 3))
    change = sheet.columns["delta.size.whole.volume_ml@3"]
    np.testing.assert_allclose(change, (last - first) / first, rtol=1e-12)
    assert np.isfinite(change).sum() == PATIENTS


def test_who_was_never_read_is_a_row_too(sheet: PatientSheet) -> None:
    assert len(sheet.patients) == PATIENTS + 1
    assert np.isnan(cell(sheet, "size.whole.volume_ml@1", "DEMO-999"))
    assert cell(sheet, "visits.sized", "DEMO-999") == 0
    assert cell(sheet, "visits.sized", "DEMO-001") == 3
    assert cell(sheet, "event.death.day", "DEMO-999") == 210


def test_no_clinical_column_says_what_became_of_the_patient(sheet: PatientSheet) -> None:
    said = {name for name in sheet.columns if name.startswith("clinical.")}
    assert {"clinical.age_years", "clinical.idh", "clinical.dexamethasone_mg_per_day@2"} <= said
    words = ("survival", "death", "toxicity", "response", "event")
    assert [name for name in said if any(word in name for word in words)] == []
    assert {"outcome.overall_survival_days", "outcome.response@3"} <= set(sheet.columns)


def test_events_grades_and_responses_are_those_of_the_sheet(sheet: PatientSheet, demo: Path) -> None:
    with (demo / "clinical.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    for patient in sheet.patients:
        own = [row for row in rows if row["patient_id"] == patient]
        assert cell(sheet, "event.death.day", patient) == float(own[0]["overall_survival_days"])
        assert cell(sheet, "event.death.observed", patient) == float(own[0]["death_observed"])
        before: dict[str, int] = {}
        for row in own[:1]:
            before[row["toxicity_term"]] = int(row["toxicity_grade"])
        worst: dict[str, int] = defaultdict(int)
        for row in own[1:]:
            worst[row["toxicity_term"]] = max(worst[row["toxicity_term"]], int(row["toxicity_grade"]))
        came = [grade for term, grade in worst.items() if grade > before.get(term, -1)]
        expected = max(came, default=0) if worst else np.nan
        assert cell(sheet, "toxicity.any.grade", patient) == pytest.approx(expected, nan_ok=True)
        if len(own) > 1:
            assert cell(sheet, "outcome.response@3", patient) == own[2]["response"]
    at_first = sheet.columns.get("outcome.response@1")
    assert at_first is None or set(at_first) <= {None, "NE"}, (
        "a response that comes later is not known at the first visit"
    )
    best = set(sheet.columns["response.volumetric.best"].tolist()) - {None}
    assert best <= {"CR", "PR", "SD", "PD", "NE"}
    assert best


def test_days_tell_when_a_column_was_known(sheet: PatientSheet) -> None:
    last = np.nanmax(sheet.columns["visits.day@3"])
    assert sheet.days["size.whole.volume_ml@3"] == sheet.days["delta.size.whole.volume_ml@3"] == last
    assert sheet.days["clinical.age_years"] == sheet.days["size.whole.volume_ml@1"] == 0
    assert "event.death.day" not in sheet.days


def test_only_what_is_asked_for_is_read(
    cohort: Path, sheet: PatientSheet, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = ["clinical.age_years", "event.*"]

    def never(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(module, "lesion_readings", never)
    with CohortFolder.open(cohort).store() as store:
        few = cohort_sheet(store, wanted)
    assert set(few.columns) == {"clinical.age_years", "event.death.day", "event.death.observed"}
    np.testing.assert_array_equal(few.columns["clinical.age_years"], sheet.columns["clinical.age_years"])
    assert few.origin[0][1] != sheet.origin[0][1]


def test_a_value_holds_from_its_day_on(tmp_path: Path) -> None:
    sheet = of(
        tmp_path / "in",
        "patient_id,date,kps,grade4,note\n"
        "A,2020-01-01,90,yes,\nA,2020-02-01,80,yes,\nA,2020-03-01,70,yes,\n"
        "B,2020-01-01,,no,\nB,2020-02-01,60,no,later\nB,2020-03-01,50,no,\n",
    )
    assert [cell(sheet, "clinical.kps", p) for p in "AB"] == [90, pytest.approx(np.nan, nan_ok=True)]
    assert [cell(sheet, f"clinical.kps@{n}", "A") for n in (1, 2, 3)] == [90, 80, 70]
    assert cell(sheet, "clinical.kps@3", "B") == 50
    assert (cell(sheet, "clinical.note", "B"), sheet.days["clinical.note"]) == ("later", 31)
    assert "clinical.grade4@2" not in sheet.columns, "what never changes has one column"
    assert any("clinical.kps: 1 patients have several values" in n.what for n in sheet.notices)


def test_the_first_of_several_events(tmp_path: Path) -> None:
    sheet = of(
        tmp_path / "in",
        "patient_id,date,pfs_days,progression_observed,overall_survival_days,death_observed\n"
        "A,2020-01-01,100,1,300,1\nB,2020-01-01,200,1,200,1\nC,2020-01-01,150,0,400,1\n"
        "D,2020-01-01,400,0,400,1\n",
    )
    kinds = [cell(sheet, "event.first.kind", p) for p in "ABCD"]
    assert kinds == ["progression", "progression", "death", "death"]
    assert [cell(sheet, "event.first.day", p) for p in "ABCD"] == [100, 200, 400, 400]


def test_one_hand_and_unknown_sizes(tmp_path: Path) -> None:
    reads = (
        "patient,date,reader,lesion,volume_ml,state,accepted\n"
        "A,2020-01-01,Dr. A,L1,10,,\nA,2020-01-01,Dr. A,L2,5,,\nA,2020-02-01,Dr. A,L1,4,,\n"
        "A,2020-02-01,Dr. A,L2,,absent,\nA,2020-03-01,Dr. A,L1,4,,\nA,2020-03-01,Dr. A,L2,,not evaluable,\n"
        "B,2020-01-01,Dr. A,L1,10,,\nB,2020-01-01,Dr. B,L1,20,,yes\nB,2020-02-01,Dr. B,L1,30,,yes\n"
        "B,2020-03-01,Dr. B,L1,40,,yes\n"
        "C,2020-01-01,Dr. A,L1,11,,\nC,2020-01-01,Dr. C,L1,21,,\n"
    )
    sheet = of(tmp_path / "in", "patient_id,kps\nA,1\nB,2\nC,3\n", reads)
    sizes = [cell(sheet, f"size.whole.volume_ml@{n}", "A") for n in (1, 2, 3)]
    assert sizes == pytest.approx([15, 4, np.nan], nan_ok=True)
    assert [cell(sheet, f"size.whole.lesions@{n}", "A") for n in (1, 2)] == [2, 1]
    assert cell(sheet, "size.whole.volume_ml@1", "B") == 20, "the accepted reader"
    assert cell(sheet, "size.whole.volume_ml@1", "C") == 11, "who read most"
    codes = [notice.code for notice in sheet.notices]
    assert Code.READER_AMBIGUOUS in codes
    assert Code.SOURCE_DIFFERS in codes


def test_a_cohort_of_nobody_is_refused(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "text.txt").write_text("nothing")
    run_inline(tmp_path / "in", tmp_path / "cohort")
    with CohortFolder.open(tmp_path / "cohort").store() as store, pytest.raises(NothingFoundError):
        cohort_sheet(store)


@pytest.mark.mariadb
@pytest.mark.sqlite
def test_a_server_gives_the_same(demo: Path, cohort: Path, mariadb_url: str, tmp_path: Path) -> None:
    run_inline(
        demo,
        tmp_path / "cohort",
        clinical=demo / "clinical.csv",
        reads=(demo / "reads.csv",),
        database=mariadb_url,
    )
    with Store.open(cohort) as one, Store.open(tmp_path / "cohort", mariadb_url) as other:
        assert cohort_sheet(one).origin[0][1] == cohort_sheet(other).origin[0][1]


HEAD = "patient_id,day,treatment,treatment start day,toxicity_term,toxicity_grade\n"


def told(sheet: PatientSheet) -> list[str]:
    return [n.what for n in sheet.notices if n.what.startswith("toxicity")]


def test_what_was_there_before_treatment_is_no_toxicity_of_it(tmp_path: Path) -> None:
    sheet = of(
        tmp_path / "in",
        HEAD
        + "A,0,radiotherapy,10,pain,2\nA,30,,,pain,3\nA,60,,,pain,3\nA,30,,,Dry mouth,1\n"
        + "B,0,radiotherapy,10,pain,2\nB,30,,,pain,1\n"
        + "C,0,radiotherapy,10,pain,0\nC,11,,,pain,2\n"
        + "D,0,,,pain,2\n"
        + "E,0,radiotherapy,10,,\n",
    )
    grades = [cell(sheet, "toxicity.pain.grade", p) for p in "ABCDE"]
    assert grades == pytest.approx([3, 1, 2, 2, np.nan], nan_ok=True)
    before = [cell(sheet, "toxicity.pain.baseline", p) for p in "ABCDE"]
    assert before == pytest.approx([2, 2, 0, np.nan, np.nan], nan_ok=True)
    emergent = [cell(sheet, "toxicity.any.grade", p) for p in "ABCDE"]
    assert emergent == pytest.approx([3, 0, 2, 2, np.nan], nan_ok=True)
    assert [cell(sheet, "toxicity.any.day", p) for p in "AC"] == [30, 11]
    assert sheet.days["toxicity.pain.baseline"] == 0
    assert any("of 1 patients no day of treatment is known (D)" in what for what in told(sheet))
    assert any("1 patients have no grade under treatment (E): unknown" in what for what in told(sheet))


def test_what_is_assessed_on_the_day_treatment_starts_was_there_before(tmp_path: Path) -> None:
    sheet = of(
        tmp_path / "in",
        HEAD
        + "A,0,radiotherapy,10,pain,0\nA,10,,,pain,2\nA,40,,,pain,2\n"
        + "B,0,radiotherapy,0,pain,1\nB,30,,,pain,2\n"
        + "C,0,radiotherapy,9,pain,0\nC,10,,,pain,2\n",
    )
    assert [cell(sheet, "toxicity.pain.baseline", p) for p in "ABC"] == [2, 1, 0]
    assert [cell(sheet, "toxicity.any.grade", p) for p in "ABC"] == [0, 2, 2]
    assert sheet.row_days["toxicity.pain.baseline"].tolist() == [10, 0, 0]
    assert any(
        "2 patients have grades of the day on which treatment starts (A, B)" in what for what in told(sheet)
    )


def test_an_onset_on_the_day_treatment_starts_may_be_declared_as_of_it(tmp_path: Path) -> None:
    rows = "A,0,radiotherapy,10,pain,1\nA,10,,,pain,2\nB,0,observation,,pain,2\nB,30,,,pain,1\n"
    of(tmp_path / "in", HEAD + rows)
    endpoint = {"name": "pain", "kind": "toxicity", "column": "toxicity.pain.grade", "grade": 2}
    declared = {
        "name": "pain",
        "cohort": tmp_path / "made",
        "features": [{"block": "clinical", "columns": ["toxicity.pain.baseline"]}],
        "endpoint": {**endpoint, "first_day": "treatment"},
    }
    sheet = sources_without_images(Experiment.model_validate(declared), None).sheet
    assert [cell(sheet, "toxicity.pain.baseline", p) for p in "AB"] == [1, 2], (
        "who is untreated has no first day of it"
    )
    assert [cell(sheet, "toxicity.pain.grade", p) for p in "AB"] == [2, 1]
    assert cell(sheet, "toxicity.pain.grade_2.day", "A") == 10
    assert any("(A): taken as under treatment, as declared" in what for what in told(sheet))
    declared["endpoint"] = endpoint
    sheet = sources_without_images(Experiment.model_validate(declared), None).sheet
    assert cell(sheet, "toxicity.pain.baseline", "A") == 2
    assert "toxicity.pain.grade_2.day" not in sheet.columns
    with pytest.raises(ValueError, match="`first_day` is of the toxicity of a cohort"):
        Endpoint.model_validate({**endpoint, "column": "pain", "first_day": "treatment"})


def test_the_first_day_of_each_grade_is_kept(tmp_path: Path) -> None:
    sheet = of(
        tmp_path / "in",
        HEAD
        + "A,0,radiotherapy,5,pain,1\nA,20,,,pain,1\nA,30,,,pain,2\nA,40,,,pain,4\nA,50,,,pain,2\nA,25,,,rash,2\n"
        + "B,0,radiotherapy,5,pain,3\nB,20,,,pain,3\nB,60,,,pain,4\n",
    )
    days = {n: [cell(sheet, f"toxicity.pain.grade_{n}.day", p) for p in "AB"] for n in (1, 2, 3, 4)}
    assert days == {1: [20, 20], 2: [30, 20], 3: [40, 20], 4: [40, 60]}
    assert "toxicity.pain.grade_5.day" not in sheet.columns
    emerged = {n: [cell(sheet, f"toxicity.any.grade_{n}.day", p) for p in "AB"] for n in (1, 2, 4)}
    assert emerged == {1: [25, 60], 2: [25, 60], 4: [40, 60]}, "what was there before does not emerge"


def test_who_is_said_to_be_untreated_is_observed_from_the_first_visit_on(tmp_path: Path) -> None:
    sheet = of(
        tmp_path / "in",
        HEAD
        + "A,0,radiotherapy,10,pain,1\nA,30,,,pain,2\n"
        + "B,0,observation,,pain,1\nB,30,observation,,pain,2\n"
        + "C,0,screening failure,,pain,1\n"
        + "D,0,observation,,pain,0\nD,30,,,pain,1\nD,60,radiotherapy,50,pain,2\n",
    )
    grades = [cell(sheet, "toxicity.pain.grade", p) for p in "ABCD"]
    assert grades == pytest.approx([2, 2, np.nan, 2], nan_ok=True)
    assert [cell(sheet, "toxicity.pain.baseline", p) for p in "ABCD"] == [1, 1, 1, 1]
    assert not [n for n in sheet.notices if n.code is Code.DATE_MISSING]
    assert any("2 patients are said to be untreated (B, C)" in what for what in told(sheet))


def test_the_toxicity_of_one_kind_of_treatment(tmp_path: Path) -> None:
    text = (
        HEAD
        + "A,0,surgery,-20,pain,2\nA,10,radiotherapy with temozolomide,12,pain,1\nA,30,,,pain,1\n"
        + "B,0,radiotherapy,10,pain,1\nB,30,,,pain,3\n"
        + "C,0,surgery,-5,pain,3\n"
    )
    any_kind = of(tmp_path / "in", text)
    assert [cell(any_kind, "toxicity.pain.grade", p) for p in "ABC"] == [2, 3, 3]
    assert "toxicity.treated" not in any_kind.columns
    with CohortFolder.open(tmp_path / "made").store() as store:
        sheet = cohort_sheet(store, ["toxicity.*"], "Radiotherapy")
    assert cell(sheet, "toxicity.pain.grade", "A") == 1
    assert [cell(sheet, "toxicity.pain.baseline", p) for p in "AB"] == [2, 1]
    assert np.isnan([cell(sheet, f"toxicity.pain.{n}", "C") for n in ("grade", "baseline")]).all()
    assert sheet.columns["toxicity.treated"].tolist() == [1, 1, 0]
    assert any("1 patients did not have Radiotherapy (C)" in what for what in told(sheet))
    endpoint = {"name": "pain", "kind": "toxicity", "column": "toxicity.pain.grade", "grade": 1}
    declared = {
        "name": "pain",
        "cohort": tmp_path / "made",
        "features": [{"block": "clinical", "columns": ["treatment.surgery"]}],
        "endpoint": {**endpoint, "treatment": "chemo"},
    }
    with pytest.raises(SettingsError, match="no patient of the cohort has 'chemo'") as refused:
        sources_without_images(Experiment.model_validate(declared), None)
    assert refused.value.code is Code.SETTINGS
    assert refused.value.advice == "There are: radiotherapy, radiotherapy+chemotherapy, surgery."


def test_whether_a_treatment_was_that_kind_may_be_unknown(tmp_path: Path) -> None:
    sheet = of(
        tmp_path / "in",
        HEAD
        + "A,0,VMAT 70 Gy with cisplatin,5,pain,0\nA,40,,,pain,3\n"
        + "B,0,surgery,5,pain,0\nB,40,,,pain,1\n"
        + "C,0,ABT-888,5,pain,0\nC,40,,,pain,3\n"
        + "D,0,,,pain,0\nD,40,,,pain,2\n"
        + "E,0,observation,,pain,0\n"
        + "F,0,brachytherapy,5,pain,0\nF,40,,,pain,1\n",
    )
    with CohortFolder.open(tmp_path / "made").store() as store:
        meant = cohort_sheet(store, ["toxicity.*"], "radiotherapy")
    expected = pytest.approx([1, 0, np.nan, np.nan, 0, 1], nan_ok=True)
    assert meant.columns["toxicity.treated"].tolist() == expected
    assert sheet.columns["treatment.radiotherapy"].tolist() == expected, "the same in both"
    assert cell(sheet, "treatment.chemotherapy", "A") == 1
    assert "treatment.chemotherapy.dose_gy" not in sheet.columns
    assert any("2 patients did not have radiotherapy (B, E)" in what for what in told(meant))
    assert any(
        "of 2 patients nobody knows whether they had radiotherapy (C, D); of no kind that is known are: ABT-888"
        in what
        for what in told(meant)
    )
    endpoint = Endpoint.model_validate(
        {
            "name": "pain",
            "kind": "toxicity",
            "column": "toxicity.pain.grade",
            "grade": 2,
            "treatment": "radiotherapy",
        }
    )
    outcome = outcome_of(meant, endpoint)
    assert outcome.y.tolist() == [1, 0]
    assert dict(outcome.flow) == {
        "outcome unknown": 0,
        "without radiotherapy": 2,
        "unknown whether treated: radiotherapy": 2,
    }


def test_what_a_name_says_is_asked_once(cohort: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(cohort_clinical, "says_course_day", lambda name: asked.append(name) or False)
    with CohortFolder.open(cohort).store() as store:
        values = store.table("clinical_values")
        cohort_sheet(store, ["clinical.*"])
    assert sorted(asked) == sorted(set(values["name"]))
    assert len(values) > len(asked)


def test_the_last_day_of_a_treatment_is_known_on_that_day(tmp_path: Path) -> None:
    sheet = of(
        tmp_path / "in",
        "patient_id,date,treatment,treatment_start,treatment_end\n"
        "A,2020-01-01,radiotherapy,2020-01-11,2020-02-11\nA,2020-02-01,radiotherapy,2020-03-01,2020-03-02\n"
        "B,2020-01-01,EBRT,2020-01-11,\nC,2020-01-01,surgery,2020-01-11,2020-01-11\n",
    )
    ends = [cell(sheet, "treatment.radiotherapy.end_day", p) for p in "ABC"]
    assert ends == pytest.approx([61, np.nan, np.nan], nan_ok=True)
    assert sheet.days["treatment.radiotherapy.end_day"] == 61
    assert cell(sheet, "treatment.surgery.end_day", "C") == 10
    assert not [name for name in sheet.columns if name.startswith("clinical.treatment_")]


def test_a_trial_of_one_treatment_need_not_name_it(tmp_path: Path) -> None:
    sheet = of(
        tmp_path / "in",
        "patient_id,date,treatment_start,toxicity_term,toxicity_grade\n"
        "A,2020-01-01,2020-01-11,pain,2\nA,2020-02-01,2020-01-11,pain,3\n",
    )
    assert [cell(sheet, f"toxicity.pain.{name}", "A") for name in ("baseline", "grade")] == [2, 3]
    assert cell(sheet, "treatment.other.start_day", "A") == 10
    assert "clinical.treatment_start" not in sheet.columns
    assert not [n for n in sheet.notices if n.code is Code.DATE_MISSING]


def test_each_row_has_the_day_on_which_it_was_known(tmp_path: Path) -> None:
    sheet = of(
        tmp_path / "in",
        "patient_id,date,kps,treatment,treatment_start,note\n"
        "A,2020-01-01,90,radiotherapy,2020-01-11,\nA,2020-02-01,80,radiotherapy,2020-01-11,late\n"
        "B,2020-03-01,70,radiotherapy,2020-03-31,early\nB,2020-03-11,60,radiotherapy,2020-03-31,early\n",
    )
    days = {name: sheet.row_days[name].tolist() for name in ("treatment.radiotherapy", "clinical.kps@2")}
    assert days == {"treatment.radiotherapy": [10, 30], "clinical.kps@2": [31, 10]}
    assert sheet.row_days["clinical.note"].tolist() == [31, 0]
    assert all(sheet.days[name] == np.nanmax(rows) for name, rows in sheet.row_days.items())
    assert "clinical.treatment_start" not in sheet.columns
