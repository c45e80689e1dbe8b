"""deploy/compose.yaml run for real: the cohort's database is on the server that it starts."""

from __future__ import annotations

from pathlib import Path

import pytest

from .compose import NO_COMPOSE, has_compose, project
from .container import readable, writable
from .engine import Engine

pytestmark = pytest.mark.image


def test_a_cohort_is_stored_checked_and_kept(engine: Engine, small_inputs: Path, tmp_path: Path) -> None:
    if not has_compose(engine):
        pytest.skip(NO_COMPOSE)
    data, cohorts = readable(small_inputs, tmp_path / "data"), writable(tmp_path / "cohorts")
    with project(engine, tmp_path, data, cohorts) as compose:
        ran = compose.oncometry("run", "/data/scans", "-o", "/cohort/c", "--clinical", "/data/clinical.csv")
        assert ran.returncode == 0, ran.stderr
        stored = int(compose.query("SELECT count(*) FROM measurement"))
        assert stored > 0
        assert (cohorts / "c" / "report" / "index.html").is_file()
        assert not list(cohorts.rglob("oncometry.db"))

        second = compose.oncometry("run", "/data/scans", "-o", "/cohort/second")
        assert second.returncode != 0
        assert "error: " in second.stderr

        compose.compose("down")  # the volume stays
        checked = compose.oncometry("db", "check", "/cohort/c")
        assert checked.returncode == 0, checked.stderr
        assert int(compose.query("SELECT count(*) FROM measurement")) == stored

        password = (compose.deploy / "secrets" / "mysql_password").read_text()
        seen = [
            path for path in cohorts.rglob("*") if path.is_file() and password.encode() in path.read_bytes()
        ]
        assert seen == []
        containers = compose.compose("ps", "-q", "mysql").stdout.split()
        assert password not in compose.engine.docker("inspect", *containers).stdout
        assert password not in compose.compose("logs").stdout
