"""Which folder is a cohort, and which database is its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import URL, make_url

from oncometry import Cohort
from oncometry.core import Code, NothingFoundError, SettingsError, StoreError
from oncometry.core.write_points import FAULT
from oncometry.pipeline import CohortFolder, Settings, one_writer

from ..servers import new_database
from ..store.build import Plan, curate_step, manifest


def silent(_: str) -> None:
    """Nobody is to be waited for."""


def begun(path: Path, url: str | None, patient: str = "P-1") -> CohortFolder:
    """A cohort with one patient."""
    folder = CohortFolder.create(path, url)
    with folder.store(url, create=True) as store:
        folder.begin(Settings(), store.identifier)
        found = manifest(Plan(patient=patient))
        store.add_manifest(found, curate_step(found))
    return CohortFolder.open(path, url)


def patients(path: Path, url: str | None) -> list[str]:
    with Cohort.open(path, url) as cohort:
        return list(cohort.table("patients")["patient_id"])


def test_two_cohorts_never_share_a_database(tmp_path: Path, mariadb_url: str) -> None:
    one = begun(tmp_path / "one", mariadb_url, "one")
    with pytest.raises(StoreError, match="database of its own") as caught:
        begun(tmp_path / "two", mariadb_url, "two")
    assert caught.value.code is Code.NOT_A_COHORT
    assert not (tmp_path / "two" / ".oncometry").exists()
    assert patients(one.path, mariadb_url) == ["one"]


def test_the_second_of_two_that_begin_at_once_takes_it(tmp_path: Path, mariadb_url: str) -> None:
    first, second = (CohortFolder.create(tmp_path / name, mariadb_url) for name in ("one", "two"))
    found = manifest(Plan())
    with first.store(mariadb_url, create=True) as late, second.store(mariadb_url, create=True) as store:
        first.begin(Settings(), late.identifier)
        second.begin(Settings(), store.identifier)
        store.add_manifest(found, curate_step(found))
        with pytest.raises(StoreError) as caught:
            late.add_manifest(found, curate_step(found))
    assert caught.value.code is Code.NOT_A_COHORT


@pytest.mark.parametrize("named", ["variable", "argument"])
def test_the_database_of_another_cohort_is_not_touched(
    tmp_path: Path, mariadb_url: str, mariadb_server: URL, monkeypatch: pytest.MonkeyPatch, named: str
) -> None:
    with new_database(mariadb_server) as other:
        begun(tmp_path / "other", other, "other")
        begun(tmp_path / "one", mariadb_url, "one")
        backup = CohortFolder.open(tmp_path / "one").back_up(silent, mariadb_url)
        monkeypatch.setenv("ONCOMETRY_DATABASE", other)
        given = other if named == "argument" else None
        folder = CohortFolder.open(tmp_path / "one", given)
        uses = (
            lambda: folder.store(given),
            lambda: folder.back_up(silent, given),
            lambda: folder.upgrade(silent, given),
            lambda: folder.restore(backup, silent, given),
        )
        for use in uses:
            with pytest.raises(StoreError) as caught:
                use()
            assert caught.value.code is Code.NOT_A_COHORT
        monkeypatch.delenv("ONCOMETRY_DATABASE")
        assert patients(tmp_path / "other", other) == ["other"]
        assert patients(tmp_path / "one", mariadb_url) == ["one"]


def test_a_cohort_moves_to_another_server(tmp_path: Path, mariadb_url: str, mariadb_server: URL) -> None:
    """By a backup; and the same server is the same under another name."""
    folder = begun(tmp_path / "one", mariadb_url, "one")
    backup = folder.back_up(silent, mariadb_url)
    with new_database(mariadb_server) as other:
        with pytest.raises(StoreError, match="holds no cohort"):
            CohortFolder.open(folder.path, other).store(other, create=True)
        CohortFolder.open(folder.path, other).restore(backup, silent, other)
        assert patients(folder.path, other) == ["one"]
    named = make_url(mariadb_url).set(host="localhost").render_as_string(hide_password=False)
    moved = begun(folder.path, named, "one")
    assert moved.database == CohortFolder.open(folder.path).database
    assert "localhost" in str(moved.database)


@pytest.mark.sqlite
def test_sqlite_is_not_left_for_a_server_in_silence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun(tmp_path / "one", None, "one")
    monkeypatch.setenv("ONCOMETRY_DATABASE", "mysql+pymysql://u:secret@127.0.0.1:9/d")
    assert patients(tmp_path / "one", None) == ["one"]
    with pytest.raises(SettingsError, match="ONCOMETRY_DATABASE") as caught:
        CohortFolder.open(tmp_path / "one", "mysql+pymysql://u:secret@127.0.0.1:9/d")
    assert "secret" not in str(caught.value)


@pytest.mark.sqlite
def test_a_lost_database_is_not_begun_anew(tmp_path: Path) -> None:
    folder = begun(tmp_path / "one", None)
    (folder.path / "oncometry.db").unlink()
    with pytest.raises(NothingFoundError, match="db restore"):
        begun(folder.path, None)


def test_the_marker_holds_no_password(tmp_path: Path, mariadb_url: str) -> None:
    url = make_url(mariadb_url)
    url = url.set(password=url.password or "")  # a private MariaDB has an empty one
    begun(tmp_path / "one", url.render_as_string(hide_password=False))
    marker = json.loads((tmp_path / "one" / ".oncometry" / "cohort.json").read_text())
    assert make_url(marker["database"]).password is None


@pytest.mark.parametrize("content", ["", "{", "[]", '{"format": 1}', '{"format": "x"}', "\udc80"])
def test_a_damaged_marker_is_coded(tmp_path: Path, content: str) -> None:
    begun(tmp_path / "one", None)
    marker = tmp_path / "one" / ".oncometry" / "cohort.json"
    marker.write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(StoreError) as caught:
        CohortFolder.open(tmp_path / "one")
    assert caught.value.code is Code.CORRUPT
    assert caught.value.path == marker


def test_what_a_killed_backup_leaves_is_swept_up(tmp_path: Path) -> None:
    folder = begun(tmp_path / "one", None)
    script = (
        "import sys; from pathlib import Path; from oncometry.pipeline import CohortFolder; "
        "CohortFolder.open(Path(sys.argv[1])).back_up(print)"
    )
    command = [sys.executable, "-c", script, str(folder.path)]
    killed = subprocess.run(command, check=False, env={**os.environ, FAULT: "file.begun:0:kill"})
    assert killed.returncode == -signal.SIGKILL
    assert len(list((folder.path / "backups").iterdir())) == 2
    backup = folder.back_up(silent)
    assert {path.name for path in backup.parent.iterdir()} == {backup.name, f"{backup.name}.sha256"}


@pytest.mark.parametrize("command", ["upgrade", "back_up", "restore"])
def test_each_waits_for_its_turn(tmp_path: Path, command: str) -> None:
    folder = begun(tmp_path / "one", None)
    backup = folder.back_up(silent)
    said: list[str] = []
    with ThreadPoolExecutor(1) as other:
        with one_writer(folder.path, silent):
            given = (backup, said.append) if command == "restore" else (said.append,)
            waits = other.submit(getattr(folder, command), *given)
            with pytest.raises(TimeoutError):
                waits.result(0.5)
        waits.result(60)
    assert len(said) == 1
