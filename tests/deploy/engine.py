"""A private Docker engine, and a base image made from Debian packages: no registry, no service of the machine."""

from __future__ import annotations

import os
import shutil
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
GIVEN_IMAGE = "ONCOMETRY_TEST_IMAGE"
BASE = "oncometry-test-base:latest"
IMAGE = "oncometry:test"
SUITE = "trixie"
BUILD_PACKAGES = "g++ python3-dev python3-venv"
PATIENCE_S = 60


@dataclass(frozen=True)
class Engine:
    """A Docker engine and the image that was built on it."""

    image: str
    environment: dict[str, str] = field(default_factory=dict)
    given: bool = False

    def docker(self, *arguments: object, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run `docker ARGUMENTS...`; where it must not fail, what it said is in the error."""
        done = subprocess.run(
            ["docker", *map(str, arguments)],
            check=False,
            env=os.environ | self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )
        if check and done.returncode != 0:
            raise RuntimeError(
                f"docker {arguments[0]}: {done.returncode}\n{done.stdout[-3000:]}{done.stderr}"
            )
        return done


def why_not() -> str | None:
    """Why no image can be built and tried here; None if one can."""
    if os.environ.get(GIVEN_IMAGE):
        return None if shutil.which("docker") else f"{GIVEN_IMAGE} names an image, but there is no docker"
    lacking = [name for name in ("docker", "dockerd", "debootstrap") if shutil.which(name) is None]
    if lacking:
        return f"no {', '.join(lacking)}: apt-get install docker.io debootstrap, or name a built image with {GIVEN_IMAGE}"
    return None if os.getuid() == 0 else f"a private engine needs root; name a built image with {GIVEN_IMAGE}"


@contextmanager
def engine_with_image() -> Iterator[Engine]:
    """The image named by ONCOMETRY_TEST_IMAGE on the machine's engine, else one built on an engine of our own."""
    if given := os.environ.get(GIVEN_IMAGE):
        yield Engine(given, given=True)
        return
    folder = Path(tempfile.mkdtemp(prefix="oncometry-docker-", dir="/tmp"))  # short: a socket's path is
    try:
        with _served(folder) as engine:
            import_debian(engine, folder / "base", BASE, SUITE, ("python3",))
            build(engine)
            yield engine
    finally:
        _unmount(folder)
        shutil.rmtree(folder)


def _unmount(folder: Path) -> None:
    """What the engine leaves mounted (the network namespace of its containers)."""
    places = [line.split()[1] for line in Path("/proc/self/mounts").read_text().splitlines()]
    for place in reversed([place for place in places if place.startswith(f"{folder}/")]):
        subprocess.run(["umount", place], check=True)


@contextmanager
def _served(folder: Path) -> Iterator[Engine]:
    address = f"unix://{folder}/d.sock"
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            [
                "dockerd",
                *("--data-root", folder / "root", "--exec-root", folder / "exec", "-H", address),
                *("--pidfile", folder / "pid", "--bridge=none", "--iptables=false"),
                *("--ip-forward=false", "--ip-masq=false"),
            ],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
        try:
            engine = Engine(IMAGE, {"DOCKER_HOST": address, "DOCKER_BUILDKIT": "0"})
            _wait(engine, server, folder)
            yield engine
        finally:
            server.terminate()
            server.wait(timeout=PATIENCE_S)


def _wait(engine: Engine, server: subprocess.Popen[bytes], folder: Path) -> None:
    end = time.monotonic() + PATIENCE_S
    while server.poll() is None and time.monotonic() < end:
        if engine.docker("version", check=False).returncode == 0:
            return
        time.sleep(0.2)
    raise RuntimeError(f"dockerd did not start: {(folder / 'log').read_text(errors='replace')[-2000:]}")


def import_debian(
    engine: Engine,
    folder: Path,
    tag: str,
    suite: str,
    packages: tuple[str, ...],
    entry: Path | None = None,
) -> None:
    """Import an image made of Debian packages, with the certificates that this machine trusts.

    Args:
        engine: where to.
        folder: scratch, gone afterwards.
        tag: the image's name.
        suite: of Debian.
        packages: beside the smallest system.
        entry: a script to start it with.
    """
    included = ",".join(("ca-certificates", *packages))
    subprocess.run(
        ["debootstrap", "--variant=minbase", f"--include={included}", suite, folder],
        check=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    trusted = ssl.get_default_verify_paths().cafile
    if trusted is not None:
        shutil.copy(trusted, folder / "etc/ssl/certs/ca-certificates.crt")
    change: tuple[str, ...] = ()
    if entry is not None:
        (folder / "usr/local/bin" / entry.name).write_bytes(entry.read_bytes())
        (folder / "usr/local/bin" / entry.name).chmod(0o755)
        change = ("--change", f'ENTRYPOINT ["{entry.name}"]')
    archive = folder.with_suffix(".tar")
    subprocess.run(["tar", "-C", folder, "-cf", archive, "."], check=True)
    shutil.rmtree(folder)
    engine.docker("import", *change, archive, tag)
    archive.unlink()


def build(engine: Engine, *options: str) -> None:
    """Build the image as a user would, on our base, from the registry that pip is set up for."""
    arguments = {"BASE": BASE, "BUILD_PACKAGES": BUILD_PACKAGES, "VERSION": "0.test", "REVISION": "0" * 40}
    if index := os.environ.get("PIP_INDEX_URL"):
        arguments["PIP_INDEX_URL"] = index
    given = [word for name, value in arguments.items() for word in ("--build-arg", f"{name}={value}")]
    engine.docker(
        *("build", "--network", "host", *given, *options),
        *("-t", engine.image, "-f", ROOT / "deploy/Dockerfile", ROOT),
    )
