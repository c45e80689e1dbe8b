"""What goes in comes out; the same again adds nothing; a correction supersedes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import create_engine, func, select, text
from sqlalchemy.exc import DBAPIError

from oncometry.core import Code, Compartment, LabelError, NothingFoundError, Notice, SettingsError, StoreError
from oncometry.measurement.result import Measured
from oncometry.store import Store
from oncometry.store.tables import Model, table_of

from .build import (
    Plan,
    analyzed,
    clinical_step,
    curate_step,
    forecasts,
    manifest,
    measurement,
    result,
    sheet,
    step,
)
from .build_experiment import experiment, experiment_step
from .build_response import fill_responses

PLAN = Plan()


def fill(store: Store, *plans: Plan) -> int:
    found = manifest(*plans)
    added = store.add_manifest(found, curate_step(found))
    return added + sum(store.add_patient(result(plan)) for plan in plans)


def counts(store: Store) -> dict[str, int]:
    with store._engine.connect() as connection:
        return {
            t.name: connection.scalar(select(func.count()).select_from(t))
            for t in Model.metadata.sorted_tables
            if t.name not in ("row_count", "cohort")
        }


def by_id(store: Store) -> pd.DataFrame:
    return store.table("measurements").set_index("value_id")


def test_every_table_is_filled(store: Store) -> None:
    plan = replace(PLAN, failures=(Notice(Code.TRUNCATED, "cut short", "/in/x"),))
    fill(store, plan)
    read = sheet(plan.patient)
    store.add_clinical(read, clinical_step(read))
    store.add_reliability(analyzed())
    fill_responses(store)
    record = experiment(plan.patient)
    store.add_experiment(record, experiment_step(record))
    store.add_growth(forecasts(Plan().patient), step("growth", "cohort"))
    assert {name for name, n in counts(store).items() if n == 0} == set()
    assert all(len(store.table(name)) for name in store.tables())


def test_columns_are_those_of_the_documentation(store: Store) -> None:
    page = Path(__file__).parents[2] / "docs" / "concepts" / "tables.md"
    documented = {}
    for line in page.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 3 and cells[0].startswith("`"):
            flat = "".join(part.split(")")[-1] for part in cells[2].split("("))
            documented[cells[0].strip("`")] = [name.strip() for name in flat.split(",")]
    assert list(documented) == list(store.tables())
    for name, columns in documented.items():
        found = list(store.table(name).columns)
        assert (found[: len(columns)] if name == "features_wide" else found) == columns, name


def test_added_rows_are_counted_and_the_same_again_adds_none(store: Store) -> None:
    other = replace(PLAN, patient="other", days=(0, 30))
    added = fill(store, PLAN, other)
    read = sheet(PLAN.patient, "other")
    added += store.add_clinical(read, clinical_step(read))
    before = counts(store)
    assert sum(before.values()) == added
    tables = {name: store.table(name) for name in store.tables()}
    assert fill(store, PLAN, other) + store.add_clinical(read, clinical_step(read)) == 0
    assert counts(store) == before
    for name, frame in tables.items():
        pd.testing.assert_frame_equal(store.table(name), frame)


def test_values_come_back_as_they_went_in(store: Store) -> None:
    fill(store, PLAN)
    rows = store.table("measurements").query("compartment == 'whole' and lesion == 'L1'")
    assert rows["longest_diameter_mm"].tolist() == [30.0, 24.0, 27.0]
    expected = [np.pi / 6 * d**3 / 1000 for d in (30.0, 24.0, 27.0)]
    assert rows["volume_ml"].tolist() == expected
    assert rows["timepoint"].tolist() == [1, 2, 3]
    assert rows["day"].tolist() == [0, 42, 91]
    assert rows["contrast"].tolist() == ["T1c"] * 3
    intensities = store.table("intensities")
    assert intensities.query("name == 'kurtosis'")["value"].isna().all()
    assert set(intensities.query("name == 'kurtosis'")["reason"]) == {"CONSTANT"}
    assert set(intensities["contrast"]) == {"T1c", "FLAIR"}
    patient = store.table("patients").iloc[0]
    assert (patient.patient_id, patient.timepoints, patient.series, patient.masks, patient.lesions) == (
        "P<1> Ä",
        3,
        6,
        3,
        2,
    )
    started = store.table("steps")["started"]
    assert str(started.dtype) == "datetime64[us, UTC]"
    assert started.iloc[0].isoformat() == "2026-01-02T03:04:05.678901+00:00"
    seen = store.table("observations").query("lesion == 'L2'")
    assert seen["status"].tolist() == ["measured", "absent", "measured"]
    assert seen["mask_key"].isna().tolist() == [False, True, False]
    relations = store.table("relations")
    assert relations["earlier_mask"].notna().all()


def test_registrations_say_how_far_and_how_turned(store: Store) -> None:
    fill(store, PLAN)
    found = store.table("registrations").iloc[0]
    assert found.rotation_deg == pytest.approx(2.5, abs=1e-9)
    moved = result(PLAN).registrations[0].registration.matrix
    center = np.array([(63 * 0.9375) / 2 - 30, (47 * 0.9375) / 2 - 20.5, 15.0, 1.0])
    assert found.translation_mm == pytest.approx(np.linalg.norm((moved @ center - center)[:3]), rel=1e-12)


def test_a_new_date_leaves_the_measurements_of_the_others(store: Store) -> None:
    fill(store, replace(PLAN, days=(0, 42), diameters_mm=PLAN.diameters_mm[:2]))
    before = by_id(store)
    fill(store, PLAN)
    after = by_id(store)
    assert set(before.index) < set(after.index)
    same = ["volume_ml", "longest_diameter_mm", "day", "timepoint", "volume_change_percent", "lesion"]
    pd.testing.assert_frame_equal(after.loc[before.index, same], before[same], check_dtype=False)
    assert store.table("lesions")["lesion"].tolist() == ["L1", "L2"]


def test_an_earlier_date_moves_the_others_and_the_baseline(store: Store) -> None:
    fill(store, replace(PLAN, days=(42, 91), diameters_mm=((24.0,), (27.0,))))
    before = by_id(store)
    assert sorted(set(before["day"])) == [0, 49]
    fill(store, replace(PLAN, diameters_mm=((30.0,), (24.0,), (27.0,))))
    after = by_id(store)
    assert set(before.index) < set(after.index)
    assert sorted(set(after["day"])) == [0, 42, 91]
    first = before.index[0]
    assert (before.loc[first, "timepoint"], after.loc[first, "timepoint"]) == (1, 2)
    assert after.loc[first, "diameter_change_percent"] == pytest.approx(-20)
    assert store.table("timepoints")["timepoint"].tolist() == [1, 2, 3]


def test_other_parameters_supersede_and_coming_back_revives(store: Store) -> None:
    fill(store, PLAN)
    first = by_id(store)
    other = replace(PLAN, parameters='{"join_mm":5.0}')
    assert fill(store, other) > 0
    second = by_id(store)
    assert set(first.index).isdisjoint(second.index)
    assert len(first) == len(second)
    assert len(store.table("intensities")) == len(set(store.table("intensities")["value_id"]))
    assert fill(store, PLAN) == 0
    assert by_id(store).equals(first)
    assert store.why(f"{second.index[0]}:volume_ml").facts["current"] is False


def test_a_mask_that_is_gone_is_kept_but_not_current(store: Store) -> None:
    fill(store, PLAN)
    masks = result(PLAN)
    fewer = replace(
        masks,
        segmentations=masks.segmentations[:1],
        tracked=tuple(
            replace(
                t,
                states={1: t.states[1]},
                members={k: v for k, v in t.members.items() if k[0] == 1},
                matches=(),
            )
            for t in masks.tracked
        ),
    )
    store.add_patient(fewer)
    assert len(store.table("segmentations")) == 1
    assert counts(store)["segmentation"] == 3
    assert [f for f in store.check() if f.code == "ORPHAN"] == []


def test_curating_alone_leaves_what_was_measured(store: Store) -> None:
    fill(store, PLAN)
    before = {name: len(store.table(name)) for name in store.tables()}
    whole = result(PLAN)
    native = tuple(v for v in whole.volumes if v.derivation == "native")
    curated = replace(
        whole, volumes=native, registrations=(), segmentations=(), tracked=(), follow_step_key=""
    )
    assert store.add_patient(curated) == 0
    assert {name: len(store.table(name)) for name in store.tables()} == before


def test_implausible_spacing_gives_change_and_no_size(store: Store) -> None:
    fill(store, replace(PLAN, trusted=False))
    rows = store.table("measurements")
    sizes = ["volume_ml", "longest_diameter_mm", "perpendicular_mm", "product_mm2", "short_axis_mm"]
    assert rows[[*sizes, "diameter_3d_mm", "surface_mm2"]].isna().all(axis=None)
    assert set(rows["reason"]) == {"SPACING_IMPLAUSIBLE"}
    whole = rows.query("compartment == 'whole' and lesion == 'L1'")
    assert whole["diameter_change_percent"].tolist() == pytest.approx([0, -20, -10])
    assert whole["volume_change_percent"].tolist() == pytest.approx([0, -48.8, -27.1])
    assert store.table("segments")["volume_ml"].isna().all()
    assert store.table("segmentations")["small_parts_ml"].isna().all()


def test_files_are_all_accounted_for(store: Store) -> None:
    found = manifest(PLAN)
    store.add_manifest(found, curate_step(found))
    files = store.table("files")
    assert len(files) == len(found.files)
    assert files["status"].value_counts().to_dict() == {s.value: n for s, n in found.counts.items()}
    mended = replace(found, files=tuple(f for f in found.files if f.shown != "copy.dcm"))
    store.add_manifest(mended, curate_step(mended))
    assert len(store.table("files")) == len(mended.files) or "copy.dcm" in set(store.table("files")["shown"])


def test_two_inputs_with_files_of_one_name(store: Store) -> None:
    found = manifest(PLAN)
    twin = replace(found.files[0], sha256="f" * 64)
    both = replace(found, files=(*found.files, twin))
    store.add_manifest(both, curate_step(both))
    assert len(store.table("files")) == len(both.files)
    assert store.add_manifest(both, curate_step(both)) == 0


def test_identifiers_are_case_sensitive(store: Store) -> None:
    fill(store, replace(PLAN, patient="abc"), replace(PLAN, patient="ABC"), replace(PLAN, patient="äbc"))
    assert sorted(store.table("patients")["patient_id"]) == ["ABC", "abc", "äbc"]


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_numbers_that_are_none_are_refused_and_nothing_is_kept(store: Store, value: float) -> None:
    found = manifest(PLAN)
    store.add_manifest(found, curate_step(found))
    before = counts(store)
    whole = result(PLAN)
    broken = replace(measurement(1, Compartment.WHOLE, 20.0), volume_ml=value)
    lesion = replace(whole.segmentations[0].measured.lesions[0], measurements=(broken,))
    segmentation = replace(whole.segmentations[0], measured=Measured((lesion,)))
    with pytest.raises(StoreError, match="finite") as caught:
        store.add_patient(replace(whole, segmentations=(segmentation,), tracked=()))
    assert caught.value.code is Code.STORE
    assert counts(store) == before


def test_a_result_without_its_manifest_is_refused(store: Store) -> None:
    with pytest.raises(StoreError, match="manifest first"):
        store.add_patient(result(PLAN))
    assert sum(counts(store).values()) == 0


def test_constraints_are_on(store: Store) -> None:
    fill(store, PLAN)
    broken = (
        "INSERT INTO segment (segmentation_id, number, name, compartment, voxels, volume_ml) "
        "VALUES (999, 1, 'x', 'x', 1, 1.0)",
        "UPDATE input_file SET status = 'lost'",
        "UPDATE measurement SET volume_ml = -1",
        "UPDATE measurement SET volume_ml = NULL, reason = NULL",
        "UPDATE patient SET identifier = NULL",
        "DELETE FROM run_step",
    )
    for statement in broken:
        with pytest.raises(DBAPIError), store._engine.begin() as connection:
            connection.execute(text(statement))


def test_failures_go_once_they_are_mended(store: Store) -> None:
    fill(store, replace(PLAN, failures=(Notice(Code.TRUNCATED, "cut short"),)))
    assert store.table("failures")["code"].tolist() == ["TRUNCATED"]
    fill(store, PLAN)
    assert len(store.table("failures")) == 0


def test_clinical_sheet_again_with_other_content_supersedes(store: Store) -> None:
    fill(store, PLAN)
    for number in (61.5, 62.0):
        read = sheet(PLAN.patient, number=number)
        store.add_clinical(read, clinical_step(read))
    ages = store.table("clinical_values").query("name == 'age_years'")
    assert ages["number"].tolist() == [62.0]
    assert store.table("clinical_rows")["status"].tolist() == ["matched", "unmatched", "excluded"]
    assert store.table("events")["observed"].tolist() == [False]
    assert counts(store)["clinical_value"] == 4


def test_long_text_of_a_sheet_is_kept_whole(store: Store) -> None:
    fill(store, PLAN)
    long = "ä" * 70_000
    read = sheet(PLAN.patient)
    wordy = replace(
        read,
        rows=(*read.rows[:1], replace(read.rows[1], patient_id=long, cells={long: long})),
        values=(replace(read.values[1], name=long, text=long),),  # noqa: PD011 -- no data frame
        treatments=(replace(read.treatments[0], agent=long),),
        toxicities=(replace(read.toxicities[0], term=long),),
    )
    store.add_clinical(wordy, clinical_step(wordy))
    assert store.table("clinical_rows")["patient_id"].tolist()[1] == long
    assert store.table("clinical_values")[["name", "text"]].to_numpy().tolist() == [[long, long]]
    assert store.table("treatments")["agent"].tolist() == store.table("toxicities")["term"].tolist() == [long]


def test_a_value_of_an_unknown_row_is_refused(store: Store) -> None:
    fill(store, PLAN)
    read = sheet(PLAN.patient)
    stray = replace(read.values[0], row=77)  # noqa: PD011 -- no data frame
    broken = replace(read, values=(stray,))
    with pytest.raises(StoreError, match="row 77"):
        store.add_clinical(broken, clinical_step(broken))


def test_unknown_table_is_named(store: Store) -> None:
    with pytest.raises(LabelError, match="measurements"):
        store.table("nothing")


def test_types_do_not_depend_on_rows(store: Store) -> None:
    empty = {name: store.table(name).dtypes.to_dict() for name in store.tables()}
    fill(store, PLAN)
    filled = {name: store.table(name).dtypes.to_dict() for name in store.tables()}
    features = set(filled["features_wide"]) - set(empty["features_wide"])
    assert {filled["features_wide"].pop(name) for name in features} == {np.dtype("float64")}
    assert filled == empty


def test_no_database_no_cohort(tmp_path: Path) -> None:
    with pytest.raises(NothingFoundError, match="no database"):
        Store.open(tmp_path)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u:secret@h/d",
        "nonsense secret",
        "mysql+nodriver://u:secret@h/d",
        "mysql+pymysql://u@127.0.0.1/d?password=secret",
        "mysql+pymysql://u@127.0.0.1/d?PASSWD=secret",
        "mysql+pymysql://u:p@secret@127.0.0.1/d",
        "mysql+pymysql://u:p@secret/x@127.0.0.1/d",
        "mysql+pymysql://u:secret@127.0.0.1:port/d",
        "mysql+pymysql://u:secret@127.0.0.1/",
        "sqlite://",
        "sqlite:///secret.db",
    ],
)
def test_urls_that_cannot_be_used(tmp_path: Path, url: str) -> None:
    with pytest.raises((SettingsError, StoreError)) as caught:
        Store.open(tmp_path, url, create=True)
    assert "secret" not in str(caught.value)
    assert caught.value.code in (Code.SETTINGS, Code.EXTRA_MISSING)


def test_server_that_is_not_there_tells_no_password(tmp_path: Path) -> None:
    with pytest.raises(StoreError) as caught:
        Store.open(tmp_path, "mysql+pymysql://u:secret@127.0.0.1:9/d", create=True)
    assert caught.value.code is Code.STORE
    assert "secret" not in str(caught.value)


def test_another_database_is_not_touched(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'oncometry.db'}")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE theirs (x INTEGER)"))
    engine.dispose()
    with pytest.raises(StoreError) as caught:
        Store.open(tmp_path, create=True)
    assert caught.value.code is Code.NOT_A_COHORT


def test_integer_keys_and_no_floats_of_single_precision() -> None:
    for model in Model.__subclasses__():
        for column in table_of(model).columns:
            assert column.type.__visit_name__ not in ("float", "real", "numeric"), column
