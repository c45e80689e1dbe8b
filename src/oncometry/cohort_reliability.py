"""How far the features of a cohort can be relied on: every lesion at its first date, perturbed.

Apart from `pipeline`: it takes nothing but what the cohort holds, so that it can be told long after the inputs are gone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from oncometry.api import Cohort
from oncometry.core import (
    Code,
    Compartment,
    Contrast,
    Geometry,
    NothingFoundError,
    Notice,
    OncometryError,
    Segment,
    Segmentation,
)
from oncometry.core.geometry import FloatArray
from oncometry.features import FeatureSpec
from oncometry.features.perturbation import PerturbationSpec, extract_perturbed
from oncometry.features.reliability import (
    IccKind,
    JudgedFrom,
    RepeatedRegion,
    Source,
    perturbed_region,
    reliabilities,
)
from oncometry.measurement import coverage, region_in_image
from oncometry.pipeline import Reporter
from oncometry.pipeline.step import Outcome, StepCache, Work, describe_step
from oncometry.store import AnalyzedReliability
from oncometry.store.provenance import StepInput

__all__ = ["Perturbing", "cohort_reliability"]

WHOLE = 0.99
"""Part of a region that must lie in the image's field, as of the features of a run."""

LEFT_OUT = "The image cuts them off, or they were drawn as contours that the voxels of the cohort's mask do not tell apart."

Perturbed = tuple[RepeatedRegion, ...]


@dataclass(frozen=True, eq=False)
class Perturbing:
    """What is computed, and on how many threads."""

    spec: FeatureSpec
    perturbation: PerturbationSpec
    kind: IccKind
    threads: int


@dataclass(frozen=True, eq=False)
class _Sources:
    """What decides the values, by the key of an image or mask.

    Attributes:
        images, masks: SHA-256 of the cohort's files.
        meaning: modality, contrast and unit of an image.
        drawn_on: the image of a mask.
        measured: the step that found a mask's lesions.
    """

    images: Mapping[str, str]
    masks: Mapping[str, str]
    meaning: Mapping[str, list[str]]
    drawn_on: Mapping[str, str]
    measured: Mapping[str, str]

    @classmethod
    def of(cls, cohort: Cohort) -> _Sources:
        """Of all images and masks, each table read once."""
        volumes = cohort.table("volumes").query("derivation == 'native'").set_index("series_key")
        masks = cohort.table("segmentations").set_index("mask_key")
        series = cohort.table("series").set_index("series_key")[["modality", "contrast", "unit"]]
        steps = cohort.table("artifacts").set_index("path")["step_key"]
        return cls(
            _texts(volumes["sha256"]),
            _texts(masks["sha256"]),
            {str(key): [str(v) for v in row] for key, *row in series.itertuples(name=None)},
            _texts(masks["series_key"]),
            _texts(masks["path"].map(steps.to_dict())),
        )


def _texts(column: pd.Series[Any]) -> dict[str, str]:
    """Index -> value."""
    return {str(key): str(value) for key, value in column.items()}


def cohort_reliability(
    cohort: Cohort, asked: Perturbing, reporter: Reporter
) -> tuple[AnalyzedReliability, list[Notice]]:
    """The reliability of every feature, and what was left out.

    Each lesion's compartments are taken at its first date, in each kind of image that it was measured in there; regions
    are compared within compartment and kind of image. Steps that were done before are not done again.

    Raises:
        NothingFoundError: `NOTHING_FOUND`, no lesion was measured, or none could be perturbed.
    """
    wanted, sources = _first_regions(cohort), _Sources.of(cohort)
    done: list[Outcome[Perturbed]] = []
    failures: list[Notice] = []
    groups = list(wanted.groupby(["patient_id", "mask_key", "series_key"]))
    reporter.stage("perturbing", len(groups))
    for key, rows in groups:
        patient, mask, series = map(str, key)
        where = f"patient {patient}, image {series}"
        try:
            done.append(_perturbed(cohort, sources, asked, (patient, mask, series), rows))
        except OncometryError as error:
            failures.append(Notice(error.code, f"{where}: {error.told}"))
        else:
            lost = len(rows) - len(done[-1].value)
            if lost:
                failures.append(
                    Notice(Code.GEOMETRY_MISMATCH, f"{where}: {lost} regions left out. {LEFT_OUT}")
                )
        reporter.advance(patient)
    regions = [region for outcome in done for region in outcome.value]
    if not regions:
        why = f": {failures[0]}" if failures else "."
        raise NothingFoundError(
            Code.NOTHING_FOUND, f"the cohort has no region that could be perturbed{why}", path=cohort.path
        )
    return _analyzed(asked, done, regions), failures


