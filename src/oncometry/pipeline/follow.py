"""The same lesion at every date, and in every series of a date."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from oncometry.measurement import Tracked, Visit, VisitMask, follow
from oncometry.pipeline.align import Alignment
from oncometry.pipeline.bench import MaskBench
from oncometry.pipeline.job import Ledger
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
        return Work(follow(_visits(bench, alignment, results), settings, ordered=ordered))

    ordered = all(timepoint.is_ordered for timepoint in bench.job.timepoints)
    inputs = [StepInput("step", r.step_key, f"lesions of {r.mask.key} at {_place(r)}") for r in results]
    inputs += [
        StepInput("step", r.step_key, f"registration {n}") for n, r in enumerate(alignment.registrations)
    ]
    kind: type[tuple[Tracked, ...]] = tuple[Tracked, ...]
    return ledger.run("follow", settings, tuple(inputs), kind, work)


def _place(result: SegmentationResult) -> str:
    """The visit by its place in time: the same masks in another order are followed anew."""
    timepoint = result.mask.timepoint
    return f"{timepoint.number}" if timepoint is not None and timepoint.is_ordered else "no known place"


def _visits(bench: MaskBench, alignment: Alignment, results: Sequence[SegmentationResult]) -> list[Visit]:
    """Each time point with its masks and the way of each to the patient's common space."""
    job, bare = bench.job, _share_a_grid(results)
    visits = []
    for timepoint in job.timepoints:
        here = [r for r in results if r.mask.timepoint == timepoint]
        masks = tuple(_visit_mask(bench, alignment, result, bare) for result in here)
        visits.append(Visit(timepoint.number, masks))
    return visits


def _share_a_grid(results: Sequence[SegmentationResult]) -> bool:
    """Whether the patient has masks alone, all on one grid: whoever made them laid the dates on each other."""
    return all(r.mask.series_key is None and r.geometry.matches(results[0].geometry) for r in results)


def _visit_mask(bench: MaskBench, alignment: Alignment, result: SegmentationResult, bare: bool) -> VisitMask:
    key, timepoint = result.mask.series_key, result.mask.timepoint
    number = 0 if timepoint is None else timepoint.number
    placed = key is not None and key in alignment.from_common
    return VisitMask(
        key=result.mask.key,
        segmentation=bench.segmentation(result.mask, result.measured),
        measured=result.measured,
        to_first=alignment.to_common(key) if placed and key is not None else np.eye(4),
        trusted=alignment.trusted[key] if placed and key is not None else bare,
        imaged=result.geometry,
        deformation=alignment.deformation(number) if placed else None,
    )
