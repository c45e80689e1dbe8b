"""What stands in the recipes of image, compose and workflows, without building any of it."""

from __future__ import annotations

import re
import shutil
import stat
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
DOCKERFILE = (ROOT / "deploy/Dockerfile").read_text()
COMPOSE = yaml.safe_load((ROOT / "deploy/compose.yaml").read_text())
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
BY_DIGEST = re.compile(r"[\w./-]+:[\w.-]+@sha256:[0-9a-f]{64}")
INSTALLS = re.compile(r"\bpip (?:--python \S+ )?install\b|\bpip sync\b|\$\(UV\) pip (?:install|sync)\b")
BUILDS = re.compile(r"\bpip wheel\b|\$\(UV\) build\b|\bpython -m build\b")


def commands(text: str) -> list[str]:
    """Commands of a recipe: comments and messages left out, continued lines joined, `&&` taken apart."""
    lines = [line for line in text.splitlines() if not re.match(r"\s*(#|@?echo )", line)]
    joined = "\n".join(lines).replace("\\\n", " ")
    return [part for line in joined.splitlines() for part in line.split("&&")]


RECIPES = [
    *(pytest.param(commands(path.read_text()), id=path.name) for path in WORKFLOWS),
    pytest.param(commands(DOCKERFILE), id="Dockerfile"),
    pytest.param(commands((ROOT / "Makefile").read_text()), id="Makefile"),
    pytest.param(
        [v for v in PROJECT["tool"]["cibuildwheel"].values() if isinstance(v, str)], id="cibuildwheel"
    ),
]


@pytest.mark.parametrize("recipe", RECIPES)
def test_nothing_is_installed_without_a_hash(recipe: list[str]) -> None:
    loose = [
        command
        for command in recipe
        if INSTALLS.search(command) and not re.search(r"--require-hashes|--no-deps", command)
    ]
    loose += [c for c in recipe if BUILDS.search(c) and "isolation" not in c]
    assert loose == []


def test_wheels_are_built_and_tried_on_locked_packages_alone() -> None:
    config = PROJECT["tool"]["cibuildwheel"]
    assert config["build-frontend"] == {"name": "build", "args": ["--no-isolation"]}
    assert "requirements/build.txt" in config["before-build"]
    assert "requirements/run.txt" in config["before-test"]


def test_images_are_named_by_digest() -> None:
    base = re.search(r"^ARG BASE=(\S+)$", DOCKERFILE, re.MULTILINE)
    assert base is not None
    assert BY_DIGEST.fullmatch(base[1])
    assert set(re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)) == {"${BASE}"}
    services = [COMPOSE["services"]["mysql"]]
    for path in WORKFLOWS:
        for job in yaml.safe_load(path.read_text())["jobs"].values():
            services += [{"image": job["container"]}] if isinstance(job.get("container"), str) else []
            services += [job["container"]] if isinstance(job.get("container"), dict) else []
            services += job.get("services", {}).values()
    assert len(services) > 1
    assert [s["image"] for s in services if not BY_DIGEST.fullmatch(s["image"])] == []
    assert len({s["image"] for s in services if s["image"].startswith("mysql:")}) == 1


def test_compose_names_the_image_of_this_version() -> None:
    assert f":-oncometry:{PROJECT['project']['version']}}}" in COMPOSE["services"]["oncometry"]["image"]


def test_compose_locks_the_job_down_and_the_database_in() -> None:
    job, server = COMPOSE["services"]["oncometry"], COMPOSE["services"]["mysql"]
    assert job["read_only"] is True
    assert job["cap_drop"] == ["ALL"]
    assert any(volume.endswith(":/data:ro") for volume in job["volumes"])
    assert job["depends_on"]["mysql"]["condition"] == "service_healthy"
    assert COMPOSE["networks"]["database"]["internal"] is True
    assert job["networks"] == server["networks"] == ["database"]
    assert "ports" not in server
    assert "healthcheck" in server


def test_no_password_stands_in_compose() -> None:
    text = (ROOT / "deploy/compose.yaml").read_text()
    assert not re.search(r"://[^/@\s]+:[^@\s]+@", text)
    assert set(COMPOSE["services"]["mysql"]["environment"]) == {
        "MYSQL_DATABASE",
        "MYSQL_USER",
        "MYSQL_PASSWORD_FILE",
        "MYSQL_RANDOM_ROOT_PASSWORD",
    }


def test_the_password_is_drawn_once_and_kept_from_others(tmp_path: Path) -> None:
    script = shutil.copy(ROOT / "deploy/make_secrets.sh", tmp_path)
    subprocess.run(["sh", script], check=True)
    folder = tmp_path / "secrets"
    password = (folder / "mysql_password").read_text()
    assert re.fullmatch(r"[0-9a-f]{48}", password)
    assert (folder / "mysql_client").read_text() == f"[client]\npassword={password}\n"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    subprocess.run(["sh", script], check=True, stdout=subprocess.DEVNULL)
    assert (folder / "mysql_password").read_text() == password


def test_secrets_are_never_committed_nor_sent_to_the_engine() -> None:
    assert "/deploy/secrets/" in (ROOT / ".gitignore").read_text().splitlines()
    sent = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    copied = {
        word
        for line in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE)
        for word in line.split()[:-1]
    }
    assert copied == set(sent)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_workflows_may_do_nothing_that_a_job_does_not_ask_for(path: Path) -> None:
    workflow = yaml.safe_load(path.read_text())
    assert workflow["permissions"] == {}
    writes = {
        (name, right)
        for name, job in workflow["jobs"].items()
        for right, level in job["permissions"].items()
        if level == "write"
    }
    assert writes <= {("together", "id-token"), ("together", "attestations")}