def _first_regions(cohort: Cohort) -> pd.DataFrame:
    """One row a region: each lesion's compartment in each kind of image at its first date."""
    names = ["patient_id", "lesion", "timepoint", "mask_key", "mask_lesion", "compartment", "series_key"]
    intensities = cohort.table("intensities")
    seen = intensities.loc[intensities["name"] == "voxels", [*names, "value"]].rename(
        columns={"value": "voxels"}
    )
    series = cohort.table("series")[["series_key", "modality", "contrast"]]
    rows = seen[seen["lesion"].notna() & (seen["voxels"] > 0)].merge(series, on="series_key")
    first = rows.groupby(["patient_id", "lesion"])["timepoint"].transform("min")
    rows = rows[rows["timepoint"] == first].sort_values(["patient_id", "lesion", "mask_key", "series_key"])
    return rows.drop_duplicates(["patient_id", "lesion", "compartment", "modality", "contrast"])


def _perturbed(
    cohort: Cohort, sources: _Sources, asked: Perturbing, place: tuple[str, str, str], rows: pd.DataFrame
) -> Outcome[Perturbed]:
    """The step that perturbs the regions of one mask in one image."""
    patient, mask_key, series_key = place
    matrix = cohort.between(series_key, sources.drawn_on[mask_key])
    wanted = [
        (int(r["mask_lesion"]), str(r["compartment"]), int(r["voxels"])) for r in rows.to_dict("records")
    ]

    def work() -> Work[Perturbed]:
        image, segmentation = cohort.image(series_key), cohort.segmentation(mask_key)
        regions = _on_grid(cohort, segmentation, mask_key, image.geometry, matrix, wanted)
        numbers = [segment.number for segment in regions]
        found = (
            extract_perturbed(
                image, regions, asked.spec, asked.perturbation, labels=numbers, threads=asked.threads
            )
            if numbers
            else ()
        )
        kind = image.modality.value if image.contrast is Contrast.UNKNOWN else image.contrast.value
        return Work(
            tuple(perturbed_region(found, s.number, f"{s.compartment.value} in {kind}") for s in regions)
        )

    parameters = {
        "spec": asked.spec.model_dump(mode="json", by_alias=True),
        "perturbation": asked.perturbation.model_dump(mode="json"),
        "regions": [list(one) for one in wanted],
        "matrix": matrix.round(9).tolist(),
        "image": sources.meaning[series_key],
    }
    inputs = (
        StepInput("artifact", sources.images[series_key], "values"),
        StepInput("artifact", sources.masks[mask_key], "mask"),
        StepInput("step", sources.measured[mask_key], "regions"),
    )
    return StepCache(cohort.path).run("perturb", patient, parameters, inputs, Perturbed, work)


def _on_grid(
    cohort: Cohort,
    segmentation: Segmentation,
    mask_key: str,
    geometry: Geometry,
    matrix: FloatArray,
    wanted: list[tuple[int, str, int]],
) -> Segmentation:
    """Those regions as segments on an image's grid that lie within it and have the voxels that were measured.

    Args:
        wanted: lesion in the mask, compartment, voxels.
    """
    lesions = cohort.regions(mask_key)
    segments: list[Segment] = []
    for lesion, name, voxels in wanted:
        compartment = Compartment(name)
        part = lesions[lesion - 1].get(compartment) if lesion <= len(lesions) else None
        if part is None or not part.array.any():
            continue
        region = (part.start, part.array, segmentation.geometry, matrix)
        if coverage(geometry, *region) >= WHOLE:
            start, inside = region_in_image(geometry, *region)
            if np.count_nonzero(inside) != voxels:
                continue
            segments.append(Segment(len(segments) + 1, f"{lesion} {name}", compartment, start, inside))
    return replace(segmentation, geometry=geometry, segments=tuple(segments))


def _analyzed(
    asked: Perturbing, done: list[Outcome[Perturbed]], regions: list[RepeatedRegion]
) -> AnalyzedReliability:
    records = tuple(outcome.record for outcome in done)
    taken = sorted({one.identity for record in records for one in record.inputs})
    parameters = {
        "icc": asked.kind.value,
        "spec": asked.spec.hash,
        "perturbation": asked.perturbation.hash,
    }
    inputs = tuple(StepInput("step", record.key, "values") for record in records)
    return AnalyzedReliability(
        reliabilities(regions, Source.PERTURBATION, asked.kind),
        JudgedFrom(
            "cohort",
            hashlib.sha256("\n".join(taken).encode()).hexdigest(),
            asked.spec.hash,
            asked.perturbation.hash,
        ),
        asked.spec.canonical_json,
        asked.perturbation.canonical_json,
        describe_step("reliability", "cohort", parameters, inputs),
        records,
    )
