"""A database that cannot be written is read; one that refuses says what to do."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import URL

from oncometry.core import Code, StoreError
from oncometry.store import Store

from .build import Plan, curate_step, manifest


def filled(cohort: Path, *patients: str) -> None:
    with Store.open(cohort, create=True) as store:
        found = manifest(*(Plan(patient=patient) for patient in patients))
        store.add_manifest(found, curate_step(found))


@pytest.fixture
def no_rights(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a read-only mount, where root may not write either."""
    allowed = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK and allowed(path, mode))


@pytest.mark.usefixtures("no_rights")
def test_where_nothing_can_be_written_all_is_read(tmp_path: Path) -> None:
    filled(tmp_path, "P-1")
    with Store.open(tmp_path) as store:
        assert list(store.table("patients")["patient_id"]) == ["P-1"]
        assert store.check() == []
        assert [path.name for path in tmp_path.iterdir()] == ["oncometry.db"]
        found = manifest(Plan(patient="P-2"))
        with pytest.raises(StoreError, match="may be written"):
            store.add_manifest(found, curate_step(found))


def test_a_folder_without_rights_is_read(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    filled(tmp_path, "P-1")
    tmp_path.chmod(0o555)
    try:
        with Store.open(tmp_path) as store:
            assert list(store.table("patients")["patient_id"]) == ["P-1"]
    finally:
        tmp_path.chmod(0o755)


@pytest.mark.usefixtures("no_rights")
def test_what_stands_in_the_journal_is_not_left_out(tmp_path: Path) -> None:
    """A copy of a cohort in use, on a place that cannot be written: its last rows are read or it is refused."""
    with Store.open(tmp_path / "one", create=True) as store:
        found = manifest(Plan(patient="P-1"))
        store.add_manifest(found, curate_step(found))
        shutil.copytree(tmp_path / "one", tmp_path / "copy")
    assert (tmp_path / "copy" / "oncometry.db-wal").stat().st_size > 0
    with Store.open(tmp_path / "copy") as store:
        assert list(store.table("patients")["patient_id"]) == ["P-1"]


def test_all_tables_are_of_one_moment(tmp_path: Path, database_url: str | None) -> None:
    with (
        Store.open(tmp_path, database_url, create=True) as writer,
        Store.open(tmp_path, database_url) as reader,
    ):
        with reader.at_one_moment():
            assert reader.table("patients").empty
            writer.add_manifest(found := manifest(Plan()), curate_step(found))
            assert reader.table("files").empty
        assert not reader.table("files").empty


@pytest.mark.parametrize(
    ("change", "advice"),
    [
        ({"database": "no_such"}, "Make the database"),
        ({"username": "nobody", "password": "secret"}, "Check user and password"),
        ({"host": "no-such-host.invalid"}, "Check host and port"),
        ({"port": 9}, "Check host and port"),
    ],
)
def test_a_server_that_refuses_says_what_to_do(
    tmp_path: Path, mariadb_server: URL, change: dict[str, str], advice: str
) -> None:
    url = mariadb_server.set(**{"database": "any", **change}).render_as_string(hide_password=False)
    with pytest.raises(StoreError) as caught:
        Store.open(tmp_path, url)
    assert caught.value.code is Code.STORE
    assert str(caught.value.advice).startswith(advice)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("hurt", "advice"),
    [
        ("no database", "db restore"),
        ("torn", "db restore"),
    ],
)
def test_a_file_that_is_not_sound_says_what_to_do(tmp_path: Path, hurt: str, advice: str) -> None:
    filled(tmp_path, "P-1")
    file = tmp_path / "oncometry.db"
    if hurt == "no database":
        file.write_bytes(b"x" * 8192)
    else:
        content = file.read_bytes()
        file.write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))
    with pytest.raises(StoreError, match=advice), Store.open(tmp_path) as store:
        store.table("files")


@pytest.mark.parametrize("change", ["DROP TABLE input_file", "ALTER TABLE input_file DROP COLUMN detail"])
def test_tables_that_are_changed_while_they_are_read_say_what_to_do(tmp_path: Path, change: str) -> None:
    filled(tmp_path, "P-1")
    with Store.open(tmp_path) as store:
        with closing(sqlite3.connect(tmp_path / "oncometry.db")) as connection:
            connection.execute("PRAGMA foreign_keys = OFF")
            connection.execute(change)
            connection.commit()
        with pytest.raises(StoreError, match="begin anew") as caught:
            store.table("files")
    assert caught.value.code is Code.STORE
