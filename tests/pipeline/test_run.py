"""The main job from files to tables: what is true of the small cohort comes out of it, whatever happens on the way."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import time
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from oncometry import Cohort
from oncometry.core import (
    Code,
    Image,
    LabelError,
    NothingFoundError,
    OncometryError,
    SettingsError,
    StoreError,
)
from oncometry.io import write_volume
from oncometry.pipeline import CohortFolder, RunRequest, SilentProgress, preview, run
from oncometry.pipeline import patient as patient_module
from oncometry.pipeline.workers import WorkerLostError, work_through
from oncometry.store import Store

from ..on_server import IS_ON_SERVER
from ..small_cohort import GRID, LESIONS, P1, P2, labels_of, volume_ml, write_small_cohort
from .conftest import QUICK, Inline, assert_same, run_inline, tables_of

run_module = import_module("oncometry.pipeline.run")


@pytest.fixture
def cohort(undisturbed: Path) -> Any:
    with Cohort.open(undisturbed) as opened:
        yield opened


def whole(cohort: Cohort) -> pd.DataFrame:
    table = cohort.table("measurements")
    return table[table["compartment"] == "whole"]


def test_the_cohort_lies_where_these_tests_were_asked_to_put_it(undisturbed: Path) -> None:
    assert (CohortFolder.open(undisturbed).database is not None) == IS_ON_SERVER


# --- what comes out is what went in -------------------------------------------------------------


def test_true_volumes_come_out(cohort: Cohort) -> None:
    """Those of the voxels for SEG and NIfTI; within 2 % for RTSTRUCT, whose contours are measured."""
    found = whole(cohort)
    for (patient, visit), balls in LESIONS.items():
        here = found[(found["patient_id"] == patient) & (found["timepoint"] == visit + 1)]
        assert len(here) == len(balls)
        close = 0.02 if (patient, visit) == (P1, 1) else 1e-9
        sizes = sorted(here["volume_ml"], reverse=True)
        assert sizes == pytest.approx(volume_ml(patient, visit), rel=close)


def test_lesions_are_followed(cohort: Cohort) -> None:
    table = cohort.table("observations")
    states = {
        (patient, lesion, visit): status
        for patient, lesion, visit, status in table[
            ["patient_id", "lesion", "timepoint", "status"]
        ].itertuples(index=False)
    }
    assert states == {
        (P1, "L1", 1): "measured",
        (P1, "L1", 2): "measured",
        (P1, "L2", 1): "absent",
        (P1, "L2", 2): "measured",
        (P2, "L1", 1): "measured",
        (P2, "L1", 2): "absent",
    }
    later = whole(cohort).query("lesion == 'L1' and timepoint == 2").iloc[0]
    first = (
        whole(cohort).query("lesion == 'L1' and timepoint == 1 and patient_id == @later.patient_id").iloc[0]
    )
    assert later["day"] == 60
    assert later["volume_change_percent"] == pytest.approx(
        100 * (later["volume_ml"] / first["volume_ml"] - 1)
    )


def test_each_kind_of_data_has_its_place_and_is_filled(cohort: Cohort) -> None:
    """Voxel values, labels, image metadata, features, modalities, clinical, preprocessing, space, time."""
    filled = {name: cohort.table(name) for name in cohort.tables}
    for name in (
        "histograms", "segments", "acquisition", "series", "intensities", "observations", "clinical_values",
        "volumes", "registrations", "steps", "measurements", "timepoints", "relations", "artifacts", "files",
    ):  # fmt: skip
        assert len(filled[name]), name
    assert set(filled["series"]["contrast"]) == {"T1", "T1c"}
    assert set(filled["volumes"]["derivation"]) == {"native", "preprocessed"}
    assert set(filled["timepoints"]["day"]) == {0, 60}
    assert filled["measurements"]["centroid_x_mm"].notna().all()
    assert filled["measurements"]["longest_lps_mm"].notna().all()
    applied = [step["name"] for steps in filled["volumes"]["steps"] for step in json.loads(steps)]
    assert {"normalize", "register"} <= set(applied)


def test_voxels_of_a_region_are_those_of_the_source(cohort: Cohort) -> None:
    voxels = cohort.voxels(P2, "L1", 1, compartment="enhancing")
    stored = cohort.table("intensities").query(
        "patient_id == @P2 and timepoint == 1 and compartment == 'enhancing' and contrast == 'T1c'"
    )
    values = stored.set_index("name")["value"]
    assert voxels.mean() == pytest.approx(values["mean"])
    assert len(voxels) == int(whole_of(cohort, P2, 1, "enhancing")["voxels"])


def test_every_region_is_found_again(cohort: Cohort) -> None:
    """Of every lesion, date and compartment: as many voxels as were measured, whatever it was drawn as."""
    for row in cohort.table("measurements").query("voxels > 0").to_dict("records"):
        found = cohort.voxels(
            row["patient_id"], row["lesion"], row["timepoint"], compartment=row["compartment"]
        )
        assert len(found) == row["voxels"]
    with pytest.raises(LabelError, match="there is no"):
        cohort.voxels(P1, "L9", 1)


def whole_of(cohort: Cohort, patient: str, visit: int, compartment: str) -> pd.Series:
    table = cohort.table("measurements")
    chosen = (
        (table["patient_id"] == patient)
        & (table["timepoint"] == visit)
        & (table["compartment"] == compartment)
    )
    return table[chosen].iloc[0]


def test_rows_of_the_sheet_are_accounted_for(cohort: Cohort) -> None:
    rows = cohort.table("clinical_rows").sort_values("row")
    assert list(rows["status"]) == ["matched", "matched", "unmatched"]
    assert list(rows["patient_id"]) == [P1, P2, None]


def test_what_is_odd_is_said(cohort: Cohort) -> None:
    masks = cohort.table("segmentations")
    codes = {n["code"] for notices in masks["notices"] for n in json.loads(notices or "[]")}
    assert {Code.MASK_EMPTY, Code.LABELS_GUESSED, Code.REFERENCE_MISSING} <= codes


def test_files_have_the_hash_that_is_written_down(cohort: Cohort, undisturbed: Path) -> None:
    artifacts = cohort.table("artifacts")
    for path, sha256 in zip(artifacts["path"], artifacts["sha256"], strict=True):
        assert hashlib.sha256((undisturbed / path).read_bytes()).hexdigest() == sha256
    known = set(artifacts["path"])
    images = {p.relative_to(undisturbed).as_posix() for p in undisturbed.rglob("sub-*") if p.is_file()}
    assert images == known


def test_no_name_on_disk_comes_from_a_file(undisturbed: Path) -> None:
    names = [p.relative_to(undisturbed).as_posix() for p in undisturbed.rglob("*")]
    assert all(name.isascii() and " " not in name for name in names)


def test_every_number_is_followed_back(cohort: Cohort) -> None:
    row = whole_of(cohort, P1, 2, "whole")
    nodes = list(cohort.why(f"{row['value_id']}:volume_ml").walk())
    files = cohort.table("files").set_index("sha256")
    (mask,) = [n for n in nodes if n.kind == "mask"]
    source = next(n for n in nodes if n.kind == "file" and n.facts.get("sha256") in files.index)
    assert mask.title == row["mask_key"]
    assert source
    assert len([n for n in nodes if n.kind == "instance"]) == GRID.shape[2]
    step = next(n for n in nodes if n.kind == "step" and n.title == "measure")
    assert step.facts["parameters"]["measurement"] == QUICK.measurement.model_dump(mode="json")


# --- again, more, otherwise -----------------------------------------------------------------------


def test_the_same_again_adds_nothing(small_inputs: Path, tmp_path: Path, database_url: str | None) -> None:
    given = {"clinical": small_inputs / "clinical.csv", "database": database_url}
    first = run_inline(small_inputs / "scans", tmp_path / "cohort", **given)
    before = tables_of(tmp_path / "cohort", database_url)
    again = run_inline(small_inputs / "scans", tmp_path / "cohort", **given)
    assert first.rows_added > 0
    assert (again.rows_added, again.steps_run, again.failures) == (0, 0, ())
    assert_same(before, tables_of(tmp_path / "cohort", database_url))


def _renamed(place: Path) -> Path:
    for number, path in enumerate(sorted(place.rglob("*.dcm"))):
        path.rename(path.with_name(f"{zlib.crc32(b'%d' % number):08x}"))
    return place


def _in_other_folders(place: Path) -> Path:
    for number, path in enumerate(sorted(place.rglob("*.dcm"))):
        folder = place / path.relative_to(place).parts[0] / f"{number % 3}"
        folder.mkdir(exist_ok=True)
        path.rename(folder / f"{number}")
    return place


def _copied(place: Path) -> Path:
    shutil.copytree(place / "one", place / "one" / "again")
    return place


@pytest.mark.parametrize(
    "change",
    [
        lambda place: place,
        pytest.param(_renamed, marks=pytest.mark.slow),
        pytest.param(_in_other_folders, marks=pytest.mark.slow),
        _copied,
    ],
    ids=["moved", "renamed", "in other folders", "a second copy inside"],
)
def test_the_same_files_elsewhere_add_no_measurement(
    copy: Path, small_inputs: Path, tmp_path: Path, change: Callable[[Path], Path]
) -> None:
    """Names of DICOM files say nothing; those of a NIfTI mask may say whose it is."""
    moved = tmp_path / "moved" / "scans"
    shutil.copytree(small_inputs / "scans", moved)
    before = tables_of(copy)
    again = run_inline(change(moved), copy)
    assert again.steps_run == 0
    for name in ("measurements", "observations", "intensities", "lesions", "segmentations"):
        pd.testing.assert_frame_equal(before[name], tables_of(copy)[name], obj=name)


def test_inputs_in_another_order_change_nothing(small_inputs: Path, tmp_path: Path) -> None:
    one, two = small_inputs / "scans" / "one", small_inputs / "scans" / "two"
    run_inline((one, two), tmp_path / "cohort")
    again = run_inline((two, one), tmp_path / "cohort")
    assert (again.rows_added, again.steps_run) == (0, 0)


def test_dates_that_come_later_end_as_if_all_had_come_at_once(undisturbed: Path, tmp_path: Path) -> None:
    inputs = write_small_cohort(tmp_path / "in", visits=(0,))
    first = run_inline(inputs / "scans", tmp_path / "cohort")
    write_small_cohort(tmp_path / "in")
    second = run_inline(inputs / "scans", tmp_path / "cohort", clinical=inputs / "clinical.csv")
    assert first.timepoints == 2
    assert second.steps_run < second.steps
    assert_same(tables_of(undisturbed), tables_of(tmp_path / "cohort"))


@pytest.mark.parametrize("source", ["there", "gone"])
def test_a_follow_up_alone_is_added_to_what_is_known(undisturbed: Path, tmp_path: Path, source: str) -> None:
    """The first date's folder, then the second date's alone: as if both had come at once."""
    first = write_small_cohort(tmp_path / "first", visits=(0,))
    second = write_small_cohort(tmp_path / "second", visits=(1,))
    run_inline(first / "scans", tmp_path / "cohort")
    if source == "gone":
        shutil.rmtree(first / "scans")
    summary = run_inline(second / "scans", tmp_path / "cohort", clinical=second / "clinical.csv")
    assert summary.failures == ()
    assert summary.notices["KEPT_EARLIER"] == 2
    assert summary.timepoints == 4
    both, once = tables_of(tmp_path / "cohort"), tables_of(undisturbed)
    for tables in (both, once):  # overlap is that of the cohort's copy, whose affine is in single precision
        tables["relations"]["score"] = tables["relations"]["score"].astype(float).round(6)
    for name in (
        "timepoints",
        "measurements",
        "observations",
        "lesions",
        "relations",
        "intensities",
        "registrations",
    ):
        pd.testing.assert_frame_equal(both[name], once[name], obj=name)
    assert len(both["files"]) == len(once["files"])
    with Cohort.open(tmp_path / "cohort") as cohort:
        assert cohort.check() == []


def test_a_follow_up_read_otherwise_is_refused(tmp_path: Path) -> None:
    """Dates that were read under other settings cannot be compared; given again together they can."""
    first = write_small_cohort(tmp_path / "first", visits=(0,)) / "scans"
    second = write_small_cohort(tmp_path / "second", visits=(1,)) / "scans"
    run_inline(first, tmp_path / "cohort")
    otherwise = QUICK.changed({"curate": {"contrast_map": {"T1 gd": "T2"}}})
    before = tables_of(tmp_path / "cohort")
    with pytest.raises(
        SettingsError, match="earlier inputs of patient '0002' were read under other settings"
    ):
        run_inline(second, tmp_path / "cohort", settings=otherwise)
    assert_same(before, tables_of(tmp_path / "cohort"))
    summary = run_inline((first, second), tmp_path / "cohort", settings=otherwise)
    assert summary.timepoints == 4


def test_a_made_patient_stays_made_and_no_other_becomes_so(tmp_path: Path) -> None:
    first = write_small_cohort(tmp_path / "first", visits=(0,), maker="Oncometry synthetic") / "scans"
    run_inline(first / "one", tmp_path / "cohort")
    second = write_small_cohort(tmp_path / "second", visits=(0,)) / "scans"
    run_inline(second / "two", tmp_path / "cohort")
    with Cohort.open(tmp_path / "cohort") as cohort:
        made = cohort.table("patients").set_index("patient_id")["synthetic"]
    assert (bool(made[P1]), bool(made[P2])) == (True, False)
    assert "synthetic" in (tmp_path / "cohort" / "dataset_description.json").read_text(encoding="utf-8")


def test_values_that_cannot_be_read_leave_the_sizes(
    small_inputs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: Any, **__: Any) -> Any:
        raise NothingFoundError(Code.NOTHING_FOUND, "no values")

    monkeypatch.setattr(import_module("oncometry.pipeline.intensity"), "intensity_statistics", fails)
    summary = run_inline(small_inputs / "scans", tmp_path / "cohort")
    assert len(summary.failures) == 3
    assert summary.lesions == 3


def test_what_is_gone_from_an_input_is_gone_from_the_cohort(tmp_path: Path) -> None:
    inputs = write_small_cohort(tmp_path / "in")
    run_inline(inputs / "scans", tmp_path / "cohort")
    shutil.rmtree(inputs / "scans" / "one" / "2020-03-01")
    summary = run_inline(inputs / "scans", tmp_path / "cohort")
    assert "KEPT_EARLIER" not in summary.notices
    with Cohort.open(tmp_path / "cohort") as cohort:
        visits = cohort.table("timepoints")
        assert list(visits[visits["patient_id"] == P1]["timepoint"]) == [1]
        artifacts = set(cohort.table("artifacts")["path"])
    assert not [path for path in artifacts if "sub-P1" in path and "ses-02" in path]
    assert len([path for path in artifacts if path.endswith("_dseg.nii.gz") and "space-ref" not in path]) == 3


def test_masks_without_images_are_followed_on_their_common_grid(tmp_path: Path) -> None:
    for visit, day in enumerate(("2020-01-01", "2020-03-01")):
        path = tmp_path / "in" / "P1" / day / "tumor_seg.nii.gz"
        write_volume(Image(labels_of(P1, visit), GRID), path)
    run_inline(tmp_path / "in", tmp_path / "cohort")
    with Cohort.open(tmp_path / "cohort") as cohort:
        seen = whole(cohort).set_index(["lesion", "timepoint"])["volume_change_percent"]
    first, second = volume_ml(P1, 0), volume_ml(P1, 1)
    assert seen["L1", 2] == pytest.approx(100 * (second[0] / first[0] - 1))
    assert ("L2", 2) in seen.index


def test_a_patient_who_repeats_another_is_announced(tmp_path: Path) -> None:
    for name in ("A1", "A2"):
        write_volume(Image(labels_of(P1, 0), GRID), tmp_path / "in" / f"{name}_seg.nii.gz")
    summary = run_inline(tmp_path / "in", tmp_path / "cohort")
    assert (summary.patients, summary.duplicate) == (1, 1)
    assert summary.notices["PATIENT_CONFLICT"] == 1


def test_a_changed_setting_makes_what_depends_on_it_anew(
    copy: Path, undisturbed: Path, small_inputs: Path
) -> None:
    wider = QUICK.changed({"measurement": {"smoothing_voxels": 0.0}})
    summary = run_inline(small_inputs / "scans", copy, settings=wider)
    with Cohort.open(copy) as changed, Cohort.open(undisturbed) as kept:
        names = set(changed.table("steps")["name"])
        now, then = whole(changed), whole(kept)
    assert {"convert", "register", "preprocess"} <= names
    assert summary.steps_run < summary.steps
    assert len(now) == len(then)
    assert set(now["value_id"]).isdisjoint(then["value_id"])
    assert (now["longest_diameter_mm"].to_numpy() != then["longest_diameter_mm"].to_numpy()).any()


def test_fresh_does_every_step_again(copy: Path, small_inputs: Path) -> None:
    before = tables_of(copy)
    summary = run_inline(small_inputs / "scans", copy, fresh=True)
    assert summary.steps_run == summary.steps
    assert_same(before, tables_of(copy))


SETTINGS: list[Any] = [
    {"measurement": {"diameter": "inside", "smoothing_voxels": 1.0}},
    {"curate": {"contrast_map": {"T1 SE": "CT"}}},
    *(
        pytest.param(changed, marks=pytest.mark.slow)
        for changed in (
            {"measurement": {"join_mm": 60.0}},
            {"measurement": {"minimum_volume_ml": 12.0}},
            {"measurement": {"match_overlap": 0.9, "match_distance_mm": 0.1}},
            {"curate": {"scheme": "brats-peds-4"}},
            {"curate": {"visit_window_days": 100}},
            {"preprocessing": {"normalization": "percentile", "spacing_mm": (4.0, 4.0, 8.0)}},
            {"preprocessing": {"orientation": "RAS", "size": (40, 40, 12)}},
            {"preprocessing": {"register_dates": False}},
            {"preprocessing": {"register_sequences": True, "minimum_quality": 1.0}},
            {"preprocessing": {"bias_correction": True}},
        )
    ),
]


@pytest.mark.parametrize("changed", SETTINGS, ids=str)
def test_an_old_cohort_under_new_settings_is_what_a_new_one_would_be(
    copy: Path, small_inputs: Path, tmp_path: Path, changed: dict[str, dict[str, Any]]
) -> None:
    """No step is recalled whose result the setting would change."""
    given = {"clinical": small_inputs / "clinical.csv", "settings": QUICK.changed(changed)}
    run_inline(small_inputs / "scans", copy, **given)
    run_inline(small_inputs / "scans", tmp_path / "new", **given)
    assert_same(tables_of(tmp_path / "new"), tables_of(copy))


def test_names_beside_a_mask_that_change_change_the_result(small_inputs: Path, tmp_path: Path) -> None:
    shutil.copytree(small_inputs / "scans" / "two", tmp_path / "in")
    mask = next((tmp_path / "in").rglob("*2020-01-01*.nii.gz"))
    table = mask.with_name(mask.name.replace(".nii.gz", ".tsv"))
    parts = []
    for names in (("necrosis", "enhancing"), ("enhancing", "edema")):
        table.write_text(f"index\tname\tcompartment\n1\tone\t{names[0]}\n3\tthree\t{names[1]}\n")
        run_inline(tmp_path / "in", tmp_path / "cohort")
        with Cohort.open(tmp_path / "cohort") as cohort:
            parts.append(set(cohort.table("measurements")["compartment"]))
    assert parts == [{"whole", "core", "enhancing", "necrosis"}, {"whole", "core", "enhancing", "edema"}]


def test_names_beside_a_mask_may_be_put_away_with_it(tmp_path: Path) -> None:
    """They are hashed where the mask is found, not looked for again by every step."""
    first = write_small_cohort(tmp_path / "first", visits=(0,)) / "scans" / "two"
    second = write_small_cohort(tmp_path / "second", visits=(1,)) / "scans" / "two"
    mask = next(first.rglob("*.nii.gz"))
    table = mask.with_name(mask.name.replace(".nii.gz", ".tsv"))
    table.write_text("index\tname\tcompartment\n1\tone\tnecrosis\n3\tthree\tenhancing\n")
    run_inline(first, tmp_path / "cohort")
    shutil.rmtree(first)
    summary = run_inline(second, tmp_path / "cohort")
    assert summary.failures == ()
    with Cohort.open(tmp_path / "cohort") as cohort:
        assert {"necrosis", "enhancing"} <= set(
            cohort.table("measurements").query("timepoint == 1")["compartment"]
        )


def test_a_sheet_for_two_batches_keeps_the_first(small_inputs: Path, tmp_path: Path) -> None:
    sheet = small_inputs / "clinical.csv"
    for batch in ("one", "two"):
        run_inline(small_inputs / "scans" / batch, tmp_path / "cohort", clinical=sheet)
    with Cohort.open(tmp_path / "cohort") as cohort:
        assert set(cohort.table("clinical_values")["patient_id"]) == {P1, P2}
    participants = (tmp_path / "cohort" / "participants.tsv").read_text(encoding="utf-8")
    assert len(participants.splitlines()) == 3


def test_a_file_changed_in_place_is_made_again(copy: Path, undisturbed: Path, small_inputs: Path) -> None:
    """Same size, other bytes: it is not measured from."""
    found = sorted(copy.rglob(f"sub-{P2}*_ce-gad_T1w.nii.gz"))
    image = next(path for path in found if "preproc" not in path.name)
    content = bytearray(image.read_bytes())
    content[len(content) // 2] ^= 255
    image.write_bytes(content)
    run_inline(small_inputs / "scans", copy, clinical=small_inputs / "clinical.csv")
    assert_same(tables_of(undisturbed), tables_of(copy))
    with Cohort.open(copy) as cohort:
        assert cohort.check() == []


# --- failures ---------------------------------------------------------------------------------------


def test_a_failure_stops_its_own_patient_only(
    small_inputs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(ledger: Any, *rest: Any) -> Any:
        if ledger.patient_id == P1:
            raise RuntimeError("out of luck")
        return align(ledger, *rest)

    align = patient_module.align
    monkeypatch.setattr(patient_module, "align", fails)
    summary = run_inline(small_inputs / "scans", tmp_path / "cohort")
    assert len(summary.failures) == 1
    assert P1 in summary.failures[0]
    assert "out of luck" in summary.failures[0]
    with Cohort.open(tmp_path / "cohort") as cohort:
        assert set(cohort.table("measurements")["patient_id"]) == {P2}
    monkeypatch.undo()
    healed = run_inline(small_inputs / "scans", tmp_path / "cohort")
    assert healed.failures == ()
    assert healed.lesions == 3


def test_a_mask_that_cannot_be_read_leaves_the_others(small_inputs: Path, tmp_path: Path) -> None:
    inputs = tmp_path / "scans"
    shutil.copytree(small_inputs / "scans", inputs)
    mask = next(inputs.rglob(f"{P2}_2020-01-01*.nii.gz"))
    mask.write_bytes(mask.read_bytes()[:-20])
    summary = run_inline(inputs, tmp_path / "cohort")
    assert summary.by_code == {"TRUNCATED": 1}
    assert summary.files == summary.used + summary.duplicate + summary.quarantined
    with Cohort.open(tmp_path / "cohort") as cohort:
        assert set(cohort.table("measurements")["patient_id"]) == {P1}
        (row,) = cohort.table("files").query("status == 'quarantined'").to_dict("records")
    assert row["shown"].endswith(mask.name)


class StoppedError(BaseException):
    """As a kill would, it is caught by nobody."""


@pytest.mark.parametrize(
    "at", [0, 3, *(pytest.param(n, marks=pytest.mark.slow) for n in range(1, 60)), 23, 41]
)
def test_a_run_that_was_stopped_ends_like_one_that_was_not(
    undisturbed: Path, small_inputs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    """Stopped when the N-th file is about to get its name, for N all along the run."""
    replaced, left = os.replace, [at]

    def stopping(*given: Any, **named: Any) -> None:
        if left[0] == 0:
            raise StoppedError
        left[0] -= 1
        replaced(*given, **named)

    given = {"clinical": small_inputs / "clinical.csv"}
    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", stopping)
        with pytest.raises(StoppedError):
            run_inline(small_inputs / "scans", tmp_path / "cohort", **given)
    summary = run_inline(small_inputs / "scans", tmp_path / "cohort", **given)
    assert summary.failures == ()
    assert_same(tables_of(undisturbed), tables_of(tmp_path / "cohort"))


@pytest.mark.parametrize("damage", ["cut", "empty", "other"])
def test_a_damaged_record_of_a_step_is_made_again(
    copy: Path, undisturbed: Path, small_inputs: Path, damage: str
) -> None:
    record = min((copy / ".oncometry" / "steps").rglob("*.json"))
    whole = record.read_text(encoding="utf-8")
    record.write_text({"cut": whole[: len(whole) // 2], "empty": "", "other": "[]"}[damage], encoding="utf-8")
    summary = run_inline(small_inputs / "scans", copy, clinical=small_inputs / "clinical.csv")
    assert summary.failures == ()
    assert summary.steps_run == 1
    assert_same(tables_of(undisturbed), tables_of(copy))


def test_a_file_that_is_gone_is_made_again(copy: Path, small_inputs: Path) -> None:
    gone = min(copy.rglob("*desc-preproc*.nii.gz"))
    digest = hashlib.sha256(gone.read_bytes()).hexdigest()
    gone.unlink()
    run_inline(small_inputs / "scans", copy)
    assert hashlib.sha256(gone.read_bytes()).hexdigest() == digest


# --- executors, previews, refusals ---------------------------------------------------------------------


SLOWLY = """
import os
import time

