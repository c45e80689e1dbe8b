"""The tour runs from top to bottom, and is kept with what it showed (`jupyter execute --inplace docs/tour.ipynb`)."""

from __future__ import annotations

import json
import os
import re
import sys
import warnings
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

TOUR = Path(__file__).resolve().parents[2] / "docs" / "tour.ipynb"


def outputs(notebook: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    return [out for cell in notebook.cells for out in cell.get("outputs", [])]


def printed(notebook: nbformat.NotebookNode) -> str:
    return "".join(out.get("text", "") for out in outputs(notebook))


def pictures(notebook: nbformat.NotebookNode) -> int:
    return sum("image/png" in out.get("data", {}) for out in outputs(notebook))


def test_the_tour_is_kept_with_what_it_shows_and_no_more() -> None:
    notebook = nbformat.read(TOUR, as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    assert "33.51 expected" in printed(notebook)
    assert pictures(notebook) == 1
    assert {out.output_type for out in outputs(notebook)} <= {"stream", "execute_result", "display_data"}
    assert all(out.get("name") != "stderr" for out in outputs(notebook))
    assert TOUR.stat().st_size < 100_000
    shown = json.dumps([out.get("text", out.get("data", {}).get("text/plain")) for out in outputs(notebook)])
    assert not re.search(r"/(tmp|home|work|root|Users)/", shown)


def test_the_tour_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    beside_python = str(Path(sys.executable).parent)
    monkeypatch.setenv("PATH", beside_python + os.pathsep + os.environ["PATH"])
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setenv("MPLCONFIGDIR", str(tmp_path / "matplotlib"))
    monkeypatch.setenv("JUPYTER_PLATFORM_DIRS", "1")
    notebook = nbformat.read(TOUR, as_version=4)
    with warnings.catch_warnings():
        warnings.simplefilter("default")  # those of the notebook's own machinery
        NotebookClient(notebook, timeout=300, kernel_name="python3").execute(cwd=str(tmp_path))
    assert printed(notebook).count("33.51 expected") == 2
    assert pictures(notebook) == 1
