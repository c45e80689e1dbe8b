"""A reader that one file kills; run in the other process by test_deidentify.py."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from oncometry.io.deidentify.identifiers import Identifiers
from oncometry.io.deidentify.taken import Taken, Target
from oncometry.io.deidentify.taken import take as really_take


def take(path: Path, target: Target, identifiers: Identifiers) -> Taken:
    if path.name == "1.dcm":
        os.kill(os.getpid(), signal.SIGSEGV)
    return really_take(path, target, identifiers)
