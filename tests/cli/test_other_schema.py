"""A cohort whose schema is newer or older than the program, or lacks some of it: every command refuses it and says why."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from oncometry.pipeline import CohortFolder, Settings
from oncometry.store import schema

pytestmark = pytest.mark.sqlite  # on servers: tests/store

COMMANDS = {
    "run": ("run", "IN", "-o", "COHORT", "--quiet"),
    "curate": ("curate", "IN", "-o", "COHORT"),
    "clinical": ("clinical", "IN/sheet.csv", "COHORT"),
    "report": ("report", "COHORT", "--quiet"),
    "export": ("export", "COHORT", "--to", "csv", "-o", "OUT"),
    "lesions import": ("lesions", "import", "COHORT", "IN/sheet.csv"),
    "why": ("why", "COHORT", "measurement:1"),
    "db check": ("db", "check", "COHORT"),
    "assess": ("assess", "COHORT", "--criteria", "recist-1.1"),
    "reliability": ("reliability", "COHORT"),
    "growth": ("growth", "COHORT", "-o", "OUT"),
}


@pytest.fixture
def cohort(tmp_path: Path, small_inputs: Path) -> Path:
    folder = tmp_path / "cohort"
    new = CohortFolder.create(folder, None)
    with new.store(create=True) as store:
        new.begin(Settings(), store.identifier)
    scans = tmp_path / "in"
    scans.mkdir()
    shutil.copy(next((small_inputs / "scans").rglob("*.nii.gz")), scans)
    shutil.copy(small_inputs / "clinical.csv", scans / "sheet.csv")
    return folder


def command(name: str, cohort: Path) -> list[str]:
    places = {"COHORT": str(cohort), "IN": str(cohort.parent / "in"), "OUT": str(cohort.parent / "out")}
    places["IN/sheet.csv"] = str(cohort.parent / "in" / "sheet.csv")
    return [places.get(word, word) for word in COMMANDS[name]]


def rows(cohort: Path) -> str:
    with closing(sqlite3.connect(cohort / "oncometry.db")) as connection:
        return "\n".join(connection.iterdump())


@pytest.mark.parametrize("name", COMMANDS)
def test_newer(oncometry: Any, cohort: Path, name: str) -> None:
    with closing(sqlite3.connect(cohort / "oncometry.db")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    before = rows(cohort)
    for asked in (command(name, cohort), ["db", "upgrade", str(cohort)]):
        ran = oncometry(*asked)
        assert ran.code not in (0, 8)
        assert "SCHEMA_NEWER" in ran.err
        assert "upgrade the program" in ran.err
    assert rows(cohort) == before
    assert not (cohort / "backups").exists()


@pytest.fixture
def later(cohort: Path) -> Path:
    """Migrations of a later program, of one more revision."""
    folder = cohort.parent / "migrations"
    shutil.copytree(Path(schema.__file__).parent / "migrations", folder)
    (folder / "versions" / "0002_later.py").write_text(
        'revision, down_revision = "0002", "0001"\n\n\ndef upgrade() -> None:\n    pass\n'
    )
    return folder


@pytest.mark.parametrize("name", COMMANDS)
def test_older(oncometry: Any, cohort: Path, name: str, later: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = rows(cohort)
    with monkeypatch.context() as patch:
        patch.setattr(schema, "MIGRATIONS", str(later))
        ran = oncometry(*command(name, cohort))
        assert ran.code not in (0, 8)
        assert "SCHEMA_OLDER" in ran.err
        assert "oncometry db upgrade" in ran.err
        assert rows(cohort) == before
        told = oncometry("db", "upgrade", cohort).out
    (backup,) = (cohort / "backups").glob("*.db")
    assert told.strip() == f"schema 0001 -> 0002; what it was before is in {backup}"


def test_older_and_lacking_some(
    oncometry: Any, cohort: Path, later: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(sqlite3.connect(cohort / "oncometry.db")) as connection:
        connection.execute("DROP TABLE toxicity")
        connection.commit()
    with monkeypatch.context() as patch:
        patch.setattr(schema, "MIGRATIONS", str(later))
        ran = oncometry("db", "upgrade", cohort)
    (backup,) = (cohort / "backups").glob("*.db")
    assert "SCHEMA_DIFFERS" in ran.err
    assert f"oncometry db restore {cohort} {backup}" in ran.err
    assert "Nothing was changed" not in ran.err
    assert oncometry("db", "restore", cohort, backup).code == 0
    with closing(sqlite3.connect(cohort / "oncometry.db")) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == ("0001",)


@pytest.mark.parametrize("name", [*COMMANDS, "db upgrade"])
def test_lacking_some(oncometry: Any, cohort: Path, name: str) -> None:
    with closing(sqlite3.connect(cohort / "oncometry.db")) as connection:
        connection.execute("DROP TABLE toxicity")
        connection.execute("ALTER TABLE prediction DROP COLUMN observed")
        connection.commit()
    before = rows(cohort)
    ran = oncometry(*(["db", "upgrade", str(cohort)] if name == "db upgrade" else command(name, cohort)))
    assert ran.code not in (0, 8)
    assert "SCHEMA_DIFFERS" in ran.err
    assert "table toxicity and column prediction.observed" in ran.err
    assert "oncometry run" in ran.err
    assert rows(cohort) == before
