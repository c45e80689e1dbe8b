"""Killed at any moment: the same job again ends like one that was never disturbed."""

from __future__ import annotations

import ast
import random
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import oncometry
from oncometry.core.write_points import WritePoint

from .command import WORKERS, Undisturbed, kill_run, killed_then_again, undisturbed_run
from .conftest import REACHED, Left, Outcome, assert_equal, do_job

FILES = [point for point in WritePoint if point.value.startswith("file.")]
OPENS = {
    "write_bytes", "write_text", "open", "mkstemp", "NamedTemporaryFile", "copyfileobj", "copyfile",
    "WriteImage", "to_csv", "to_excel", "savefig",
}  # fmt: skip
MAY_WRITE = {
    "io/files.py": "the one place",
    "io/archive.py": "unpacks, with points of its own",
    "core/write_points.py": "the log for tests",
    "store/backup.py": "a backup gets its name when its hash stands beside it (tests/store/test_backup.py)",
    "store/table_dump.py": "writes what backup.py names",
    "pipeline/turn.py": "the lock, whose content may be lost",
}


def _killed_then_again(
    tiny: Path, folder: Path, fault: str, expected: Left, database: str | None = None
) -> None:
    cohort = folder / "cohort"
    killed = do_job(tiny, cohort, fault=fault, database=database)
    if fault.startswith(
        "archive."
    ):  # that is unpacked in a process of its own: the job outlives it, and says so
        assert killed.code == 8, killed
        assert "UNREADABLE" in killed.err
    else:
        assert killed.code == -signal.SIGKILL, killed
    assert do_job(tiny, cohort, database=database) == Outcome(0, "")
    assert_equal(Left.of(cohort, database), expected)


@pytest.fixture(scope="module")
def undisturbed_command(tiny: Path, tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    return undisturbed_run(tiny, tmp_path_factory.mktemp("command") / "cohort")


def test_every_point_is_reached(undisturbed_job):
    assert set(undisturbed_job[1]) == {point.value for point in REACHED}


@pytest.mark.parametrize("point", REACHED, ids=lambda point: point.value)
def test_killed_at_a_point(tiny, tmp_path, undisturbed_job, point):
    expected, points = undisturbed_job
    middle = points.count(point.value) // 2
    _killed_then_again(tiny, tmp_path, f"{point.value}:{middle}:kill", expected)


@pytest.mark.slow
@pytest.mark.parametrize("share", range(0, 100, 4))
@pytest.mark.parametrize("point", FILES, ids=lambda point: point.value)
def test_killed_at_any_file(tiny, tmp_path, undisturbed_job, point, share):
    expected, points = undisturbed_job
    _killed_then_again(
        tiny, tmp_path, f"{point.value}:{points.count(point.value) * share // 100}:kill", expected
    )


@pytest.mark.slow
def test_killed_again_and_again(tiny, tmp_path, undisturbed_job):
    expected, points = undisturbed_job
    for at in (len(points) // 7, 5, len(points) // 5):
        do_job(tiny, tmp_path / "cohort", fault=f"any:{at}:kill")
    assert do_job(tiny, tmp_path / "cohort") == Outcome(0, "")
    assert_equal(Left.of(tmp_path / "cohort"), expected)


@pytest.mark.parametrize("share", [pytest.param(0.2, marks=pytest.mark.slow), 0.7])
def test_the_command_with_its_workers_does_at_most_one_step_a_worker_twice(
    tiny, tmp_path, undisturbed_command, share
):
    """Killed as a whole once so many steps are finished; benchmarks/reliability_faults.py kills at random."""
    cohort, finished = tmp_path / "killed" / "cohort", round(share * len(undisturbed_command.steps))
    records = cohort / ".oncometry" / "steps"
    twice = killed_then_again(
        tiny, cohort, undisturbed_command, lambda: len(list(records.glob("*/*.json"))) >= finished
    )
    assert twice is not None
    assert 0 <= twice <= WORKERS


@pytest.mark.slow
def test_the_command_killed_at_five_random_moments_one_after_another(tiny, tmp_path, undisturbed_command):
    """Each later in the job than the one before, some while after a step; no two times the same, as clocks go."""
    cohort, rng = tmp_path / "killed" / "cohort", random.Random(3)
    steps = range(len(undisturbed_command.steps) - 2)  # the last may end before it is killed
    *first, last = [_some_while_after(cohort, at, rng.uniform(0, 1)) for at in sorted(rng.sample(steps, 5))]
    assert all(kill_run(tiny, cohort, is_time) for is_time in first)
    twice = killed_then_again(tiny, cohort, undisturbed_command, last)
    assert twice is not None
    assert 0 <= twice <= WORKERS


def _some_while_after(cohort: Path, finished: int, delay_s: float) -> Callable[[], bool]:
    """Whether so many steps are finished, and have been for a while."""
    seen: list[float] = []

    def is_time() -> bool:
        if not seen and len(list((cohort / ".oncometry" / "steps").glob("*/*.json"))) >= finished:
            seen.append(time.monotonic())
        return bool(seen) and time.monotonic() > seen[0] + delay_s

    return is_time


def test_files_are_written_in_one_place():
    package = Path(oncometry.__file__).parent
    found = {}
    for path in package.rglob("*.py"):
        name = path.relative_to(package).as_posix()
        calls = [
            node
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.Call) and _writes(node)
        ]
        if calls and name not in MAY_WRITE:
            found[name] = [call.lineno for call in calls]
    assert found == {}


def _writes(call: ast.Call) -> bool:
    """Whether a call opens a file for writing: by its name, and for `open` by its mode."""
    function = call.func
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    if name not in OPENS:
        return False
    if name in ("write_bytes", "write_text"):  # a Path's own; ours takes the path as its first argument
        return isinstance(function, ast.Attribute)
    if name == "to_csv":
        return bool(call.args)
    if name == "open":
        modes = [
            a.value for a in [*call.args, *(k.value for k in call.keywords)] if isinstance(a, ast.Constant)
        ]
        return any(isinstance(m, str) and set(m) & set("wax+") and len(m) <= 3 for m in modes)
    return True
