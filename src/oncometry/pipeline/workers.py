"""Patients to workers: an executor that was given, or processes of this machine that outlive nobody."""

from __future__ import annotations

import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from multiprocessing import active_children, connection, get_context, parent_process

from oncometry.core import Code, OncometryError
from oncometry.pipeline.job import PatientJob
from oncometry.store.patient_result import PatientResult

__all__ = ["Done", "WorkerLostError", "work_through"]

Work = Callable[[PatientJob], PatientResult]
Done = tuple[PatientJob, PatientResult | BaseException]
"""A patient's job, and its result or what it raised."""


class WorkerLostError(OncometryError, RuntimeError):
    """The process that worked on a patient is gone."""


def work_through(
    jobs: Sequence[PatientJob], work: Work, executor: Executor | None, workers: int | None
) -> Iterator[Done]:
    """Results as they come; what a job raises is its own.

    A process that dies (killed, out of memory) takes only its patient with it: those that were being
    worked on at that moment are done again one by one, and one that loses its process again has failed.
    """
    if executor is not None:
        yield from _submit_all(jobs, work, executor)
        return
    count = max(1, min(workers or os.cpu_count() or 1, len(jobs)))
    waiting = deque(jobs)
    while waiting:
        lost: list[PatientJob] = []
        yield from _until_one_dies(waiting, work, count, lost)
        for job in lost:
            again: list[PatientJob] = []
            yield from _until_one_dies(deque([job]), work, 1, again)
            yield from ((job, _gone(job)) for job in again)


def _submit_all(jobs: Sequence[PatientJob], work: Work, executor: Executor) -> Iterator[Done]:
    running = {executor.submit(work, job): job for job in jobs}
    while running:
        done, _ = wait(running, return_when=FIRST_COMPLETED)
        for future in done:
            yield running.pop(future), future.exception() or future.result()


def _until_one_dies(
    waiting: deque[PatientJob], work: Work, count: int, lost: list[PatientJob]
) -> Iterator[Done]:
    """Work `waiting` off; where a process dies, stop, and leave in `lost` what was being worked on."""
    running: dict[Future[PatientResult], PatientJob] = {}
    context = get_context("spawn")
    with ProcessPoolExecutor(count, mp_context=context, initializer=_settle_in) as pool, _stopped_on_error():
        while (waiting or running) and not lost:
            while waiting and len(running) < count:
                try:
                    running[pool.submit(work, waiting[0])] = waiting[0]
                except BrokenExecutor:
                    break
                waiting.popleft()
            if not running:
                return
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                job, error = running.pop(future), future.exception()
                if isinstance(error, BrokenExecutor):
                    lost.append(job)
                else:
                    yield job, error or future.result()
        lost += running.values()


def _gone(job: PatientJob) -> WorkerLostError:
    return WorkerLostError(
        Code.WORKER_LOST,
        f"the process that worked on patient {job.patient_id} died, twice: killed, or out of memory.",
        advice="Give it more memory, or fewer workers with --jobs.",
    )


@contextmanager
def _stopped_on_error() -> Iterator[None]:
    """Where the run is given up (Ctrl-C, say) the patients in work are given up too, not waited for."""
    others = set(active_children())
    try:
        yield
    except BaseException:
        for process in set(active_children()) - others:
            process.terminate()
        raise


def _settle_in() -> None:
    """Ctrl-C is the parent's to answer; and a worker whose parent was killed ends, not waits for ever."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = parent_process()
    if parent is not None:
        threading.Thread(target=_watch, args=(parent.sentinel,), daemon=True).start()


def _watch(sentinel: int) -> None:
    connection.wait([sentinel])
    os._exit(1)
