"""The image looked into and run as the how-to says: read-only, without network or rights, as a plain user."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .engine import Engine

USER = 10001 if os.getuid() == 0 else os.getuid()
MEMORY = "3g"
TOOLS = ("gcc", "cc", "g++", "c++", "clang", "ld", "as", "make", "cmake", "ninja", "pip", "pip3", "uv")
LOCKED_DOWN = (
    *("--read-only", "--tmpfs", "/tmp", "--memory", MEMORY, "--user", f"{USER}:{USER}"),
    *("--cap-drop", "ALL", "--security-opt", "no-new-privileges"),
)
DEMO = ("--patients", "3", "--seed", "1")


@dataclass(frozen=True)
class Job:
    """What `make demo` does, done: its folders, and the seconds of making the input and of the run."""

    input: Path
    cohort: Path
    demo_s: float
    run_s: float


def shell(engine: Engine, script: str) -> str:
    """What a shell in the image prints, as its own user."""
    done = engine.docker("run", "--rm", "--network", "none", "--entrypoint", "sh", engine.image, "-c", script)
    return done.stdout.strip()


def tools(engine: Engine) -> list[str]:
    """Compilers, build tools and installers in the image: by name on the path, by name anywhere, by import."""
    names = " -o ".join(f"-name '{name}' -o -name '{name}-[0-9]*'" for name in TOOLS)
    script = f"""
        for name in {" ".join(TOOLS)}; do command -v "$name"; done
        find / -xdev -type f -perm /111 \\( {names} \\) 2>/dev/null
        python -c 'import pip' 2>/dev/null && echo 'import pip'
        python -c 'import ensurepip' 2>/dev/null && echo 'import ensurepip'
        true
    """
    return shell(engine, script).splitlines()


def setuid_files(engine: Engine) -> list[str]:
    """Programs that run with another user's rights."""
    return shell(engine, "find / -xdev -type f -perm /6000 2>/dev/null; true").split()


def run(
    engine: Engine,
    *words: object,
    volumes: Mapping[Path, str],
    network: str = "none",
    options: tuple[str, ...] = (),
) -> subprocess.CompletedProcess[str]:
    """`oncometry WORDS...` in a container that is locked down."""
    mounts = [word for path, place in volumes.items() for word in ("-v", f"{path}:{place}")]
    command = ("run", "--rm", "--network", network, *LOCKED_DOWN, *mounts, *options, engine.image, *words)
    return engine.docker(*command, check=False)


def writable(folder: Path) -> Path:
    """A folder that the container's user may write."""
    folder.mkdir(parents=True)
    if os.getuid() != USER:
        shutil.chown(folder, USER, USER)
    return folder


def readable(folder: Path, copy: Path) -> Path:
    """A copy that the container's user may read."""
    shutil.copytree(folder, copy)
    copy.chmod(0o755)
    return copy


def job_inside(engine: Engine, folder: Path) -> Job:
    """`make demo`'s job in the image."""
    place = writable(folder)
    began = time.monotonic()
    made = run(engine, "demo", "-o", "/cohort/input", *DEMO, volumes={place: "/cohort"})
    between = time.monotonic()
    ran = run(
        *(engine, "run", "/data", "-o", "/cohort/cohort", "--clinical", "/data/clinical.xlsx"),
        volumes={place / "input": "/data:ro", place: "/cohort"},
    )
    ended = time.monotonic()
    if made.returncode or ran.returncode:
        raise RuntimeError(f"{made.returncode} {made.stderr}\n{ran.returncode} {ran.stderr}")
    return Job(place / "input", place / "cohort", between - began, ended - between)


def job_outside(program: Path, folder: Path) -> Job:
    """The same job by the `oncometry` of an environment."""
    data, cohort = folder / "input", folder / "cohort"
    began = time.monotonic()
    subprocess.run([program, "demo", "--quiet", "-o", data, *DEMO], check=True)
    between = time.monotonic()
    sheet = data / "clinical.xlsx"
    subprocess.run([program, "run", "--quiet", data, "-o", cohort, "--clinical", sheet], check=True)
    return Job(data, cohort, between - began, time.monotonic() - between)


def written_outside(engine: Engine, volumes: Mapping[Path, str], *words: object) -> list[str]:
    """Paths that a job changes beside its volumes and /tmp, where the root is left writable."""
    mounts = [word for path, place in volumes.items() for word in ("-v", f"{path}:{place}")]
    user = ("--user", f"{USER}:{USER}", "--tmpfs", "/tmp")
    name = engine.docker("create", "--network", "none", *user, *mounts, engine.image, *words).stdout.strip()
    engine.docker("start", "--attach", name)
    changed = engine.docker("diff", name).stdout.splitlines()
    engine.docker("rm", name)
    return changed


def health(engine: Engine) -> str:
    """What the image's own health check comes to within a minute."""
    options = ("--network", "none", *LOCKED_DOWN, "--health-interval", "1s", "--entrypoint", "sleep")
    name = engine.docker("run", "-d", *options, engine.image, "120").stdout.strip()
    status = "starting"
    for _ in range(60):
        status = engine.docker("inspect", "-f", "{{.State.Health.Status}}", name).stdout.strip()
        if status != "starting":
            break
        time.sleep(1)
    engine.docker("rm", "-f", name)
    return status
