"""What is in the container image, what it writes where, and how fast the demo is in it.

    python benchmarks/reliability_image.py [--write]

Builds the image on a private Docker engine (needs root, docker.io, debootstrap) or looks at the one named by
ONCOMETRY_TEST_IMAGE; without either it says so and writes nothing. Figures of size are of the image as built
here: where the engine is private, on a base made from Debian packages.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from page import RELIABILITY, processor, replace, today

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from deploy.compare import differing_rows
from deploy.compose import NO_COMPOSE, has_compose, project
from deploy.container import (
    Job,
    health,
    job_inside,
    job_outside,
    setuid_files,
    shell,
    tools,
    writable,
    written_outside,
)
from deploy.engine import Engine, engine_with_image, why_not

ROOT = Path(__file__).parents[1]
HEAD = "| what | measured |\n|---|---|"
BIN = Path(sys.executable).parent
PACKAGES = "find /opt/oncometry -name '*.dist-info' -prune | wc -l"
DEBIAN = "dpkg-query -f '.\\n' -W | wc -l"


def rows(engine: Engine, folder: Path) -> Iterator[tuple[str, str]]:
    """Rows of the table: what, and the figure."""
    yield from _contents(engine)
    yield "user", shell(engine, "id -u -n") + " (" + shell(engine, "id -u") + ")"
    yield "health check (`oncometry doctor`)", health(engine)
    yield from _jobs(engine, folder)
    yield from _compose(engine, folder)
    yield "findings of hadolint", _findings("hadolint", "deploy/Dockerfile")
    yield "findings of zizmor", _findings("zizmor", "--offline", "--quiet", "--format", "plain", ".github")


def _contents(engine: Engine) -> Iterator[tuple[str, str]]:
    size = int(engine.docker("inspect", "-f", "{{.Size}}", engine.image).stdout)
    ours = int(shell(engine, "du -sk /opt/oncometry").split()[0]) * 1024
    yield "size, unpacked", f"{size / 1e6:.0f} MB, of which {ours / 1e6:.0f} MB in `/opt/oncometry`"
    largest = shell(engine, "du -sk /opt/oncometry/lib/python3*/site-packages/* | sort -rn | head -3")
    named = (line.split() for line in largest.splitlines())
    yield "largest", ", ".join(f"{Path(path).name} {int(kib) * 1024 / 1e6:.0f} MB" for kib, path in named)
    yield "packages", f"{shell(engine, PACKAGES)} of Python, {shell(engine, DEBIAN)} of Debian"
    yield "compilers, build tools, installers of Python packages", str(len(tools(engine)))
    yield "setuid and setgid files", str(len(setuid_files(engine)))


def _jobs(engine: Engine, folder: Path) -> Iterator[tuple[str, str]]:
    volume = writable(folder / "written")
    changed = written_outside(engine, {volume: "/cohort"}, "demo", "-o", "/cohort/input", "--patients", "1")
    yield "paths written beside volumes and `/tmp`, root writable", str(len(changed))
    inside, outside = (
        job_inside(engine, folder / "inside"),
        job_outside(BIN / "oncometry", folder / "outside"),
    )
    yield "`make demo`'s job inside (read-only, no network, no rights)", _seconds(inside)
    yield "the same outside", _seconds(outside)
    compared, differing = differing_rows(inside.cohort, outside.cohort)
    yield "rows of numbers that differ between the two", f"{differing} of {compared}"


def _compose(engine: Engine, folder: Path) -> Iterator[tuple[str, str]]:
    """The same job by deploy/compose.yaml, on the input that the job inside made."""
    what = "the same by `docker compose`, stored into MySQL"
    if not has_compose(engine):
        yield what, f"not run: {NO_COMPOSE}"
        return
    began = time.monotonic()
    with project(
        engine, folder / "compose", folder / "inside" / "input", writable(folder / "cohorts")
    ) as made:
        ran = made.oncometry("run", "/data", "-o", "/cohort/c", "--clinical", "/data/clinical.xlsx")
        ended = time.monotonic()
        made.compose("down")
        checked = made.oncometry("db", "check", "/cohort/c")
        version = made.query("SELECT version()")
        kept = made.query("SELECT count(*) FROM measurement")
    if ran.returncode or checked.returncode:
        raise RuntimeError(f"{ran.returncode} {ran.stderr}\n{checked.returncode} {checked.stderr}")
    yield what, f"{ended - began:.0f} s with the server's start (MySQL {version})"
    yield "its `db check` after `down` and a new start", f"0 faults, {kept} measurements"


def _seconds(job: Job) -> str:
    return f"{job.demo_s + job.run_s:.0f} s (made in {job.demo_s:.0f} s, measured in {job.run_s:.0f} s)"


def _findings(program: str, *words: str) -> str:
    done = subprocess.run([BIN / program, *words], check=False, cwd=ROOT, capture_output=True, text=True)
    return "0" if done.returncode == 0 else done.stdout.strip()


def main() -> None:
    """Print the table; write it if asked."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", action="store_true", help="put the table into docs/reliability.md")
    write = parser.parse_args().write
    if reason := why_not():
        print(f"the image is not measured: {reason}", file=sys.stderr)
        return
    with engine_with_image() as engine, tempfile.TemporaryDirectory(prefix="oncometry-image-") as folder:
        lines = [f"| {what} | {figure} |" for what, figure in rows(engine, Path(folder))]
        base = "the image given" if engine.given else "a base made from Debian packages"
    command = "Made by `python benchmarks/reliability_image.py --write`"
    source = f"{command}; {today()}, {processor()}, {base}."
    table = "\n".join([HEAD, *lines, "", source])
    print(table)
    if write:
        replace("image", table, RELIABILITY)


if __name__ == "__main__":
    main()
