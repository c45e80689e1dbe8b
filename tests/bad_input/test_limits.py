"""The nasty ones cost little: at most 2 GB and 30 s a file, whatever they declare."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from .costs import MOST_KIB, MOST_SECONDS, NASTY

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, float]]:
    folder = tmp_path_factory.mktemp("costs")
    command = [sys.executable, "-m", "tests.bad_input.costs", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=True, cwd=ROOT)
    found: dict[str, dict[str, float]] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("name", NASTY)
def test_cost(name: str, measured: dict[str, dict[str, float]]) -> None:
    cost = measured[name]
    assert cost["seconds"] < MOST_SECONDS
    assert cost["kib"] < MOST_KIB
