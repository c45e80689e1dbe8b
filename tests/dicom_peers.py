"""Programs that DICOM objects are held against: `dciodvfy` of dicom3tools, and a private Orthanc.

`make test` requires them (ONCOMETRY_REQUIRE_DICOM_PEERS=1, `tools/ensure_dicom_peers.sh`); elsewhere a test without
them is skipped and says how to get them.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

__all__ = ["dicom_errors", "private_orthanc"]

HOW_TO_GET = "apt-get install --no-install-recommends dicom3tools orthanc orthanc-dicomweb"
REQUIRED = "ONCOMETRY_REQUIRE_DICOM_PEERS"
PLUGINS = Path("/usr/share/orthanc/plugins/libOrthancDicomWeb.so")
PATIENCE_S = 60


def _program(name: str) -> str:
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/bin:/usr/bin")
    if found is not None:
        return found
    if os.environ.get(REQUIRED) == "1":
        pytest.fail(f"no {name} on this machine: {HOW_TO_GET}")
    pytest.skip(f"no {name} on this machine: {HOW_TO_GET}")


def dicom_errors(path: Path) -> list[str]:
    """What `dciodvfy` finds wrong with a DICOM file, warnings left out."""
    done = subprocess.run(
        [_program("dciodvfy"), str(path)],
        capture_output=True,
        text=True,
        errors="replace",
        timeout=60,
        check=False,
    )
    lines = (done.stdout + done.stderr).splitlines()
    return [line for line in lines if line.startswith(("Error", "Abort"))]


@contextmanager
def private_orthanc() -> Iterator[str]:
    """URL of the DICOMweb root of an Orthanc of one's own, empty, gone afterwards."""
    program = _program("Orthanc")
    if not PLUGINS.is_file():
        _program("Orthanc's DICOMweb plugin")
    folder = Path(tempfile.mkdtemp(prefix="oncometry-orthanc-"))
    port = _free_port()
    settings = {
        "StorageDirectory": str(folder / "storage"),
        "IndexDirectory": str(folder / "index"),
        "Plugins": [str(PLUGINS)],
        "HttpPort": port,
        "DicomServerEnabled": False,
        "RemoteAccessAllowed": False,
        "AuthenticationEnabled": False,
        "DicomWeb": {"Enable": True, "Root": "/dicom-web/"},
    }
    (folder / "orthanc.json").write_text(json.dumps(settings))
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen([program, str(folder / "orthanc.json")], stdout=log, stderr=log)
    try:
        _wait(port, server, folder / "log")
        yield f"http://127.0.0.1:{port}/dicom-web"
    finally:
        server.terminate()
        server.wait(timeout=PATIENCE_S)
        shutil.rmtree(folder, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + PATIENCE_S
    while server.poll() is None and time.monotonic() < end:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/system", timeout=1):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError(f"the private Orthanc did not start: {log.read_text(errors='replace')[-2000:]}")
