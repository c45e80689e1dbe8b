"""Which cohort a database holds: drawn once, kept in the database and in the cohort's folder, and compared."""

from __future__ import annotations

from uuid import uuid4

from sqlalchemy import Connection, inspect, select, true

from oncometry.core import Code, StoreError
from oncometry.store.engine import shown_url
from oncometry.store.tables import CohortRow, RunStep
from oncometry.store.writing import Writing

__all__ = ["check_identifier", "claim", "differ", "draw_identifier", "identifier_of", "refuse_others"]

OF_ITS_OWN = (
    "Every cohort has a database of its own: name that of this one, or an empty one for a new cohort."
)
OF_A_NEW_ONE = (
    "Every cohort, and every experiment on tables, has a database of its own: name an empty one, or none "
    "(neither --database nor ONCOMETRY_DATABASE) for SQLite in the folder."
)


def draw_identifier(connection: Connection) -> None:
    """Say that the database holds a cohort of its own from now on."""
    rows = Writing(connection)
    rows.insert(CohortRow, [{"identifier": str(uuid4())}])
    rows.count()


def identifier_of(connection: Connection) -> str | None:
    """Identifier of the cohort of a database; None where it holds none."""
    if not inspect(connection).has_table(CohortRow.__tablename__):
        return None
    return connection.scalar(select(CohortRow.identifier).limit(1))


def differ(one: str | None, other: str | None) -> bool:
    """Whether both say which cohort they are of, and not the same."""
    return None not in (one, other) and one != other


def refuse_others(connection: Connection, wanted: str | None) -> None:
    """Refuse the database of another cohort, whatever its schema; one that does not say which is taken.

    Raises:
        StoreError: `NOT_A_COHORT`.
    """
    if differ(identifier_of(connection), wanted):
        raise _another(connection, "holds another cohort than this folder")


def check_identifier(connection: Connection, wanted: str | None) -> str:
    """Which cohort a database of this program's schema holds; None takes any.

    Raises:
        StoreError: `NOT_A_COHORT`, it is another, or none.
    """
    found = connection.scalar(select(CohortRow.identifier).limit(1))
    if found is None or differ(found, wanted):
        raise _another(connection, "holds another cohort than this folder")
    return found


def claim(connection: Connection) -> str:
    """Take a database for a new cohort, unless something was written into it; gives the cohort's identifier.

    What another folder began there and wrote nothing into, it finds taken.

    Raises:
        StoreError: `NOT_A_COHORT`, it holds another cohort.
    """
    if connection.scalar(select(RunStep.id).limit(1)) is not None:
        raise _another(connection, "already holds a cohort, which this folder is not", OF_A_NEW_ONE)
    identifier = str(uuid4())
    rows = Writing(connection)
    rows.change(CohortRow, true(), {"identifier": identifier})
    rows.count()
    return identifier


def _another(connection: Connection, what: str, advice: str = OF_ITS_OWN) -> StoreError:
    where = shown_url(connection.engine.url)
    return StoreError(Code.NOT_A_COHORT, f"the database {where} {what}.", advice=advice)
