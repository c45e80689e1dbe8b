"""The mark of a restore that has begun and not ended.

MySQL and MariaDB do not make tables in transactions: a restore that is killed leaves some of them, or all of them empty.
The mark is there before the first is dropped, and is gone with the transaction that brings the rows.
"""

from __future__ import annotations

from sqlalchemy import Column, Connection, MetaData, String, Table, delete, insert, inspect, select

from oncometry.core import Code, StoreError
from oncometry.store.engine import shown_url

__all__ = ["MARK", "mark", "marked", "refuse_half_restored", "unmark"]

MARK = Table(
    "oncometry_restore",
    MetaData(),
    Column("cohort", String(64)),
    Column("kept", String(255)),
    mysql_engine="InnoDB",
    mysql_charset="utf8mb4",
)
"""Which cohort is restored, and the name of the backup of what was there before."""


def marked(connection: Connection) -> tuple[str, str] | None:
    """Cohort and kept backup of a restore that did not end; None where there is none."""
    if not inspect(connection).has_table(MARK.name):
        return None
    found = connection.execute(select(MARK)).first()
    return None if found is None else (found.cohort, found.kept)


def mark(connection: Connection, cohort: str, kept: str) -> None:
    """Begin, for all to see; an earlier mark stays, whose backup is of what was whole."""
    if marked(connection) is None:
        MARK.create(connection, checkfirst=True)
        connection.execute(insert(MARK).values(cohort=cohort, kept=kept))
        connection.exec_driver_sql("COMMIT")


def unmark(connection: Connection) -> None:
    """End, in the transaction of the rows."""
    connection.execute(delete(MARK))


def refuse_half_restored(connection: Connection) -> None:
    """Refuse a database that a restore left in between.

    Raises:
        StoreError: `CORRUPT`, with the backup of what was there before.
    """
    found = marked(connection)
    if found is not None:
        raise StoreError(
            Code.CORRUPT,
            f"a restore into the database {shown_url(connection.engine.url)} did not come to its end.",
            advice=f"Restore that backup again, or what was there before: backups/{found[1]} of the cohort.",
        )
