"""What does not hold is found."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

from sqlalchemy import text

from oncometry.store import Fault, Store
from oncometry.store.patient_result import PatientResult
from oncometry.store.provenance import Artifact

from .build import Plan, curate_step, manifest, result


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
    assert [f.code for f in found] == [Fault.SUM_BROKEN, Fault.NOT_FINITE]
    assert found[0].to_json()["code"] == "SUM_BROKEN"
