"""The work of `oncometry features`: each extraction after the other, and what came of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import typer

from oncometry.cli.exits import Exit
from oncometry.cli.feature_batch import FeatureJob
from oncometry.cli.feature_file import check_feature_file
from oncometry.cli.feature_map_files import MapRow, write_maps
from oncometry.cli.feature_rows import RowsInFile, RowsShown
from oncometry.cli.output import tell, write_json
from oncometry.core import Code, OncometryError, SettingsError, Unit
from oncometry.features import FeatureSpec, MapSettings, feature_rows
from oncometry.io.settings import CurateSettings
from oncometry.one_features import Extracted, extract_maps, extract_vectors

__all__ = ["Asked", "list_features", "map_features"]

T = TypeVar("T")


@dataclass(frozen=True)
class Asked:
    """What is asked of images and masks, whatever is to come of them; `files` are read beside those of the jobs."""

    files: Sequence[Path]
    jobs: Sequence[FeatureJob]
    spec: FeatureSpec
    unit: Unit | None
    settings: CurateSettings
    threads: int


def list_features(asked: Asked, output: Path | None, *, json: bool) -> None:
    """Rows of values: into a file, or on the terminal; those that are computed stay, whatever ends the rest.

    Raises:
        OncometryError: what stands against the only extraction.
        typer.Exit: some of a batch failed.
    """
    rows = _rows_to(asked, output, json=json)
    taken: dict[tuple[str, int], Path] = {}

    def extract(job: FeatureJob) -> Extracted:
        found = extract_vectors(
            job.image,
            job.mask,
            asked.spec,
            labels=job.labels,
            unit=asked.unit,
            form=asked.settings.geometry,
            threads=asked.threads,
        )
        _refuse_again(job, {vector.label for vector in found.vectors}, taken)
        return found

    failed: list[FeatureJob] = []
    try:
        for job, found in _done(asked, extract, failed):
            rows.append(feature_rows(found.vectors, job.name), _sources(job, found))
    finally:
        rows.close()
    _exit_for(failed, some=bool(taken))


def _rows_to(asked: Asked, output: Path | None, *, json: bool) -> RowsInFile | RowsShown:
    if output is None:
        return RowsShown(json=json)
    if json:
        raise SettingsError(Code.SETTINGS, "--json is of the terminal, -o of a file: give one of them.")
    read = [*asked.files, *(path for job in asked.jobs for path in (job.image, job.mask))]
    check_feature_file(output, read)
    return RowsInFile(output, asked.spec)


def _refuse_again(job: FeatureJob, labels: Collection[int], taken: dict[tuple[str, int], Path]) -> None:
    """Refuse a label of an image of which there are rows: nothing in a row would tell the two apart."""
    again = [label for label in sorted(labels) if (job.name, label) in taken]
    if again:
        raise SettingsError(
            Code.SETTINGS,
            f"label {again[0]} of this image is in the batch already, from {taken[job.name, again[0]]}; "
            "rows could not be told apart.",
            path=job.mask,
            advice="Put it into a batch of its own, or give its segment another number.",
        )
    taken |= {(job.name, label): job.mask for label in labels}


def _sources(job: FeatureJob, found: Extracted) -> list[Mapping[str, object]]:
    """What each label was made from; vectors of its filters were made from the same."""
    each = {vector.label: vector for vector in found.vectors}
    return [
        {
            "image": job.name,
            "image_sha256": vector.image_hash,
            "mask": str(job.mask),
            "label": label,
            "name": found.names[label],
            "mask_sha256": vector.mask_hash,
        }
        for label, vector in each.items()
    ]


def _exit_for(failed: Sequence[FeatureJob], *, some: bool) -> None:
    """Exit where rows of a batch failed."""
    if failed and not some:
        tell("nothing was written: every row of the batch failed")
    if failed:
        raise typer.Exit(Exit.SOME_FAILED if some else Exit.CORRUPT_INPUT)


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
    if rows:
        tell(f"written: {len(rows)} maps in {output}")
    _exit_for(failed, some=bool(rows))


def _done(
    asked: Asked, work: Callable[[FeatureJob], T], failed: list[FeatureJob]
) -> Iterator[tuple[FeatureJob, T]]:
    """Each job with what came of it; of a batch, one that fails is told, noted, and left out."""
    for job in asked.jobs:
        try:
            job.check(asked.settings)
            done = work(job)
        except OncometryError as error:
            if job.place is None:
                raise
            tell(f"error: {job.name}: {error}")
            failed.append(job)
            continue
        except Exception as error:
            if job.place is not None:
                tell(f"error: {job.name}: {type(error).__name__}: {error}; rows after it were not tried")
            raise
        yield job, done
