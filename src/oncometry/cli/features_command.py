"""`oncometry features`: one image and mask, or a batch of them, no cohort."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from oncometry.cli import options
from oncometry.cli.feature_batch import jobs_of, labels_of
from oncometry.cli.feature_jobs import Asked, list_features, map_features
from oncometry.cli.feature_map_files import check_map_folder, map_settings_from
from oncometry.cli.settings import settings_from
from oncometry.core import Code, SettingsError, Unit
from oncometry.features import Device
from oncometry.one_features import read_spec

__all__ = ["features_command"]


def features_command(
    image: Annotated[
        Path,
        typer.Argument(metavar="IMAGE", help="File or DICOM folder; or a batch: CSV of Image, Mask, Label."),
    ],
    mask: Annotated[
        Path | None, typer.Argument(metavar="MASK", help="NIfTI, NRRD, DICOM SEG or RTSTRUCT.")
    ] = None,
    label: Annotated[
        str | None,
        typer.Option(
            "--label",
            metavar="N|all",
            help="Which label of the mask [all; with PyRadiomics the one in its file].",
        ),
    ] = None,
    spec: Annotated[
        str,
        typer.Option("--spec", metavar="FILE|PROFILE", help="Profile, spec or PyRadiomics parameter file."),
    ] = "ibsi",
    unit: Annotated[
        Unit | None,
        typer.Option(
            "--unit", help="Of the values, where the file does not say; never another than it says."
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="PATH", help="Write .csv or .parquet; with --map a folder."),
    ] = None,
    map_: Annotated[
        list[str] | None,
        typer.Option(
            "--map", metavar="NAME|FAMILY|all", help="Write maps: a feature as an image. May be repeated."
        ),
    ] = None,
    radius: Annotated[
        int | None,
        typer.Option("--radius", metavar="R", min=1, help="Of a map's windows, 2 R + 1 voxels wide [1]."),
    ] = None,
    outside: Annotated[
        float | None,
        typer.Option("--outside", metavar="VALUE", help="Of a map where it has no value [0]."),
    ] = None,
    device: Annotated[
        Device | None, typer.Option("--device", help="What computes maps; cuda where one is there [cpu].")
    ] = None,
    threads: Annotated[int, typer.Option("--threads", min=1, help="Threads of a region [1].")] = 1,
    geometry: options.Form = None,
    json: options.Json = False,
) -> None:
    """Extract radiomic features of one mask, or of a batch; or write them as images.

    Gives rows: image, label, family, name, ibsi_id, tag, value, unit, reason; a value is missing only with a reason.
    With -o also FILE.spec.json: the spec and the hashes of what the values were made from.

    With --map: a NIfTI file for each label, filter and feature on the image's grid, and JSON beside it that says what
    it is and what it was made from; of a batch in a folder for each row.

    Example: oncometry features ct.nii.gz seg.nii.gz --unit HU -o features.csv

    Example: oncometry features ct.nii.gz seg.nii.gz --unit HU --map glcm --radius 2 -o maps
    """
    settings = settings_from(None, geometry=geometry).curate
    chosen = read_spec(spec)
    jobs = jobs_of(image, mask, labels_of(label, "--label"))
    asked = Asked((image, Path(spec)), jobs, chosen, unit, settings, threads)
    if map_:
        maps = map_settings_from(chosen, spec, map_, radius, outside, device)
        map_features(asked, maps, check_map_folder(output), json=json)
    elif (radius, outside, device) != (None, None, None):
        raise SettingsError(
            Code.SETTINGS, "--radius, --outside and --device are of maps: say which with --map."
        )
    else:
        list_features(asked, output, json=json)
