"""`make release`, for real and twice: it holds together, and the same commit gives the same bytes."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import tarfile
import zipfile
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
VALIDATE = """
import sys
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
sys.exit(JsonStrictValidator(SchemaVersion.V1_6).validate_str(sys.stdin.read()) is not None)
"""
pytestmark = pytest.mark.slow


def make_release(folder: Path) -> dict[str, bytes]:
    """Content of each file by the ending of its name."""
    subprocess.run(["make", "release", f"DIST={folder}"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return make_release(tmp_path_factory.mktemp("release") / "dist")


def one(release: dict[str, bytes], ending: str) -> bytes:
    (found,) = (content for name, content in release.items() if name.endswith(ending))
    return found


def test_the_same_commit_gives_the_same_bytes(release: dict[str, bytes], tmp_path: Path) -> None:
    assert make_release(tmp_path / "dist") == release


def test_the_checksums_are_those_of_all_files(release: dict[str, bytes]) -> None:
    sums = dict(reversed(line.split("  ")) for line in release["SHA256SUMS"].decode().splitlines())
    assert sums == {
        name: hashlib.sha256(content).hexdigest() for name, content in release.items() if name != "SHA256SUMS"
    }
    assert {name.rsplit(".", 1)[1] for name in sums} == {"whl", "gz", "json", "txt"}


def test_the_bill_of_materials_is_valid_and_names_what_the_lock_does(release: dict[str, bytes]) -> None:
    text = one(release, ".cdx.json").decode()
    python = ROOT / "build/release-tools/bin/python"
    assert subprocess.run([python, "-c", VALIDATE], input=text, text=True, check=False).returncode == 0
    bill = json.loads(text)
    assert bill["metadata"]["component"]["name"] == "oncometry"
    named = {f"{canonicalize_name(c['name'])}=={c['version']}" for c in bill["components"]}
    locked = re.findall(r"^([\w.-]+==[^\s;]+)", (ROOT / "requirements/run.txt").read_text(), re.MULTILINE)
    assert named <= set(locked)
    assert len(named) > 50
    assert all(component["licenses"] for component in bill["components"])
    assert not re.search(r"file:|/home/|/root/|/tmp/", text)


def test_wheel_and_source_hold_the_native_core_and_the_locks(
    release: dict[str, bytes], tmp_path: Path
) -> None:
    (tmp_path / "a.whl").write_bytes(one(release, ".whl"))
    (tmp_path / "a.tar.gz").write_bytes(one(release, ".tar.gz"))
    with zipfile.ZipFile(tmp_path / "a.whl") as wheel:
        names = wheel.namelist()
    assert any(re.match(r"oncometry/_native\..*(so|pyd)$", name) for name in names)
    assert any(name.endswith("licenses/LICENSE") for name in names)
    with tarfile.open(tmp_path / "a.tar.gz") as source:
        inside = {name.split("/", 1)[-1] for name in source.getnames()}
    assert {"native/bindings.cpp", "requirements/run.txt", "deploy/Dockerfile", "LICENSE"} <= inside
