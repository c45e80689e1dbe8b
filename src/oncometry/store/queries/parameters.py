"""A set of parameters by its hash."""

from __future__ import annotations

from sqlalchemy import Connection, select

from oncometry.core import Code, NothingFoundError
from oncometry.store.tables import ParameterSet

__all__ = ["read_parameters"]


def read_parameters(connection: Connection, sha256: str) -> str:
    """Canonical JSON.

    Raises:
        NothingFoundError: `NOTHING_FOUND`, there is no such set.
    """
    found = connection.scalar(select(ParameterSet.parameters).where(ParameterSet.sha256 == sha256))
    if found is None:
        raise NothingFoundError(Code.NOTHING_FOUND, f"no parameters have the hash {sha256!r}.")
    return str(found)
