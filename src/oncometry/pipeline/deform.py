"""The deformation from the first date to each other one, where the settings ask for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from oncometry.core import Image
from oncometry.core.geometry import FloatArray
from oncometry.measurement.visit import transformed
from oncometry.pipeline.align import Alignment
from oncometry.pipeline.bench import MaskBench
from oncometry.pipeline.job import Ledger
from oncometry.pipeline.step import Work
from oncometry.preprocessing import Registration, deform
from oncometry.store.patient_result import SegmentationResult, StoredRegistration, Volume
from oncometry.store.provenance import StepInput

__all__ = ["deform_dates"]


def deform_dates(
    ledger: Ledger,
    bench: MaskBench,
    alignment: Alignment,
    volumes: Mapping[str, Volume],
    read: Callable[[str], Image],
    results: Sequence[SegmentationResult],
) -> None:
    """Replace rigid registrations between dates by deformable ones, where images are of one contrast.

    It comes after measuring, since lesions are left out of what the deformation fits.
    """
    if not bench.job.settings.preprocessing.deform_dates:
        return
    series = {s.key: s for s in bench.job.series}
    for place, stored in enumerate(alignment.registrations):
        found = stored.registration
        one, other = series[found.fixed_key], series[found.moving_key]
        if stored.scope != "date" or not alignment.trusted[other.key]:
            continue
        if (one.modality, one.contrast) != (other.modality, other.contrast):
            why = f"{one.contrast.value} and {other.contrast.value} have gray values that cannot be compared"
            alignment.registrations[place] = replace(stored, registration=replace(found, refused=why))
            continue
        alignment.registrations[place] = _deformed(ledger, bench, alignment, volumes, read, results, stored)


def _deformed(
    ledger: Ledger,
    bench: MaskBench,
    alignment: Alignment,
    volumes: Mapping[str, Volume],
    read: Callable[[str], Image],
    results: Sequence[SegmentationResult],
    stored: StoredRegistration,
) -> StoredRegistration:
    rigid = stored.registration
    dates = {number for number, key in alignment.references.items() if key == alignment.reference_key}
    drawn = [
        r
        for r in results
        if r.mask.timepoint is not None
        and r.mask.timepoint.number in {*dates, stored.timepoint}
        and r.mask.series_key is not None
        and alignment.trusted.get(r.mask.series_key, False)
    ]

    def work() -> Work[Registration]:
        places = [points for r in drawn for points in _places(bench, alignment, r)]
        return Work(deform(read(rigid.fixed_key), read(rigid.moving_key), rigid, places))

    inputs = (
        StepInput("artifact", volumes[rigid.fixed_key].file.sha256, "fixed"),
        StepInput("artifact", volumes[rigid.moving_key].file.sha256, "moving"),
        StepInput("step", stored.step_key, "rigid registration"),
        *(StepInput("step", r.step_key, f"lesions of {r.mask.key}") for r in drawn),
        *(StepInput("step", s.step_key, f"registration {n}") for n, s in enumerate(alignment.registrations)),
    )
    outcome = ledger.run("deform", {}, inputs, Registration, work)
    return replace(stored, registration=outcome.value, step_key=outcome.key)


def _places(bench: MaskBench, alignment: Alignment, result: SegmentationResult) -> list[FloatArray]:
    """The voxel centers of each lesion, common LPS mm."""
    to_common = alignment.to_common(result.mask.series_key or "")
    found = []
    for regions in bench.regions(result.mask, result.measured):
        whole = next(iter(regions.values()))
        points = result.geometry.to_world(np.argwhere(whole.array) + whole.start)
        found.append(transformed(to_common, points))
    return found
