"""The store on a real MySQL; `make test-mysql` fetches one, and runs there what runs on MariaDB."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import URL

from oncometry.store import Store

from ..servers import new_database
from .test_backup import filled, rows_of


@pytest.mark.mysql
def test_written_checked_backed_up_and_restored(tmp_path: Path, mysql_server: URL) -> None:
    with new_database(mysql_server) as url:
        filled(tmp_path, url)
        before = rows_of(tmp_path, url)
        filled(tmp_path, url)
        assert rows_of(tmp_path, url) == before
        backup = Store.back_up(tmp_path, url)
        with Store.open(tmp_path, url) as store:
            assert store.engine_name.startswith("mysql")
            assert {f.code.value for f in store.check()} == {"FILE_MISSING"}, "its images were never written"
        Store.restore(tmp_path, backup, url)
        assert rows_of(tmp_path, url) == before
