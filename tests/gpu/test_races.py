"""ThreadSanitizer on the emulation: between two barriers no lane touches what another writes."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent
NATIVE = HERE.parents[1] / "native"
COMPILER = shutil.which("c++")
BARRIER = "rows.values[at] /= total;\n        team_.sync();"


def races(kernels: Path, folder: Path) -> str:
    """What ThreadSanitizer says of these kernels; '' where there is no race."""
    program = folder / "races"
    command = [
        COMPILER,
        "-std=c++17",
        "-O1",
        "-g",
        "-fsanitize=thread",
        "-pthread",
        f"-I{NATIVE / 'include'}",
    ]
    sources = [HERE / "races.cpp", kernels / "emulation.cpp"]
    built = subprocess.run(
        [*command, f"-I{kernels}", *sources, "-o", program], check=False, capture_output=True, text=True
    )
    if built.returncode != 0:
        pytest.skip(f"this compiler has no ThreadSanitizer: {built.stderr[-200:]}")
    return subprocess.run([program], check=False, capture_output=True, text=True).stderr


@pytest.mark.slow
@pytest.mark.skipif(COMPILER is None, reason="there is no C++ compiler")
def test_lanes_do_not_race_and_a_barrier_that_is_missing_is_found(tmp_path):
    assert races(NATIVE / "cuda", tmp_path) == ""
    shutil.copytree(NATIVE / "cuda", tmp_path / "cuda")
    source = tmp_path / "cuda" / "glcm_window.hpp"
    assert BARRIER in source.read_text()
    source.write_text(source.read_text().replace(BARRIER, "rows.values[at] /= total;"))
    assert "data race" in races(tmp_path / "cuda", tmp_path)
