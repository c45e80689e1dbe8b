"""What a backup brings back is what was there, row by row; a migration never runs without one."""

from __future__ import annotations

import gzip
import hashlib
import os
import shutil
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL, text
from sqlalchemy.dialects import mysql
from sqlalchemy.schema import MetaData

import oncometry.store
from oncometry.core import Code, NothingFoundError, OncometryError, StoreError
from oncometry.core.write_points import FAULT
from oncometry.store import Store, schema, table_dump
from oncometry.store.engine import open_engine

from ..servers import new_database
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
        monkeypatch.setattr(table_dump, "OURS", table_dump.OURS | {"later"})

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


@pytest.mark.parametrize("hurt", ["changed", "cut", "no hash", "gone", "the hash", "other kind"])
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
    elif hurt == "the hash":
        backup = beside
    else:
        other = backup.with_name("other.zip")
        other.write_bytes(content)
        beside.rename(other.with_name("other.zip.sha256"))
        backup = other
    before = rows_of(tmp_path, database_url)
    with pytest.raises(OncometryError) as caught:
        Store.restore(tmp_path, backup, database_url)
    expected = {
        "gone": Code.NOTHING_FOUND,
        "the hash": Code.SETTINGS,
        "other kind": Code.UNSUPPORTED_TYPE,
    }
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


@pytest.mark.parametrize("theirs", ["beside ours", "alone", "with names of ours"])
def test_tables_of_others_are_left_alone(
    tmp_path: Path, mariadb_url: str, mariadb_server: URL, theirs: str
) -> None:
    filled(tmp_path, mariadb_url)
    backup = Store.back_up(tmp_path, mariadb_url)
    with new_database(mariadb_server) as other:
        at = mariadb_url if theirs == "beside ours" else other
        engine = open_engine(tmp_path, at)
        with engine.begin() as connection:
            if theirs != "beside ours":
                connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32))"))
                connection.execute(text("INSERT INTO alembic_version VALUES ('abc')"))
            name = "patient" if theirs == "with names of ours" else "superset"
            connection.execute(text(f"CREATE TABLE {name} (id INTEGER PRIMARY KEY)"))
        before = rows_of(tmp_path, at)
        with pytest.raises(StoreError) as caught:
            Store.restore(tmp_path, backup, at)
        assert caught.value.code is Code.NOT_A_COHORT
        assert rows_of(tmp_path, at) == before
        engine.dispose()


@pytest.mark.mariadb
@pytest.mark.parametrize("point", ["restore.marked", "restore.tables made", "database.rows written"])
def test_a_restore_that_is_killed_is_no_new_database(tmp_path: Path, mariadb_url: str, point: str) -> None:
    filled(tmp_path, mariadb_url)
    backup = Store.back_up(tmp_path, mariadb_url)
    with Store.open(tmp_path, mariadb_url) as store:
        identifier = store.identifier
        store.add_manifest(other := manifest(Plan(patient="other")), curate_step(other))
    changed = rows_of(tmp_path, mariadb_url)
    script = (
        "import sys; from pathlib import Path; from oncometry.store import Store; "
        "Store.restore(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])"
    )
    command = [sys.executable, "-c", script, str(tmp_path), str(backup), mariadb_url]
    killed = subprocess.run(command, check=False, env={**os.environ, FAULT: f"{point}:0:kill"})
    assert killed.returncode == -signal.SIGKILL
    (kept,) = set((tmp_path / "backups").glob("*.gz")) - {backup}
    for use in (partial(Store.open, create=True), Store.open, Store.upgrade, Store.back_up):
        with pytest.raises(StoreError, match=kept.name) as caught:
            use(tmp_path, mariadb_url)
        assert caught.value.code is Code.CORRUPT
    with pytest.raises(StoreError) as caught:
        Store.restore(tmp_path, backup, mariadb_url, "another")
    assert caught.value.code is Code.NOT_A_COHORT
    assert Store.restore(tmp_path, backup, mariadb_url, identifier) == kept
    Store.restore(tmp_path, kept, mariadb_url)
    assert rows_of(tmp_path, mariadb_url) == changed


def test_a_backup_that_ends_early_says_where_what_was_there_is(
    tmp_path: Path, mariadb_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(tmp_path, mariadb_url)
    backup = Store.back_up(tmp_path, mariadb_url)
    whole = gzip.decompress(backup.read_bytes()).splitlines(keepends=True)
    backup.write_bytes(gzip.compress(b"".join(whole[:-2])))
    monkeypatch.setattr("oncometry.store.restore.check_hash", lambda _: None)
    with pytest.raises(StoreError) as caught:
        Store.restore(tmp_path, backup, mariadb_url)
    (kept,) = set((tmp_path / "backups").glob("*.gz")) - {backup}
    assert caught.value.code is Code.TRUNCATED
    assert str(kept) in str(caught.value.advice)


def test_a_backup_of_another_cohort_is_refused(
    tmp_path: Path, database_url: str | None, mariadb_server: URL
) -> None:
    with new_database(mariadb_server) as other:
        at = None if database_url is None else other
        filled(tmp_path / "other", at)
        backup = Store.back_up(tmp_path / "other", at)
    filled(tmp_path / "one", database_url)
    before = rows_of(tmp_path / "one", database_url)
    with Store.open(tmp_path / "one", database_url) as store:
        identifier = store.identifier
    with pytest.raises(StoreError) as caught:
        Store.restore(tmp_path / "one", backup, database_url, identifier)
    assert caught.value.code is Code.NOT_A_COHORT
    assert rows_of(tmp_path / "one", database_url) == before
