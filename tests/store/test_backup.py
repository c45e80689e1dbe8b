"""What a backup brings back is what was there, row by row; a migration never runs without one."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.dialects import mysql
from sqlalchemy.schema import MetaData

import oncometry.store
from oncometry.core import Code, NothingFoundError, OncometryError, StoreError
from oncometry.store import Store, schema
from oncometry.store.engine import open_engine

from .build import Plan, clinical_step, curate_step, manifest, result, sheet

LATER = '''
"""Add a table and a column."""
import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "0002", "0001", None, None

def upgrade() -> None:
    op.create_table("later", sa.Column("id", sa.Integer, primary_key=True))
    op.add_column("patient", sa.Column("height_mm", sa.Integer))
    {then}

def downgrade() -> None:
    op.drop_column("patient", "height_mm")
    op.drop_table("later")
'''


def filled(cohort: Path, url: str | None) -> None:
    """A patient and a sheet, with text that is hard to quote."""
    plan = Plan(patient="Ä 100 % :x 'q' \\ \n\u2028 \U0001f9e0")
    with Store.open(cohort, url, create=True) as store:
        found, read = manifest(plan), sheet(plan.patient, number=1 / 3)
        store.add_manifest(found, curate_step(found))
        store.add_patient(result(plan))
        store.add_clinical(read, clinical_step(read))


def rows_of(cohort: Path, url: str | None) -> dict[str, Any]:
    """Every row of every table there is, and what the tables are."""
    engine = open_engine(cohort, url)
    found = MetaData()
    found.reflect(engine)
    with engine.connect() as connection:
        rows = {t.name: sorted(map(tuple, connection.execute(t.select()))) if t.name == "alembic_version"
                else list(map(tuple, connection.execute(t.select().order_by(t.c.id))))
                for t in found.sorted_tables}  # fmt: skip
    shown = {t.name: str(schema_text(t)) for t in found.sorted_tables}
    engine.dispose()
    return {"rows": rows, "tables": shown}


def schema_text(table: Any) -> Any:
    constraints = sorted(
        f"{type(c).__name__} {c.name} {sorted(x.name for x in c.columns)}" for c in table.constraints
    )
    return [
        str(c) + str(c.type.compile(mysql.dialect())).replace(" CHARACTER SET utf8mb4", "")
        for c in table.columns
    ], constraints


@pytest.fixture
def later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Gives a program whose schema is 0002; `then` ends the migration."""

    def make(then: str = "pass") -> None:
        folder = tmp_path / "migrations"
        shutil.copytree(Path(oncometry.store.__file__).parent / "migrations", folder, dirs_exist_ok=True)
        (folder / "versions" / "0002_later.py").write_text(LATER.format(then=then))
        monkeypatch.setattr(schema, "MIGRATIONS", str(folder))

    return make


def test_restored_is_what_was_backed_up(tmp_path: Path, database_url: str | None) -> None:
    filled(tmp_path, database_url)
    before = rows_of(tmp_path, database_url)
    backup = Store.back_up(tmp_path, database_url)
    assert "0001" in backup.name
    said = backup.with_name(f"{backup.name}.sha256").read_text()
    assert said == f"{hashlib.sha256(backup.read_bytes()).hexdigest()}  {backup.name}\n"
    with Store.open(tmp_path, database_url) as store:
        store.add_manifest(other := manifest(Plan(patient="other")), curate_step(other))
    changed = rows_of(tmp_path, database_url)
    assert changed != before
    kept = Store.restore(tmp_path, backup, database_url)
    assert rows_of(tmp_path, database_url) == before
    assert kept is not None
    Store.restore(tmp_path, kept, database_url)
    assert rows_of(tmp_path, database_url) == changed
    assert not list((tmp_path / "backups").glob("*.part*"))
    with Store.open(tmp_path, database_url) as store:
        codes = {f.code.value for f in store.check()}
        assert codes <= {"FILE_MISSING"}, "the images of this cohort were never written, all else holds"


def test_an_upgrade_backs_up_first(tmp_path: Path, database_url: str | None, later: Any) -> None:
    filled(tmp_path, database_url)
    before = rows_of(tmp_path, database_url)
    later()
    with pytest.raises(StoreError, match="oncometry db upgrade") as caught:
        Store.open(tmp_path, database_url)
    assert caught.value.code is Code.SCHEMA_OLDER
    done = Store.upgrade(tmp_path, database_url)
    assert (done.before, done.after) == ("0001", "0002")
    assert done.backup is not None
    assert "later" in rows_of(tmp_path, database_url)["rows"]
    assert Store.upgrade(tmp_path, database_url).backup is None
    Store.restore(tmp_path, done.backup, database_url)
    assert rows_of(tmp_path, database_url) == before


