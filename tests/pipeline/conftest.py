"""Runs of the small cohort, in this process."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from oncometry import Cohort
from oncometry.pipeline import RunRequest, RunSummary, Settings, SilentProgress, run

from ..on_server import NewUrl, copied

QUICK = Settings().changed(
    {
        "preprocessing": {"bias_correction": False, "register_sequences": False},
        "segmentation": {"when": "never"},
    }
)
PASSING = {
    "started",
    "seconds",
    "value_id",
    "baseline_value_id",
    "response",
    "measurement",
    "reading",
    "decision",
    "accepted_by",
    "undoes",
    "key",
    "step_key",
    "acquired",
    "steps",
    "path",
    "shown",
}
"""Columns that a run on another day, or under another id, may fill otherwise."""

RUNS = {"steps", "artifacts", "software"}
"""Tables that tell how often a cohort was run."""


class Inline(Executor):
    """Does the work when it is asked for, so that coverage and patches see it."""

    def submit(self, function: Callable[..., Any], /, *given: Any, **named: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(function(*given, **named))
        except Exception as error:  # noqa: BLE001 - the future carries it
            future.set_exception(error)
        return future


def run_inline(inputs: Path | tuple[Path, ...], cohort: Path, **more: Any) -> RunSummary:
    """Run without processes."""
    request = replace(
        RunRequest(inputs=inputs if isinstance(inputs, tuple) else (inputs,), cohort=cohort, settings=QUICK),
        **more,
    )
    return run(request, SilentProgress(), Inline()).summary


def tables_of(cohort: Path, database: str | None = None) -> dict[str, pd.DataFrame]:
    """Everything in a cohort but what differs from run to run, in an order of its own."""
    with Cohort.open(cohort, database) as opened:
        found = {name: opened.table(name) for name in opened.tables if name not in RUNS}
    return {name: _settled(table) for name, table in found.items()}


def _settled(table: pd.DataFrame) -> pd.DataFrame:
    kept = table[[c for c in table.columns if c not in PASSING]].astype(str)
    return kept.sort_values(list(kept.columns)).reset_index(drop=True)


def assert_same(one: dict[str, pd.DataFrame], other: dict[str, pd.DataFrame]) -> None:
    """The same tables with the same rows."""
    assert one.keys() == other.keys()
    for name in one:
        pd.testing.assert_frame_equal(one[name], other[name], obj=name)


@pytest.fixture
def copy(undisturbed: Path, tmp_path: Path, new_cohort_url: NewUrl | None) -> Path:
    """The same, to be changed: `cohort` in the test's folder."""
    return copied(undisturbed, tmp_path / "cohort", new_cohort_url)


@pytest.fixture(scope="session")
def undisturbed(small_inputs: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cohort of one run from start to end; tests only read it."""
    cohort = tmp_path_factory.mktemp("undisturbed") / "cohort"
    summary = run_inline(small_inputs / "scans", cohort, clinical=small_inputs / "clinical.csv")
    assert summary.failures == ()
    return cohort
