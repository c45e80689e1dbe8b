"""What `oncometry reliability` judges: a cohort, a batch of images, or a table of repeated scans."""

from __future__ import annotations

import hashlib
from pathlib import Path

from oncometry.api import Cohort
from oncometry.cli.feature_batch import jobs_of
from oncometry.cli.output import tell
from oncometry.cli.retest_table import read_retest_table
from oncometry.cohort_reliability import Perturbing, cohort_reliability
from oncometry.core import OncometryError, Unit
from oncometry.features.reliability import (
    FeatureReliability,
    IccKind,
    JudgedFrom,
    ReliabilityRow,
    RepeatedRegion,
    Source,
    TableColumns,
    perturbed_region,
    reliabilities,
    reliability_rows,
    retest,
)
from oncometry.io.settings import CurateSettings
from oncometry.one_features import extract_perturbed_vectors, of_file
from oncometry.pipeline import Reporter, one_writer
from oncometry.pipeline.step import describe_step
from oncometry.store import AnalyzedReliability
from oncometry.store.provenance import StepInput

__all__ = ["Judged", "judge_batch", "judge_cohort", "judge_table"]

Judged = tuple[list[ReliabilityRow], list[str]]
"""Rows, and a line for each thing that is left out of them."""


def judge_cohort(place: Path, asked: Perturbing, database: str | None, reporter: Reporter) -> Judged:
    """The lesions of a cohort, perturbed; the result is kept in it."""
    with one_writer(place, reporter.warn), Cohort.open(place, database) as cohort:
        analyzed, failures = cohort_reliability(cohort, asked, reporter)
        cohort.keep_reliability(analyzed)
    return reliability_rows(analyzed.found, analyzed.judged), [str(failure) for failure in failures]


def judge_batch(path: Path, asked: Perturbing, unit: Unit | None, settings: CurateSettings) -> Judged:
    """The regions of a batch, perturbed; those of a label are compared with each other."""
    regions: list[RepeatedRegion] = []
    hashes: list[str] = []
    failed: list[str] = []
    for job in jobs_of(path, None, None):
        try:
            job.check(settings)
            found = extract_perturbed_vectors(
                job.image,
                job.mask,
                asked.spec,
                asked.perturbation,
                labels=job.labels,
                unit=unit,
                form=settings.geometry,
                threads=asked.threads,
            )
        except OncometryError as error:
            failed.append(f"{job.name}: {error}")
            continue
        labels = dict.fromkeys(vector.label for vector in found[0].vectors)
        regions += [perturbed_region(found, label, f"label {label}") for label in labels]
        hashes += [h for v in found[0].vectors for h in (v.image_hash, v.mask_hash)]
    judged = JudgedFrom(path.name, _digest(hashes), asked.spec.hash, asked.perturbation.hash)
    return reliability_rows(reliabilities(regions, Source.PERTURBATION, asked.kind), judged), failed


def judge_table(
    path: Path, columns: TableColumns, kind: IccKind, place: Path | None, database: str | None
) -> Judged:
    """Repeated scans of a table; the result is kept in a cohort, where one is given.

    Raises:
        SettingsError: `SETTINGS`, what `retest` and `read_retest_table` say, with the file.
    """
    rows, sha256 = read_retest_table(path)
    with of_file(path):
        found = retest(rows, columns, kind)
    judged = JudgedFrom(path.name, sha256)
    if place is not None:
        _keep(found, judged, columns, place, database)
    return reliability_rows(found, judged), []


def _keep(
    found: tuple[FeatureReliability, ...],
    judged: JudgedFrom,
    columns: TableColumns,
    place: Path,
    database: str | None,
) -> None:
    parameters = {"icc": found[0].kind.value, "columns": vars(columns)}
    inputs = (StepInput("file", judged.data_sha256, "table"),)
    step = describe_step("reliability", "cohort", parameters, inputs)
    with one_writer(place, tell), Cohort.open(place, database) as cohort:
        cohort.keep_reliability(AnalyzedReliability(found, judged, None, None, step))


def _digest(hashes: list[str]) -> str:
    return hashlib.sha256("\n".join(sorted(set(hashes))).encode()).hexdigest()
