"""The same lesion at every date, and in every series of a date."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from oncometry.measurement import Tracked, Visit, VisitMask, follow
from oncometry.pipeline.align import Alignment
from oncometry.pipeline.job import Ledger
from oncometry.pipeline.measure import MaskBench
from oncometry.pipeline.step import Outcome, Work
from oncometry.store.patient_result import SegmentationResult
from oncometry.store.provenance import StepInput

__all__ = ["follow_lesions"]


def follow_lesions(
    ledger: Ledger, bench: MaskBench, alignment: Alignment, results: Sequence[SegmentationResult]
) -> Outcome[tuple[Tracked, ...]]:
    """Follow the patient's lesions through the registered dates."""
    settings = bench.job.settings.measurement

    def work() -> Work[tuple[Tracked, ...]]:
        return Work(follow(_visits(bench, alignment, results), settings))

    inputs = [StepInput("step", r.step_key, f"lesions of {r.mask.key}") for r in results]
    inputs += [
        StepInput("step", r.step_key, f"registration {n}") for n, r in enumerate(alignment.registrations)
    ]
    kind: type[tuple[Tracked, ...]] = tuple[Tracked, ...]
    return ledger.run("follow", settings, tuple(inputs), kind, work)
