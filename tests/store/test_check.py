"""What does not hold is found."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Date,
    Double,
    Integer,
    Table,
    delete,
    func,
    select,
    text,
    update,
)

from oncometry.core import Code, Notice
from oncometry.store import Fault, Store
from oncometry.store.check import find_faults
from oncometry.store.patient_result import PatientResult
from oncometry.store.provenance import Artifact
from oncometry.store.tables import Model
from oncometry.store.tables.columns import UtcDateTime

from .build import Plan, analyzed, clinical_step, curate_step, forecasts, manifest, result, sheet, step
from .build_experiment import experiment, experiment_step
from .build_response import fill_responses


def written(cohort: Path, whole: PatientResult) -> PatientResult:
    """The result with its files really written."""

    def write(artifact: Artifact) -> Artifact:
        content = artifact.path.encode()
        path = cohort / artifact.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return replace(artifact, sha256=hashlib.sha256(content).hexdigest(), size=len(content))

    steps = tuple(replace(s, outputs=tuple(write(a) for a in s.outputs)) for s in whole.steps)
    return replace(whole, steps=steps)


def filled(store: Store) -> PatientResult:
    found = manifest(Plan())
    store.add_manifest(found, curate_step(found))
    whole = written(store.cohort, result(Plan()))
    store.add_patient(whole)
    return whole


def test_a_sound_cohort_has_no_findings(store: Store) -> None:
    filled(store)
    assert store.check() == []


def test_files_gone_cut_and_changed(store: Store) -> None:
    filled(store)
    gone, cut, changed = (store.cohort / p for p in store.table("artifacts")["path"].iloc[:3])
    gone.unlink()
    cut.write_bytes(cut.read_bytes()[:-1])
    changed.write_bytes(bytes(b ^ 1 for b in changed.read_bytes()))
    found = {f.path: f.code for f in store.check()}
    assert found == {
        str(gone.relative_to(store.cohort)): Fault.FILE_MISSING,
        str(cut.relative_to(store.cohort)): Fault.FILE_CHANGED,
        str(changed.relative_to(store.cohort)): Fault.FILE_CHANGED,
    }


def test_a_file_written_again_replaces_what_is_expected(store: Store) -> None:
    whole = filled(store)
    path = whole.segmentations[0].file.path
    (store.cohort / path).write_bytes(b"again")
    again = Artifact(path, hashlib.sha256(b"again").hexdigest(), 5, "segmentation")
    steps = tuple(
        replace(s, outputs=tuple(again if a.path == path else a for a in s.outputs)) for s in whole.steps
    )
    assert store.add_patient(replace(whole, steps=steps)) == 1
    assert store.check() == []


def test_broken_keys_and_orphans(store: Store) -> None:
    filled(store)
    is_sqlite = store.engine_name.startswith("sqlite")
    off, on = (
        ("PRAGMA foreign_keys = OFF", "PRAGMA foreign_keys = ON")
        if is_sqlite
        else ("SET foreign_key_checks = 0", "SET foreign_key_checks = 1")
    )
    with store._engine.connect() as connection:
        raw = connection.connection.cursor()
        raw.execute(off)
        raw.execute("UPDATE segment SET segmentation_id = 999 WHERE id = 1")
        raw.execute("DELETE FROM lesion_observation WHERE lesion_id = 1")
        raw.execute(on)
        raw.close()
        connection.connection.commit()
    codes = [f.code for f in store.check()]
    assert Fault.KEY_BROKEN in codes
    assert Fault.ORPHAN in codes


def test_duplicate_of_nothing_and_infinity(tmp_path: Path) -> None:
    with Store.open(tmp_path, create=True) as store:
        filled(store)
        with store._engine.begin() as connection:
            connection.execute(text("UPDATE input_file SET duplicate_of = 'x' WHERE status = 'duplicate'"))
            connection.execute(text("UPDATE measurement SET surface_mm2 = 9e999 WHERE id = 1"))
        found = store.check()
    assert {f.code for f in found} == {Fault.SUM_BROKEN, Fault.NOT_FINITE, Fault.SEAL_BROKEN}
    assert found[0].to_json()["code"] == found[0].code.value


PART = "its seal knows it by what it says, and nothing but a value_id names it"
UNSEEN = {
    "row_count.id": "rows are known by table_name",
    "acquisition_parameter.id": PART,
    "cluster_assignment.id": PART,
    "explanation.id": PART,
    "fit_ledger.id": PART,
    "fitted_model.id": PART,
    "metric.id": PART,
    "prediction.id": PART,
    "split.id": PART,
    "split_member.id": PART,
    "clinical_row.id": "where no value came from that row",
    "dose_feature.id": PART,
    "dvh_metric.id": PART,
    "feature_reliability.id": PART,
    "feature_value.id": PART,
    "instance.id": PART,
    "lesion_observation.id": PART,
    "lesion_relation.id": PART,
    "lesion_role.id": PART,
    "measurement_change.id": PART,
    "ntcp_value.id": PART,
    "response.id": PART,
    "response_input.id": PART,
    "response_probability.id": PART,
    "segment.id": PART,
    "voxel_histogram.id": PART,
}
"""Columns that may change unseen, and why."""


def full(store: Store) -> None:
    """A row in every table."""
    filled(store)
    read = sheet(Plan().patient)
    store.add_clinical(read, clinical_step(read))
    store.add_failure(Plan().patient, Notice(Code.TRUNCATED, "cut short", "/in/x"))
    store.add_reliability(analyzed())
    fill_responses(store)
    record = experiment(Plan().patient)
    store.add_experiment(record, experiment_step(record))
    store.add_growth(forecasts(Plan().patient), step("growth", "cohort"))


def test_no_column_of_any_table_changes_unseen(tmp_path: Path) -> None:
    """Whatever is written over what a table says, `db check` finds it."""
    with Store.open(tmp_path, create=True) as store:
        full(store)
        assert store.check() == []
        unseen = set()
        for table in Model.metadata.sorted_tables:
            with _unbound(store) as connection:
                rows = connection.execute(select(table).order_by(table.c.id)).mappings().all()
                assert rows, f"{table.name} is empty: the test says nothing of it"
                for column in table.c:
                    said = update(table).where(table.c.id == rows[-1]["id"])
                    connection.execute(said.values({column: _other(column, rows[-1][column.name])}))
                    if next(find_faults(connection, store.cohort), None) is None:
                        unseen.add(f"{table.name}.{column.name}")
                    connection.rollback()
        assert unseen == set(UNSEEN)
        assert store.check() == []


@pytest.mark.parametrize("name", ["patient.identifier", "study.patient_id", "timepoint.day"])
def test_two_rows_that_change_places_are_seen(tmp_path: Path, name: str) -> None:
    table = Model.metadata.tables[name.split(".")[0]]
    column = table.c[name.split(".")[1]]
    with Store.open(tmp_path, create=True) as store:
        found = manifest(Plan(), Plan(patient="another"))
        store.add_manifest(found, curate_step(found))
        with _unbound(store) as connection:
            values = connection.execute(select(table.c.id, column).order_by(table.c.id)).all()
            (one, its), (other, of_other) = values[0], next(v for v in values if v[1] != values[0][1])
            for number, value in ((one, "-1"), (other, its), (one, of_other)):
                connection.execute(update(table).where(table.c.id == number).values({column: value}))
            assert [f.code for f in find_faults(connection, tmp_path)] == [Fault.SEAL_BROKEN]
            connection.rollback()
        assert store.check() == []


@pytest.mark.parametrize("name", ["timepoint.acquired", "run.started", "series_reading.acquired"])
def test_a_date_that_is_none_is_a_finding(tmp_path: Path, name: str) -> None:
    table, column = name.split(".")
    with Store.open(tmp_path, create=True) as store:
        filled(store)
        with store._engine.begin() as connection:
            connection.execute(text(f"UPDATE {table} SET {column} = 'no date'"))
        assert {f.code for f in store.check()} == {Fault.SEAL_BROKEN}


def test_what_is_counted_again_in_place_holds(store: Store) -> None:
    """An earlier visit moves the others; a series that is gone is not current."""
    for days in ((42, 91), (0, 42, 91), (0, 42)):
        plan = Plan(days=days, diameters_mm=((20.0,),) * len(days))
        store.add_manifest(found := manifest(plan), curate_step(found))
        store.add_patient(written(store.cohort, result(plan)))
        assert store.check() == []


def test_a_row_that_is_gone_is_missed_on_every_engine(store: Store) -> None:
    """Of every table, whatever keeps it from being deleted."""
    full(store)
    assert [t.name for t in Model.metadata.sorted_tables if not _is_missed(store, t)] == []


@contextmanager
def _unbound(store: Store) -> Iterator[Connection]:
    """A connection that keeps to no constraint."""
    bound = {
        "sqlite": (("PRAGMA foreign_keys = {}", 1), ("PRAGMA ignore_check_constraints = {}", 0)),
        "mariadb": (("SET foreign_key_checks = {}", 1), ("SET check_constraint_checks = {}", 1)),
        "mysql": (("SET foreign_key_checks = {}", 1),),
    }[store.engine_name.split()[0].lower()]
    with store._engine.connect() as connection:
        raw = connection.connection.cursor()
        for statement, on in bound:
            raw.execute(statement.format(1 - on))
        yield connection
        connection.rollback()
        for statement, on in bound:
            raw.execute(statement.format(on))
        raw.close()


def _is_missed(store: Store, table: Table) -> bool:
    """Whether `db check` misses the first row of a table; it comes back afterwards."""
    with _unbound(store) as connection:
        first = connection.scalar(select(func.min(table.c.id)))
        connection.execute(delete(table).where(table.c.id == first))
        return next(find_faults(connection, store.cohort), None) is not None


def _other(column: Column[Any], value: object) -> object:
    """A value of the column's type that is not the one that is there."""
    if isinstance(column.type, Boolean):
        return not value
    if isinstance(column.type, Double):
        return 1.5 if value is None else float(value) * (1 + 1e-12) + 1e-12  # type: ignore[arg-type]
    if isinstance(column.type, Integer):
        return 7 if value is None else int(value) + 10_007  # type: ignore[call-overload]
    if isinstance(column.type, Date):
        return date(1999, 1, 1)
    if isinstance(column.type, UtcDateTime):
        return datetime(1999, 1, 1, tzinfo=UTC)
    length = getattr(column.type, "length", None)
    return "x" if value is None else f"x{value}"[:length]


