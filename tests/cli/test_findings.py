"""What `run` and `curate` say of the input on stderr, beside the counts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ..small_cohort import write_two_visits

pytestmark = pytest.mark.one_engine


@pytest.mark.parametrize("command", ["curate", "run"])
def test_what_is_to_be_known_of_a_patient_is_told_in_words(
    oncometry: Any, tmp_path: Path, command: str
) -> None:
    inputs = write_two_visits(tmp_path / "in", ("x", "y"), "")
    ran = oncometry(command, inputs, "-o", tmp_path / "cohort", "--quiet")
    assert ran.code == 0
    (notice,) = (line for line in ran.err.splitlines() if line.startswith("notice: "))
    assert "DATES_IMPLAUSIBLE: patient P 1/α: 1 of 2 visits" in notice
    assert "ses-01" in notice
