"""The work of `oncometry features`: each extraction after the other, and what came of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import typer

from oncometry.cli.exits import Exit
from oncometry.cli.feature_batch import FeatureJob
from oncometry.cli.feature_file import check_feature_file, write_feature_file
from oncometry.cli.feature_map_files import MapRow, write_maps
from oncometry.cli.output import tell, write_json, write_table
from oncometry.core import OncometryError, Unit
from oncometry.features import COLUMNS, FeatureRow, FeatureSpec, FeatureVector, MapSettings, feature_rows
from oncometry.io.first_look import check_first
from oncometry.io.settings import CurateSettings
from oncometry.one_features import extract_maps, extract_vectors

__all__ = ["Asked", "list_features", "map_features"]

T = TypeVar("T")


@dataclass(frozen=True)
class Asked:
    """What is asked of images and masks, whatever is to come of them."""

    jobs: Sequence[FeatureJob]
    spec: FeatureSpec
    unit: Unit | None
    settings: CurateSettings
    threads: int


def list_features(asked: Asked, output: Path | None, *, json: bool) -> None:
    """Rows of values: into a file, or on the terminal.

    Raises:
        OncometryError: what stands against the only extraction.
        typer.Exit: some of a batch failed.
    """
    if output is not None:
        check_feature_file(output)

    def extract(job: FeatureJob) -> tuple[FeatureVector, ...]:
        return extract_vectors(
            job.image,
            job.mask,
            asked.spec,
            labels=job.labels,
            unit=asked.unit,
            form=asked.settings.geometry,
            threads=asked.threads,
        )

    found: dict[str, list[FeatureVector]] = {}
    rows: list[FeatureRow] = []
    failed: list[FeatureJob] = []
    for job, vectors in _done(asked, extract, failed):
        found.setdefault(job.name, []).extend(vectors)
        rows += feature_rows(vectors, job.name)
    if output is not None and rows:
        tell(f"written: {output}, {write_feature_file(output, rows, asked.spec, found)}")
    elif json:
        write_json(rows)
    else:
        write_table(COLUMNS, [tuple(row.values()) for row in rows])
    if failed:
        raise typer.Exit(Exit.SOME_FAILED if rows else Exit.CORRUPT_INPUT)


def map_features(asked: Asked, maps: MapSettings, output: Path, *, json: bool) -> None:
    """Maps into a folder, of a batch into a folder for each row; what was written on the terminal.

    Raises:
        OncometryError: what stands against the only extraction.
        typer.Exit: some of a batch failed.
    """

    def write(job: FeatureJob) -> list[MapRow]:
        found = extract_maps(
            job.image,
            job.mask,
            asked.spec,
            maps,
            labels=job.labels,
            unit=asked.unit,
            form=asked.settings.geometry,
            threads=asked.threads,
        )
        return write_maps(output / job.folder, job.name, found, asked.spec, maps)

    failed: list[FeatureJob] = []
    rows = [row for _, written in _done(asked, write, failed) for row in written]
    if json:
        write_json(rows)
    tell(f"written: {len(rows)} maps in {output}")
    if failed:
        raise typer.Exit(Exit.SOME_FAILED if rows else Exit.CORRUPT_INPUT)


def _done(
    asked: Asked, work: Callable[[FeatureJob], T], failed: list[FeatureJob]
) -> Iterator[tuple[FeatureJob, T]]:
    """Each job with what came of it; of a batch, one that fails is told, noted, and left out."""
    for job in asked.jobs:
        try:
            check_first(None if job.mask.is_dir() else job.mask, job.image, settings=asked.settings)
            yield job, work(job)
        except OncometryError as error:
            if job.place is None:
                raise
            tell(f"error: {job.name}: {error}")
            failed.append(job)