def test_a_migration_that_fails_can_be_undone(tmp_path: Path, database_url: str | None, later: Any) -> None:
    filled(tmp_path, database_url)
    before = rows_of(tmp_path, database_url)
    later("op.execute('UPDATE patient SET no_such_column = 1')")
    with pytest.raises(StoreError, match="migration failed") as caught:
        Store.upgrade(tmp_path, database_url)
    (backup,) = (tmp_path / "backups").glob("*[!6]")
    assert str(backup) in str(caught.value.advice)
    Store.restore(tmp_path, backup, database_url)
    assert rows_of(tmp_path, database_url) == before


def test_no_backup_no_migration(tmp_path: Path, database_url: str | None, later: Any) -> None:
    filled(tmp_path, database_url)
    (tmp_path / "backups").write_text("in the way")
    before = rows_of(tmp_path, database_url)
    later()
    with pytest.raises(StoreError, match="backup could not be written") as caught:
        Store.upgrade(tmp_path, database_url)
    assert caught.value.code is Code.STORE
    assert rows_of(tmp_path, database_url) == before


@pytest.mark.parametrize("hurt", ["changed", "cut", "no hash", "gone", "other kind"])
def test_what_is_no_whole_backup_changes_nothing(tmp_path: Path, database_url: str | None, hurt: str) -> None:
    filled(tmp_path, database_url)
    backup = Store.back_up(tmp_path, database_url)
    beside = backup.with_name(f"{backup.name}.sha256")
    content = backup.read_bytes()
    if hurt == "changed":
        backup.write_bytes(content[:2000] + bytes([content[2000] ^ 1]) + content[2001:])
    elif hurt == "cut":
        backup.write_bytes(content[:-1])
    elif hurt == "no hash":
        beside.unlink()
    elif hurt == "gone":
        backup.unlink()
    else:
        other = backup.with_name("other.zip")
        other.write_bytes(content)
        beside.rename(other.with_name("other.zip.sha256"))
        backup = other
    before = rows_of(tmp_path, database_url)
    with pytest.raises(OncometryError) as caught:
        Store.restore(tmp_path, backup, database_url)
    expected = {"gone": Code.NOTHING_FOUND, "other kind": Code.UNSUPPORTED_TYPE}
    assert caught.value.code is expected.get(hurt, Code.CHECKSUM)
    assert rows_of(tmp_path, database_url) == before


@pytest.mark.parametrize("hurt", ["no database", "pages overwritten", "cut"])
def test_a_sqlite_file_that_cannot_be_read_is_set_aside(tmp_path: Path, hurt: str, later: Any) -> None:
    filled(tmp_path, None)
    before, backup = rows_of(tmp_path, None), Store.back_up(tmp_path)
    file = tmp_path / "oncometry.db"
    content = file.read_bytes()
    bad = {"no database": b"x" * 8192, "pages overwritten": content[:8192] + b"\xff" * (len(content) - 8192)}
    file.write_bytes(bad.get(hurt, content[: len(content) // 2]))
    spoiled = file.read_bytes()
    later()
    with pytest.raises(OncometryError):
        Store.upgrade(tmp_path)
    kept = Store.restore(tmp_path, backup)
    assert kept is not None
    assert kept.read_bytes() == spoiled
    assert rows_of(tmp_path, None) == before


def test_a_lost_sqlite_file_comes_back(tmp_path: Path) -> None:
    filled(tmp_path, None)
    before, backup = rows_of(tmp_path, None), Store.back_up(tmp_path)
    (tmp_path / "oncometry.db").unlink()
    with pytest.raises(NothingFoundError):
        Store.back_up(tmp_path)
    assert Store.restore(tmp_path, backup) is None
    assert rows_of(tmp_path, None) == before


def test_tables_of_others_are_left_alone(tmp_path: Path, mariadb_url: str) -> None:
    filled(tmp_path, mariadb_url)
    backup = Store.back_up(tmp_path, mariadb_url)
    engine = open_engine(tmp_path, mariadb_url)
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE alembic_version"))
    there = set(inspect(engine).get_table_names())
    with pytest.raises(StoreError) as caught:
        Store.restore(tmp_path, backup, mariadb_url)
    assert caught.value.code is Code.NOT_A_COHORT
    assert set(inspect(engine).get_table_names()) == there
    engine.dispose()
