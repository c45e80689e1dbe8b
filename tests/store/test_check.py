"""What does not hold is found."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Boolean, Column, Date, Double, Integer, Table, delete, func, select, text

from oncometry.store import Fault, Finding, Store
from oncometry.store.check import find_faults
from oncometry.store.patient_result import PatientResult
from oncometry.store.provenance import Artifact
from oncometry.store.seals import PARTS
from oncometry.store.tables import Model, table_of
from oncometry.store.tables.model import Versioned

from .build import Plan, clinical_step, curate_step, manifest, result, sheet


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


SEALED = [
    *Versioned.__subclasses__(),
    *(part for parts in PARTS.values() for part in parts),
]


@pytest.mark.parametrize("model", SEALED, ids=lambda model: model.__tablename__)
def test_no_column_changes_unseen(tmp_path: Path, model: type[Model]) -> None:
    """Whatever is written over what a table says, `db check` finds it."""
    table = table_of(model)
    apart = {
        "id",
        "content_sha256",
        "is_current",
        *([] if getattr(model, "SEALED_BY_STEP", True) else ["run_step_id"]),
    }
    with Store.open(tmp_path, create=True) as store:
        filled(store)
        read = sheet(Plan().patient)
        store.add_clinical(read, clinical_step(read))
        assert store.check() == []
        with store._engine.connect() as connection:
            row = connection.execute(select(table).order_by(table.c.id)).mappings().first()
        assert row is not None
        for column in (c for c in table.c if c.name not in apart | {"clinical_row_id"}):
            _overwrite(store, table, row["id"], column.name, _other(column, row[column.name]))
            assert store.check(), f"{table.name}.{column.name}"
            _overwrite(store, table, row["id"], column.name, row[column.name])
        assert store.check() == []


def test_a_row_that_is_gone_is_missed_on_every_engine(store: Store) -> None:
    """Of every table of results, whatever keeps it from being deleted."""
    filled(store)
    read = sheet(Plan().patient)
    store.add_clinical(read, clinical_step(read))
    found = {model.__tablename__: _faults_without(store, model, store.cohort) for model in SEALED}
    assert {name for name, faults in found.items() if not faults} == set()


def _faults_without(store: Store, model: type[Model], cohort: Path) -> list[Finding]:
    """What `db check` says while a table lacks its first row; the row comes back afterwards."""
    is_sqlite = store.engine_name.startswith("sqlite")
    keys = "PRAGMA foreign_keys = {}" if is_sqlite else "SET foreign_key_checks = {}"
    table = table_of(model)
    with store._engine.connect() as connection:
        raw = connection.connection.cursor()
        raw.execute(keys.format(0))
        first = connection.scalar(select(func.min(table.c.id)))
        connection.execute(delete(table).where(table.c.id == first))
        faults = find_faults(connection, cohort)
        connection.rollback()
        raw.execute(keys.format(1))
        raw.close()
    return faults


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
    return "x" if value is None else f"{value}x"


def _overwrite(store: Store, table: Table, number: int, name: str, value: object) -> None:
    with store._engine.connect() as connection:
        raw = connection.connection.cursor()
        raw.execute("PRAGMA foreign_keys = OFF")
        raw.execute("PRAGMA ignore_check_constraints = ON")
        shown = value.isoformat() if isinstance(value, date) else value
        raw.execute(f"UPDATE {table.name} SET {name} = ? WHERE id = ?", (shown, number))
        raw.execute("PRAGMA ignore_check_constraints = OFF")
        raw.execute("PRAGMA foreign_keys = ON")
        raw.close()
        connection.connection.commit()


def test_changed_parameters_are_found(store: Store) -> None:
    filled(store)
    with store._engine.begin() as connection:
        connection.execute(text("UPDATE parameter_set SET parameters = '[1]' WHERE id = 1"))
    assert [f.code for f in store.check()] == [Fault.SEAL_BROKEN]


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
