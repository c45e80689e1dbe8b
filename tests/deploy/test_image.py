"""The image, built for real: nothing in it that it need not have, and the demo's numbers come out of it.

`make image-test` runs these; they build on a private engine, which takes minutes.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import URL, create_engine, text

from .compare import differing_rows, digest
from .container import (
    USER,
    health,
    job_inside,
    job_outside,
    readable,
    run,
    setuid_files,
    shell,
    tools,
    writable,
    written_outside,
)
from .engine import ROOT, Engine, build

pytestmark = pytest.mark.image


def test_no_compiler_no_installer_no_setuid_program(engine: Engine) -> None:
    assert tools(engine) == []
    assert setuid_files(engine) == []


def test_the_tools_would_be_found_where_they_are(engine: Engine) -> None:
    build_stage = Engine("oncometry:with-tools", engine.environment)
    script = "FROM " + engine.image + "\nUSER root\nRUN install -m 755 /bin/true /usr/bin/gcc-14\n"
    context = subprocess.run(
        ["docker", "build", "-q", "-t", build_stage.image, "-"],
        check=False,
        env=os.environ | engine.environment,
        input=script,
        text=True,
        capture_output=True,
    )
    assert context.returncode == 0, context.stderr
    assert tools(build_stage) == ["/usr/bin/gcc-14"]


def test_its_user_is_nobody_of_weight_and_may_be_any(engine: Engine) -> None:
    assert shell(engine, "id -u") == "10001"
    done = run(engine, "doctor", volumes={}, options=("--user", "4321:4321"))
    assert done.returncode == 0, done.stderr


def test_it_says_what_it_is(engine: Engine) -> None:
    labels = json.loads(engine.docker("inspect", "-f", "{{json .Config.Labels}}", engine.image).stdout)
    for name in ("title", "version", "revision", "licenses", "source"):
        assert labels[f"org.opencontainers.image.{name}"] not in ("", "unknown")


def test_the_health_check_passes(engine: Engine) -> None:
    assert health(engine) == "healthy"


def test_the_root_cannot_be_written(engine: Engine) -> None:
    done = run(engine, "demo", "-o", "/opt/demo", "--tables-only", volumes={})
    assert done.returncode != 0
    assert "Read-only file system" in done.stderr


def test_the_demo_comes_out_as_it_does_outside(engine: Engine, tmp_path: Path) -> None:
    inside = job_inside(engine, tmp_path / "inside")
    outside = job_outside(Path(sys.executable).with_name("oncometry"), tmp_path / "outside")
    assert digest(inside.input) == digest(outside.input)
    assert (inside.cohort / "report" / "index.html").is_file()
    compared, differing = differing_rows(inside.cohort, outside.cohort)
    assert compared > 1000
    assert differing == 0


def test_nothing_is_written_beside_the_volumes(engine: Engine, small_inputs: Path, tmp_path: Path) -> None:
    data = readable(small_inputs, tmp_path / "data")
    volumes = {data: "/data:ro", writable(tmp_path / "cohort"): "/cohort"}
    words = ("run", "/data/scans", "-o", "/cohort/c", "--clinical", "/data/clinical.csv")
    assert written_outside(engine, volumes, *words) == []


def test_a_run_stores_into_a_server(
    engine: Engine, mariadb_server: URL, small_inputs: Path, tmp_path: Path
) -> None:
    option_file = secrets(tmp_path) / "mysql_client"
    password = option_file.read_text().split("password=")[1].strip()
    root = create_engine(mariadb_server)
    with root.begin() as connection:
        connection.execute(text("CREATE DATABASE oncometry_image CHARACTER SET utf8mb4"))
        connection.execute(text(f"CREATE USER image@'%' IDENTIFIED BY '{password}'"))
        connection.execute(text("GRANT ALL ON oncometry_image.* TO image@'%'"))
    address = f"{mariadb_server.host}:{mariadb_server.port}"
    url = f"mysql+pymysql://image@{address}/oncometry_image?read_default_file=/run/secrets/mysql_client"
    cohort = writable(tmp_path / "cohort")
    volumes = {
        option_file: "/run/secrets/mysql_client:ro",
        readable(small_inputs, tmp_path / "data"): "/data:ro",
        cohort: "/cohort",
    }
    options = ("-e", f"ONCOMETRY_DATABASE={url}")
    try:
        for words in (("run", "/data/scans", "-o", "/cohort/c"), ("db", "check", "/cohort/c")):
            done = run(engine, *words, volumes=volumes, network="host", options=options)
            assert done.returncode == 0, done.stderr
        with root.connect() as connection:
            stored = connection.execute(text("SELECT count(*) FROM oncometry_image.measurement")).scalar_one()
        assert stored > 0
        assert not list(cohort.rglob("oncometry.db"))
        kept = [
            path for path in cohort.rglob("*") if path.is_file() and password.encode() in path.read_bytes()
        ]
        assert kept == []
    finally:
        with root.begin() as connection:
            connection.execute(text("DROP USER image@'%'"))
            connection.execute(text("DROP DATABASE oncometry_image"))
        root.dispose()


def test_a_run_stops_when_it_is_asked_to(engine: Engine, small_inputs: Path, tmp_path: Path) -> None:
    data, cohort = readable(small_inputs, tmp_path / "data"), writable(tmp_path / "cohort")
    volumes = ("-v", f"{data}:/data:ro", "-v", f"{cohort}:/cohort", "--user", f"{USER}:{USER}")
    words = ("run", "/data/scans", "-o", "/cohort/c")
    name = engine.docker("run", "-d", "--network", "none", *volumes, engine.image, *words).stdout.strip()
    while not (cohort / "c" / "oncometry.db").exists():
        time.sleep(0.1)
    engine.docker("stop", "-t", "30", name)
    said = engine.docker("logs", name).stderr
    code = engine.docker("inspect", "-f", "{{.State.ExitCode}}", name).stdout.strip()
    engine.docker("rm", name)
    assert code == "1"  # 137 where it had to be killed
    assert "run the same command again to go on from here" in said


def test_two_builds_hold_the_same(engine: Engine) -> None:
    if engine.given:
        pytest.skip("the image was given: it is not built here")
    again = Engine("oncometry:again", engine.environment)
    build(again, "--no-cache")
    contents = "find . -type f -exec sha256sum {} + | sort -k 2"
    attributes = "find . -mindepth 1 -printf '%p %m %T@ %l\\n' | sort"
    listing = f"cd /opt/oncometry && {contents} && {attributes}"
    assert shell(again, listing) == shell(engine, listing)


def secrets(folder: Path) -> Path:
    """What deploy/make_secrets.sh makes."""
    script = shutil.copy(ROOT / "deploy/make_secrets.sh", folder)
    subprocess.run(["sh", script], check=True)
    return folder / "secrets"
