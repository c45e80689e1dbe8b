"""Several writers at once, threads and processes, of the same patients and of others: one result, no lock shown."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pandas as pd
import pytest

from oncometry.store import Store
from oncometry.store.engine import open_engine

from .build import Plan, curate_step, manifest, result

PATIENTS = tuple(f"P{n}" for n in range(4))
BESIDE = {"steps", "software", "artifacts"}
"""Tables that name the run."""

CHILD = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from build import Plan, curate_step, manifest, result
from oncometry.store import Store
with Store.open(Path(sys.argv[2]), sys.argv[3] or None, create=True) as store:
    for name in sys.argv[4:]:
        found = manifest(Plan(patient=name))
        store.add_manifest(found, curate_step(found))
        print(store.add_patient(result(Plan(patient=name))), flush=True)
"""


def write(cohort: Path, url: str | None, names: tuple[str, ...]) -> int:
    """Each patient's manifest and result; gives the rows added by results."""
    added = 0
    with Store.open(cohort, url, create=True) as store:
        for name in names:
            found = manifest(Plan(patient=name))
            store.add_manifest(found, curate_step(found))
            added += store.add_patient(result(Plan(patient=name)))
    return added


PATIENTS_OF_BOTH = pytest.mark.parametrize(
    "same",
    [
        pytest.param(True, id="same patients"),
        pytest.param(False, id="other patients", marks=pytest.mark.slow),
    ],
)


def contents(cohort: Path, url: str | None) -> dict[str, pd.DataFrame]:
    """What the tables say, without ids; nothing in them is broken."""
    with Store.open(cohort, url) as store:
        assert {f.code.value for f in store.check()} == {"FILE_MISSING"}, "the images were never written"
        tables = {name: store.table(name) for name in store.tables() if name not in BESIDE}
    said = {n: t[[c for c in t.columns if "value_id" not in c]].astype(str) for n, t in tables.items()}
    return {n: t.sort_values(list(t.columns), ignore_index=True) for n, t in said.items()}


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What one writer makes of them, as tables."""
    cohort = tmp_path_factory.mktemp("alone")
    write(cohort, None, PATIENTS)
    return contents(cohort, None)


@PATIENTS_OF_BOTH
def test_threads(tmp_path: Path, database_url: str | None, alone: Any, same: bool) -> None:
    gate = Barrier(3)

    def work(turn: int) -> int:
        gate.wait()
        names = PATIENTS[turn:] + PATIENTS[:turn] if same else PATIENTS[turn::3]
        return write(tmp_path, database_url, names)

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(work, range(3)))
    assert write(tmp_path, database_url, PATIENTS) == 0
    assert_one_result(contents(tmp_path, database_url), alone)


def test_a_new_file_is_opened_by_many_at_once(tmp_path: Path) -> None:
    gate = Barrier(4)

    def look(folder: Path) -> int:
        gate.wait()
        engine = open_engine(folder, None)
        try:
            with engine.connect() as connection:
                return int(connection.exec_driver_sql("SELECT 1").scalar_one())
        finally:
            engine.dispose()

    with ThreadPoolExecutor(4) as pool:
        for turn in range(50):
            folder = tmp_path / str(turn)
            folder.mkdir()
            assert list(pool.map(look, [folder] * 4)) == [1] * 4


def assert_one_result(found: dict[str, pd.DataFrame], wanted: dict[str, pd.DataFrame]) -> None:
    for name, table in wanted.items():
        pd.testing.assert_frame_equal(found[name], table, obj=name)


@PATIENTS_OF_BOTH
def test_processes(tmp_path: Path, database_url: str | None, alone: Any, same: bool) -> None:
    shares = [PATIENTS, PATIENTS[::-1]] if same else [PATIENTS[::2], PATIENTS[1::2]]
    command = [sys.executable, "-c", CHILD, str(Path(__file__).parent), str(tmp_path), database_url or ""]
    children = [
        subprocess.Popen([*command, *names], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=os.environ)
        for names in shares
    ]
    told = [child.communicate(timeout=240) for child in children]
    assert [child.returncode for child in children] == [0, 0], told
    assert [err for _, err in told] == [b"", b""]
    assert write(tmp_path, database_url, PATIENTS) == 0
    assert_one_result(contents(tmp_path, database_url), alone)
