"""deploy/compose.yaml as a user takes it: secrets drawn, a database server of its own, commands beside it.

On a private engine, which can fetch no image, the server is MySQL from Debian packages (mysql_server.sh).
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .container import USER
from .engine import ROOT, Engine, import_debian

MYSQL = "oncometry-test-mysql:latest"
NO_COMPOSE = "no docker compose 2: apt-get install docker-compose (Debian 13), or Docker's own plugin"


@dataclass(frozen=True)
class Project:
    """A compose project: its engine, its files, and the words before each command."""

    engine: Engine
    deploy: Path
    files: tuple[str, ...]

    def compose(self, *words: object, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run `docker compose WORDS...`."""
        return self.engine.docker("compose", "-p", "oncometry-test", *self.files, *words, check=check)

    def oncometry(self, *words: object) -> subprocess.CompletedProcess[str]:
        """Run `oncometry WORDS...` beside the server, which is started where it does not run."""
        return self.compose("run", "--rm", "-T", "oncometry", *words, check=False)

    def query(self, sql: str) -> str:
        """What the server answers to the user of the database."""
        login = 'MYSQL_PWD="$(cat /run/secrets/mysql_password)" mysql -N -h 127.0.0.1 -u oncometry oncometry'
        return self.compose("exec", "-T", "mysql", "sh", "-c", f'{login} -e "{sql}"').stdout.strip()


def has_compose(engine: Engine) -> bool:
    """Whether the Docker command has its compose plugin."""
    return engine.docker("compose", "version", check=False).returncode == 0


@contextmanager
def project(engine: Engine, folder: Path, data: Path, cohorts: Path) -> Iterator[Project]:
    """The project with these folders of scans and cohorts; server and volume are gone afterwards."""
    deploy = folder / "deploy"
    folder.mkdir(exist_ok=True)
    shutil.copytree(ROOT / "deploy", deploy, ignore=shutil.ignore_patterns("secrets"))
    subprocess.run(["sh", deploy / "make_secrets.sh"], check=True)
    files = ["-f", str(deploy / "compose.yaml")]
    if not engine.given:
        _import_mysql(engine, folder / "mysql")
        instead = folder / "instead.yaml"
        instead.write_text(f"services: {{mysql: {{image: '{MYSQL}'}}}}\n")
        files += ["-f", str(instead)]
    variables = {
        "ONCOMETRY_IMAGE": engine.image,
        "ONCOMETRY_DATA": str(data),
        "ONCOMETRY_COHORTS": str(cohorts),
        "ONCOMETRY_USER": f"{USER}:{USER}",
    }
    there = Engine(engine.image, engine.environment | variables, given=engine.given)
    made = Project(there, deploy, tuple(files))
    try:
        yield made
    finally:
        made.compose("down", "--volumes")


def _import_mysql(engine: Engine, folder: Path) -> None:
    """MySQL 9 of Debian sid, which sets itself up as the image of the compose file does."""
    script = Path(__file__).with_name("mysql_server.sh")
    packages = ("mysql-server-core", "mysql-client-core")
    import_debian(engine, folder, MYSQL, "sid", packages, entry=script)
