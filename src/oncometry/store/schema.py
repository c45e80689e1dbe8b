"""The schema's version: create, upgrade, downgrade, and refuse what does not fit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect, select, text

from oncometry.core import Code, StoreError
from oncometry.core.write_points import WritePoint, reached
from oncometry.store.backup import FOLDER, back_up, ending
from oncometry.store.engine import shown_url, writing
from oncometry.store.identity import draw_identifier
from oncometry.store.restore_mark import MARK, refuse_half_restored
from oncometry.store.tables import Model

__all__ = [
    "Upgrade",
    "check_tables",
    "check_version",
    "create",
    "head",
    "migrate",
    "stored_version",
    "upgrade",
]

EMPTY = "base"
MIGRATIONS = "oncometry.store:migrations"
SERVER_COLUMNS = (
    "SELECT table_name, column_name, is_nullable = 'NO' AND column_default IS NULL "
    "AND LOCATE('auto_increment', extra) = 0 AND LOCATE('GENERATED', extra) = 0 "
    "FROM information_schema.columns WHERE table_schema = DATABASE()"
)
COLUMNS = {
    "sqlite": "SELECT t.name, c.name, c.\"notnull\" AND coalesce(upper(c.dflt_value), 'NULL') = 'NULL' "
    "FROM sqlite_master AS t, pragma_table_info(t.name) AS c WHERE t.type = 'table'",
    "mysql": SERVER_COLUMNS,
    "mariadb": SERVER_COLUMNS,
}
"""Dialect -> one question for all columns, and whether each must be given a value: an inspector asks once for every table, which
is ten times as long."""
NAMED = 4
"""So many of the missing tables or columns are named, the others counted."""


@dataclass(frozen=True)
class Upgrade:
    """What an upgrade did: revisions, and where the database before is kept if they differ."""

    before: str
    after: str
    backup: Path | None


def head() -> str:
    """The revision this program knows as the latest."""
    found = ScriptDirectory.from_config(_config()).get_current_head()
    return found or EMPTY


def stored_version(engine: Engine) -> str | None:
    """The revision a database is at; None for one without our tables."""
    with engine.connect().execution_options(oncometry_reads=True) as connection:
        return MigrationContext.configure(connection).get_current_revision()


def create(engine: Engine) -> None:
    """Make the tables in a database that holds none; what is there already is left as it is.

    Tables of ours without a version and without a row are what a run that was killed left on a server,
    where tables are not made in transactions: they are made anew.
    """
    with writing(engine) as connection:
        refuse_half_restored(connection)
        if MigrationContext.configure(connection).get_current_revision() is not None:
            return
        there = set(inspect(connection).get_table_names()) - {"alembic_version", MARK.name}
        ours = [t for t in Model.metadata.sorted_tables if t.name in there]
        if len(ours) < len(there) or any(connection.execute(select(t.c.id).limit(1)).first() for t in ours):
            return
        for table in reversed(ours):
            table.drop(connection)
        command.upgrade(_config(connection), "head")
        draw_identifier(connection)
        reached(WritePoint.TABLES_MADE)


def migrate(engine: Engine, revision: str = "head") -> None:
    """Upgrade to a revision, or downgrade to an earlier one ('base' drops all tables)."""
    with writing(engine) as connection:
        _move(connection, revision)


def upgrade(engine: Engine, cohort: Path) -> Path:
    """Bring an older database to this program's schema, with a backup first; gives where that is.

    Raises:
        StoreError: `STORE`, it could not be backed up, and nothing was changed; or a migration failed, and what is
            there must be restored from the backup (a server does not make tables in transactions).
    """
    with writing(engine) as connection:
        kept = back_up(connection, cohort)
        try:
            _move(connection, "head")
        except Exception as error:
            raise StoreError(
                Code.STORE,
                f"the migration failed ({type(error).__name__}: {getattr(error, 'orig', None) or error}).",
                advice=f"Bring back what was there with: oncometry db restore {cohort} {kept}",
            ) from error
    return kept


def _move(connection: Connection, revision: str) -> None:
    known = [r.revision for r in ScriptDirectory.from_config(_config()).walk_revisions()][::-1]
    current = MigrationContext.configure(connection).get_current_revision()
    config = _config(connection)
    target = known[-1] if revision == "head" else revision
    down = target == EMPTY or (current in known and known.index(target) < known.index(current))
    (command.downgrade if down else command.upgrade)(config, target)


def check_version(engine: Engine) -> None:
    """Refuse a database that this program must not use as it is.

    Raises:
        StoreError: `SCHEMA_NEWER`, `SCHEMA_OLDER`, `NOT_A_COHORT` for one that is not ours, or `CORRUPT` for one that
            a restore left in between.
    """
    with engine.connect().execution_options(oncometry_reads=True) as connection:
        refuse_half_restored(connection)
    found = stored_version(engine)
    if found == head():
        return
    where = shown_url(engine.url)
    if found is None:
        raise StoreError(
            Code.NOT_A_COHORT,
            f"the database {where} holds no cohort.",
            advice="A cohort is made by `oncometry run INPUT -o COHORT`.",
        )
    known = {r.revision for r in ScriptDirectory.from_config(_config()).walk_revisions()}
    if found in known:
        raise StoreError(
            Code.SCHEMA_OLDER,
            f"the database {where} has schema {found}; this program needs {head()}.",
            advice="Run `oncometry db upgrade COHORT`.",
        )
    raise StoreError(
        Code.SCHEMA_NEWER,
        f"the database {where} has schema {found}, which this program does not know (it knows {head()}).",
        advice="It was written by a newer Oncometry: upgrade the program. Nothing was changed.",
    )


def check_tables(engine: Engine, cohort: Path, migrated_from: Path | None = None) -> None:
    """Refuse a database of this program's schema with other tables, before anything is done half way.

    It may lack tables or columns, or have a column that must be filled and that no row of ours fills: an earlier version made it
    before the schema was settled, or it was changed by hand. What else is there does no harm.

    Args:
        cohort: its folder.
        migrated_from: the backup of what was there, if it was just migrated.

    Raises:
        StoreError: `SCHEMA_DIFFERS`.
    """
    with engine.connect().execution_options(oncometry_reads=True) as connection:
        rows = connection.execute(text(COLUMNS[engine.dialect.name])).all()
    found = {(str(table), str(column)): bool(must) for table, column, must in rows}
    differences = _differences(found)
    if not differences:
        return
    raise StoreError(
        Code.SCHEMA_DIFFERS,
        f"the database {shown_url(engine.url)} has schema {head()}, but {differences}: "
        "another version of the program made it, or its tables were changed.",
        advice=_advice(engine, cohort, migrated_from),
    )


def _differences(found: Mapping[tuple[str, str], bool]) -> str:
    """From this program's schema, in words; '' where there are none that matter.

    Args:
        found: (table, column) -> whether it must be given a value.
    """
    missing = _columns() - set(found)
    tables = {table for table, _ in found}
    ours = {table for table, _ in _columns()}
    gone = sorted({table for table, _ in missing} - tables)
    columns = sorted(f"{table}.{column}" for table, column in missing if table in tables)
    foreign = sorted(
        f"{table}.{column}"
        for (table, column), must in found.items()
        if must and table in ours and (table, column) not in _columns()
    )
    lacks = [*_told("table", gone), *_told("column", columns)]
    return " and ".join(
        [
            *([f"lacks its {' and '.join(lacks)}"] if lacks else []),
            *(f"has the {told} that must be filled and is not known" for told in _told("column", foreign)),
        ]
    )


def _advice(engine: Engine, cohort: Path, migrated_from: Path | None) -> str:
    if migrated_from is not None:
        return (
            f"It was migrated. Bring back what was there with: oncometry db restore {cohort} {migrated_from}"
        )
    again = (
        "make it again in a new folder: a cohort with `oncometry run INPUT -o COHORT`, an experiment's with "
        "`oncometry experiment run`; what people decided and read is then to be given again. Nothing was changed."
    )
    folder = cohort / FOLDER
    if any(folder.glob(f"*{ending(engine.dialect.name)}")):
        return (
            f"Bring back a backup from before that, of those in {folder}: `oncometry db restore {cohort} FILE`. "
            f"Where there is none, {again}"
        )
    return again[0].upper() + again[1:]


@cache
def _columns() -> frozenset[tuple[str, str]]:
    """Table and column of all that this program reads and writes."""
    return frozenset((t.name, c.name) for t in Model.metadata.sorted_tables for c in t.columns)


def _told(what: str, names: list[str]) -> list[str]:
    """What is missing of one kind, if anything, in words."""
    if not names:
        return []
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return [f"{what}{'s' if len(names) > 1 else ''} {', '.join(names[:NAMED])}{more}"]


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", MIGRATIONS)
    config.attributes["connection"] = connection
    return config
