"""One patient's work: what it takes, and the ledger of steps it leaves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from oncometry.core import Code, Decision, Notice, OncometryError, Timepoint
from oncometry.io.manifest import DoseRecord, MaskRecord, SeriesRecord
from oncometry.pipeline.networks import Networks
from oncometry.pipeline.settings import Settings
from oncometry.pipeline.step import Outcome, Parameters, StepCache, Work
from oncometry.store.provenance import StepInput, StepRecord

__all__ = ["Ledger", "PatientJob"]

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class PatientJob:
    """Everything a worker needs for one patient.

    `measure` False stops after the images are laid out (`oncometry curate`). `decisions`: of people, those in force.
    `networks`: what segments visits without masks; None segments none. `deep`: whose encoder gives deep features, if any.
    `beside`: patients worked on at the same time.
    """

    cohort: Path
    patient_id: str
    subject: str
    series: tuple[SeriesRecord, ...]
    masks: tuple[MaskRecord, ...]
    doses: tuple[DoseRecord, ...]
    timepoints: tuple[Timepoint, ...]
    settings: Settings
    decisions: tuple[Decision, ...] = ()
    fresh: bool = False
    measure: bool = True
    networks: Networks | None = None
    deep: Networks | None = None
    beside: int = 1


@dataclass
class Ledger:
    """The steps that ran for one patient, and what failed on the way."""

    cache: StepCache
    patient_id: str
    steps: list[StepRecord] = field(default_factory=list)
    failures: list[Notice] = field(default_factory=list)

    def run(
        self,
        name: str,
        parameters: Parameters,
        inputs: tuple[StepInput, ...],
        kind: type[T],
        work: Callable[[], Work[T]],
    ) -> Outcome[T]:
        """Run (or recall) a step and keep its record."""
        outcome = self.cache.run(name, self.patient_id, parameters, inputs, kind, work)
        self.steps.append(outcome.record)
        return outcome

    @contextmanager
    def attempt(self, path: Path | None = None) -> Iterator[None]:
        """What fails inside, with a coded error, is written down; the patient goes on without it.

        Raises:
            StoreError: `WRITE_FAILED`: a full disk says nothing of a mask, and lesions are not followed without it.
        """
        try:
            yield
        except OncometryError as error:
            if error.code is Code.WRITE_FAILED:
                raise
            shown = error.path or path
            self.failures.append(Notice(error.code, error.told, None if shown is None else str(shown)))
