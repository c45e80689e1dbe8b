"""Starting is quick: help and version load no command, and a command loads only what it needs."""

from __future__ import annotations

import subprocess
import sys

import pytest
import typer

from oncometry.cli import app
from oncometry.cli.app import COMMANDS

pytestmark = pytest.mark.storeless

HEAVY = ("pandas", "highdicom", "sqlalchemy", "alembic", "SimpleITK", "scipy", "pydicom", "scipy", "nibabel")


def loaded_by(statement: str) -> set[str]:
    """Which heavy packages a fresh interpreter has after a statement."""
    shown = f"import sys; {statement}; print(*[name for name in {HEAVY!r} if name in sys.modules])"
    return set(
        subprocess.run(
            [sys.executable, "-c", shown], check=True, capture_output=True, text=True
        ).stdout.split()
    )


def test_lines_in_the_table_are_those_of_the_commands():
    group = typer.main.get_command(app)
    for name, lazy in COMMANDS.items():
        command = group.commands[name]
        assert command.name == name
        assert command.get_short_help_str(limit=1000) == lazy.line.removesuffix(".").strip() or (
            command.help.splitlines()[0] == lazy.line
        )


@pytest.mark.parametrize(
    ("statement", "needs"),
    [
        ("import oncometry.cli", set()),
        ("import oncometry.cli.measure_command", {"pydicom", "scipy", "nibabel", "SimpleITK"}),
        ("import oncometry.pipeline.patient", {"pydicom", "scipy", "nibabel", "SimpleITK"}),
        ("from oncometry.store import provenance", set()),
    ],
)
def test_what_is_loaded(statement, needs):
    assert loaded_by(statement) <= needs


def test_public_names_win_over_files_of_the_same_name():
    statement = (
        "import oncometry.store.export, oncometry.pipeline.run; "
        "from oncometry.store import export; from oncometry.pipeline import run; "
        "assert callable(export) and callable(run)"
    )
    assert loaded_by(statement)


def test_a_name_that_is_not_there():
    with pytest.raises(ImportError, match="nothing_such"):
        from oncometry.io import nothing_such  # noqa: F401, PLC0415
