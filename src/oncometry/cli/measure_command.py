"""`oncometry measure`: one mask, no cohort."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from oncometry.cli import options
from oncometry.cli.output import write_json
from oncometry.cli.settings import settings_from
from oncometry.io.first_look import check_first
from oncometry.one_mask import measure_mask

__all__ = ["measure_command"]


def measure_command(
    mask: Annotated[Path, typer.Argument(metavar="MASK", help="NIfTI, NRRD, DICOM SEG or RTSTRUCT.")],
    image: Annotated[
        Path | None,
        typer.Option("--image", metavar="IMAGE", help="The image it was drawn on: file or DICOM folder."),
    ] = None,
    scheme: options.Scheme = None,
    join: options.Join = None,
    geometry: options.Form = None,
    config: options.Config = None,
    json: options.Json = False,  # noqa: ARG001 -- the rows are JSON either way
) -> None:
    """Measure the lesions of one mask.

    Gives JSON rows on stdout: label, compartment, lesion, volume_ml, longest_diameter_mm, perpendicular_mm,
    product_mm2, short_axis_mm, diameter_3d_mm, surface_mm2, standard_errors (of each quantity: contour, slices,
    reader, reader_bias, repeated, total, minimum_detectable_change), centroid_lps_mm, box_lps_mm, slice, slice_axis,
    leaves_lesion, voxels, source, flags, scheme, scheme_source.
    With --image, intensity statistics are added to each row.

    Example: oncometry measure sub-01_seg.nii.gz --scheme brats-2023
    """
    settings = settings_from(config, scheme=scheme, join_mm=join, geometry=geometry)
    check_first(None if mask.is_dir() else mask, image, settings=settings.curate)
    write_json(measure_mask(mask, image, settings))
