"""Patients to workers: an executor that was given, or processes of this machine that outlive nobody."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future

from oncometry.core import Code, OncometryError
from oncometry.core.processes import Processes, first_done
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
        for future in first_done(running):
            yield running.pop(future), future.exception() or future.result()


def _until_one_dies(
    waiting: deque[PatientJob], work: Work, count: int, lost: list[PatientJob]
) -> Iterator[Done]:
    """Work `waiting` off; where a process dies, stop, and leave in `lost` what was being worked on."""
    running: dict[Future[PatientResult], PatientJob] = {}
    with Processes(count) as pool:
        while (waiting or running) and not lost:
            while waiting and len(running) < count:
                try:
                    running[pool.submit(work, waiting[0])] = waiting[0]
                except BrokenExecutor:
                    break
                waiting.popleft()
            if not running:
                return
            for future in first_done(running):
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
