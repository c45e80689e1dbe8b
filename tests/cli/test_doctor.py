"""`doctor`: what a bug report needs, and nothing of a patient."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
import tomllib
from contextlib import closing
from datetime import date
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pytest

from oncometry.cli import doctor_command
from oncometry.core import Code, Geometry, Image, Modality, StoreError
from oncometry.io import PatientTags, SeriesTags, derived_uid, write_dicom_series
from oncometry.pipeline import machine

from ..pipeline.conftest import run_inline

pytestmark = pytest.mark.storeless

PROJECT = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]
REQUIRED = [line.split(">")[0] for line in PROJECT["dependencies"]]


def test_it_says_what_is_installed_and_how_fast(oncometry):
    ran = oncometry("doctor", "--json")
    found = json.loads(ran.out)
    assert ran.code == 0
    assert found["SimpleITK"] == version("SimpleITK")
    assert found["missing"] == []
    assert found["native core"] == "built"
    assert found["cores"] >= 1
    assert all(found[name] > 0 for name in machine.Speeds._fields)


def _without(monkeypatch, name: str, version_there: str | None = None) -> None:
    monkeypatch.setattr(doctor_command, "speeds", lambda: machine.Speeds(1.0, 1.0, 1.0))
    really = doctor_command.installed
    monkeypatch.setattr(
        doctor_command, "installed", lambda asked: version_there if asked == name else really(asked)
    )


@pytest.mark.parametrize("name", REQUIRED)
def test_each_required_package_that_is_missing_is_named(oncometry, monkeypatch, name):
    _without(monkeypatch, name)
    ran = oncometry("doctor", "--json")
    found = json.loads(ran.out)
    assert ran.code == 1
    assert [line.split(">")[0] for line in found["missing"]] == [name]
    assert found[name] == "MISSING"


def test_one_that_is_too_old_is_named(oncometry, monkeypatch):
    _without(monkeypatch, "pydicom", "2.4.4")
    ran = oncometry("doctor", "--json")
    assert ran.code == 1
    assert json.loads(ran.out)["missing"] == ["pydicom>=3.0.2"]


def test_what_an_extra_brings_is_not_missing(oncometry, monkeypatch):
    _without(monkeypatch, "PyMySQL")
    ran = oncometry("doctor", "--json")
    assert ran.code == 0
    assert json.loads(ran.out)["PyMySQL"] == "not installed: pip install 'oncometry[mysql]'"


@pytest.mark.parametrize("module", ["sqlalchemy", "pydicom"])
def test_it_speaks_where_a_package_cannot_be_imported(tmp_path, module):
    hidden = f"import sys; sys.modules[{module!r}] = None; from oncometry.cli import main; main()"
    command = [sys.executable, "-c", hidden, "doctor", str(tmp_path)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "Traceback" not in ran.stderr
    assert "durable_write_ms" in ran.stdout


def test_a_build_without_the_native_core_is_told_not_crashed(oncometry, monkeypatch):
    monkeypatch.setattr(machine, "find_spec", lambda name: None)
    monkeypatch.setattr(doctor_command, "native_core", lambda: False)
    ran = oncometry("doctor", "--json")
    assert ran.code == 1
    assert json.loads(ran.out)["missing"] == ["native core"]
    assert json.loads(ran.out)["native_mvoxels_per_s"] is None


@pytest.mark.parametrize("shortage", ["LEAST_MEMORY_GIB", "LEAST_DISK_GIB", "LEAST_OPEN_FILES"])
def test_a_shortage_is_told(oncometry, monkeypatch, shortage):
    monkeypatch.setattr(doctor_command, shortage, 1e9)
    assert len(json.loads(oncometry("doctor", "--json").out)["short_of"]) == 1


def test_a_containers_memory_counts(monkeypatch, tmp_path):
    (tmp_path / "memory.max").write_text(f"{3 << 30}\n")
    monkeypatch.setattr(machine, "LIMITS", (tmp_path / "memory.max",))
    assert machine.room().memory_gib == 3.0


@pytest.mark.parametrize("folder", ["missing", "full"])
def test_a_temporary_disk_that_takes_nothing_is_a_shortage(oncometry, monkeypatch, folder):
    if folder == "missing":
        monkeypatch.setattr("tempfile.tempdir", "/nowhere")
    else:
        monkeypatch.setattr(machine, "write_bytes", _full)
    ran = oncometry("doctor", "--json")
    found = json.loads(ran.out)
    assert found["durable_write_ms"] is None
    assert "temporary disk: nothing can be written there" in found["short_of"]
    assert found["hashing_mib_per_s"] > 0


def _full(path, _):
    raise StoreError(Code.WRITE_FAILED, "no space", path=path)


PATIENTS = ("Jansen^Maria", "Müller/1")


@pytest.fixture(scope="module")
def named_cohort(tmp_path_factory):
    """A cohort whose patients, files and folder have names of people."""
    folder = tmp_path_factory.mktemp("of Jansen")
    for patient in PATIENTS:
        grid = Geometry((8, 8, 4), np.diag([2.0, 2.0, 5.0, 1.0]))
        image = Image(np.arange(256, dtype=np.int16).reshape(8, 8, 4), grid, Modality.CT)
        uids = (derived_uid("doctor", patient), derived_uid("doctor", patient, "series"))
        tags = SeriesTags(*uids, 1, f"seen by {patient}", date(2020, 1, 1))
        place = folder / "scans" / patient.replace("/", "")
        write_dicom_series(image, place, PatientTags(patient), tags)
    (place / "Jansen broken.dcm").write_bytes(next(place.glob("*.dcm")).read_bytes()[:400])
    run_inline(folder / "scans", folder / "Jansen's cohort")
    return folder / "Jansen's cohort"


def _set_schema(cohort):
    with closing(sqlite3.connect(cohort / "oncometry.db")) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")


def _drop_table(cohort):
    with closing(sqlite3.connect(cohort / "oncometry.db")) as database, database:
        database.execute("DROP TABLE failure")


def _overwrite(cohort):
    path = cohort / "oncometry.db"
    content = path.read_bytes()
    path.write_bytes(content[:100] + b"\xff" * 20_000 + content[20_100:])


def _damage_marker(cohort):
    (cohort / ".oncometry" / "cohort.json").write_text("{")


def _lose_file(cohort):
    next(cohort.glob("sub-*/**/*.nii.gz")).unlink()


def _lose_database(cohort):
    (cohort / "oncometry.db").unlink()


@pytest.mark.parametrize(
    ("broken", "code", "says"),
    [
        (None, 0, "sound"),
        (_lose_file, 1, "not sound"),
        (_set_schema, 1, "cannot be read: SCHEMA_NEWER"),
        (_drop_table, 1, "cannot be read: SCHEMA_DIFFERS"),
        (_overwrite, 1, "cannot be read"),
        (_damage_marker, 1, "cannot be read"),
        (_lose_database, 3, "cannot be read: NOTHING_FOUND"),
        (shutil.rmtree, 3, "cannot be read: NOTHING_FOUND"),
    ],
)
@pytest.mark.sqlite
def test_of_a_cohort_it_says_facts_and_nothing_of_a_patient(
    oncometry, named_cohort, tmp_path, broken, code, says
):
    cohort = tmp_path / "cohort of Müller"
    shutil.copytree(named_cohort, cohort)
    if broken is not None:
        broken(cohort)
    ran = oncometry("doctor", cohort)
    assert ran.code == code
    facts = dict(line.split(None, 1) for line in ran.out.splitlines() if not line.startswith("fault"))
    assert facts["cohort"].startswith(says)
    assert "SimpleITK" in facts
    shown = (ran.out + ran.err).casefold()
    for name in ("jansen", "maria", "müller", "muller", str(tmp_path), "seen by"):
        assert name.casefold() not in shown
