"""The version of a step names all that its numbers may depend on."""

from __future__ import annotations

import ast
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

import oncometry
from oncometry.core import software
from oncometry.core.software import LEARNS, LIBRARIES, ROOMS, code_version, learning_version

PACKAGE = Path(oncometry.__file__).parent
NO_NUMBER = {
    "pydantic", "PyYAML", "rich", "openpyxl", "packaging", "contourpy", "pandas", "matplotlib", "onnx", "safetensors",
    "threadpoolctl",
}  # fmt: skip
"""They read settings, sheets and weights, show progress, draw curves or the outlines of a made RTSTRUCT, or hold the store's
tables."""


def imported(room: str) -> set[str]:
    """Distributions that the files of a room import."""
    names: set[str] = set()
    for path in (PACKAGE / room).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            found = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            found += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names |= {name.split(".")[0] for name in found}
    known = packages_distributions()
    apart = {*sys.stdlib_module_names, "oncometry", ""}
    return {known[name][0] for name in names - apart if name in known}


@pytest.mark.parametrize("room", [*ROOMS, "prediction"])
def test_every_library_of_a_computing_room_is_named(room: str) -> None:
    known = (*LIBRARIES, *NO_NUMBER, *(LEARNS if room == "prediction" else ()))
    assert {name.lower() for name in imported(room)} <= {name.lower() for name in known}


def test_what_learns_has_a_version_of_its_own() -> None:
    assert learning_version() != code_version()


def test_every_room_that_a_step_computes_with_is_named() -> None:
    steps = [path for path in (PACKAGE / "pipeline").rglob("*.py") if "ledger.run(" in path.read_text()]
    assert len(steps) > 5
    rooms: set[str] = set()
    for path in steps:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("oncometry."):
                rooms.add((node.module or "").split(".")[1])
    assert rooms - {"store"} <= set(ROOMS)


def test_another_library_is_another_version(monkeypatch: pytest.MonkeyPatch) -> None:
    before = code_version()
    assert before.startswith(f"{oncometry.__version__}+")
    code_version.cache_clear()
    monkeypatch.setattr(software, "installed", lambda name: "0.0" if name == "numpy" else "1.0")
    other = code_version()
    monkeypatch.undo()
    code_version.cache_clear()
    assert code_version() == before != other
