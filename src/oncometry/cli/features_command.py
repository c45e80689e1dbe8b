"""`oncometry features`: one image and mask, or a batch of them, no cohort."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer

from oncometry.cli import options
from oncometry.cli.exits import Exit
from oncometry.cli.feature_batch import FeatureJob, jobs_of, labels_of
from oncometry.cli.feature_file import check_feature_file, write_feature_file
from oncometry.cli.output import tell, write_json, write_table
from oncometry.cli.settings import settings_from
from oncometry.core import OncometryError, Unit
from oncometry.features import COLUMNS, FeatureRow, FeatureSpec, FeatureVector, feature_rows
from oncometry.io.first_look import check_first
from oncometry.io.settings import CurateSettings
from oncometry.one_features import extract_vectors, read_spec

__all__ = ["features_command"]


def features_command(
    image: Annotated[
        Path,
        typer.Argument(metavar="IMAGE", help="File or DICOM folder; or a batch: CSV of Image, Mask, Label."),
    ],
    mask: Annotated[
        Path | None, typer.Argument(metavar="[MASK]", help="NIfTI, NRRD, DICOM SEG or RTSTRUCT.")
    ] = None,
    label: Annotated[
        str | None, typer.Option("--label", metavar="N|all", help="Which label of the mask [all].")
    ] = None,
    spec: Annotated[
        str,
        typer.Option("--spec", metavar="FILE|PROFILE", help="Profile, spec or PyRadiomics parameter file."),
    ] = "ibsi",
    unit: Annotated[
        Unit | None, typer.Option("--unit", help="Of the values, where the file does not say.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="Write .csv or .parquet.")
    ] = None,
    threads: Annotated[int, typer.Option("--threads", min=1, help="Threads of a region [1].")] = 1,
    geometry: options.Form = None,
    json: options.Json = False,
) -> None:
    """Extract radiomic features of one mask, or of a batch.

    Gives rows: image, label, family, name, ibsi_id, tag, value, unit, reason; a value is missing only with a reason.
    With -o also FILE.spec.json: the spec and the hashes of what the values were made from.

    Example: oncometry features ct.nii.gz seg.nii.gz --unit HU -o features.csv
    """
    if output is not None:
        check_feature_file(output)
    settings = settings_from(None, geometry=geometry).curate
    chosen = read_spec(spec)
    jobs = jobs_of(image, mask, labels_of(label, "--label"))
    found: dict[str, list[FeatureVector]] = {}
    rows: list[FeatureRow] = []
    failed = 0
    for job, answer in _extracted(jobs, chosen, unit, settings, threads):
        if isinstance(answer, OncometryError):
            if mask is not None:
                raise answer
            tell(f"error: {job.name}: {answer}")
            failed += 1
            continue
        found.setdefault(job.name, []).extend(answer)
        rows += feature_rows(answer, job.name)
    if output is not None and rows:
        tell(f"written: {output}, {write_feature_file(output, rows, chosen, found)}")
    elif json:
        write_json(rows)
    else:
        write_table(COLUMNS, [tuple(row.values()) for row in rows])
    if failed:
        raise typer.Exit(Exit.SOME_FAILED if rows else Exit.CORRUPT_INPUT)


def _extracted(
    jobs: Sequence[FeatureJob],
    spec: FeatureSpec,
    unit: Unit | None,
    settings: CurateSettings,
    threads: int,
) -> Iterator[tuple[FeatureJob, tuple[FeatureVector, ...] | OncometryError]]:
    """Each job with its vectors, or what stands against it."""
    for job in jobs:
        try:
            check_first(None if job.mask.is_dir() else job.mask, job.image, settings=settings)
            yield (
                job,
                extract_vectors(
                    job.image,
                    job.mask,
                    spec,
                    labels=job.labels,
                    unit=unit,
                    form=settings.geometry,
                    threads=threads,
                ),
            )
        except OncometryError as error:
            yield job, error