def work(job):
    if job.patient_id == "deadly":
        time.sleep(0.5)
        os._exit(9)
    return job.patient_id
"""
DEADLY = f"""
import os
from oncometry.pipeline.patient import process_patient

def dies(job):
    if job.patient_id == {P1!r}:
        os._exit(9)
    return process_patient(job)
"""


def test_a_worker_that_dies_while_a_result_is_kept(
    small_inputs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The pool is found broken when the next patient is handed to it."""
    (tmp_path / "slowly.py").write_text(SLOWLY, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    work = import_module("slowly").work
    jobs = [SimpleNamespace(patient_id=name) for name in ("quick", "deadly", "next", "last")]
    found = {}
    for job, done in work_through(jobs, work, None, 2):
        if job.patient_id == "quick":
            time.sleep(3)
        found[job.patient_id] = done
    assert found.keys() == {"quick", "deadly", "next", "last"}
    assert isinstance(found["deadly"], WorkerLostError)
    assert [found[name] for name in ("quick", "next", "last")] == ["quick", "next", "last"]


def test_a_worker_that_dies_takes_only_its_patient(
    small_inputs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "deadly.py").write_text(DEADLY, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(run_module, "process_patient", import_module("deadly").dies)
    request = RunRequest((small_inputs / "scans",), tmp_path / "cohort", settings=QUICK, jobs=2)
    summary = run(request, SilentProgress()).summary
    assert [f.split(":")[0] for f in summary.failures] == ["WORKER_LOST"]
    with Cohort.open(tmp_path / "cohort") as cohort:
        assert set(cohort.table("measurements")["patient_id"]) == {P2}
        assert list(cohort.table("failures")["patient_id"]) == [P1]
    monkeypatch.undo()
    assert run_inline(small_inputs / "scans", tmp_path / "cohort").failures == ()
    with Cohort.open(tmp_path / "cohort") as cohort:
        assert set(cohort.table("measurements")["patient_id"]) == {P1, P2}
        assert cohort.table("failures").empty


def test_a_patient_that_the_store_refuses_leaves_the_others(
    small_inputs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = Store.add_patient

    def refuses(store: Store, result: Any) -> int:
        if result.patient_id == P1:
            raise StoreError(Code.STORE, "too long")
        return kept(store, result)

    monkeypatch.setattr(Store, "add_patient", refuses)
    summary = run_inline(small_inputs / "scans", tmp_path / "cohort")
    assert summary.failures == (f"STORE: patient {P1} failed: too long",)
    with Cohort.open(tmp_path / "cohort") as cohort:
        assert set(cohort.table("measurements")["patient_id"]) == {P2}
        assert list(cohort.table("failures")["code"]) == ["STORE"]


def test_executors_give_the_same(undisturbed: Path, small_inputs: Path, tmp_path: Path) -> None:
    """Processes (the default) and threads."""
    request = RunRequest(
        (small_inputs / "scans",),
        tmp_path / "one",
        clinical=small_inputs / "clinical.csv",
        settings=QUICK,
        jobs=2,
    )
    run(request, SilentProgress())
    assert_same(tables_of(undisturbed), tables_of(tmp_path / "one"))
    with ThreadPoolExecutor(2) as threads:
        summary = run_inline_in(threads, small_inputs, tmp_path / "two")
    assert summary.failures == ()
    assert_same(tables_of(undisturbed), tables_of(tmp_path / "two"))


def run_inline_in(executor: Any, inputs: Path, cohort: Path) -> Any:
    request = RunRequest((inputs / "scans",), cohort, clinical=inputs / "clinical.csv", settings=QUICK)
    return run(request, SilentProgress(), executor).summary


def test_a_preview_leaves_nothing(small_inputs: Path, tmp_path: Path) -> None:
    manifest = preview(RunRequest((small_inputs / "scans",), tmp_path / "cohort"), SilentProgress())
    assert len(manifest.series) == 8
    assert not (tmp_path / "cohort").exists()


def test_curating_measures_nothing_and_keeps_what_was_measured(
    copy: Path, undisturbed: Path, small_inputs: Path, tmp_path: Path
) -> None:
    curated = run_inline(small_inputs / "scans", tmp_path / "new", measure=False)
    assert (curated.lesions, curated.series) == (0, 8)
    assert len(list((tmp_path / "new").rglob("*.nii.gz"))) == 8
    run_inline(small_inputs / "scans", copy, measure=False)
    kept, before = tables_of(copy), tables_of(undisturbed)
    pd.testing.assert_frame_equal(kept["measurements"], before["measurements"])


@pytest.mark.parametrize(
    ("inputs", "cohort", "error", "code"),
    [
        ("absent", "cohort", NothingFoundError, Code.NOTHING_FOUND),
        ("empty", "cohort", NothingFoundError, Code.NOTHING_FOUND),
        ("full", "full", SettingsError, Code.SETTINGS),
        ("full", "full/cohort", SettingsError, Code.SETTINGS),
        ("full", "other", StoreError, Code.NOT_A_COHORT),
    ],
)
def test_places_that_are_refused(
    tmp_path: Path, inputs: str, cohort: str, error: type[OncometryError], code: Code
) -> None:
    for name in ("empty", "full", "other"):
        (tmp_path / name).mkdir()
    (tmp_path / "full" / "text.txt").write_text("hello")
    (tmp_path / "other" / "thesis.docx").write_text("precious")
    with pytest.raises(error) as caught:
        run_inline(tmp_path / inputs, tmp_path / cohort)
    assert caught.value.code is code
    assert [p.name for p in (tmp_path / "other").iterdir()] == ["thesis.docx"]


def test_images_are_on_one_grid_after_preprocessing(cohort: Cohort) -> None:
    volumes = cohort.table("volumes").query("derivation == 'preprocessed'")
    for _, rows in volumes.groupby("patient_id"):
        images = [cohort.image(key, "preprocessed") for key in rows["series_key"]]
        assert len({image.geometry.shape for image in images}) == 1
        for image in images:
            np.testing.assert_allclose(image.geometry.affine, images[0].geometry.affine, atol=1e-5)


def test_inline_raises_nothing_itself() -> None:
    """What a patient's work raises reaches the run as the future's exception."""
    assert isinstance(Inline().submit(int, "x").exception(), ValueError)
