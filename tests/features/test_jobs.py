"""Calls on a few threads: each is made once, results stay in order, what fails is told, no thread is left."""

from __future__ import annotations

import threading
from functools import partial

import pytest

from oncometry.features.jobs import Jobs

THREADS = pytest.mark.parametrize("threads", [1, 2, 3, 8])


@THREADS
def test_each_call_is_made_once_and_results_are_in_order(threads):
    made = []
    with Jobs(threads) as jobs:
        started = [jobs.start(partial(lambda n: made.append(n) or n * n, n)) for n in range(40)]
        assert jobs.results(started) == [n * n for n in range(40)]
        assert jobs.results(started) == [n * n for n in range(40)]
    assert sorted(made) == list(range(40))


def test_the_caller_is_one_of_the_threads():
    """Two calls that wait for each other end only if both run, one of them here."""
    both = threading.Barrier(2, timeout=30)
    with Jobs(2) as jobs:
        names = jobs.results([jobs.start(lambda: (both.wait(), threading.current_thread())[1]) for _ in "ab"])
    assert threading.current_thread() in names
    assert len(set(names)) == 2


@THREADS
def test_what_a_call_raises_is_raised_where_its_result_is_asked_for(threads):
    def fail() -> None:
        raise ValueError("flat")

    with Jobs(threads) as jobs:
        good, bad = jobs.start(lambda: 1), jobs.start(fail)
        assert good.result() == 1
        with pytest.raises(ValueError, match="flat"):
            bad.result()


@THREADS
def test_no_more_than_the_next_is_begun_before_one_is_finished(threads):
    begun, most = [], 0

    def begin():
        for n in range(9):
            begun.append(n)
            yield partial(finish, n)

    def finish(n):
        nonlocal most
        most = max(most, len(begun))
        begun.remove(n)
        return n

    with Jobs(threads) as jobs:
        assert list(jobs.finished(begin())) == list(range(9))
    assert most == min(threads, 2)


def test_no_thread_outlives_the_work():
    def fail() -> None:
        with Jobs(4) as jobs:
            for _ in range(20):
                jobs.start(lambda: 0)
            raise ValueError("stop")

    before = threading.active_count()
    with pytest.raises(ValueError, match="stop"):
        fail()
    assert threading.active_count() == before


@pytest.mark.parametrize(
    ("threads", "calls", "shares"),
    [(1, 3, [1, 1, 1]), (2, 5, [1, 1, 1, 1, 2]), (2, 2, [1, 1]), (16, 5, [3] * 5), (4, 0, [])],
)
def test_calls_share_the_threads(threads, calls, shares):
    assert Jobs(threads).shares(calls) == shares
