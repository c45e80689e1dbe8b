"""What the tests of dose share: the folder of real data."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture
def data_folder() -> Path:
    """The folder of real data."""
    named = os.environ.get("ONCOMETRY_DATA")
    if not named:
        pytest.skip("ONCOMETRY_DATA is not set: the real data are not here")
    return Path(named) / "imaging"
