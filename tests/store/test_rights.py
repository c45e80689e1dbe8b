"""The rights that the how-to tells an administrator to give are enough."""

from __future__ import annotations

import re
import secrets
from pathlib import Path

import pytest
from sqlalchemy import URL, create_engine, make_url, text

from oncometry.store import Store

from .test_backup import filled, rows_of

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "use-a-database-server.md"


@pytest.mark.mariadb
def test_a_user_with_these_rights_does_everything(
    tmp_path: Path, mariadb_server: URL, mariadb_url: str
) -> None:
    rights = re.search(r"GRANT (.*) ON name\.\*", PAGE.read_text(encoding="utf-8"))
    assert rights is not None
    name, password = f"limited_{secrets.token_hex(4)}", secrets.token_hex(8)
    url = make_url(mariadb_url)
    engine = create_engine(mariadb_server.set(database=None))
    with engine.begin() as connection:
        connection.execute(text(f"CREATE USER {name} IDENTIFIED BY '{password}'"))
        connection.execute(text(f"GRANT {rights[1]} ON {url.database}.* TO {name}"))
    try:
        own = url.set(username=name, password=password).render_as_string(hide_password=False)
        filled(tmp_path, own)
        before = rows_of(tmp_path, own)
        Store.restore(tmp_path, Store.back_up(tmp_path, own), own)
        assert rows_of(tmp_path, own) == before
    finally:
        with engine.begin() as connection:
            connection.execute(text(f"DROP USER {name}"))
        engine.dispose()
