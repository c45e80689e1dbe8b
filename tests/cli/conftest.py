"""The command line run in this process, as a user would type it."""

from __future__ import annotations

import signal
import sys
import warnings
from dataclasses import dataclass

import pytest

from oncometry.cli import main

from ..pipeline.conftest import copy, undisturbed

__all__ = ["copy", "undisturbed"]


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str


@pytest.fixture
def oncometry(monkeypatch, capsys):
    """Run `oncometry ARGUMENTS...`; gives exit code, stdout, stderr."""

    def run(*arguments: object) -> Ran:
        monkeypatch.setattr(sys, "argv", ["oncometry", *map(str, arguments)])
        monkeypatch.setenv("NO_COLOR", "1")
        monkeypatch.setenv("COLUMNS", "200")
        monkeypatch.delenv("ONCOMETRY_DATABASE", raising=False)
        with warnings.catch_warnings():
            warnings.simplefilter("default")
            handler = signal.getsignal(signal.SIGINT)
            try:
                main()
                code = 0
            except SystemExit as stop:
                code = int(stop.code or 0)
            finally:
                signal.signal(signal.SIGINT, handler)
        shown = capsys.readouterr()
        return Ran(code, shown.out, shown.err)

    return run
