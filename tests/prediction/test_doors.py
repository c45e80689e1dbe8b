"""The doors of the room open for every name on them, and load nothing heavy before."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module

import pytest

DOORS = ("oncometry.prediction.metrics", "oncometry.prediction.explanation")


@pytest.mark.parametrize("door", DOORS)
def test_every_name_is_there(door):
    module = import_module(door)
    for name in module.__all__:
        assert getattr(module, name) is not None


def test_nothing_heavy_is_loaded_before_it_is_asked_for():
    code = f"import sys, {', '.join(DOORS)}; print([m for m in ('scipy', 'sklearn', 'pandas') if m in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
