"""Migrations and models say the same on every engine; versions that do not fit are refused."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from oncometry.core import Code, StoreError
from oncometry.store import Store, Upgrade
from oncometry.store.engine import open_engine
from oncometry.store.schema import head, migrate, stored_version
from oncometry.store.tables import Model

from .build import Plan, curate_step, manifest


def test_up_is_the_models_and_down_is_empty(tmp_path: Path, database_url: str | None) -> None:
    engine = open_engine(tmp_path, database_url)
    migrate(engine)
    assert stored_version(engine) == head()
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        assert compare_metadata(context, Model.metadata) == []
    wanted = {
        t.name: {str(c.name) for c in t.constraints if "ck_" in str(c.name)}
        for t in Model.metadata.sorted_tables
    }
    found = {name: {c["name"] for c in inspect(engine).get_check_constraints(name)} for name in wanted}
    assert {n: wanted[n] - found[n] for n in wanted if wanted[n] - found[n]} == {}
    migrate(engine, "base")
    assert inspect(engine).get_table_names() == ["alembic_version"]
    migrate(engine)
    assert stored_version(engine) == head()
    engine.dispose()


def test_newer_schema_is_refused_and_untouched(store: Store, tmp_path: Path, store_url: str | None) -> None:
    with store._engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for use in (Store.open, Store.upgrade):
        with pytest.raises(StoreError, match="9999") as caught:
            use(tmp_path / "cohort", store_url)
        assert caught.value.code is Code.SCHEMA_NEWER
    assert stored_version(store._engine) == "9999"


def test_tables_left_by_a_run_that_was_killed_are_made_anew(tmp_path: Path, database_url: str | None) -> None:
    engine = open_engine(tmp_path, database_url)
    migrate(engine)
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM alembic_version"))
        connection.execute(text("DROP TABLE measurement_change"))
    engine.dispose()
    with Store.open(tmp_path, database_url, create=True) as store:
        found = manifest(Plan())
        assert store.add_manifest(found, curate_step(found)) > 0


def test_older_schema_says_how_to_upgrade(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Store.open(tmp_path, create=True).close()
    assert Store.upgrade(tmp_path) == Upgrade(head(), head(), None)
    later = "oncometry.store.schema.head"
    monkeypatch.setattr(later, lambda: "0002")
    with pytest.raises(StoreError, match="oncometry db upgrade") as caught:
        Store.open(tmp_path)
    assert caught.value.code is Code.SCHEMA_OLDER


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("DROP TABLE measurement_change", "lacks its table measurement_change: "),
        ("ALTER TABLE prediction DROP COLUMN observed", "lacks its column prediction.observed: "),
        ("ALTER TABLE metric RENAME COLUMN reason TO said", "lacks its column metric.reason: "),
        ("ALTER TABLE dvh_metric RENAME TO dvh_number", "lacks its table dvh_metric: "),
        (
            "ALTER TABLE reader ADD COLUMN site INTEGER NOT NULL",
            "has the column reader.site that must be filled and is not known: ",
        ),
        ("ALTER TABLE reader ADD COLUMN site INTEGER", None),
        ("ALTER TABLE reader ADD COLUMN site INTEGER NOT NULL DEFAULT 3", None),
        ("CREATE TABLE of_another_program (id INTEGER, said INTEGER NOT NULL)", None),
    ],
)
def test_what_another_version_made_is_refused_and_named(
    tmp_path: Path, database_url: str | None, change: str, named: str | None
) -> None:
    Store.open(tmp_path, database_url, create=True).close()
    engine = open_engine(tmp_path, database_url)
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite" and change.endswith(" INTEGER NOT NULL"):
            connection.execute(
                text("DROP TABLE reader")
            )  # SQLite adds no such column to a table that is there
            change = "CREATE TABLE reader (id INTEGER PRIMARY KEY, name VARCHAR(255), site INTEGER NOT NULL)"
        connection.execute(text(change))
    before = inspect(engine).get_table_names()
    for use in (Store.open, Store.begin, Store.upgrade):
        if named is None:
            use(tmp_path, database_url)
            continue
        with pytest.raises(StoreError) as caught:
            use(tmp_path, database_url)
        assert caught.value.code is Code.SCHEMA_DIFFERS
        assert named in str(caught.value)
        assert "oncometry run" in str(caught.value)
    assert inspect(engine).get_table_names() == before
    engine.dispose()


def test_backups_are_named_first_where_there_are_some(tmp_path: Path, database_url: str | None) -> None:
    Store.open(tmp_path, database_url, create=True).close()
    kept = Store.back_up(tmp_path, database_url)
    engine = open_engine(tmp_path, database_url)
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE measurement_change"))
    engine.dispose()
    with pytest.raises(StoreError) as caught:
        Store.open(tmp_path, database_url)
    advice = str(caught.value.advice)
    assert f"of those in {kept.parent}: `oncometry db restore {tmp_path} FILE`" in advice
    assert advice.index("db restore") < advice.index("oncometry run")
    Store.restore(tmp_path, kept, database_url)
    Store.open(tmp_path, database_url).close()


def test_of_much_that_is_missing_a_few_are_named_and_the_rest_counted(tmp_path: Path) -> None:
    Store.open(tmp_path, create=True).close()
    engine = open_engine(tmp_path, None)
    migrate(engine, "base")
    with engine.begin() as connection:
        connection.execute(text(f"INSERT INTO alembic_version VALUES ('{head()}')"))
        connection.execute(text("CREATE TABLE metric (id INTEGER)"))
    engine.dispose()
    with pytest.raises(StoreError) as caught:
        Store.open(tmp_path)
    tables = sorted(set(Model.metadata.tables) - {"metric"})
    columns = sorted(
        f"metric.{column.name}" for column in Model.metadata.tables["metric"].columns if column.name != "id"
    )
    assert (
        f"its tables {', '.join(tables[:4])} and {len(tables) - 4} more and columns {', '.join(columns[:4])} and "
        in str(caught.value)
    )


def test_tables_of_mysql_are_strict_utf8_and_double(store: Store, store_url: str | None) -> None:
    if store_url is None:
        pytest.skip("of MySQL and MariaDB only")
    with store._engine.connect() as connection:
        tables = connection.execute(
            text(
                "SELECT engine, table_collation FROM information_schema.tables "
                "WHERE table_schema = DATABASE() AND table_name <> 'alembic_version'"
            )
        ).all()
        assert set(map(tuple, tables)) == {("InnoDB", "utf8mb4_bin")}
        assert "STRICT_ALL_TABLES" in connection.scalar(text("SELECT @@sql_mode"))
        kinds = connection.execute(
            text("SELECT DISTINCT data_type FROM information_schema.columns WHERE table_schema = DATABASE()")
        ).scalars()
        assert not {"float", "decimal"} & set(kinds)


def test_two_processes_begin_and_fill_one_cohort(tmp_path: Path, database_url: str | None) -> None:
    script = textwrap.dedent(
        """
        import sys; sys.path.insert(0, sys.argv[3])
        from pathlib import Path
        from build import Plan, curate_step, manifest, result
        from oncometry.store import Store
        plans = [Plan(), Plan(patient="other")]
        found = manifest(*plans)
        with Store.open(Path(sys.argv[1]), sys.argv[2] or None, create=True) as store:
            store.add_manifest(found, curate_step(found))
            for plan in plans:
                store.add_patient(result(plan))
        """
    )
    command = [sys.executable, "-c", script, str(tmp_path), database_url or "", str(Path(__file__).parent)]
    workers = [subprocess.Popen(command, stderr=subprocess.PIPE) for _ in range(2)]
    errors = [worker.communicate(timeout=120)[1].decode() for worker in workers]
    assert [worker.returncode for worker in workers] == [0, 0], errors
    plans = [Plan(), Plan(patient="other")]
    with Store.open(tmp_path, database_url) as store:
        found = manifest(*plans)
        assert store.add_manifest(found, curate_step(found)) == 0
        assert len(store.table("patients")) == 2
        assert len(store.table("measurements")) == 20