def test_changed_parameters_are_found(store: Store) -> None:
    filled(store)
    with store._engine.begin() as connection:
        connection.execute(text("UPDATE parameter_set SET parameters = '[1]' WHERE id = 1"))
    assert {f.code for f in store.check()} == {Fault.SEAL_BROKEN}


def test_the_same_step_with_another_result_replaces_the_first(store: Store) -> None:
    """A run with --fresh heals what was written over, and a result that differs is never passed over."""
    whole = filled(store)
    first = whole.segmentations[0]
    lesion = first.measured.lesions[0]
    doubled = tuple(replace(m, volume_ml=m.volume_ml * 2) for m in lesion.measurements)
    measured = replace(first.measured, lesions=(replace(lesion, measurements=doubled),))
    statistics = tuple(
        replace(found, values={n: None if v is None else v + 1 for n, v in found.values.items()})
        for found in first.intensities
    )
    other = replace(first, measured=measured, intensities=statistics)
    before = store.table("measurements"), store.table("intensities")
    store.add_patient(replace(whole, segmentations=(other, *whole.segmentations[1:])))
    after = store.table("measurements"), store.table("intensities")
    here = (after[0]["mask_key"] == first.mask.key) & (after[0]["lesion"] == "L1")
    assert list(after[0][here]["volume_ml"]) == [m.volume_ml for m in doubled]
    assert len(after[1]) == len(before[1])
    assert after[1]["value"].dropna().sum() > before[1]["value"].dropna().sum()
    assert store.check() == []
