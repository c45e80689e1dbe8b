"""Files read in processes of their own: what one does to its reader costs nobody else anything."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from oncometry.core import Code, CorruptInputError, OncometryError
from oncometry.io import isolation
from oncometry.io.isolation import Limits, isolated, isolated_each

from . import isolated_acts as acts

QUICK = Limits(memory_gib=0.25, cpu_s=1, wall_s=60)
IMPATIENT = Limits(memory_gib=0.25, cpu_s=30, wall_s=2)


@pytest.fixture(autouse=True)
def _reachable(monkeypatch):
    """The acts are a module of the tests: the other process finds it beside this file."""
    monkeypatch.setattr(acts, "__name__", "isolated_acts")
    for function in (acts.double, acts.act):
        monkeypatch.setattr(function, "__module__", "isolated_acts")
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))
    isolation._pool_of.cache_clear()
    yield
    isolation._pool().close()
    isolation._pool_of.cache_clear()


def test_results_and_errors_come_back():
    assert isolated(acts.double, 21) == 42
    with pytest.raises(CorruptInputError) as caught:
        isolated(acts.act, "refuse")
    assert (caught.value.code, caught.value.what) == (Code.EMPTY, "nothing there")


@pytest.mark.linux
@pytest.mark.parametrize(
    ("what", "code", "says"),
    [
        ("crash", Code.CORRUPT, "SIGSEGV"),
        ("killed", Code.UNREADABLE, "SIGKILL"),
        ("exit", Code.CORRUPT, "status 7"),
        ("spin", Code.BOMB, "more than 1 s"),
        ("sleep", Code.BOMB, "more than 2 s"),
        ("swell", Code.BOMB, "memory"),
        ("fail", Code.CORRUPT, "ZeroDivisionError"),
        ("recurse", Code.CORRUPT, "RecursionError"),
    ],
)
def test_what_a_file_does_to_its_reader_is_told_of_that_file_alone(what, code, says):
    asked = [("fine",), (what,), ("fine",), ("fine",)]
    answers = list(isolated_each(acts.act, asked, limits=IMPATIENT if what == "sleep" else QUICK))
    assert sorted(str(a[0]) for a, _ in answers) == sorted(str(a[0]) for a in asked)
    for (name,), answer in answers:
        if name == "fine":
            assert answer == "fine"
        else:
            assert isinstance(answer, OncometryError)
            assert answer.code is code
            assert says in answer.what


@pytest.mark.linux
def test_many_files_and_several_crashes_in_several_processes():
    asked = [("crash" if n % 97 == 0 else f"{n}",) for n in range(400)]
    answers = list(isolated_each(acts.act, asked, workers=3, limits=QUICK))
    assert len(answers) == 400
    assert {name for (name,), answer in answers if answer == name} == {a[0] for a in asked} - {"crash"}
    assert sum(isinstance(answer, OncometryError) for _, answer in answers) == 5


def test_what_a_library_prints_is_no_answer(capfd):
    assert isolated(acts.act, "print") == "print"
    assert "noise" in capfd.readouterr().err


@pytest.mark.linux
def test_processes_end_with_the_one_that_started_them():
    script = (
        "from oncometry.io.isolation import Limits, _pool\n"
        "child = _pool().take(Limits())\n"
        "print(child.process.pid, flush=True)\n"
        "import time; time.sleep(60)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    end = time.monotonic() + 10
    while _is_running(child) and time.monotonic() < end:
        time.sleep(0.05)
    assert not _is_running(child)


def _is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.linux
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_forked_process_has_readers_of_its_own():
    """Two processes on one pipe would wait for each other's answers for ever."""
    assert isolated(acts.double, 1) == 2
    forked = os.fork()
    if forked == 0:
        mine = isolation._pool() is not isolation._pool_of(os.getppid())
        answers = [isolated(acts.double, n) for n in range(20)] == [2 * n for n in range(20)]
        isolation._pool().close()
        os._exit(0 if mine and answers else 1)
    assert [isolated(acts.double, n) for n in range(20)] == [2 * n for n in range(20)]
    _, status = os.waitpid(forked, 0)
    assert os.waitstatus_to_exitcode(status) == 0
