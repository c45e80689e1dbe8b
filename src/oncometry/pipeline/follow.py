"""The same lesion at every date, and in every series of a date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

import numpy as np

from oncometry.core import Code, Decision, Notice, visit_anchors
from oncometry.measurement import FOLLOWED, Followed, Visit, VisitMask, follow
from oncometry.pipeline.align import Alignment
from oncometry.pipeline.bench import MaskBench
from oncometry.pipeline.job import Ledger
from oncometry.pipeline.step import Outcome, Work
from oncometry.store.patient_result import SegmentationResult
from oncometry.store.provenance import StepInput

__all__ = ["follow_lesions"]


def follow_lesions(
    ledger: Ledger, bench: MaskBench, alignment: Alignment, results: Sequence[SegmentationResult]
) -> Outcome[Followed]:
    """Follow the patient's lesions through the registered dates; a decision that is of none of them is told."""
    job = bench.job
    settings = job.settings.measurement
    decisions = [d for d in job.decisions if d.kind in FOLLOWED]

    def work() -> Work[Followed]:
        return Work(follow(_visits(bench, alignment, results), settings, decisions, ordered=ordered))

    ordered = all(timepoint.is_ordered for timepoint in job.timepoints)
    inputs = [StepInput("step", r.step_key, f"lesions of {r.mask.key} at {_place(r)}") for r in results]
    inputs += [
        StepInput("step", r.step_key, f"registration {n}") for n, r in enumerate(alignment.registrations)
    ]
    parameters = settings.model_dump(mode="json") | {
        "visits": sorted((t.number, anchor) for t, anchor in visit_anchors(job.timepoints).items()),
        "decisions": [_decided(d) for d in decisions],
    }
    outcome = ledger.run("follow", parameters, tuple(inputs), Followed, work)
    for unplaced in outcome.value.unplaced:
        waiting = f"decision:{unplaced.decision} ({unplaced.why}) is not applied; undo it, or decide anew"
        ledger.failures.append(Notice(Code.DECISION_UNPLACED, waiting))
    return outcome


def _decided(decision: Decision) -> dict[str, object]:
    """What following takes of a decision."""
    return {
        "decision": decision.number,
        "kind": decision.kind,
        "reader": decision.reader,
        "why": decision.why,
        "anchor": decision.anchor,
        "lesions": [asdict(lesion) for lesion in decision.lesions],
    }


def _place(result: SegmentationResult) -> str:
    """The visit by its place in time: the same masks in another order are followed anew."""
    timepoint = result.mask.timepoint
    return f"{timepoint.number}" if timepoint is not None and timepoint.is_ordered else "no known place"


def _visits(bench: MaskBench, alignment: Alignment, results: Sequence[SegmentationResult]) -> list[Visit]:
    """Each time point with its masks and the way of each to the patient's common space."""
    job, bare = bench.job, _share_a_grid(results)
    anchors = visit_anchors(job.timepoints)
    visits = []
    for timepoint in job.timepoints:
        here = [r for r in results if r.mask.timepoint == timepoint]
        masks = tuple(_visit_mask(bench, alignment, result, bare) for result in here)
        visits.append(Visit(timepoint.number, masks, anchors[timepoint]))
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
